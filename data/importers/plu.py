"""Zoning of a PLU or PLUi, CNIG standard: zones with their rules, and prescriptions; GeoPackage or shapefiles."""

import hashlib
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame, sheets_of
from data.importers.sheet import Sheet
from data.importers.zone_labels import decode
from data.schemas.public import PRESCRIPTIONS, ZONE_RULES, ZONES

ZONE_TYPES = ("U", "AUc", "AUs", "A", "N")
RULES = ["footprint_class", "height", "alignment_code", "side_code"]
ZONE_COLUMNS = [
    "zone_id", "label", "label_long", "zone_type", "document", "valid_on", "alignment_code", "side_code",
    "footprint_class", "height_m", "rules_source", "disagreement", "insee_code", "geometry",
]  # fmt: skip
PRESCRIPTION_COLUMNS = [
    "prescription_id", "shape", "label", "text", "type_code", "subtype_code", "document", "geometry"
]  # fmt: skip
_SHAPES = {0: "point", 1: "line", 2: "line", 3: "surface", 4: "point", 5: "line", 6: "surface"}


def check(sheet: Sheet, desk: Desk) -> None:
    """Refuse a zone drawn twice under one label; count zone types outside the standard."""
    if sheet.layout is PRESCRIPTIONS:
        return
    _refuse_repeated_outlines(sheet)
    types = sheet.frame["zone_type"]
    odd = sheet.good & types.notna().to_numpy() & ~types.isin(ZONE_TYPES).to_numpy()
    sheet.warn("unknown_zone_type", odd, "zone_type", types=", ".join(sorted(types[odd].unique())))


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """
    Zones joined with their rules, and prescriptions.

    The rules of a label come from the rule columns of the zones themselves, else from the layer of rules, else
    from the label. A layer of rules that comes without zones gives the zones too. The file replaces what the store
    held of the same document's authority in the same communes.
    """
    tables, totals, replaces = {}, {}, {}
    rules, zones = sheets_of(sheets, ZONE_RULES), sheets_of(sheets, ZONES)
    if zones or rules:
        drawn = pd.concat([good_frame(s, s.shapes) for s in zones or rules], ignore_index=True)
        with_rules = pd.concat([good_frame(s) for s in rules], ignore_index=True) if rules else None
        tables["plu_zones"] = _zones(drawn, with_rules, (zones or rules)[0])
        replaces["plu_zones"] = _owners(tables["plu_zones"]["zone_id"])
        totals["zones"] = len(drawn)
        totals["rules_source"] = {
            k: int(n) for k, n in tables["plu_zones"]["rules_source"].value_counts().items()
        }
    parts = sheets_of(sheets, PRESCRIPTIONS)
    if parts:
        tables["plu_prescriptions"] = _prescriptions(pd.concat([good_frame(s, s.shapes) for s in parts]))
        replaces["plu_prescriptions"] = _owners(tables["plu_prescriptions"]["prescription_id"])
        totals["prescriptions"] = len(tables["plu_prescriptions"])
    return Delivery(tables, totals, replaces)


def rules_of_labels(zones: pd.DataFrame, sheet: Sheet) -> pd.DataFrame:
    """
    Settle the rules of each zone from its columns and its label; where both speak, the column wins.

    Returns `zones` with ``rules_source`` (columns, label, both, none), ``disagreement`` in words, ``height_m``
    (missing where it is not regulated, drawn on a plan, or unknown: the label tells which).
    """
    told = [decode(label) for label in zones["label"]]
    sources, disputes, kept = [], [], {name: [] for name in RULES}
    for row, from_label in zip(zones[RULES].itertuples(index=False), told, strict=True):
        columns = {name: value for name, value in zip(RULES, row, strict=True) if isinstance(value, str)}
        label = {} if from_label is None else from_label.rules
        both = [name for name in columns if name in label]
        dispute = [
            f"{name} {columns[name]} in the column, {label[name]} in the label"
            for name in both
            if columns[name] != label[name]
        ]
        disputes.append("; ".join(dispute) or None)
        sources.append(
            "columns"
            if columns and (dispute or not label)
            else "both"
            if columns
            else "label"
            if label
            else "none"
        )
        for name in RULES:
            kept[name].append(columns.get(name, label.get(name)))
    settled = zones.assign(**{name: pd.array(values, dtype="str") for name, values in kept.items()})
    settled["rules_source"] = pd.array(sources, dtype="str")
    settled["disagreement"] = pd.array(disputes, dtype="str")
    height_m = pd.to_numeric(settled["height"], errors="coerce").astype("float64")
    settled["height_m"] = height_m.where(height_m > 0)
    _tell_rules(settled, sheet)
    return settled


def _zones(drawn: gpd.GeoDataFrame, with_rules: pd.DataFrame | None, sheet: Sheet) -> gpd.GeoDataFrame:
    if with_rules is not None:
        by_label = with_rules.dropna(subset=RULES, how="all").drop_duplicates("label").set_index("label")
        for name in RULES:
            drawn[name] = drawn[name].fillna(drawn["label"].map(by_label[name]).astype("str"))
    zones = rules_of_labels(drawn, sheet)
    zones["insee_code"] = _communes(zones)
    zones["zone_id"] = _ids(zones, zones["label"])
    return zones[ZONE_COLUMNS]


def _prescriptions(drawn: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    drawn = drawn.reset_index(drop=True)
    drawn["shape"] = pd.array([_SHAPES.get(int(t)) for t in shapely.get_type_id(drawn.geometry)], dtype="str")
    for name in ("type_code", "subtype_code"):
        drawn[name] = drawn[name].str.zfill(2)
    drawn["insee_code"] = _communes(drawn)
    kinds = drawn["type_code"] + drawn["subtype_code"].fillna("")
    drawn["prescription_id"] = _ids(drawn, drawn["shape"].str[0] + kinds)
    return drawn[PRESCRIPTION_COLUMNS]


def _communes(rows: pd.DataFrame) -> pd.Series:
    """Commune of each row; for the PLU of one commune its document names it, for a PLUi only a column can."""
    named = rows["document"].str.extract(r"^((?:\d{2}|2[AB])\d{3})_", expand=False)
    return rows["insee"].fillna(named)


def _ids(rows: gpd.GeoDataFrame, names: pd.Series) -> list[str]:
    """Identifiers that last: authority, commune, name and a digest of the outline; then a rank for true twins."""
    authority = rows["document"].fillna("unknown").str.split("_").str[0]
    owner = authority.where(
        rows["insee_code"].isna() | (authority == rows["insee_code"]), authority + "." + rows["insee_code"]
    )
    outlines = shapely.to_wkb(shapely.set_precision(rows.geometry.to_numpy(), 0.01, mode="pointwise"))
    digests = [hashlib.blake2b(wkb, digest_size=4).hexdigest() for wkb in outlines]
    stems = (owner + "-" + names.str.replace(r"\s+", "", regex=True)).tolist()
    made = pd.Series([f"{stem}-{digest}" for stem, digest in zip(stems, digests, strict=True)])
    rank = made.groupby(made).cumcount()
    return (made + np.where(rank > 0, "-" + (rank + 1).astype(str), "")).tolist()


def _owners(made: pd.Series) -> tuple[str, ...]:
    return tuple(sorted({identifier.split("-")[0] + "-" for identifier in made}))


def _refuse_repeated_outlines(sheet: Sheet) -> None:
    outlines = pd.Series(shapely.to_wkb(shapely.normalize(sheet.shapes)), index=sheet.frame.index)
    twins = pd.DataFrame({"label": sheet.frame["label"], "outline": outlines})[sheet.good]
    first = twins.groupby(["label", "outline"], sort=False)["label"].transform(lambda group: group.index[0])
    again = first.index[first.index != first.to_numpy()]
    mask = sheet.frame.index.isin(again)
    sheet.refuse(
        mask,
        "duplicate_shape",
        "geometry",
        details=[{"first": int(sheet.lines[first[row]])} for row in again],
    )


def _tell_rules(zones: pd.DataFrame, sheet: Sheet) -> None:
    disputed = zones[zones["disagreement"].notna()]
    for label, rows in disputed.groupby("label"):
        mask = np.isin(sheet.lines, rows["source_line"].to_numpy())
        sheet.warn("rules_disagree", mask, "label", label=label, detail=rows["disagreement"].iloc[0])
    silent = zones[(zones["rules_source"] == "none")]
    if len(silent):
        mask = np.isin(sheet.lines, silent["source_line"].to_numpy())
        sheet.warn("rules_unknown", mask, "label", labels=", ".join(sorted(silent["label"].unique())))


IMPORTER = Importer(
    "plu",
    "Zoning (PLU, PLUi)",
    (ZONE_RULES, ZONES, PRESCRIPTIONS),
    build,
    check,
    public=True,
    several=True,
    asks_removals=False,
)
