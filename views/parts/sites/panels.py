"""A site: picked on the map, in the search or in the table; its card; the ranked table and its files."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st

from planning.decision import promethee2, reasons, topsis
from planning.publics import OWNERSHIP
from views.jobs import candidates, site_sheet
from views.jobs import sites as job
from views.jobs.scores import Judged
from views.parts.sites import compare, follow, judging, rulebook, sketch, words
from views.parts.sites import frames as data
from views.shared import cache, carried, html, palette, search_box, selection
from views.shared.codes import EDGES, EFFECTS, FORMS, OWNER_GROUPS, RULES, STATUSES, word
from views.shared.html import Fact
from views.shared.i18n import N_, _, ngettext
from views.shared.map import clicked
from views.shared.numbers import day, metres, number, percent, square_metres
from views.shared.reasons import sentence
from views.shared.search import Entry
from views.shared.table import show as show_table

MAP, TABLE = "sites_map", "sites_table"
ROWS_SHOWN = 300
TOP = 10
VIEWS = {
    "ranking": N_("Ranking"),
    "compare": N_("Compare"),
    "pareto": N_("Need and cost"),
    "ask": N_("Which sites take…?"),
    "followed": N_("Followed sites"),
    "rules": N_("Rules of the plan"),
}


def choose_form(bar) -> str:
    """Ask which form of housing, in the bar."""
    carried.remember("form", FORMS)
    chosen = bar.segmented_control(
        _("Form of housing"), list(FORMS), required=True,
        format_func=lambda code: _(FORMS[code]), key="form", persist_state="session", label_visibility="collapsed",
    )  # fmt: skip
    return carried.keep("form", chosen)


def choose_public(bar) -> str:
    """Ask for whom, in the bar."""
    carried.remember("public", words.PUBLICS)
    chosen = bar.selectbox(
        _("For whom"), list(words.PUBLICS), format_func=lambda code: _(words.PUBLICS[code]), key="public",
        persist_state="session", label_visibility="collapsed", width=190,
    )  # fmt: skip
    return carried.keep("public", chosen)


def choose_colour(bar) -> str:
    """Ask what colours the map, in the bar."""
    return bar.segmented_control(
        _("Colour by"), list(data.COLOUR_BY), default="score", required=True, key="sites-colour",
        format_func=lambda code: _(data.COLOUR_BY[code]), persist_state="session", label_visibility="collapsed",
    )  # fmt: skip


def choose_view() -> str:
    """Ask what stands under the map: the ranking, a comparison, need against cost, a question, the followed sites."""
    return st.segmented_control(
        _("Under the map"), list(VIEWS), default="ranking", required=True, key="sites-view",
        format_func=lambda code: _(VIEWS[code]), persist_state="session", label_visibility="collapsed",
    )  # fmt: skip


def pick_on_map() -> None:
    """Pick the parcel clicked; a click on a street puts the card away."""
    if sketch.heard(st.session_state, MAP):
        return
    click = clicked(st.session_state, MAP)
    if click:
        selection.select("parcel", data.site_at(click.latitude, click.longitude), look=False)


def pick_found(entry: Entry, box: str) -> None:
    """Pick the parcel found, or the parcel of the address found."""
    search_box.clear(box)
    addresses = cache.read("addresses", geometry=False)
    parcel_id = entry.key if entry.table == "parcels" else addresses.at[entry.key, "parcel_id"]
    selection.select("parcel", parcel_id, look=True)


def pick_in_table() -> None:
    """Pick the row selected in the table."""
    rows = st.session_state[TABLE]["selection"]["rows"]
    if rows:
        selection.select("parcel", st.session_state[f"{TABLE}-keys"][rows[0]], look=True)


def card(row: pd.Series, form: str, public: str, weights: pd.Series, points: judging.Points) -> None:
    """Show what is known of a site, what it offers each form, and why it ranks where it does."""
    site_id = str(row.name)
    with st.container(border=True, gap="xsmall"):
        html.heading(str(row["title"]), known_as(row), kicker=follow.status_of(site_id))
        bar = st.container(horizontal=True)
        bar.page_link(
            "site.py", label=_("Open the sheet of the site"), icon=":material/description:",
            query_params={"parcel": site_id, "form": form, "public": public},
        )  # fmt: skip
        compare.toggle(bar, site_id)
        html.verdicts(_verdicts(site_id, public))
        if public == OWNERSHIP and row["best_form"] in FORMS:
            st.caption(
                _("To sell, it suits best as: {form}.").format(form=_(FORMS[row["best_form"]]).lower())
            )
        if row["fits"]:
            why(row, form, public, weights, points)
        follow.form(
            site_id, str(row["title"]), form, public, judging.judged(form, public, points).run_hash(weights)
        )
        html.section(_("On the map"))
        html.key_to_drawing(_key())
        html.section(_("Land"))
        html.facts(_land(row))
        zone = row["zone_label"]
        html.section(_("Rules of zone {zone}").format(zone=zone) if pd.notna(zone) else _("Rules"))
        with st.expander(_("Each rule with its source"), icon=":material/gavel:"):
            html.facts(_rules(data.rules(row)))
        st.button(
            _("Close the card"),
            icon=":material/close:",
            on_click=selection.select,
            args=("parcel", None),
            kwargs={"look": False},
            type="tertiary",
        )


def why(row: pd.Series, form: str, public: str, weights: pd.Series, points: judging.Points) -> None:
    """Show the score with how sure it is, its rank, and the three strongest reasons each way."""
    one = judging.judged(form, public, points)
    sure = judging.robust(form, public, weights, points, k=TOP, draws=judging.LIVE_DRAWS).table["top"]
    html.section(_("Score, {form}").format(form=_(FORMS[form])) + f" : {data.words_of_score(row['score'])}")
    html.facts(
        [
            Fact(
                _("Rank"),
                _("{rank} of {n}").format(rank=number(row["rank"]), n=number(len(one.panel.index))),
                _("among the best {k} in {share} of {n} draws of weights, costs and unknowns").format(
                    k=TOP, share=percent(sure[row.name], 0), n=number(judging.LIVE_DRAWS)
                ),
            ),
            Fact(
                _("Reliability"),
                percent(row["reliability"], 0),
                _("the score lies between {low} and {high} whatever is unknown").format(
                    low=number(row["low"]), high=number(row["high"])
                ),
            ),
        ]
    )
    good, bad = reasons(one.panel, weights, one.measures, row.name)
    html.reasons(*([words.sentence(r, public) for r in side] for side in (good, bad)))


def known_as(row: pd.Series) -> str:
    """Write how a site is known: its parcel and key, or that somebody drew it."""
    if site_sheet.is_drawn(str(row.name)):
        return _("Outline drawn or imported") + f" · {row.name}"
    number_of_parcel = _("Parcel {section} {number}").format(section=row["section"], number=row["number"])
    return f"{number_of_parcel} · {row.name}"


def summary(chosen: pd.DataFrame, form: str) -> None:
    """Show how many sites suit the form, while none is picked."""
    if chosen.empty:
        st.info(_("No site passes these filters."))
        return
    best = chosen["score"].max()
    public = [group for group, answer in cache.parameters().table("public_group").items() if answer]
    with st.container(border=True):
        html.figures(
            [
                (number(len(chosen)), _("sites take this form"), _(FORMS[form])),
                (
                    number(chosen["dwellings"].sum()),
                    _("dwellings at most"),
                    _("if every one of them were built"),
                ),
                (
                    number(chosen["land"].isin(public).sum() if cache.store().count("owners") else None),
                    _("on public land"),
                    _("State, communes, HLM, public bodies"),
                ),
                (number(best), _("best score"), _("out of 100")),
            ]
        )
    st.caption(
        _(
            "Touch a parcel anywhere on the map to read its card: its rules, its envelope, what fits and what does not."
        )
    )


def table(chosen: pd.DataFrame, top: pd.Series) -> None:
    """Show the best sites as a table; picking a row shows it on the map."""
    best = chosen.head(ROWS_SHOWN)
    columns = {
        "rank": (_("Rank"), number),
        "title": (_("Site"), None),
        "score": (_("Score"), number),
        "top": (_("Top {k}").format(k=TOP), lambda share: percent(share, 0)),
        "reliability": (_("Reliability"), lambda share: percent(share, 0)),
        "dwellings": (_("Dwellings"), number),
        "floors": (_("Floors"), number),
        "area_m2": (_("Land, m²"), number),
        "zone_label": (_("Zone"), None),
        "station_m": (_("Station, m"), number),
        "owner": (_("Owner"), None),
    }
    if len(chosen) > len(best):
        st.caption(
            _("The first {shown} of {n}; the files hold them all.").format(
                shown=number(len(best)), n=number(len(chosen))
            )
        )
    st.session_state[f"{TABLE}-keys"] = list(best.index)
    shown = best.assign(top=top.reindex(best.index), owner=[_owner(code) for code in best["land"]])
    show_table(shown, columns, key=TABLE, on_select=pick_in_table)


def ranking(chosen: pd.DataFrame, form: str, public: str, weights: pd.Series, points: judging.Points) -> None:
    """Show the ranked sites with how sure each rank is, the cross-checks, and what names this ranking."""
    if chosen.empty:
        st.info(_("No site passes these filters."))
        return
    one = judging.judged(form, public, points)
    sure = judging.robust(form, public, weights, points, k=TOP, draws=judging.LIVE_DRAWS)
    table(chosen, sure.table["top"])
    bar = st.container(horizontal=True, vertical_alignment="center")
    exports(bar, chosen, form)
    run = one.run_hash(weights)
    bar.button(
        _("Keep this ranking"), icon=":material/inventory_2:", key="keep-run", on_click=_keep_run,
        args=(run, form, public, weights, points, chosen),
    )  # fmt: skip
    if told := st.session_state.pop("run-said", None):
        bar.caption(told)
    st.caption(_("Ranking {run} · parameters {hash}").format(run=run, hash=one.parameters))
    cross_checks(one, weights, chosen)
    left_out = [code for code in one.left_out if weights[code] > 0]
    if left_out:
        st.caption(
            _("Nobody has data here for: {criteria}. They lower the reliability, not the score.").format(
                criteria=", ".join(words.name(code, public) for code in left_out)
            )
        )


def cross_checks(one: Judged, weights: pd.Series, chosen: pd.DataFrame) -> None:
    """Say whether two other methods agree on the best ten: TOPSIS and PROMETHEE II on the known values."""
    values = one.values.loc[chosen.index].dropna(axis=1, how="all").dropna()
    if len(values) < 3:
        return
    w = weights.reindex(values.columns)
    w = (w / w.sum()).to_numpy()
    senses = [1] * len(w)
    reference = set((values @ w).nlargest(TOP).index)
    p, each = cache.parameters(), np.ones(len(w))
    closeness = pd.Series(topsis(values, w, senses, normalisation="minmax"), values.index)
    flows = promethee2(
        values,
        w,
        senses,
        indifference=p["promethee.indifference"] * each,
        preference=p["promethee.preference"] * each,
    )
    flows = pd.Series(flows, values.index)
    agree = [len(reference & set(found.nlargest(TOP).index)) for found in (closeness, flows)]
    st.caption(
        _(
            "Cross-check on the {n} sites of which all that can be known is: of the best {k} by the weighted sum, "
            "TOPSIS keeps {topsis} and PROMETHEE II {promethee}."
        ).format(n=number(len(values)), k=TOP, topsis=agree[0], promethee=agree[1])
    )


def _keep_run(run, form, public, weights, points, chosen) -> None:
    one = judging.judged(form, public, points)
    new = candidates.keep_run(
        cache.store(), run, form=form, public=public, parameters=one.parameters, best=chosen.head(50),
        sites=len(one.values), weights=weights.to_dict(), points=points,
        who=selection.visitor(),
    )  # fmt: skip
    st.session_state["run-said"] = (_("Kept as {run}.") if new else _("Already kept as {run}.")).format(
        run=run
    )


def exports(bar, chosen: pd.DataFrame, form: str) -> None:
    """Offer the ranked sites as files, made when asked for."""
    for ending, label in ((".csv", _("Download as CSV")), (".gpkg", _("Download as GeoPackage"))):
        bar.download_button(
            label,
            data=lambda ending=ending: data.export(chosen, ending),
            file_name=f"sites-{form}{ending}",
            icon=":material/download:",
            on_click="ignore",
            key=f"sites{ending}",
        )


def note() -> str:
    """Say when the sites were evaluated and from which parameters, and whether those have changed since."""
    sites = cache.read("sites", geometry=False)
    told = _("Evaluated on {day} · parameters {hash}").format(
        day=day(sites["computed_at"].iloc[0]), hash=sites["parameters"].iloc[0]
    )
    return told + (" · " + why if (why := stale()) else "")


def stale() -> str:
    """Say why the results are older than what they are made from; nothing where they are not."""
    sites = cache.read("sites", geometry=False)
    if rulebook.changed_since(sites["computed_at"].min()):
        return _("the rule book has changed since: evaluate the sites again")
    if sites["parameters"].iloc[0] == job.site_parameters().hash:
        return ""
    return _("the reference values have changed since: evaluate the sites again")


def _verdicts(site_id: str, public: str) -> list[tuple[bool, str, str, str]]:
    results = judging.all_sites(public)[1]
    results = results[results["site_id"] == site_id].set_index("form")
    lines = []
    for form in FORMS:
        if form not in results.index:
            continue
        row = results.loc[form]
        if not row["fits"]:
            lines.append(
                (False, _(FORMS[form]), "", sentence(row["reason"], row["reason_value"], row["reason_limit"]))
            )
            continue
        figure = ngettext("{n} dwelling", "{n} dwellings", int(row["dwellings"])).format(
            n=number(row["dwellings"])
        )
        told = _("{floors} floors on {width} by {depth}, {area} on the ground").format(
            floors=number(row["floors"]),
            width=metres(row["width_m"], 1),
            depth=metres(row["depth_m"], 1),
            area=square_metres(row["footprint_m2"]),
        )
        lines.append((True, _(FORMS[form]), figure, told))
    return lines


def _key() -> list[tuple[str, str, str]]:
    lines = [
        (palette.EDGES[kind], "dashed" if kind == "rear" else "", _(label)) for kind, label in EDGES.items()
    ]
    return [
        *lines,
        ("currentColor", "dashed", _("Buildable envelope")),
        ("currentColor", "area", _("Building that fits")),
    ]


def _land(row: pd.Series) -> list[Fact]:
    station = metres(row["station_m"]) if pd.notna(row["station_m"]) else _("unknown")
    return [
        Fact(_("Area"), square_metres(row["area_m2"])),
        Fact(_("Street front"), metres(row["street_m"], 1)),
        Fact(_("Envelope"), square_metres(row["envelope_m2"])),
        Fact(_("Nearest station"), station, row["station_name"] if pd.notna(row["station_name"]) else ""),
        Fact(
            _("Priority district"), {True: _("inside"), False: _("outside")}.get(row["in_qpv"], _("unknown"))
        ),
        Fact(_("Owner"), _owner(row["land"])),
    ]


def _owner(code: str) -> str:
    return _("Private persons or unknown") if code == "private" else word(OWNER_GROUPS, code)


def _rules(rules: Mapping[str, dict]) -> list[Fact]:
    sources = cache.parameters().source
    lines = [
        Fact(_(label), _rule(name, rules[name]), _source(rules[name], sources))
        for name, label in RULES.items()
        if name in rules
    ]
    zones = rules.get("zones", [])
    if len(zones) > 1:
        shares = ", ".join(f"{zone['label']} {percent(zone['share'], 0)}" for zone in zones)
        lines.append(Fact(_("Astride zones"), shares))
    for found in rules.get("prescriptions", []):
        note = " · ".join(
            text
            for text in (_("prescription {code}").format(code=found["code"]), word(EFFECTS, found["effect"]))
            if text
        )
        lines.append(
            Fact(
                str(found["label"] or _("Prescription")),
                "" if found["share"] is None else percent(found["share"], 0),
                note,
            )
        )
    return lines


def _rule(name: str, rule: Mapping) -> str:
    if rule.get("free"):
        return _("not regulated")
    if rule.get("value") is None:
        return _("unknown")
    if name == "housing":
        return _("yes") if rule["value"] else _("no")
    return percent(rule["value"], 0) if name == "footprint" else metres(rule["value"], 1)


def _source(rule: Mapping, sources: Mapping[str, str]) -> str:
    told = sources.get(rule["source"])
    places = {
        "columns": _("columns of the plan"),
        "label": _("label of the zone"),
        "both": _("plan: columns and label"),
    }
    code = _("code {code}").format(code=rule["code"]) if rule.get("code") else ""
    source = places.get(rule["source"], _(told) if told else "")
    return " · ".join(
        text for text in (_(STATUSES.get(rule["status"], rule["status"])), code, source) if text
    )
