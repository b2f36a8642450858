"""Residences chosen in a list: the same choice as on the map, for whoever has no pointer or knows their names."""

import streamlit as st

from views.jobs.territory import Land
from views.parts.territories import state as territory
from views.shared.i18n import _

KEY = "territory-listed"


def show(land: Land, level: str) -> None:
    """Offer the residences of the map by their names; those chosen on the map are named there too."""
    drawer = st.popover(
        _("Choose in a list"), icon=":material/checklist:", key=f"{KEY}-open", on_change="rerun"
    )
    if not drawer.open:
        return
    names = land.residences["name"].loc[land.ground.units]
    st.session_state[KEY] = [unit for unit in territory.chosen(level) if unit in names.index]
    drawer.multiselect(
        _("Residences chosen"),
        list(names.sort_values(kind="stable").index),
        format_func=lambda unit: names[unit],
        placeholder=_("Type a name"),
        select_all=False,
        key=KEY,
        on_change=lambda: territory.choose(level, list(st.session_state[KEY])),
    )
