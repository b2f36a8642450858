"""RPLS: dwellings of the detail file grouped into buildings and residences; or the totals by address."""

import hashlib
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.places import points_kept
from data.importers.rpls_addresses import build_addresses
from data.importers.rpls_parts import address_in, is_dated, is_street, parts_of, place_of, street_of
from data.importers.sheet import Sheet
from data.schemas.rpls import FINANCING, MODES, RPLS, RPLS_ADDRESSES
from geo.crs import WORKING_CRS

SOURCE = "rpls"
ROOM_TYPES = ("T1", "T2", "T3", "T4", "T5", "T6")
DWELLING_KEY = [
    "insee",
    "raw_address",
    "raw_place",
    "floor_text",
    "flat",
    "rooms",
    "living_area_m2",
    "year_built",
]
TEXTS = [
    "number",
    "suffix",
    "street_type",
    "street",
    "building",
    "stair",
    "entrance",
    "complement",
    "place",
    "block",
]
DWELLING_COLUMNS = [
    "dwelling_id", "residence_id", "building_id", "stair", "floor", "floor_text", "number", "rooms", "room_type",
    "living_area_m2", "year_built", "financing", "financing_label", "dpe_class", "dpe_date", "let_status",
    "rent_eur_month", "in_qpv", "insee_code", "raw_address", "raw_place", "source_line", "source",
]  # fmt: skip
FLOORS = {"RC": 0, "RDC": 0, "REZ DE CHAUSSEE": 0, "RCH": 0, "SS": -1, "RJ": -1}


def check(sheet: Sheet, desk: Desk) -> None:
    """Count what has no point and what a spreadsheet turned into dates; nothing of it keeps a dwelling out."""
    if sheet.layout is RPLS:
        sheet.shapes = points_kept(sheet)
        dated = np.zeros(len(sheet), dtype=bool)
        for name in ("block", "building", "complement", "place"):
            texts = sheet.frame[name]
            dated |= texts.isin([text for text in texts.dropna().unique() if is_dated(text)]).to_numpy()
        sheet.warn("date_in_code", dated & sheet.good)


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """Residences, buildings and dwellings of the detail file; residences alone of the totals by address."""
    return (
        build_addresses(sheets[0], desk) if sheets[0].layout is RPLS_ADDRESSES else build_dwellings(sheets[0])
    )


def build_dwellings(sheet: Sheet) -> Delivery:
    """
    Group dwellings into buildings and residences.

    A residence is a named place in a street, else an address (a code of the landlord's own where the file has it);
    a dwelling whose building nothing names goes to the unknown building of its residence, and is counted. Two rows
    alike are two dwellings: the rank among its twins is part of a dwelling's identifier.
    """
    dwellings = _with_parts(good_frame(sheet, sheet.shapes))
    dwellings["dwelling_id"] = _dwelling_ids(dwellings)
    residences = _residences(dwellings)
    buildings = _buildings(dwellings)
    scope = tuple(sorted({f"{SOURCE}-{code}-" for code in dwellings["insee_code"].unique()}))
    unknown = int((dwellings["confidence"] == "none").sum())
    if unknown:
        sheet.warn(
            "unknown_building",
            np.isin(sheet.lines, dwellings.loc[dwellings["confidence"] == "none", "source_line"]),
        )
    totals = {
        "dwellings": len(dwellings),
        "residences": len(residences),
        "buildings": len(buildings),
        "not_located": int(dwellings.geometry.isna().sum()),
        "without_dpe": int(dwellings["dpe_class"].isna().sum()),
        "building_unknown": unknown,
        "building_by": {name: int(n) for name, n in dwellings["confidence"].value_counts().items()},
    }
    tables = {
        "residences": residences,
        "buildings": buildings,
        "dwellings": pd.DataFrame(dwellings[DWELLING_COLUMNS]),
    }
    return Delivery(tables, totals, replaces=dict.fromkeys(tables, scope))


def _with_parts(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Street, place, building and stairwell of each row, its group and the values of its codes."""
    text = rows[TEXTS].fillna("")
    free = zip(text["complement"], text["place"], text["street"], strict=True)
    parts = [
        parts_of(*row) for row in zip(text["building"], text["stair"], text["entrance"], free, strict=True)
    ]
    addresses = list(text[TEXTS[:4]].itertuples(index=False, name=None))
    streets = [street_of(*address) for address in addresses]
    inside = [address_in(complement) for complement in text["complement"]]
    streets = [near if near and not own[1] else own for own, near in zip(streets, inside, strict=True)]
    places = [place_of(place) for place in text["place"]]
    rows["raw_address"] = [_joined(address) for address in addresses]
    rows["raw_place"] = [_joined(row, " | ") for row in text[TEXTS[4:]].itertuples(index=False, name=None)]
    rows["insee_code"] = rows["insee"]
    rows["street_number"] = [number for number, _ in streets]
    rows["street_name"] = [street for _, street in streets]
    best = [
        near if near and not is_street(own[1]) else own for own, near in zip(streets, inside, strict=True)
    ]
    rows["address"] = [" ".join(part for part in address if part) for address in best]
    rows["place_name"] = places
    rows["building_name"] = pd.array([part.building for part in parts], dtype="str")
    rows["stair"] = pd.array([part.stair for part in parts], dtype="str")
    rows["confidence"] = [part.confidence for part in parts]
    rows["group"] = [
        code if isinstance(code, str) else _digest(f"{place}|{street}" if place else f"{number}|{street}")
        for code, place, number, street in zip(
            rows["residence_code"], places, rows["street_number"], rows["street_name"], strict=True
        )
    ]
    rows["residence_id"] = SOURCE + "-" + rows["insee_code"] + "-" + rows["group"]
    slug = rows["building_name"].str.replace(r"[^A-Z0-9]+", "", regex=True).fillna("unknown")
    rows["building_id"] = rows["residence_id"] + "-" + slug
    rows["floor"] = _floors(rows["floor_text"])
    rows["number"] = rows["flat"]
    rows["room_type"] = rows["rooms"].map({n: ROOM_TYPES[min(n, 6) - 1] for n in range(1, 10)}).astype("str")
    rows["financing_label"] = rows["financing"].map(FINANCING).astype("str")
    rows["let_status"] = rows["mode"].map(MODES).astype("str")
    rows["in_qpv"] = rows["qpv"].map({"1": True, "2": False}).astype("boolean")
    return rows.assign(source=SOURCE)


def _dwelling_ids(rows: pd.DataFrame) -> pd.Series:
    """The register's own number where the file has it; else the dwelling's place and size, then its rank."""
    texts = [rows[name].astype("str").fillna("").tolist() for name in DWELLING_KEY]
    digests = pd.Series([_digest("|".join(cells), 8) for cells in zip(*texts, strict=True)], index=rows.index)
    rank = digests.groupby(digests).cumcount() + 1
    made = SOURCE + "-" + rows["insee_code"] + "-" + digests + "-" + rank.astype("str")
    given = rows["dwelling_id"]
    return (SOURCE + "-" + rows["insee_code"] + "-" + given).where(given.notna(), made)


def _residences(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    grouped = rows.groupby("residence_id", sort=True)
    first = grouped.first()
    address = first["address"]
    own_name = first["street_name"].where(~first["street_name"].map(is_street), "")
    named = first["place_name"].where(first["place_name"] != "", own_name)
    named = named.where(named != "", address)
    houses = rows["built_as"].eq("I").groupby(rows["residence_id"]).mean()
    qpv = rows["in_qpv"].astype("float64").groupby(rows["residence_id"]).mean()
    residences = pd.DataFrame(
        {
            "name": named.where(named != "", first.index.to_series()),
            "address": address.replace("", np.nan).astype("str"),
            "postcode": first["postcode"],
            "insee_code": first["insee_code"],
            "dwellings": grouped.size(),
            "year_built": grouped["year_built"].min(),
            "floors": grouped["floor"].max().clip(lower=0),
            "in_qpv": (qpv >= 0.5).astype("boolean").mask(qpv.isna()),
            "kind": pd.Series(np.where(houses > 0.5, "houses", "flats"), index=houses.index),
            "source": SOURCE,
        }
    )
    points = _middles(rows, "residence_id").reindex(residences.index)
    residences["location"] = np.where(points.isna(), "none", "measured")
    return gpd.GeoDataFrame(residences, geometry=points.to_numpy(), crs=WORKING_CRS).reset_index()


def _buildings(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    grouped = rows.groupby("building_id", sort=True)
    first = grouped.first()
    stairs = grouped["stair"].nunique()
    buildings = pd.DataFrame(
        {
            "residence_id": first["residence_id"],
            "name": first["building_name"],
            "stairs": stairs.where(stairs > 0).astype("Int64"),
            "floors": grouped["floor"].max().clip(lower=0),
            "address": first["address"].replace("", np.nan).astype("str"),
            "raw_text": first["raw_place"],
            "confidence": _surest(rows, first.index),
        }
    )
    points = _middles(rows, "building_id").reindex(buildings.index)
    return gpd.GeoDataFrame(buildings, geometry=points.to_numpy(), crs=WORKING_CRS).reset_index()


def _surest(rows: pd.DataFrame, index: pd.Index) -> pd.Series:
    """How the building is known: `none` for the unknown one, else the surest of its dwellings."""
    order = pd.Categorical(rows["confidence"], ["column", "free_text", "none"], ordered=True)
    surest = pd.Series(order.codes, index=rows.index).groupby(rows["building_id"]).min().reindex(index)
    named = rows.groupby("building_id")["building_name"].first().reindex(index).notna()
    return surest.map(dict(enumerate(order.categories))).where(named, "none").astype("str")


def _middles(rows: gpd.GeoDataFrame, by: str) -> gpd.GeoSeries:
    """Middle of the points of each group; missing where none is located."""
    located = rows[rows.geometry.notna()]
    xy = pd.DataFrame({"x": located.geometry.x, "y": located.geometry.y}).groupby(located[by]).mean()
    return gpd.GeoSeries(gpd.points_from_xy(xy["x"], xy["y"]), index=xy.index, crs=WORKING_CRS)


def _floors(texts: pd.Series) -> pd.Series:
    known = {text: _floor(text) for text in texts.dropna().unique()}
    return pd.Series(pd.array([known.get(text) for text in texts], dtype="Int64"), index=texts.index)


def _floor(text: str) -> int | None:
    word = text.strip().upper()
    digits = word.removesuffix(".0").lstrip("+")
    return FLOORS.get(
        word, int(digits) if digits.removeprefix("-").isdecimal() and abs(int(digits)) < 60 else None
    )


def _joined(parts: Sequence[str], mark: str = " ") -> str | None:
    return mark.join(part for part in parts if part) or None


def _digest(text: str, size: int = 6) -> str:
    return hashlib.blake2b(text.encode(), digest_size=size).hexdigest()


IMPORTER = Importer(
    "rpls", "Register of social dwellings (RPLS)", (RPLS, RPLS_ADDRESSES), build, check, public=True
)
