"""The exchange desk before its proposals: what it does, and with which data; the same for all roles."""

import streamlit as st

from views.jobs import exchanges as job
from views.shared import cache, html
from views.shared.i18n import _
from views.shared.numbers import metres, number
from views.shared.text import md_text


def show() -> None:
    """Say what the page does, and what it would do it with; no household is named."""
    told = job.on_file(cache.store())
    html.section(_("What this page does"))
    st.markdown(
        md_text(
            _(
                "Among the tenants who wish to move, it looks for those whose homes suit each other: two households "
                "who swap, a cycle of three or four, or a chain that a vacant home begins. It chooses the exchanges "
                "that serve the gravest needs first, says how far from the best they may be, and leaves each to the "
                "adviser: accepted, refused, withdrawn, taken back."
            )
        )
    )
    html.figures(figures(told))
    st.caption(
        _(
            "By default, at most {n} households in a cycle, within {distance} where no wish is on file. What must be "
            "checked by hand (income, effort, reservation, committee) is listed beside each move."
        ).format(n=number(told["longest"]), distance=metres(told["distance_m"]))
    )
    if not told["tenants"] and told["tenants"] is not None:
        st.page_link("files.py", label=_("Bring the households: page Data"), icon=":material/upload:")


def figures(told: dict[str, int | None]) -> list[tuple[str, str, str]]:
    """Return the figures: tenants, those who wish to move, homes vacant and offered."""
    return [
        (_few(told["tenants"]), _("households in the register"), _("to the nearest 5")),
        (_few(told["wishes"]), _("wish to move"), _("to the nearest 5")),
        (number(told["vacant"]), _("vacant homes offered"), _("each may begin a chain")),
    ]


def _few(count: int | None) -> str:
    return _("fewer than 11") if count is None else number(count)
