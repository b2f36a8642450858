"""The whole invented town, made from a seed: the same seed gives the same bytes."""

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.demo import (
    amenities,
    areas,
    bills,
    cadastre,
    environment,
    flows,
    footprints,
    frame,
    hazards,
    homes,
    land,
    network,
    owners,
    requests,
    rules,
    sales,
    squares,
    stock,
    truths,
    uses,
)
from geo.crs import WORKING_CRS

DEFAULT_SEED = 93048
CO_OWNERS = "7"  # group of the land-tax file whose lots are sold one by one
RESIDENCE_COLUMNS = """
    name address postcode insee_code sector_id agency_id dwellings year_built floors heating has_lift
    has_caretaker in_qpv kind location source geometry
""".split()  # noqa: SIM905
ORDER = """
    communes stations iris qpv streets parcels footprints plu_zones plu_prescriptions owners addresses amenities
    environment squares risks brownfields sales agencies sectors residences buildings dwellings households occupancy
    complaints energy charges turnovers
""".split()  # noqa: SIM905


def silent(done: float, text: str) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True)
class Town:
    """Tables as the store keeps them, and the planted truths by name."""

    frames: dict[str, pd.DataFrame]
    truths: dict


def make(seed: int = DEFAULT_SEED, *, progress: Callable[[float, str], None] = silent) -> Town:
    """Make the town: ground, rules, stock, life; depends on nothing but the seed."""
    progress(0.02, "streets")
    sizes = uses.sizes(seed)
    plan = network.grow(seed, uses.anchors(seed, sizes))
    progress(0.15, "parcels")
    ground = cadastre.draw(plan, seed)
    cells = areas.cell_areas(ground, plan)
    soil = land.build(ground, cells, seed)
    progress(0.55, "stock")
    found, plots = stock.residences(soil, sizes, seed)
    sectors = areas.sectors(ground, cells)
    found["agency_id"] = found["sector_id"].map(sectors["agency_id"])
    qpv = rules.districts(ground, cells, found)
    found["in_qpv"] = shapely.intersects(
        shapely.union_all(qpv.geometry.to_numpy()), found.geometry.to_numpy()
    )
    blocks = stock.buildings(found, plots, soil, seed)
    rooms = stock.dwellings(found, blocks, seed)
    planted = truths.chosen(found, blocks, seed) | truths.plant_vat_site(soil, qpv)
    frames = ground_frames(ground, cells, soil, found, plots, qpv, planted, seed)
    frames |= {"sectors": sectors, "agencies": agencies(found, soil), "buildings": blocks}
    progress(0.7, "households and requests")
    frames |= life_frames(found, rooms, planted, seed)
    frames["squares"] = squares.squares(
        soil, frames["footprints"], frames["owners"], lived_in(blocks, rooms, frames["households"])
    )
    frames["residences"] = found[RESIDENCE_COLUMNS]
    progress(1.0, "done")
    return Town({name: frames[name] for name in ORDER}, planted)


def ground_frames(
    ground, cells, soil: land.Land, found, plots, qpv, planted: dict, seed: int
) -> dict[str, pd.DataFrame]:
    """Return the tables of the ground: everything but the landlord's stock."""
    estates = soil.parcels.geometry.reindex(plots["parcel_id"]).to_numpy()
    spare = owners.spare_plots(soil, estates, pd.Index(plots["parcel_id"]), seed)
    own = pd.Index(plots["parcel_id"]).union(spare).union([planted["vat_site"]])
    storeys = plots.assign(floors=plots["residence_id"].map(found["floors"]))
    storeys = storeys.groupby("parcel_id")["floors"].max()
    drawn = footprints.footprints(soil, storeys, spare.union([planted["vat_site"]]), seed)
    built = drawn.index.str.removeprefix("invented-")
    legal = owners.owners(soil, own, seed)
    held = pd.Index(legal.loc[legal["owner_group"] != CO_OWNERS, "parcel_id"])
    return {
        "communes": areas.communes(),
        "stations": frame.stations(),
        "iris": areas.iris(ground, cells),
        "qpv": qpv,
        "streets": soil.streets[["name", "geometry"]],
        "parcels": soil.parcels.sort_index(),
        "footprints": drawn,
        "plu_zones": rules.zones(ground, cells),
        "plu_prescriptions": rules.prescriptions(ground, soil, seed),
        "owners": legal,
        "addresses": soil.addresses.sort_index(),
        "amenities": amenities.amenities(soil, built, frame.stations(), seed),
        "environment": environment.environment(ground, cells, soil, found, seed),
        "risks": hazards.registers(soil, seed),
        "brownfields": hazards.brownfields(soil, drawn, seed),
        "sales": sales.sales(soil, held, seed),
    }


def life_frames(
    found: gpd.GeoDataFrame, rooms: pd.DataFrame, planted: dict, seed: int
) -> dict[str, pd.DataFrame]:
    """Return the tables of the stock's life; records the exchange among the planted truths."""
    status = flows.out_of_market(rooms, found, seed)
    moves = flows.departures(rooms, status, seed)
    rooms = rooms.join(flows.let_status(status, moves)).join(bills.labels(rooms, found, seed))
    rooms["in_qpv"] = found["in_qpv"].reindex(rooms["residence_id"]).to_numpy()
    people = homes.households(rooms, flows.lease_years(rooms, moves, seed), seed)
    people, ring = truths.plant_exchange(people, rooms, seed)
    planted |= ring
    return {
        "dwellings": rooms.sort_index(),
        "households": people,
        "occupancy": homes.occupancy(found, rooms, people, frame.REFERENCE_DATE),
        "complaints": requests.complaints(found, rooms, planted, seed),
        "energy": bills.energy(rooms, found, seed),
        "charges": bills.charges(found, planted["abnormal_heating"], seed),
        "turnovers": flows.turnovers(moves, rooms, seed),
    }


def lived_in(blocks: gpd.GeoDataFrame, rooms: pd.DataFrame, people: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the buildings with their ``dwellings`` and the ``households`` that live there."""
    homes = rooms["building_id"].value_counts()
    let = people["dwelling_id"].map(rooms["building_id"]).value_counts()
    counts = {
        name: found.reindex(blocks.index).fillna(0).astype(int)
        for name, found in (("dwellings", homes), ("households", let))
    }
    return blocks.assign(**counts)


def agencies(found: gpd.GeoDataFrame, soil: land.Land) -> gpd.GeoDataFrame:
    """Return the agencies by ``agency_id``, each at the address nearest to the middle of its dwellings."""
    rows = []
    for agency, homes_of in found.groupby("agency_id"):
        weight = homes_of["dwellings"] / homes_of["dwellings"].sum()
        middle = np.array([(homes_of.geometry.x * weight).sum(), (homes_of.geometry.y * weight).sum()])
        xy = shapely.get_coordinates(soil.addresses.geometry.to_numpy())
        nearest = soil.addresses.iloc[int(np.argmin(np.hypot(*(xy - middle).T)))]
        rows.append((agency, areas.AGENCY_NAMES[agency], nearest["label"], nearest["geometry"]))
    table = pd.DataFrame(rows, columns=["agency_id", "name", "address", "geometry"]).set_index("agency_id")
    return gpd.GeoDataFrame(table, geometry="geometry", crs=WORKING_CRS)
