"""The panels of the programme: what is asked, what is reached, what-if, risk, frontier, versions."""

import pandas as pd
import streamlit as st

from planning.programme import ProgrammeError, against_targets, band, frontier, reserves
from views.jobs import programme as job
from views.parts.programme import drawing, papers, state, words
from views.parts.sites import frames as sites
from views.shared import cache, charts, html
from views.shared.codes import word
from views.shared.i18n import _, error_words
from views.shared.numbers import day, number, percent
from views.shared.text import md_text


def ask() -> None:
    """Ask for the years, the targets and the weights; choosing is an act, as it takes seconds."""
    p = job.scores.all_parameters()
    with st.form("programme-ask", border=False):
        line = st.columns([1, 1, 1, 1, 1.2], vertical_alignment="bottom")
        years = line[0].number_input(_("Years"), 1, 10, 5)
        size = line[1].number_input(
            _("Dwellings a year"), 0, 2000, int(p["programme.dwellings_a_year"]), step=10
        )
        budget = line[2].number_input(
            _("Budget a year, M€"), 1.0, 1000.0, p["programme.budget_eur_year"] / 1e6, step=1.0, format="%g"
        )
        owned = line[3].number_input(
            _("Ownership operations a year"), 0, 20, int(p["programme.ownership_a_year"])
        )
        asked = line[4].form_submit_button(
            _("Make the programme"),
            type="primary",
            icon=":material/calculate:",
            width="stretch",
            key="programme-go",
        )
        with st.expander(_("What counts more")):
            spans = st.columns(len(words.OBJECTIVES))
            weights = {
                name: spans[rank].slider(
                    _(label), 0.0, 2.0, job.WEIGHTS[name], 0.1, key=f"programme-weight-{name}"
                )
                for rank, (name, label) in enumerate(words.OBJECTIVES.items())
            }
    if asked:
        first = job.first_year(cache.store())
        wanted = job.targets(
            p, tuple(range(first, first + int(years))), dwellings_least=float(size),
            budget_eur=budget * 1e6, ownership_least=float(owned),
        )  # fmt: skip
        try:
            with st.spinner(_("Judging the sites and choosing: some twenty seconds")):
                state.make(wanted, {name: weight for name, weight in weights.items() if weight})
        except ProgrammeError as error:
            st.error(md_text(error_words(error)))


def known_as(held: dict) -> None:
    """Say which saved programme is shown, unless it is a new one or was changed since."""
    saved = job.versions(cache.store())
    if held.get("saved") in saved.index and held["found"] is held["kept"]:
        row = saved.loc[held["saved"]]
        st.caption(
            _("Shown: {name}, version {n}, saved on {day}.").format(
                name=md_text(row["name"]), n=held["saved"][1], day=day(row["made_at"])
            )
        )


def reached(held: dict) -> None:
    """Set the plan against its targets, quantity and quality side by side."""
    found, wanted = held["found"], held["wanted"]
    table = against_targets(found, wanted)
    size = found.chosen["dwellings"].astype(float)
    quality = (size * found.chosen["quality"].fillna(0)).sum() / max(size.sum(), 1)
    html.figures(
        [
            (number(size.sum()), _("dwellings started"), _("{n} operations").format(n=number(len(size)))),
            (percent(quality, 0), _("mean quality of their sites"), _("score under the default weights")),
            (number(table["ownership"].sum()), _("operations to own"), _("at least one a year is asked")),
            (percent(found.gap_pct / 100), _("at most to be gained"), _("proven"))
            if held["relaxed"].empty
            else (number(len(held["relaxed"])), _("targets give way"), _("no programme meets all")),
        ]
    )
    if len(held["relaxed"]):
        if held["relaxed"].attrs.get("proven"):
            st.warning(_("No programme meets all targets. The fewest that must give way:"))
        else:
            st.warning(_("No programme meets all targets. These give way; fewer might do, the time ran out:"))
        agencies = cache.read("agencies", geometry=False)["name"]
        html.grid(
            [_("Target"), _("Asked"), _("Reached")],
            [
                (
                    words.target(row, agencies),
                    (words.amount(row["kind"], row["asked"]), words.amount(row["kind"], row["reached"])),
                )
                for _index, row in held["relaxed"].iterrows()
            ],
        )
    heads = [
        "", _("Dwellings"), _("Target"), _("To own"), _("Quality"), _("Cases relieved"), _("Spent, M€"),
        _("Budget, M€"), _("Under way"),
    ]  # fmt: skip
    rows = [
        (
            str(year),
            (
                number(row["dwellings"]), number(row["dwellings_target"]), number(row["ownership"]),
                percent(row["quality"], 0), number(row["need"]), number(row["spent_eur"] / 1e6, 1),
                number(row["budget_eur"] / 1e6, 1), number(row["under_way"]),
            ),
        )
        for year, row in table.iterrows()
    ]  # fmt: skip
    html.grid(heads, rows)


def touch(held: dict) -> None:
    """List the operations; one can be pinned to a year or removed, and the programme is mended around it."""
    found, wanted = held["found"], held["wanted"]
    pinned = dict(found.pinned)
    rows = found.chosen
    title = names(rows)
    told = {
        key: f"{title[key]} · {words.operation(row)} · {int(row['start_year'])} · {number(row['dwellings'])}"
        + (" · " + _("pinned") if key in pinned else "")
        for key, row in rows.iterrows()
    }
    line = st.columns([3, 1, 1, 1], vertical_alignment="bottom")
    picked = line[0].selectbox(_("Operation"), list(told), format_func=told.get, key="programme-pick")
    year = line[1].selectbox(_("Start"), wanted.years, key="programme-year")
    act = None
    if line[2].button(_("Pin"), icon=":material/push_pin:", width="stretch", key="programme-pin"):
        act = {"pin": picked, "year": int(year)}
    if line[3].button(_("Remove"), icon=":material/delete:", width="stretch", key="programme-remove"):
        act = {"remove": picked}
    if act:
        try:
            state.change(**act)
        except ProgrammeError as error:
            st.error(md_text(error_words(error)))
        else:
            st.rerun()
    first = held["first"]
    if found is not first:
        gone = first.chosen.index.difference(rows.index)
        come = rows.index.difference(first.chosen.index)
        before, after = int(first.chosen["dwellings"].sum()), int(rows["dwellings"].sum())
        st.caption(
            _(
                "Against the first choice: {out} out, {into} in, {before} dwellings then {after}; mended in {s} s."
            ).format(
                out=number(len(gone)),
                into=number(len(come)),
                before=number(before),
                after=number(after),
                s=number(found.seconds, 1),
            )  # fmt: skip
        )


def risk(held: dict) -> None:
    """Expect the dwellings when sites fall through, and say what to secure next."""
    found, wanted, here = held["found"], held["wanted"], state.ground()
    spread = band(found.chosen, here.falls_through)
    named = {"all": _("All years")}
    html.grid(
        ["", _("Planned"), _("Expected"), _("Band, 80 %")],
        [
            (
                named.get(year, str(year)),
                (
                    number(row["planned"]),
                    number(row["expected"]),
                    f"{number(row['low'])} – {number(row['high'])}",
                ),
            )
            for year, row in spread.iterrows()
        ],
        strong=(len(spread) - 1,),
    )
    st.caption(_("Chances by the status of the site, assumed: {text}").format(text=_chances(here.parameters)))
    if wanted.dwellings_least:
        html.section(_("What to secure next"))
        table = reserves(found.chosen, here.options, here.falls_through, wanted.dwellings_least, most=8)
        title = names(here.options.loc[here.options.index.intersection(table.index)])
        html.grid(
            [_("Site"), _("How"), _("Year"), _("Dwellings"), _("Dwellings short spared")],
            [
                (
                    title.get(key, str(key)),
                    (
                        word(words.ACTIONS, row["action"]),
                        str(int(row["year"])),
                        number(row["dwellings"]),
                        number(row["gain"], 1),
                    ),
                )
                for key, row in table.iterrows()
            ],
        )


def _chances(p) -> str:
    said = {
        "spotted": _("spotted"), "studied": _("studied"), "negotiating": _("under negotiation"), "own": _("own land"),
    }  # fmt: skip
    return ", ".join(
        f"{label} {percent(p[f'programme.falls_through.{name}'], 0)}" for name, label in said.items()
    )


def until(years: tuple[int, ...]) -> int:
    """Ask up to which start year the map shows operations; all by default."""
    if len(years) == 1:
        return years[0]
    return int(
        st.select_slider(
            _("Operations started up to"), years, years[-1], key=f"programme-until-{years[0]}-{years[-1]}"
        )
    )


def trade_off(held: dict) -> None:
    """Draw what another objective costs in dwellings."""
    second = st.segmented_control(
        _("Against"), ["quality", "need", "robustness"], default="quality", required=True,
        format_func=lambda name: _(words.OBJECTIVES[name]), key="programme-second",
    )  # fmt: skip
    if st.button(_("Draw the frontier"), icon=":material/show_chart:", key="programme-frontier"):
        try:
            with st.spinner(_("Up to forty seconds")):
                found = frontier(state.ground().options, held["wanted"], second, points=9, seconds=40)
            st.session_state["programme-front"] = (second, found)
        except ProgrammeError as error:
            st.error(md_text(error_words(error)))
    if "programme-front" in st.session_state:
        drawn, table = st.session_state["programme-front"]
        charts.show(drawing.frontier(table, drawn, _(words.OBJECTIVES[drawn])))


def versions(held: dict) -> None:
    """Save, open and compare programmes; give the files."""
    store = cache.store()
    saved = job.versions(store)
    line = st.columns([2, 1, 1, 1], vertical_alignment="bottom")
    name = line[0].text_input(_("Name of the programme"), key="programme-name")
    if line[1].button(
        _("Save"), icon=":material/save:", width="stretch", disabled=not name, key="programme-save"
    ):
        state.save(name=name.strip())
        st.rerun()
    spread = band(held["found"].chosen, state.ground().falls_through)
    line[2].download_button(
        _("PDF"), lambda: papers.pdf(held["found"], held["wanted"], spread), "programme.pdf", "application/pdf",
        icon=":material/print:", width="stretch", on_click="ignore", key="programme-pdf",
    )  # fmt: skip
    line[3].download_button(
        _("XLSX"), lambda: papers.xlsx(held["found"], held["wanted"]), "programme.xlsx", icon=":material/table:",
        width="stretch", on_click="ignore", key="programme-xlsx",
    )  # fmt: skip
    if saved.empty:
        st.info(_("No programme saved yet."))
        return
    _again(held, saved)
    labels = {(key, int(version)): f"{row['name']} · v{version}" for (key, version), row in saved.iterrows()}
    line = st.columns([4, 1], vertical_alignment="bottom")
    other = line[0].selectbox(_("Compare with"), list(labels), format_func=labels.get, key="programme-other")
    made, wanted, weights = job.open_programme(store, *other)
    if line[1].button(_("Open"), icon=":material/folder_open:", width="stretch", key="programme-open"):
        state.keep(made, wanted, weights, saved=other)
        st.rerun()
    compare(held["found"], made, labels[other])


def _again(held: dict, saved: pd.DataFrame) -> None:
    """Offer to save the programme in hand as the next version of the one it was saved as or opened from."""
    key, version = held.get("saved", (None, 0))
    if (key, version) not in saved.index:
        return
    name = saved.at[(key, version), "name"]
    if st.button(
        _("Save as version {n} of {name}").format(n=version + 1, name=md_text(name)),
        icon=":material/library_add:",
        disabled=held["found"] is held["kept"],
        key="programme-again",
    ):
        try:
            state.save()
        except ProgrammeError as error:
            st.error(md_text(error_words(error)))
        else:
            st.rerun()


def compare(one, other, name: str) -> None:
    """Set two programmes side by side."""

    def told(found) -> list[str]:
        rows = found.chosen
        size = rows["dwellings"].astype(float)
        quality = (size * rows["quality"].astype(float).fillna(0)).sum() / max(size.sum(), 1)
        owned = (rows["tenure"] == "ownership").sum()
        return [
            number(len(rows)), number(size.sum()), percent(quality, 0), number(owned), number(rows["need"].sum()),
            number(rows["cost_eur"].sum() / 1e6, 1), number(rows["equity_eur"].sum() / 1e6, 1),
        ]  # fmt: skip

    heads = [
        _("Operations"), _("Dwellings"), _("Quality"), _("To own"), _("Cases relieved"), _("Cost, M€"), _("Equity, M€"),
    ]  # fmt: skip
    both = list(zip(heads, told(one), told(other), strict=True))
    html.grid(["", _("In hand"), name], [(head, (a, b)) for head, a, b in both])
    shared = len(one.chosen.index.intersection(other.chosen.index))
    st.caption(_("{n} operations are in both.").format(n=number(shared)))


def names(operations: pd.DataFrame) -> pd.Series:
    """Name the site of each operation, by ``option_id``: its address, else its parcel."""
    return sites.titles(pd.Index(operations["site_id"])).set_axis(operations.index)


def rows(held: dict) -> pd.DataFrame:
    """The operations as a table of the page."""
    chosen = held["found"].chosen
    return pd.DataFrame(
        {
            _("Site"): names(chosen).to_numpy(), _("Start"): chosen["start_year"].astype(str),
            _("Operation"): [words.operation(row) for _index, row in chosen.iterrows()],
            _("Tenure"): chosen["tenure"].map(lambda code: word(words.TENURES, code)),
            _("Dwellings"): chosen["dwellings"].astype(int),
            _("Quality"): chosen["quality"].map(lambda v: percent(v, 0)),
            _("Cost, M€"): chosen["cost_eur"].map(lambda v: number(v / 1e6, 1)),
        }
    ).reset_index(drop=True)  # fmt: skip
