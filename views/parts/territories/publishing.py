"""What publishing a plan would change, publication and its undoing, and the plan as files."""

import streamlit as st

from planning.territory import draft as d
from planning.territory.draft import DraftError
from views.jobs import export, territory_files, territory_plans
from views.jobs.territory import Land, effects, with_offices
from views.jobs.territory_plans import Work
from views.parts.territories import report as report_territory
from views.parts.territories import state as territory
from views.parts.territories.comparing import Drawn, both
from views.parts.territories.effects import effect_sentences
from views.parts.territories.panels import listing, moved
from views.shared import cache, html
from views.shared.i18n import N_, _, error_words
from views.shared.numbers import day
from views.shared.text import md_text

COLUMNS = 3


def publish(land: Land, work: Work) -> None:
    """Show what publishing would change, publish, and undo a publication."""
    plan = work.draft.plan()
    today, after = (land, land.ground.today), (with_offices(land, work.draft.offices), plan)
    if d.broken(land.ground, plan):
        st.warning(_("An area is in several pieces: mend it before publishing, or publish knowingly."))
    for heads, rows in _sides(today, after, work):
        html.sides(heads, rows)
    found = effects(land, plan)
    for sentence in effect_sentences(found):
        st.markdown("- " + md_text(sentence))
    row = st.container(horizontal=True)
    row.button(
        _("Publish: the stock takes these areas"),
        key="territory-publish",
        type="primary",
        icon=":material/publish:",
        disabled=not found.residences and not work.draft.offices,
        on_click=lambda: _publish(land, work),
    )
    last = territory_plans.last_publication(cache.store(), land.level)
    if last is not None:
        row.button(
            _("Undo the publication of {day}: {name}").format(
                day=day(last["published_at"]), name=md_text(last["name"])
            ),
            key="territory-unpublish",
            icon=":material/undo:",
            on_click=lambda: _unpublish(last.name),
        )
    if found.residences:
        with st.expander(_("Who changes")):
            moved(land, d.movers(land.ground, land.ground.today, plan), _("From"), _("To"))


def _sides(today: Drawn, after: Drawn, work: Work) -> list[tuple[list[str], list]]:
    """Return tables narrow enough for a tablet: today's figures over the plan's, red outside the tolerance."""
    table = both([today, after], ("before", "after"), work)
    deviation = d.by_area(after[0].ground, after[1], work.weights)["deviation_pct"]
    outside = {after[0].names[area] for area, off in deviation.items() if abs(off) > work.tolerance_pct}
    labels = list(dict.fromkeys(label for label, _side in table.columns))
    found = []
    for first in range(0, len(labels), COLUMNS):
        shown = labels[first : first + COLUMNS]
        rows = [
            (
                name,
                [(r[at, "before"], r[at, "after"], at == _("Deviation") and name in outside) for at in shown],
            )
            for name, r in table.iterrows()
        ]
        found.append((["", *shown], rows))
    return found


def _publish(land: Land, work: Work) -> None:
    saved = territory_plans.plans(cache.store(), land.level)["name"]
    name = saved.get(work.plan_id) or _("Plan without a name")
    try:
        territory_plans.publish(cache.store(), land, work, name=name, who=territory.who())
        st.session_state["territory-said"] = N_(
            "Published: the stock has its new areas. It can be undone here."
        )
    except DraftError:
        st.session_state["territory-refused"] = N_(
            "The stock changed since this plan was drawn, or nothing moves: look again, then publish."
        )


def _unpublish(key: str) -> None:
    try:
        territory_plans.unpublish(cache.store(), key, territory.who())
        st.session_state["territory-said"] = N_("The publication is undone: the stock is as it was before.")
    except DraftError:
        st.session_state["territory-refused"] = N_(
            "The stock changed since this publication: publish another plan instead."
        )


def files(land: Land, work: Work) -> None:
    """Offer the plan as files, and take one back."""
    plan = work.draft.plan()
    apart = d.movers(land.ground, land.ground.today, plan)
    row = st.container(horizontal=True)
    row.download_button(
        _("Plan (CSV)"), lambda: territory_files.csv(land, plan), "plan.csv", "text/csv", key="territory-csv"
    )
    row.download_button(
        _("Plan (GeoJSON)"), lambda: territory_files.geojson(land, plan), "plan.geojson", "application/geo+json",
        key="territory-geojson",
    )  # fmt: skip
    listed = listing(land, apart, _("From"), _("To")).rename_axis("residence_id")
    row.download_button(
        _("Movers (XLSX)"), lambda: export.to_bytes(listed, ".xlsx"), "movers.xlsx", key="territory-xlsx"
    )
    row.download_button(
        _("Report (PDF)"),
        lambda: report_territory.pdf(land, work, cache.settings()),
        "report.pdf",
        "application/pdf",
        key="territory-pdf",
    )
    given = st.file_uploader(_("Read a plan back (CSV)"), type="csv", key="territory-read")
    if given is not None and st.button(_("Take the plan of this file"), key="territory-read-it"):
        try:
            territory.take(work, land, territory_files.read_csv(given.getvalue(), land), "file")
            st.rerun()
        except DraftError as error:
            st.error(md_text(error_words(error)))
