"""Addresses of the Base Adresse Nationale, each linked to its nearest parcel where the store has them."""

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.places import points_kept
from data.importers.search import search_keys
from data.importers.sheet import Sheet
from data.schemas.public import ADDRESSES
from geo.access import link_addresses

PLACE_NAME = "99999"
LINK = ["parcel_id", "parcel_distance_m", "parcel_confidence"]


def check(sheet: Sheet, desk: Desk) -> None:
    """Put the points in Lambert 93; an address without one stays, not located."""
    sheet.shapes = points_kept(sheet)


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """One row an address, with its label, its search key and its parcel; replaces those of the same communes."""
    sheet = sheets[0]
    addresses = good_frame(sheet, sheet.shapes).rename(columns={"insee": "insee_code"})
    addresses["number"] = addresses["number"].where(addresses["number"] != PLACE_NAME)
    addresses["label"] = labels(addresses)
    addresses["search_key"] = search_keys(addresses["label"])
    communes = sorted(addresses["insee_code"].unique())
    linked = link(addresses, desk, communes)
    if linked is None:
        sheet.warn("not_linked")
        linked = pd.DataFrame(index=addresses.index, columns=LINK)
    addresses[LINK] = linked[LINK]
    totals = {"addresses": len(addresses)} | _tell_links(addresses, sheet)
    columns = [
        "address_id",
        "label",
        "number",
        "suffix",
        "street",
        "postcode",
        "insee_code",
        "city",
        "search_key",
        *LINK,
        "geometry",
    ]
    scope = tuple(sorted({identifier[:5] for identifier in addresses["address_id"]}))
    return Delivery({"addresses": addresses[columns]}, totals, replaces={"addresses": scope})


def link(addresses: gpd.GeoDataFrame, desk: Desk, communes: Sequence[str]) -> pd.DataFrame | None:
    """Parcel, distance and confidence of each address; None where no parcel of its communes is known."""
    parcels = desk.known("parcels", columns=["geometry"], where={"insee_code": list(communes)})
    return None if parcels is None else link_addresses(addresses, parcels)


def labels(addresses: pd.DataFrame) -> pd.Series:
    """`12 bis rue Molière, 93140 Bondy`, without the parts that are missing."""
    parts = [addresses[name].fillna("") for name in ("number", "suffix", "street")]
    street = (parts[0] + " " + parts[1] + " " + parts[2]).str.split().str.join(" ")
    town = (addresses["postcode"].fillna("") + " " + addresses["city"].fillna("")).str.strip()
    return street.where(town == "", street + ", " + town)


def _tell_links(addresses: pd.DataFrame, sheet: Sheet) -> dict[str, int]:
    if addresses["parcel_confidence"].isna().all():
        return {}
    counts = {
        name: int((addresses["parcel_confidence"] == name).sum())
        for name in ("inside", "near", "snapped", "none")
    }
    outside = len(addresses) - counts["inside"]
    if outside:
        sheet.warn("outside_parcels", outside=outside, **{**counts, "count": len(addresses)})
    return {**counts, "outside": outside}


IMPORTER = Importer("addresses", "Addresses (BAN)", (ADDRESSES,), build, check, public=True)
