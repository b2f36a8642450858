"""The panels of the page of one site, from top to bottom."""

import pandas as pd
import streamlit as st

from views.jobs import candidates
from views.parts.site import charts, figures, sheet, standing, state, surroundings, volume, workbook
from views.parts.site import plan as drawing
from views.parts.site.cells import to_bytes
from views.parts.site.state import Shown
from views.parts.sites import compare, follow
from views.parts.sites import panels as sites_panels
from views.shared import cache, html, palette, selection
from views.shared import charts as spoken
from views.shared.codes import EDGES, FORMS, STATUSES
from views.shared.html import Fact
from views.shared.i18n import N_, _, error_words
from views.shared.numbers import number, percent
from views.shared.text import md_text

KNOWN_WORDS = {
    "land_price_eur": N_("Price of the land, €"),
    "demolition_m2": N_("Floor area to demolish, m²"),
    "pollution_m2": N_("Soil to treat, m²"),
    "market_eur_m2": N_("Market price of a new dwelling, €/m²"),
}


def choose() -> tuple[str, str, str] | None:
    """Ask which site, form and public: from the address first; None until one is chosen."""
    given = st.query_params.get("parcel")
    if given and given != st.session_state.get("parcel"):
        selection.select("parcel", given, look=True)
    site_id = selection.current("parcel")
    if not site_id:
        st.info(_("No site is chosen: pick one on the map of the sites."))
        st.page_link("sites.py", label=_("Sites"), icon=":material/landscape:")
        return None
    bar = st.container(horizontal=True, vertical_alignment="center")
    form, public = sites_panels.choose_form(bar), sites_panels.choose_public(bar)
    return site_id, form, public


def head(s: Shown) -> None:
    """Show which site this is, whether the form fits, its key figures."""
    kicker = follow.status_of(s.site_id)
    html.heading(f"{s.title} · {_(FORMS[s.form])}", sites_panels.known_as(s.row), kicker=kicker)
    if s.fits:
        html.figures(figures.headline(s))
    else:
        st.warning(_("This form does not fit here: see why below, or choose another form."))


def plans(s: Shown) -> None:
    """Show the plan of the site and the volume of the building, with what the colours mean."""
    left, right = st.columns([1.25, 1], gap="medium")
    found = drawing.plan(s.found, s.form, s.neighbours, s.pieces)
    with left:
        html.section(_("Plan, north up"))
        words = f"{_('Plan, north up')} · {s.title}"
        st.image(drawing.svg(found, title=s.title), width="stretch", alt=words)
        edges = [(palette.EDGES[kind], "", _(word)) for kind, word in EDGES.items() if _has(s, kind)]
        html.key_to_drawing([*edges, *((colour, "fill", word) for colour, word in found.key)])
    with right:
        html.section(_("Volume, seen from the south-west"))
        storey_m = cache.parameters()[f"{s.form}.storey_m"]
        raised = volume.volume(s.found, s.form, storey_m)
        if raised:
            words = f"{_('Volume, seen from the south-west')} · {s.title}"
            st.image(drawing.svg(raised, 520, title=s.title), width="stretch", alt=words)
            st.caption(volume.sizes(volume.blocks(s.found, s.form, storey_m), storey_m))
        html.verdicts(figures.verdicts(s))
        for line in figures.binding(s) if s.fits else ():
            st.markdown(f"- {md_text(line)}")


def _has(s: Shown, kind: str) -> bool:
    return bool((s.found.edges["kind"] == kind).any())


def why(s: Shown) -> None:
    """Show why the site ranks where it does: reasons, steps from the usual site, what would change it."""
    left, right = st.columns([1, 1.25], gap="medium")
    with left:
        st.subheader(_("Why this rank"))
        html.facts(
            [
                Fact(
                    _("Reliability"), percent(s.row["reliability"], 0),
                    _("the score lies between {low} and {high} whatever is unknown").format(
                        low=number(s.row["low"]), high=number(s.row["high"])
                    ),
                )
            ]
        )  # fmt: skip
        html.reasons(*figures.reasons(s))
        st.caption(standing.central(s))
        html.section(_("What would change the rank"))
        for line in standing.changes(s):
            st.markdown(f"- {md_text(line)}")
    with right:
        html.section(_("From the usual site to this one, by criterion"))
        spoken.show(charts.steps(figures.steps(s), s.public))


def costs(s: Shown) -> None:
    """Show both tenures side by side, the budget, the financing plan and the balance over sixty years."""
    st.subheader(_("To let and to own, side by side"))
    if s.study.fault:
        st.error(md_text(error_words(s.study.fault)))
    heads, rows = figures.tenures(s)
    html.grid(heads, rows)
    st.caption(figures.incomes(s))
    if s.study.rental is None:
        return
    left, right = st.columns([1.2, 1], gap="medium")
    with left:
        st.subheader(_("Balance of the rental, year by year"))
        f = s.study.rental.figures
        tested = int(cache.parameters()["account.test_years"])
        spoken.show(charts.balance(s.study.rental.account, f["worst_year"], tested))
        st.caption(
            _(
                "Bars: the year. Line: cumulative; the dot is the worst year, the dashes the end of the years tested."
            )
        )
    with right:
        st.subheader(_("Answers of the rental"))
        html.facts(figures.rental(s))
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader(_("Budget"))
        heads, rows, strong = figures.budget(s)
        html.grid(heads, rows, strong=strong)
        st.caption(figures.shares(s))
    with right:
        st.subheader(_("Financing plan"))
        heads, rows, strong = figures.plan(s)
        html.grid(heads, rows, strong=strong)
        if "pls_loans_under_half" in s.study.rental.faults:
            st.warning(_("PLS loans are under half of the cost of the PLS dwellings: the law asks for half."))


def around(s: Shown) -> None:
    """Show what stands around the site, and our residences within 500 m."""
    left, right = st.columns([1, 1.2], gap="medium")
    with left:
        st.subheader(_("Around the site"))
        html.facts(figures.context(s))
    with right:
        st.subheader(_("Our residences within 500 m"))
        rows = figures.residences(s)
        if rows:
            heads = [_("Residence"), _("Away"), _("Dwellings"), _("Under-occupied"), _("Overcrowded")]
            html.grid(heads, rows)
            st.caption(_("Households to the nearest 5; a residence of fewer than eleven is not shown."))
        else:
            st.caption(_("None of our residences lies within 500 m."))
    if lines := surroundings.told(s):
        html.section(_("What maps and registers tell of it"))
        half = (len(lines) + 1) // 2
        for column, some in zip(st.columns(2, gap="medium"), (lines[:half], lines[half:]), strict=True):
            with column:
                html.facts(some)
    surroundings.mapped(s)


def known(s: Shown) -> None:
    """Let the visitor say what they know of the land: the sums follow at once, and may be kept with the site."""
    drawer = st.expander(
        _("What you know of this site") + (f" · {len(s.known)}" if s.known else ""), icon=":material/edit_note:",
        key="site-known", on_change="rerun",
    )  # fmt: skip
    if not drawer.open:
        return
    with drawer:
        st.caption(_("Empty: the reference assumption is used, and marked as such."))
        columns = st.columns(4)
        given = {
            name: column.number_input(
                _(label), min_value=0.0, value=s.known.get(name), step=state.ASKED[name], format="%.0f",
                key=f"known-{s.site_id}-{name}",
            )
            for column, (name, label) in zip(columns, KNOWN_WORDS.items(), strict=True)
        }  # fmt: skip
        if {name: v for name, v in given.items() if v is not None} != dict(s.known):
            state.learn(s.site_id, given)
            st.rerun()
        st.button(
            _("Keep with the site"), icon=":material/save:", key="known-keep", on_click=_keep, args=(s,)
        )


def _keep(s: Shown) -> None:
    try:
        one = state.keep(s, selection.visitor())
        st.session_state["followed-said"] = ("ok", _("Kept: version {n}.").format(n=one.version))
    except candidates.CandidateError as error:
        st.session_state["followed-said"] = ("conflict", md_text(error_words(error)))


def files(s: Shown) -> None:
    """Offer the sheet (PDF), the sums (XLSX with formulas) and the plan (SVG); follow and compare."""
    bar = st.container(horizontal=True, vertical_alignment="center")
    name = f"site-{s.site_id}-{s.form}"
    bar.download_button(
        _("Sheet (PDF)"), data=lambda: sheet.pdf(s), file_name=f"{name}.pdf", mime="application/pdf",
        icon=":material/picture_as_pdf:", on_click="ignore", key="site-pdf", type="primary",
    )  # fmt: skip
    if s.study and s.study.rental:
        bar.download_button(
            _("Sums (XLSX, live formulas)"), data=lambda: xlsx(s), file_name=f"{name}.xlsx",
            icon=":material/table_view:", on_click="ignore", key="site-xlsx",
        )  # fmt: skip
    bar.download_button(
        _("Plan (SVG)"), data=lambda: _plan(s, 1400),
        file_name=f"{name}.svg", mime="image/svg+xml", icon=":material/draw:", on_click="ignore", key="site-svg",
    )  # fmt: skip
    compare.toggle(bar, s.site_id)
    bar.page_link("sites.py", label=_("Back to the map"), icon=":material/landscape:")
    run = s.judged.run_hash(s.weights)
    follow.form(s.site_id, s.title, s.form, s.public, run)


def _plan(s: Shown, width_px: int) -> str:
    return drawing.svg(drawing.plan(s.found, s.form, s.neighbours, s.pieces), width_px, title=s.title)


def xlsx(s: Shown) -> bytes:
    """Return the sums of the site as a workbook of live formulas."""
    book = sums(s)
    return to_bytes(book.cells, workbook.values(book, s.study))


def sums(s: Shown) -> workbook.Book:
    """Return the sums of the site, laid out as formulas."""
    heading = [f"{s.title} · {_(FORMS[s.form])}", s.site_id, *figures.provenance(s)]
    return workbook.build(s.study, cache.parameters(), s.study.rental.figures["equity_eur"], heading)


def sources(s: Shown) -> None:
    """Show where every figure comes from: the lines of the foot, then each reference value."""
    for line in figures.provenance(s):
        st.caption(md_text(line))
    if s.study is None:
        return
    drawer = st.expander(
        _("Every reference value used"), icon=":material/fact_check:", key="site-sources", on_change="rerun"
    )
    if drawer.open:
        used = s.study.used
        drawer.dataframe(
            pd.DataFrame(
                {
                    _("Figure"): used.index,
                    _("Value"): used["value"].to_numpy(),
                    _("Status"): [_(STATUSES.get(code, code)) for code in used["status"]],
                    _("Out of date"): used["expired"].to_numpy(),
                    _("Source"): used["source"].to_numpy(),
                }
            ),
            hide_index=True,
        )
