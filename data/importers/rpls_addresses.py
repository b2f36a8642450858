"""RPLS counted by address: an address repeated by year or programme counts its dwellings once."""

import hashlib

import geopandas as gpd
import numpy as np
import pandas as pd

from data.importers.desk import Desk
from data.importers.importer import Delivery, good_frame
from data.importers.sheet import Sheet

SOURCE = "rpls-addresses"


def build_addresses(sheet: Sheet, desk: Desk) -> Delivery:
    """
    One residence an address, with its number of dwellings; no dwelling is invented.

    The sum of the rows would count 10,862 dwellings at Bondy where there are 9,605: the number stands on every
    repetition of the address. Where repetitions differ, the largest is kept and the address is told.
    """
    rows = good_frame(sheet, sheet.shapes)
    again = rows["address"].duplicated()
    repeated = np.isin(sheet.lines, rows.loc[again, "source_line"])
    sheet.repair(repeated, "address_repeated", "address")
    by_address = rows.groupby("address", sort=True)
    differ = by_address["dwellings"].transform("nunique") > 1
    sheet.warn("several_values", np.isin(sheet.lines, rows.loc[differ & ~again, "source_line"]), "dwellings")
    wkt = rows.geometry.to_wkt()
    moved = wkt.groupby(rows["address"]).transform("nunique") > 1
    sheet.warn("two_places", np.isin(sheet.lines, rows.loc[moved & ~again, "source_line"]), "address")
    commune = _commune(rows, desk)
    first = rows[~again].set_index("address").sort_index()
    keys = [hashlib.blake2b(address.encode(), digest_size=6).hexdigest() for address in first.index]
    residences = pd.DataFrame(
        {
            "residence_id": [f"{SOURCE}-{commune or 'unknown'}-{key}" for key in keys],
            "name": first["name"].fillna(first.index.to_series()),
            "address": first.index,
            "insee_code": pd.array([commune] * len(first), dtype="str"),
            "dwellings": by_address["dwellings"].max(),
            "year_built": by_address["year_built"].min(),
            "floors": by_address["floors"].max(),
            "kind": pd.array([None] * len(first), dtype="str"),
            "location": np.where(first.geometry.isna(), "none", "measured"),
            "source": SOURCE,
        }
    )
    located = gpd.GeoDataFrame(residences, geometry=first.geometry.to_numpy(), crs=rows.crs).reset_index(
        drop=True
    )
    totals = {
        "dwellings": int(located["dwellings"].sum()),
        "addresses": len(located),
        "naive_sum": int(rows["dwellings"].sum()),
    }
    scope = (f"{SOURCE}-{commune or 'unknown'}-",)
    return Delivery({"residences": located}, totals, replaces={"residences": scope})


def _commune(rows: gpd.GeoDataFrame, desk: Desk) -> str | None:
    """Commune of the file: its own column, else the one of the store's communes that holds most of the points."""
    given = rows["insee"].dropna()
    if len(given):
        return str(given.mode().iloc[0])
    communes = desk.known("communes")
    if communes is None:
        return None
    held = gpd.sjoin(rows[["geometry"]], communes[["geometry"]].dropna(), predicate="within")
    name = communes.index.name or "index_right"
    return None if held.empty else str(held[name if name in held else "index_right"].mode().iloc[0])
