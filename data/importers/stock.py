"""The landlord's residences: one row each, located, counted; the heart of the stock."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.places import points_required
from data.importers.sheet import Sheet
from data.schemas.landlord import AGENCIES, SECTORS, STOCK

SOURCE = "stock"
COLUMNS = [
    "residence_id", "name", "address", "postcode", "insee_code", "sector_id", "agency_id", "dwellings", "year_built",
    "floors", "heating", "location", "source", "geometry",
]  # fmt: skip


def check(sheet: Sheet, desk: Desk) -> None:
    """Locate each residence within the territory; one without coordinates is refused unless the user keeps it."""
    sheet.shapes = points_required(sheet, desk)


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """Residences; and the sectors and agencies that they name and the store lacks, by their code alone."""
    sheet = sheets[0]
    residences = good_frame(sheet, sheet.shapes).rename(columns={"insee": "insee_code"})
    residences["location"] = _location(residences, sheet, desk)
    residences["source"] = SOURCE
    given = [
        name
        for name in COLUMNS
        if name in residences and (name in sheet.positions or name not in _optional())
    ]
    tables = {
        "agencies": _named_only(residences, AGENCIES.key[0]),
        "sectors": _named_only(residences, SECTORS.key[0]),
        "residences": residences[given],
    }
    _tell_new_sectors(sheet, tables["sectors"], desk)
    tables = {name: frame for name, frame in tables.items() if len(frame)}
    totals = {
        "residences": len(residences),
        "dwellings": int(residences["dwellings"].sum()),
        "not_located": int((residences["location"] == "none").sum()),
    }
    whole = {"residences": ("",)} if desk.options.replace else {}
    return Delivery(tables, totals, replaces=whole, only_missing=frozenset({"agencies", "sectors"}))


def _location(residences: pd.DataFrame, sheet: Sheet, desk: Desk) -> np.ndarray:
    """How each residence is located; where the file says nothing of places, as the store has it."""
    found = np.where(shapely.is_missing(residences.geometry.to_numpy()), "none", "measured")
    told = sheet.drawn is not None or "lon" in sheet.positions
    known = None if told else desk.known("residences", columns=["location"])
    if known is None:
        return found
    return residences["residence_id"].map(known["location"]).fillna(pd.Series(found)).to_numpy()


def _optional() -> set[str]:
    """Columns that the file may lack: the store then keeps what it has."""
    return {part.name for part in STOCK.fields if not part.needed}


def _named_only(residences: pd.DataFrame, key: str) -> pd.DataFrame:
    codes = sorted(residences[key].dropna().unique())
    return pd.DataFrame({key: pd.array(codes, dtype="str"), "name": pd.array(codes, dtype="str")})


def _tell_new_sectors(sheet: Sheet, sectors: pd.DataFrame, desk: Desk) -> None:
    known = desk.known("sectors")
    new = len(sectors) if known is None else int((~sectors["sector_id"].isin(known.index)).sum())
    if new:
        sheet.note("new_sectors", count=new)


IMPORTER = Importer("stock", "Residences", (STOCK,), build, check)
