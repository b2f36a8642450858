"""The zoning rule of each parcel: what may be built, how high, how wide, how far from each edge."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.polygons import overlay, polygons_only, sound, united
from planning.parameters import Parameters
from planning.zoning.rulebook import STATUS, rules_of_label

CODED_LABEL = re.compile(r"^(?P<family>U[A-Z][a-z]?)(?:\d|\s)")
UNREGULATED_HEIGHT = re.compile(r"nr$")
MEASURES = ("height", "footprint", "front", "side", "rear")
BOOK_ONLY = (
    "parking", "prospect", "height_2", "front_share", "side_share", "rear_share", "alignment", "social_mix",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its value (NaN if unknown, infinite if free), the code it was read from, and who says so."""

    value: float
    unit: str
    code: str | None
    source: str
    status: str

    def plain(self) -> dict:
        """Return what the page shows: numbers that JSON can hold."""
        known = np.isfinite(self.value)
        free = bool(np.isinf(self.value))
        return {
            "value": round(float(self.value), 4) if known else None,
            "unit": self.unit,
            "code": self.code,
            "source": self.source,
            "status": self.status,
            **({"free": True} if free else {}),
        }


def rules_of_zone(zone: Mapping, parameters: Parameters, book: pd.DataFrame | None = None) -> dict[str, Rule]:
    """
    Read the rules of one zone from the town's rule book, else from its columns and the reference tables.

    Parameters
    ----------
    zone
        A row of ``plu_zones``: ``label``, ``zone_type``, ``alignment_code``, ``side_code``,
        ``footprint_class``, ``height_m``, ``rules_source``.
    book
        `planning.zoning.rulebook.checked` rows: what they say of this label's rules goes before all else, and a rule
        they call unknown is unknown.

    Returns
    -------
    dict
        ``housing`` (1, 0 or unknown), ``height``, ``footprint`` (share of the parcel), ``front``, ``side``,
        ``rear`` and ``band`` (m). A letter or a code whose meaning nobody found takes the stated assumption
        of ``data/reference``; one that is not listed there stays unknown.
    """
    side = code_text(zone.get("side_code"))
    written = rules_of_label(book, code_text(zone.get("label")))
    said = {name: _written(row) for name, row in written.items()}
    return {
        "housing": _housing(zone, parameters),
        "height": _height(zone),
        "footprint": _listed("footprint_share", code_text(zone.get("footprint_class")), "share", parameters),
        "front": _listed("front_setback_m", code_text(zone.get("alignment_code")), "m", parameters),
        "side": _listed("side_setback_m", side, "m", parameters),
        "rear": _listed("rear_setback_m", side, "m", parameters),
        "band": _band(zone, parameters),
        "open_soil": _by_family("open_soil_share", zone, "share", parameters),
    } | said


def zone_rules(
    parcels: gpd.GeoDataFrame,
    zones: gpd.GeoDataFrame,
    shares: pd.DataFrame,
    parameters: Parameters,
    book: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """
    Give each parcel the rules of the zone that holds most of it; equal shares go to the first label.

    Parameters
    ----------
    shares
        `geo.shares.overlaps` of the parcels with the zones.

    Returns
    -------
    pandas.DataFrame
        By ``parcel_id``: ``zone_label``, ``zone_share``, ``housing`` (true, false, missing if unknown),
        ``height_m`` (infinite where not regulated), ``footprint_share``, ``front_setback_m``,
        ``side_setback_m``, ``rear_setback_m``, ``band_depth_m`` (infinite without band), ``unknown_rules``
        (names, comma between), ``zone`` (position, -1 if none) and ``rules``: the same as JSON text, each value
        with its code, source and status, then every zone's share; the object is left open for the prescriptions.
        Missing where nobody knows them: ``open_soil_share``, ``parking_rule`` (places a dwelling),
        ``prospect_m``, ``second_height_m`` (beyond the band), ``front_height_share`` and the other two,
        ``social_mix_share``. ``aligned``: the front stands on the street line, whatever the setback.
    """
    rows = zones.drop(columns="geometry").to_dict("records")
    rulebook = [rules_of_zone(zone, parameters, book) for zone in rows]
    pieces = shares.assign(label=zones["label"].to_numpy(dtype=object)[shares["area"]])
    by_label = pieces.groupby(["parcel", "label"], as_index=False)["share"].sum()
    dominant = _dominant(pieces, by_label, len(parcels), parameters["zone_cover_min_share"])
    every = ("housing", *MEASURES, "band", "open_soil")
    every = {name: [zone[name].value for zone in rulebook] for name in every}
    every |= {name: [zone[name].value if name in zone else np.nan for zone in rulebook] for name in BOOK_ONLY}
    table = pd.DataFrame(every, dtype=float)
    table["unknown"] = [", ".join(n for n in MEASURES if np.isnan(zone[n].value)) for zone in rulebook]
    table["text"] = [json.dumps({n: rule.plain() for n, rule in zone.items()})[:-1] for zone in rulebook]
    taken = table.reindex(dominant["zone"].to_numpy()).reset_index(drop=True)
    frame = pd.DataFrame(
        {
            "zone_label": dominant["label"],
            "zone_share": dominant["share"],
            "housing": taken["housing"].map({1.0: True, 0.0: False}).astype("boolean"),
            "height_m": taken["height"],
            "footprint_share": taken["footprint"],
            "front_setback_m": taken["front"].mask(taken["alignment"] == 1, 0.0),
            "aligned": (taken["alignment"] == 1).astype(bool),
            "social_mix_share": taken["social_mix"],
            "side_setback_m": taken["side"],
            "rear_setback_m": taken["rear"],
            "band_depth_m": taken["band"],
            "open_soil_share": taken["open_soil"],
            "parking_rule": taken["parking"],
            "prospect_m": taken["prospect"],
            "second_height_m": taken["height_2"],
            "front_height_share": taken["front_share"].mask(taken["alignment"] == 1, 0.0),
            **{f"{name}_height_share": taken[f"{name}_share"] for name in ("side", "rear")},
            "unknown_rules": taken["unknown"].astype(object).fillna(""),
            "zone": dominant["zone"],
        }
    )
    listed = _listed_shares(by_label, len(parcels))
    opening = taken["text"].astype(object).fillna("{")
    comma = np.where(opening == "{", "", ", ")
    frame["rules"] = opening + comma + '"zones": [' + listed + "]"
    return frame.set_index(parcels.index)


def closed_land(
    parcels: gpd.GeoDataFrame,
    zones: gpd.GeoDataFrame,
    shares: pd.DataFrame,
    rules: pd.DataFrame,
    parameters: Parameters,
    book: pd.DataFrame | None = None,
) -> gpd.GeoSeries:
    """
    Return the parts of parcels open to housing that lie in another zone, closed to it, by ``parcel_id``.

    Parts under ``zone_part_min_share`` of the parcel are drawing errors and left out.
    """
    rows = zones.drop(columns="geometry").to_dict("records")
    closed = [rules_of_zone(zone, parameters, book)["housing"].value == 0 for zone in rows]
    closed = np.array(closed, dtype=bool)
    open_parcels = rules["housing"].fillna(False).to_numpy(bool)
    pairs = shares[open_parcels[shares["parcel"]] & (shares["share"] >= parameters["zone_part_min_share"])]
    pairs = pairs[closed[pairs["area"]]]
    land = sound(parcels.geometry.to_numpy()[pairs["parcel"]])
    parts = overlay(shapely.intersection, land, sound(zones.geometry.to_numpy()[pairs["area"]]))
    layer = gpd.GeoSeries(polygons_only(parts), index=parcels.index[pairs["parcel"]], crs=parcels.crs)
    return united(layer)


def _dominant(pieces: pd.DataFrame, by_label: pd.DataFrame, count: int, least: float) -> pd.DataFrame:
    """Zone label, its share and its largest polygon for each parcel that zones cover enough."""
    covered = by_label.groupby("parcel")["share"].sum()
    by_label = by_label[by_label["parcel"].map(covered) >= least]
    ranked = by_label.sort_values(["parcel", "share", "label"], ascending=[True, False, True])
    first = ranked.drop_duplicates("parcel")
    largest = pieces.sort_values(["share", "area"], ascending=[False, True])
    largest = largest.drop_duplicates(["parcel", "label"])
    first = first.merge(largest[["parcel", "label", "area"]], on=["parcel", "label"])
    first = first.set_index("parcel").reindex(range(count)).rename(columns={"area": "zone"})
    return first.assign(zone=first["zone"].fillna(-1).astype("int64"), share=first["share"].clip(upper=1.0))


def _listed_shares(by_label: pd.DataFrame, count: int) -> pd.Series:
    """Write every zone of each parcel with its share, largest first, as JSON objects without brackets."""
    by_label = by_label.sort_values(["parcel", "share", "label"], ascending=[True, False, True])
    names = by_label["label"].map({label: json.dumps(str(label)) for label in by_label["label"].unique()})
    share = by_label["share"].clip(upper=1.0).round(4).astype(str)
    text = '{"label": ' + names.astype(object) + ', "share": ' + share.astype(object) + "}"
    return listed(text, by_label["parcel"]).reindex(range(count), fill_value="")


def listed(text: pd.Series, owner: pd.Series) -> pd.Series:
    """Join the texts of each owner with commas, in their order; most have one."""
    alone = ~owner.duplicated(keep=False)
    several = text[~alone].groupby(owner[~alone]).agg(", ".join)
    return pd.concat([text[alone].set_axis(owner[alone]), several])


def _housing(zone: Mapping, parameters: Parameters) -> Rule:
    """Say whether housing may be built: the type of zone first, then the family named in a coded label."""
    kind = _zone_type(code_text(zone.get("zone_type")))
    name = f"zone_type.housing.{kind}"
    family = _family(zone)
    if parameters.get(name) == 1 and family:
        named = (f"zone_family.housing.{f}" for f in (family, family[:2]))
        name = next((row for row in named if row in parameters), name)
    if name not in parameters:
        return Rule(np.nan, "yes 1 no 0", kind, "unknown", "unknown")
    return Rule(parameters[name], "yes 1 no 0", family or kind, name, parameters.status.get(name, "user"))


def _zone_type(text: str | None) -> str | None:
    """Return the CNIG type of a zone: Nh and Nc are N, Ah is A; AU without more is unknown."""
    if text is None or text == "AU":
        return None
    return text[0] if text[0] in "NUA" and not text.startswith("AU") else text


def _family(zone: Mapping) -> str | None:
    """Return the letters of a label coded as Est Ensemble does (UH88E10: UH); no other label is decoded."""
    match = CODED_LABEL.match(code_text(zone.get("label")) or "")
    return match["family"] if match else None


def _height(zone: Mapping) -> Rule:
    """Height from the columns; free where the label ends in `nr` (not regulated)."""
    label, source = code_text(zone.get("label")) or "", code_text(zone.get("rules_source")) or "unknown"
    height = zone.get("height_m")
    if height is not None and not pd.isna(height):
        return Rule(float(height), "m", label, source, "published")
    if CODED_LABEL.match(label) and UNREGULATED_HEIGHT.search(label):
        return Rule(np.inf, "m", "nr", "label", "published")
    return Rule(np.nan, "m", label or None, "unknown", "unknown")


def _listed(table: str, code: str | None, unit: str, parameters: Parameters) -> Rule:
    """Look a code up in a reference table; unknown where it has no row."""
    name = f"{table}.{code}"
    if code is None or name not in parameters:
        return Rule(np.nan, unit, code, "unknown", "unknown")
    return Rule(parameters[name], unit, code, name, parameters.status.get(name, "user"))


def _band(zone: Mapping, parameters: Parameters) -> Rule:
    """Depth of the building band from the street; infinite where the family has none."""
    family = (_family(zone) or "")[:2]
    name = f"band_depth_m.{family}"
    if name not in parameters:
        return Rule(np.inf, "m", family or None, "none", "assumed")
    depth = parameters[name]
    return Rule(np.inf if np.isnan(depth) else depth, "m", family, name, parameters.status.get(name, "user"))


def _written(row: Mapping) -> Rule:
    """A rule as the book has it, with its article, page and date; without value it is unknown."""
    place = [
        f"{word} {row[name]}"
        for word, name in (("art.", "article"), ("p.", "page"))
        if pd.notna(row.get(name))
    ]
    date = row.get("valid_from")
    day = [str(pd.Timestamp(date).date())] if pd.notna(date) else []
    source = row.get("source")
    text = ", ".join([*([source] if isinstance(source, str) else []), *place, *day]) or "rule book"
    value = float(row["value"]) if pd.notna(row["value"]) else np.nan
    return Rule(value, row["unit"], None, text, STATUS[row["confidence"]])


def _by_family(table: str, zone: Mapping, unit: str, parameters: Parameters) -> Rule:
    """Look the family of a coded label up in a reference table; unknown where it has no row."""
    return _listed(table, (_family(zone) or "")[:2] or None, unit, parameters)


def code_text(value: object) -> str | None:
    """Return a code as clean text: 8, 8.0, " 8" and "8" are one code; missing is None."""
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() or None
