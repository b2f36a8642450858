"""Charts whose numbers are written as the reader writes them, with few enough ticks to be read."""

import altair as alt
import streamlit as st

from views.shared.i18n import language

NUMBERS = {
    "fr": alt.NumberLocale(decimal=",", thousands="\u202f", grouping=[3], currency=["", "\u00a0€"]),
    "en": alt.NumberLocale(decimal=".", thousands=",", grouping=[3], currency=["€", ""]),
}
TICKS = 10


def show(chart: alt.TopLevelMixin) -> None:
    """Show a chart in the reader's language."""
    st.altair_chart(spoken(chart))


def spoken(chart: alt.TopLevelMixin) -> alt.TopLevelMixin:
    """Return a chart whose numbers are those of the reader's language."""
    return chart.configure(
        locale=alt.Locale(number=NUMBERS[language()]), axisXQuantitative=alt.AxisConfig(tickCount=TICKS)
    )
