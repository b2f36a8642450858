"""A site: picked on the map, in the search or in the table; its card; the ranked table and its files."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from views.jobs import sites as job
from views.parts.sites import frames as data
from views.shared import cache, html, palette, search_box, selection
from views.shared.codes import EDGES, EFFECTS, FORMS, OWNER_GROUPS, PARTS, RULES, STATUSES, word
from views.shared.html import Fact
from views.shared.i18n import _, ngettext
from views.shared.map import clicked
from views.shared.numbers import day, metres, number, percent, square_metres
from views.shared.reasons import sentence
from views.shared.search import Entry
from views.shared.table import show as show_table

MAP, TABLE = "sites_map", "sites_table"
ROWS_SHOWN = 300


def pick_on_map() -> None:
    """Pick the parcel clicked; a click on a street puts the card away."""
    click = clicked(st.session_state, MAP)
    if click:
        selection.select("parcel", data.parcel_at(click.latitude, click.longitude), look=False)


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


def weights(bar) -> dict[str, float]:
    """Show the weights of the score in a popover of the bar; return them."""
    standard = data.default_weights()
    with bar.popover(_("Weights"), icon=":material/balance:", key="weights"):
        st.caption(_("What counts, and how much. The score stays out of 100."))
        chosen = {
            part: float(
                st.slider(
                    _(PARTS[part]), 0, 100, int(weight), 5, key=f"weight-{part}", persist_state="session"
                )
            )
            for part, weight in standard.items()
        }
        st.button(
            _("Back to the reference weights"),
            on_click=_forget_weights,
            args=(standard,),
            disabled=chosen == standard,
        )
    return chosen if sum(chosen.values()) else standard


def card(row: pd.Series, form: str) -> None:
    """Show what is known of a site and what it offers each form."""
    with st.container(border=True, gap="xsmall"):
        number_of_parcel = _("Parcel {section} {number}").format(section=row["section"], number=row["number"])
        title = row["address"] if pd.notna(row["address"]) else number_of_parcel
        html.heading(title, row.name if title == number_of_parcel else f"{number_of_parcel} · {row.name}")
        html.verdicts(_verdicts(str(row.name)))
        if row["fits"]:
            html.section(
                _("Score, {form}").format(form=_(FORMS[form])) + f" : {data.words_of_score(row['score'])}"
            )
            html.bars(_parts(row))
        html.section(_("On the map"))
        html.key_to_drawing(_key())
        html.section(_("Land"))
        html.facts(_land(row))
        html.section(
            _("Rules of zone {zone}").format(zone=row["zone_label"])
            if pd.notna(row["zone_label"])
            else _("Rules")
        )
        html.facts(_rules(data.rules(row)))
        st.button(
            _("Close the card"),
            icon=":material/close:",
            on_click=selection.select,
            args=("parcel", None),
            kwargs={"look": False},
            type="tertiary",
        )


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
                    number(chosen["land"].isin(public).sum()),
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


def table(chosen: pd.DataFrame, form: str) -> None:
    """Show the best sites as a table; picking a row shows it on the map."""
    best = chosen.head(ROWS_SHOWN)
    columns = {
        "rank": (_("Rank"), number),
        "parcel": (_("Parcel"), None),
        "address": (_("Address"), None),
        "score": (_("Score"), number),
        "dwellings": (_("Dwellings"), number),
        "floors": (_("Floors"), number),
        "area_m2": (_("Land, m²"), number),
        "zone_label": (_("Zone"), None),
        "station_m": (_("Station, m"), number),
        "owner": (_("Owner"), None),
    }
    st.subheader(_("The best sites, ranked"))
    if len(chosen) > len(best):
        st.caption(
            _("The first {shown} of {n}; the files hold them all.").format(
                shown=number(len(best)), n=number(len(chosen))
            )
        )
    st.session_state[f"{TABLE}-keys"] = list(best.index)
    shown = best.assign(
        parcel=best["section"] + " " + best["number"], owner=[_owner(code) for code in best["land"]]
    )
    show_table(shown, columns, key=TABLE, on_select=pick_in_table)


def exports(chosen: pd.DataFrame, form: str) -> None:
    """Offer the ranked sites as files, made when asked for."""
    bar = st.container(horizontal=True)
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
    """Say where the figures come from: when they were computed, from which parameters."""
    sites = cache.read("sites", geometry=False)
    return _("Evaluated on {day} · parameters {hash}").format(
        day=day(sites["computed_at"].iloc[0]), hash=sites["parameters"].iloc[0]
    )


def invite_to_evaluate() -> None:
    """Offer to evaluate the sites of a store that has parcels and no result yet."""
    parcels = cache.store().count("parcels")
    if not parcels:
        st.info(_("No parcel yet: import them in a terminal, `python cli.py import parcels FILE`."))
        return
    st.info(_("{n} parcels are here and none is evaluated yet.").format(n=number(parcels)))
    if st.button(_("Evaluate the sites"), type="primary", icon=":material/play_arrow:"):
        bar = st.progress(0.0)
        job.run(cache.store(), progress=lambda done, text: bar.progress(min(done, 1.0), text=_(text)))
        st.rerun()


def _verdicts(site_id: str) -> list[tuple[bool, str, str, str]]:
    results = cache.store().read("site_results", where={"site_id": site_id}).set_index("form")
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


def _parts(row: pd.Series) -> list[tuple[str, float | None, float, str]]:
    lines = []
    for part, label in PARTS.items():
        value, most = row[f"part_{part}"], row[f"most_{part}"]
        known = None if pd.isna(value) else float(value)
        words = (
            _("unknown")
            if known is None
            else _("{part} of {most}").format(part=number(known), most=number(most))
        )
        lines.append((_(label), known, most, words))
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


def _forget_weights(standard: Mapping[str, float]) -> None:
    for part, weight in standard.items():
        st.session_state[f"weight-{part}"] = int(weight)
