"""The programme before the first run: what it does, and what it would choose among."""

import pandas as pd
import streamlit as st

from views.jobs import candidates
from views.jobs import programme as job
from views.shared import cache, html
from views.shared.codes import FORMS
from views.shared.i18n import _, ngettext
from views.shared.numbers import number
from views.shared.text import md_text


def show() -> None:
    """Say what making a programme does, with the counts of the sites at hand."""
    p = job.scores.all_parameters()
    table = job.at_hand(cache.store(), p)
    if not table["sites"].sum():
        st.info(
            ngettext(
                "No site takes a form with {n} dwelling or more: no programme can be made.",
                "No site takes a form with {n} dwellings or more: no programme can be made.",
                int(p["programme.least_dwellings"]),
            ).format(n=number(p["programme.least_dwellings"]))
        )
        return
    st.markdown(
        md_text(
            _(
                "Say what each year must reach, then make the programme: operations are chosen among the best ranked "
                "sites, and each is given the year its works start. It takes some twenty seconds. The values above "
                "are those of the reference: they will do for a first run."
            )
        )
    )
    left, right = st.columns([1.35, 1], gap="large")
    with left:
        html.section(_("What it chooses among"))
        html.figures(figures(table, candidates.candidates(cache.store())["status"]))
        html.grid(
            [
                _("Form"),
                _("Sites of {n} dwellings or more").format(n=number(p["programme.least_dwellings"])),
                _("Dwellings at most"),
                _("On our own land"),
            ],
            [
                (_(FORMS[form]), [number(row["sites"]), number(row["dwellings"]), number(row["own"])])
                for form, row in table.iterrows()
            ],
        )
    with right:
        html.section(_("What it holds to"))
        for line in rules(p):
            st.markdown(f"- {md_text(line)}")
        html.section(_("What you get"))
        st.markdown(
            md_text(
                _(
                    "The calendar and the map of the operations, each year beside its targets; what changes when "
                    "one is pinned or removed; what may fall through; what quality costs in dwellings; a PDF and "
                    "a workbook. A programme saved here opens with the page."
                )
            )
        )


def figures(table: pd.DataFrame, status: pd.Series) -> list[tuple[str, str, str]]:
    """Return the figures: operations to choose among, sites followed and dropped."""
    operations, dropped = int(table["operations"].sum()), int((status == "dropped").sum())
    among = _("always among them; {n} dropped are left out") if dropped else _("always among them")
    return [
        (number(operations), _("operations at most"), _("the best sites of each form, by public and tenure")),
        (number(len(status) - dropped), _("followed sites"), among.format(n=number(dropped))),
    ]


def rules(p) -> list[str]:
    """Return what every programme holds to, besides what is asked above."""
    return [
        _("{equity} M€ of equity a year, {staff} operations under way at most.").format(
            equity=number(p["programme.equity_eur_year"] / 1e6, 1),
            staff=number(p["programme.staff_operations"]),
        ),
        ngettext(
            "Land that is not ours starts {n} year later, once it is secured.",
            "Land that is not ours starts {n} years later, once it is secured.",
            int(p["programme.secure_years"]),
        ).format(n=number(p["programme.secure_years"])),
        _("A least share for each form and for the elderly, a largest one for an agency and for ownership."),
        _("One operation a site; the best plan is proven, or how far from it is told."),
    ]
