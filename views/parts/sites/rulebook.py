"""The rule book of the town as a table: one zone at a time, checked, kept as the next version, taken away as CSV."""

import json

import pandas as pd
import streamlit as st

from planning.zoning.rulebook import COLUMNS, CONFIDENCES, FAULTS, KNOWN, RuleBookError, blank, faults
from views.jobs import rulebook
from views.shared import cache, evaluating, selection
from views.shared.codes import EDGES, STATUSES
from views.shared.i18n import N_, _, error_words
from views.shared.numbers import day, number
from views.shared.text import md_text

RULE_WORDS = {
    "housing": N_("Housing allowed"),
    "height": N_("Greatest height"),
    "prospect": N_("Height beyond the width of the street"),
    "setback": N_("Setback"),
    "alignment": N_("Building on the street line asked for"),
    "band": N_("Building band from the street"),
    "footprint": N_("Greatest footprint"),
    "open_soil": N_("Open soil to keep"),
    "parking": N_("Parking places by dwelling"),
    "social_mix": N_("Share of social dwellings asked for"),
}
CONFIDENCE_WORDS = {
    "read": N_("read in the plan"),
    "interpreted": N_("interpreted"),
    "assumed": N_("assumed"),
    "unknown": N_("unknown"),
}
UNIT_WORDS = {
    "yes 1 no 0": N_("1 yes, 0 no"),
    "share": N_("share, 0 to 1"),
    "places / dwelling": N_("places / dwelling"),
}
IN_USE = {"street": "front", "side": "side", "rear": "rear"}
EDITED = ["value", "height_share", "article", "page", "valid_from", "confidence", "source"]


def show() -> None:
    """Show the rules of a zone to be filled in, what is used today beside; keep, export, evaluate again."""
    _said()
    book = rulebook.read_book(cache.store())
    document, version = _head(book)
    zones = _zones()
    if not len(zones):
        st.info(_("No zone is known: import the local plan first."))
        return
    zone = st.selectbox(
        _("Zone"), list(zones.index), key="rules-zone",
        format_func=lambda label: _("{zone} · {n} parcels").format(zone=md_text(label), n=number(zones[label])),
    )  # fmt: skip
    rows = of_zone(book, zone)
    table = _table(rows, zone)
    st.caption(
        _("What is not filled in stays as the label of the zone tells it; “unknown” promises nothing.")
    )
    edited = st.data_editor(
        table, hide_index=True, key=f"rules-table-{zone}-{version}", height=38 + 35 * len(table), placeholder="",
        disabled=["rule", "band", "edge", "unit", "in_use"], column_config=_columns(),
    )  # fmt: skip
    changed = rows.assign(**{column: edited[column].to_numpy() for column in EDITED})
    found = faults(filled(changed))
    for fault in found.itertuples():
        st.error(_fault(fault, filled(changed)))
    row = st.container(horizontal=True, vertical_alignment="bottom")
    given = row.text_input(_("Name of the rule book"), document, key="rules-document", width=280)
    row.button(
        _("Keep as version {n}").format(n=version + 1), type="primary", key="rules-keep",
        disabled=len(found) > 0 or not given.strip() or filled(changed).empty, on_click=_keep,
        args=(given.strip() or document, version if given.strip() == document else 0, book, zone, changed),
    )  # fmt: skip
    row.download_button(
        _("Rule book as CSV"), data=lambda: rulebook.export_book(cache.store()).encode("utf-8-sig"),
        file_name="rules.csv", mime="text/csv", icon=":material/download:", on_click="ignore", key="rules-csv",
    )  # fmt: skip
    row.page_link("files.py", label=_("Bring a rule book from a file"), icon=":material/upload:")
    _evaluate_again()


def of_zone(book: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Return every rule that a zone can have: those of the book, the others without value nor confidence."""
    mine = book[book["zone_label"] == zone]
    bare = blank([zone]).assign(confidence=None)
    key = ["rule", "band", "edge"]
    known = pd.MultiIndex.from_frame(mine[key])
    bare = bare[~pd.MultiIndex.from_frame(bare[key]).isin(known)]
    order = {name: i for i, name in enumerate(RULE_WORDS)}
    parts = [part for part in (mine, bare) if len(part)]
    rows = pd.concat([part.astype(object) for part in parts], ignore_index=True)[COLUMNS]
    rank = rows["rule"].map(order)
    return rows.assign(rank=rank).sort_values(["rank", "band", "edge"], ignore_index=True)[COLUMNS]


def filled(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rules that somebody said something of; a value without confidence is taken as read."""
    said = rows[["value", "height_share", "confidence"]].notna().any(axis=1)
    kept = rows[said].reset_index(drop=True)
    return kept.assign(confidence=kept["confidence"].astype(object).where(kept["confidence"].notna(), "read"))


def in_use(rules: dict, rule: str, band: str, edge: str) -> str:
    """Write the value that the last evaluation used for a rule of a zone, with where it came from."""
    name = IN_USE[edge] if rule == "setback" and edge in IN_USE else rule
    found = rules.get("height_2" if (rule, band) == ("height", "2") else name)
    if not found or (rule == "setback" and band == "2"):
        return ""
    if found.get("free"):
        return _("not regulated")
    if found.get("value") is None:
        return _("unknown")
    return f"{number(found['value'], 2)} · {_(STATUSES.get(found['status'], found['status']))}"


def _head(book: pd.DataFrame) -> tuple[str, int]:
    """Say which book is in hand; return its name and its version, 0 for a new one."""
    known = rulebook.books(cache.store())
    if known.empty:
        st.info(
            _("No rule book is kept yet: the rules come from the labels of the zones and from assumptions.")
        )
        return _("Rule book"), 0
    last = known.sort_values("made_at").iloc[-1]
    told = _("{document}, version {n}, {day}").format(
        document=md_text(last["document"]), n=last["version"], day=day(last["made_at"])
    )
    st.markdown(told + (f" · {md_text(last['made_by'])}" if pd.notna(last["made_by"]) else ""))
    return str(last["document"]), int(last["version"])


def _zones() -> pd.Series:
    """Parcels by label of zone, the most frequent first."""
    return cache.read("sites", geometry=False)["zone_label"].dropna().value_counts()


def _table(rows: pd.DataFrame, zone: str) -> pd.DataFrame:
    sites = cache.read("sites", geometry=False)
    of_label = sites.loc[sites["zone_label"] == zone, "rules"].dropna()
    rules = json.loads(of_label.iloc[0]) if len(of_label) else {}
    band = {"all": _("whole"), "1": _("first"), "2": _("second")}
    table = pd.DataFrame(
        {
            "rule": [_(RULE_WORDS[rule]) for rule in rows["rule"]],
            "band": [band[str(code)] for code in rows["band"]],
            "edge": [_(EDGES[code]) if code in EDGES else "" for code in rows["edge"]],
            "unit": [_(UNIT_WORDS[unit]) if unit in UNIT_WORDS else unit for unit in rows["unit"]],
            "in_use": [
                in_use(rules, *key)
                for key in rows[["rule", "band", "edge"]].itertuples(index=False, name=None)
            ],
        }
    )
    for column in ("value", "height_share"):
        table[column] = rows[column].astype(float)
    for column in ("article", "page", "source", "confidence"):
        table[column] = rows[column].astype(object).where(rows[column].notna(), None)
    table["valid_from"] = pd.to_datetime(rows["valid_from"], errors="coerce")
    return table[["rule", "band", "edge", "value", "height_share", "unit", "in_use", *EDITED[2:]]]


def _columns() -> dict:
    kind = st.column_config
    return {
        "rule": kind.TextColumn(_("Rule"), width=250, pinned=True),
        "band": kind.TextColumn(_("Band"), width=80),
        "edge": kind.TextColumn(_("From"), width=120),
        "value": kind.NumberColumn(_("Value"), width=80),
        "height_share": kind.NumberColumn(_("Share of the height"), width=170),
        "unit": kind.TextColumn(_("Unit"), width=135),
        "in_use": kind.TextColumn(_("Used today"), width=125),
        "article": kind.TextColumn(_("Article"), max_chars=120, width=85),
        "page": kind.TextColumn(_("Page"), max_chars=40, width=70),
        "valid_from": kind.DateColumn(_("In force since"), format="DD/MM/YYYY", width=115),
        "confidence": kind.SelectboxColumn(
            _("How it is known"), options=list(CONFIDENCES), width=125,
            format_func=lambda code: _(CONFIDENCE_WORDS[code]) if code in CONFIDENCE_WORDS else "",
        ),
        "source": kind.TextColumn(_("Source"), max_chars=300),
    }  # fmt: skip


def _fault(fault, rows: pd.DataFrame) -> str:
    row = rows.iloc[fault.line - 2]
    told = _(FAULTS[fault.fault]).format(known=", ".join(KNOWN.get(fault.fault, ())))
    return f"{_(RULE_WORDS[row['rule']])} : {number(fault.value, 2)} — {told}"


def _keep(document: str, version: int, book: pd.DataFrame, zone: str, changed: pd.DataFrame) -> None:
    others = book[book["zone_label"] != zone]
    parts = [part.astype(object) for part in (others, filled(changed)) if len(part)]
    rows = pd.concat(parts, ignore_index=True) if parts else changed.iloc[:0]
    who = selection.visitor()
    try:
        kept = rulebook.write_book(cache.store(), document, rows, base_version=version, made_by=who)
    except RuleBookError as error:
        st.session_state["rules-said"] = (False, error_words(error))
        return
    said = _("Kept: version {n}.").format(n=kept)
    st.session_state["rules-said"] = (True, said + " " + _("It holds from the next evaluation on."))


def _said() -> None:
    told = st.session_state.pop("rules-said", None)
    if told:
        (st.success if told[0] else st.error)(md_text(told[1]))


def changed_since(evaluated_at: pd.Timestamp) -> bool:
    """Say whether a rule book was written after the sites were evaluated."""
    known = rulebook.books(cache.store())
    return len(known) > 0 and known["made_at"].max() > evaluated_at


def _evaluate_again() -> None:
    at = cache.read("sites", geometry=False)["computed_at"].min()
    if not changed_since(at):
        return
    st.warning(_("The rules have changed since the sites were evaluated."))
    evaluating.again()
