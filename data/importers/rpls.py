"""RPLS: dwellings of the detail file grouped into buildings and residences; or the totals by address."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer
from data.importers.inert import matching
from data.importers.places import points_kept, xy_kept
from data.importers.rpls_addresses import build_addresses
from data.importers.rpls_gather import CONFIDENCES, SOURCE, Gathering
from data.importers.rpls_parts import address_in, is_dated, is_street, parts_of, place_of, street_of
from data.importers.seen import Seen
from data.importers.sheet import Sheet
from data.schemas.rpls import FINANCING, MODES, RPLS, RPLS_ADDRESSES

ROOM_TYPES = np.array(["T1", "T2", "T3", "T4", "T5", "T6"], dtype=object)
TEXTS = [
    "number", "suffix", "street_type", "street", "building", "stair", "entrance", "complement", "place", "block",
]  # fmt: skip
SHARED = [
    *TEXTS,
    "insee",
    "postcode",
    "residence_code",
]  # what makes a kind of dwelling: its address and its words
OWN = [
    "floor_text",
    "flat",
    "rooms",
    "living_area_m2",
    "year_built",
]  # with the kind, a dwelling's own digest
DWELLING_COLUMNS = [
    "dwelling_id", "residence_id", "building_id", "stair", "floor", "floor_text", "number", "rooms", "room_type",
    "living_area_m2", "year_built", "financing", "financing_label", "dpe_class", "dpe_date", "dpe_source", "let_status",
    "rent_eur_month", "in_qpv", "insee_code", "raw_address", "raw_place", "source_line", "source",
]  # fmt: skip
FLOORS = {"RC": 0, "RDC": 0, "REZ DE CHAUSSEE": 0, "RCH": 0, "SS": -1, "RJ": -1}


def check(sheet: Sheet, desk: Desk) -> None:
    """Count what has no point and what a spreadsheet turned into dates; nothing of it keeps a dwelling out."""
    if sheet.layout is RPLS_ADDRESSES:
        sheet.shapes = points_kept(sheet)
        return
    sheet.xy = xy_kept(sheet)
    dated = np.zeros(len(sheet), dtype=bool)
    for name in ("block", "building", "complement", "place"):
        dated |= matching(sheet.frame[name], is_dated)
    sheet.warn("date_in_code", dated & sheet.good)


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """Residences, buildings and dwellings of the detail file; residences alone of the totals by address."""
    if sheets[0].layout is RPLS_ADDRESSES:
        return build_addresses(sheets[0], desk)
    stream = Dwellings()
    parts: dict[str, list[pd.DataFrame]] = {"residences": [], "buildings": [], "dwellings": []}
    for table, rows in (*stream.take(sheets[0]).items(), *stream.rest()):
        parts[table].append(rows)
    tables = {table: pd.concat(rows, ignore_index=True) for table, rows in parts.items() if rows}
    return replace(stream.finish(), tables=tables if stream.gathering.communes else {})


class Dwellings:
    """
    The detail file, block after block: dwellings as they come, their buildings and residences at the end.

    A residence is a named place in a street, else an address (a code of the landlord's own where the file has it);
    a dwelling whose building nothing names goes to the unknown building of its residence, and is counted. Two rows
    alike are two dwellings: the rank among its twins is part of a dwelling's identifier. A register's own number
    that comes twice is refused the second time.
    """

    tables = ("dwellings", "residences", "buildings")

    def __init__(self) -> None:
        self.gathering = Gathering()
        self.twins = Seen()
        self.given = Seen()
        self.made = {"residences": 0, "buildings": 0}

    def take(self, sheet: Sheet) -> dict[str, pd.DataFrame]:
        """Return the dwellings of a block; keep what makes their buildings and residences."""
        self._refuse_repeated(sheet)
        good = np.flatnonzero(sheet.good)
        rows = sheet.frame.iloc[good].reset_index(drop=True)
        if rows.empty:
            return {"dwellings": pd.DataFrame(columns=DWELLING_COLUMNS)}
        rows["source_line"] = sheet.lines[good]
        kind, kinds = _kinds(rows)
        shared = kinds[["residence_id", "building_id", "stair", "insee_code", "raw_address", "raw_place"]]
        rows = pd.concat([rows.drop(columns="stair"), shared.take(kind).set_axis(rows.index)], axis=1)
        rows["floor"] = _floors(rows["floor_text"])
        rows["in_qpv"] = rows["qpv"].map({"1": True, "2": False}).astype("boolean")
        self.gathering.add(rows, kinds, kind, sheet.xy[good])
        unknown = (kinds["confidence"].to_numpy() == CONFIDENCES.index("none"))[kind]
        if unknown.any():
            flags = np.zeros(len(sheet), dtype=bool)
            flags[good[unknown]] = True
            sheet.warn("unknown_building", flags)
        rows["dwelling_id"] = self._ids(rows, kind, kinds)
        rows["number"] = rows["flat"]
        rooms = rows["rooms"].to_numpy(dtype=float, na_value=np.nan)
        types = ROOM_TYPES[np.clip(np.nan_to_num(rooms, nan=1), 1, 6).astype(int) - 1]
        rows["room_type"] = pd.array(np.where(np.isnan(rooms), None, types), dtype="str")
        rows["financing_label"] = rows["financing"].map(FINANCING).astype("str")
        rows["let_status"] = rows["mode"].map(MODES).astype("str")
        rows["dpe_source"] = None  # its own label, or none: the certificates are asked again behind it
        rows["source"] = pd.array([SOURCE], dtype="str").take(np.zeros(len(rows), dtype=int))
        return {"dwellings": rows[DWELLING_COLUMNS]}

    def rest(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Residences and buildings, piece by piece; what was kept to make them is let go."""
        self.twins = self.given = Seen()
        for table, rows in self.gathering.rows() if self.gathering.communes else ():
            self.made[table] += len(rows)
            yield table, rows

    def finish(self) -> Delivery:
        """Totals, and what the file is the whole truth about: the communes that it holds."""
        if not self.gathering.communes:
            return Delivery({})
        scope = tuple(sorted(f"{SOURCE}-{code}-" for code in self.gathering.communes))
        totals = self.gathering.totals(**self.made)
        return Delivery({}, totals, replaces=dict.fromkeys(("residences", "buildings", "dwellings"), scope))

    def _refuse_repeated(self, sheet: Sheet) -> None:
        """Refuse the rows whose own number, in their commune, stands on an earlier line."""
        given = sheet.frame["dwelling_id"]
        rows = np.flatnonzero(sheet.good & given.notna().to_numpy())
        if not len(rows):
            return
        codes = given.iloc[rows]
        marks = _marks(sheet.frame["insee"].iloc[rows] + "|" + codes)
        _, line_before = self.given.look(marks)
        within = pd.Series(sheet.lines[rows]).groupby(marks).transform("first").to_numpy()
        first = np.where(line_before > 0, line_before, within)
        again = first != sheet.lines[rows]
        details = [
            {"key": code, "first": int(line)} for code, line in zip(codes[again], first[again], strict=True)
        ]
        flags = np.zeros(len(sheet), dtype=bool)
        flags[rows[again]] = True
        sheet.refuse(flags, "repeated_id", "dwelling_id", details=details)
        self.given.add(marks[~again], sheet.lines[rows][~again])

    def _ids(self, rows: pd.DataFrame, kind: np.ndarray, kinds: pd.DataFrame) -> pd.Series:
        """The register's own number where the file has it; else the dwelling's place and size, then its rank."""
        heads = kinds["digested"].to_numpy()[kind].tolist()
        tails = [rows[name].astype("str").fillna("").tolist() for name in OWN]
        digests = b"".join(
            hashlib.blake2b("|".join(cells).encode(), digest_size=8).digest()
            for cells in zip(heads, *tails, strict=True)
        )
        marks = np.frombuffer(digests, dtype=">u8").astype("uint64")
        before, _ = self.twins.look(marks)
        rank = pd.Series(marks).groupby(marks).cumcount().to_numpy() + before + 1
        self.twins.add(marks, rows["source_line"].to_numpy())
        hexes = np.frombuffer(digests.hex().encode(), dtype="S16").astype("U16")
        town = rows["insee_code"]
        ranks = pd.Series(pd.array(rank.astype("U"), dtype="str"), index=rows.index)
        made = (
            SOURCE
            + "-"
            + town
            + "-"
            + pd.Series(pd.array(hexes, dtype="str"), index=rows.index)
            + "-"
            + ranks
        )
        given = rows["dwelling_id"]
        return made if given.isna().all() else (SOURCE + "-" + town + "-" + given).where(given.notna(), made)


def _kinds(rows: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """
    Rank each row's kind among those of the block, and what makes each kind: its residence, building, words.

    A kind is one address with one set of words (building, stairwell, place): a few dwellings of one landing.
    """
    code = np.zeros(len(rows), dtype="int64")
    for name in SHARED:
        part, distinct = pd.factorize(rows[name])
        code, _ = pd.factorize(code * (len(distinct) + 1) + part + 1)
    first = np.flatnonzero(~pd.Series(code).duplicated().to_numpy())  # in the order of the file
    text = rows[SHARED].iloc[first].astype(object).reset_index(drop=True)
    filled = text[TEXTS].fillna("")
    free = zip(filled["complement"], filled["place"], filled["street"], strict=True)
    parts = [
        parts_of(*row)
        for row in zip(filled["building"], filled["stair"], filled["entrance"], free, strict=True)
    ]
    addresses = list(filled[TEXTS[:4]].itertuples(index=False, name=None))
    streets = [street_of(*address) for address in addresses]
    inside = [address_in(complement) for complement in filled["complement"]]
    streets = [near if near and not own[1] else own for own, near in zip(streets, inside, strict=True)]
    places = [place_of(place) for place in filled["place"]]
    best = [
        near if near and not is_street(own[1]) else own for own, near in zip(streets, inside, strict=True)
    ]
    groups = [
        own if isinstance(own, str) else _digest(f"{place}|{street}" if place else f"{number}|{street}")
        for own, place, (number, street) in zip(text["residence_code"], places, streets, strict=True)
    ]
    kinds = pd.DataFrame(
        {
            "residence_id": _texts(
                f"{SOURCE}-{insee}-{group}" for insee, group in zip(text["insee"], groups, strict=True)
            ),
            "building_name": _texts(part.building for part in parts),
            "stair": _texts(part.stair for part in parts),
            "confidence": [CONFIDENCES.index(part.confidence) for part in parts],
            "address": _texts(" ".join(part for part in address if part) for address in best),
            "street_name": _texts(street for _, street in streets),
            "place_name": _texts(places),
            "postcode": _texts(text["postcode"]),
            "insee_code": _texts(text["insee"]),
            "raw_address": _texts(_joined(address) for address in addresses),
            "raw_place": _texts(
                _joined(row, " | ") for row in filled[TEXTS[4:]].itertuples(index=False, name=None)
            ),
        }
    )
    slug = kinds["building_name"].str.replace(r"[^A-Z0-9]+", "", regex=True).fillna("unknown")
    kinds["building_id"] = kinds["residence_id"] + "-" + slug
    kinds["digested"] = (
        kinds["insee_code"] + "|" + kinds["raw_address"].fillna("") + "|" + kinds["raw_place"].fillna("")
    )
    return code, kinds


def _texts(values) -> pd.Series:
    return pd.Series(pd.array(list(values), dtype="str"))


def _floors(texts: pd.Series) -> pd.Series:
    codes, distinct = pd.factorize(texts)
    known = pd.array([_floor(text) for text in distinct] + [None], dtype="Int64")
    return pd.Series(known.take(codes), index=texts.index)


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


def _marks(texts: pd.Series) -> np.ndarray:
    return pd.util.hash_array(texts.to_numpy(dtype=object), categorize=False)


IMPORTER = Importer(
    "rpls",
    "Register of social dwellings (RPLS)",
    (RPLS, RPLS_ADDRESSES),
    build,
    check,
    public=True,
    stream=Dwellings,
    streamed=RPLS,
)
