"""The invented amenities: stops, shops, care, schools and parks, as points; how many, the parameters say."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.demo import frame
from data.demo.chance import stream
from data.demo.land import Land
from data.demo.parameters import parameter
from data.schemas.surroundings import PARK_LEAST_M2
from geo.access import nearest_m
from geo.crs import WORKING_CRS

# kind, code (tag of the same vocabulary as the imported amenities), word of its name
STOP, SCHOOL = ("bus_stop", "highway=bus_stop", "Arrêt"), ("school", "amenity=school", "École")
PARK, GARDEN = ("park", "leisure=park", ""), ("garden", "leisure=garden", "")
TRADES = {
    "greengrocer": ("food_shop", "shop=greengrocer", "Primeur"),
    "butcher": ("food_shop", "shop=butcher", "Boucherie"),
    "grocery": ("grocery", "shop=convenience", "Épicerie"),
    "supermarket": ("supermarket", "shop=supermarket", "Supermarché"),
    "pharmacy": ("pharmacy", "amenity=pharmacy", "Pharmacie"),
    "doctor": ("doctor", "amenity=doctors", "Cabinet médical"),
}
OPEN_USES = ("park", "wood", "orchard", "garden")
SCHOOL_GROUND = ("plots", "collective", "workshop")
SAME_STOP_M = 90.0  # two stops nearer than this are one, where avenues cross
SCALE_M = {"crossing": 120.0, "station": 220.0, "avenue": 60.0}  # how fast trades thin out with distance
PULL = {"crossing": 1.0, "station": 1.4, "avenue": 0.35}
ANYWHERE = 0.01  # pull of an address far from everything, against 1 on a crossing


def amenities(land: Land, built: pd.Index, stations: gpd.GeoDataFrame, seed: int) -> gpd.GeoDataFrame:
    """
    Return the amenities of the town.

    Parameters
    ----------
    built
        ``parcel_id`` of what carries a building: a park takes none of it.
    stations
        Points in EPSG:2154.

    Returns
    -------
    geopandas.GeoDataFrame
        By ``amenity_id``, points in EPSG:2154 as the importers keep them, with ``source`` invented.
    """
    avenues = land.streets[land.streets["kind"] == "avenue"]
    pull = attraction(land.addresses.geometry.to_numpy(), avenues.geometry.to_numpy(), stations)
    parts = [stops(avenues, seed), schools(land, seed), *greens(land, built)]
    parts += [trades(name, land.addresses, pull, seed) for name in TRADES]
    rows = pd.concat(parts, ignore_index=True)
    start = f"bpe-{frame.INSEE_CODE}-invented"  # the commune's own file, once imported, takes their place
    rows.index = pd.Index([f"{start}-{rank:04d}" for rank in range(1, len(rows) + 1)], name="amenity_id")
    told = {"insee_code": frame.INSEE_CODE, "capacity": pd.NA, "quality": None, "source": "invented"}
    rows = rows.assign(**told).astype({"capacity": "Int64"})
    order = ["kind", "code", "name", "insee_code", "capacity", "quality", "source", "geometry"]
    return gpd.GeoDataFrame(rows[order], geometry="geometry", crs=WORKING_CRS)


def table(what: tuple[str, str, str], places: list[str], points: np.ndarray) -> pd.DataFrame:
    """Return rows of one sort, each named after where it stands."""
    kind, code, word = what
    names = [f"{word}, {place}" if word else place for place in places]
    rounded = shapely.transform(np.asarray(points, dtype=object), lambda xy: np.round(xy, 2))
    return pd.DataFrame({"kind": kind, "code": code, "name": names, "geometry": rounded})


def stops(avenues: gpd.GeoDataFrame, seed: int) -> pd.DataFrame:
    """Return the bus stops: evenly along each avenue, a little off, one only where two avenues cross."""
    rng, gap_m = stream(seed, "bus stops"), parameter("amenity_gap.bus_stop")
    names, points = [], []
    for name, axis in zip(avenues["name"], avenues.geometry, strict=True):
        count = max(1, round(axis.length / gap_m))
        along = (np.arange(count) + 0.5 + rng.uniform(-0.15, 0.15, count)) * axis.length / count
        names += [f"{name} {rank}" for rank in range(1, count + 1)]
        points += list(shapely.line_interpolate_point(axis, along))
    kept = apart(np.array(points, dtype=object), SAME_STOP_M, len(points))
    return table(STOP, [names[i] for i in kept], [points[i] for i in kept])


def schools(land: Land, seed: int) -> pd.DataFrame:
    """Return the schools: on their own ground, then wherever a mesh of the town has none near."""
    facts, shapes, mesh_m = land.facts, land.parcels.geometry.to_numpy(), parameter("amenity_gap.school")
    own = np.flatnonzero((facts["use"] == "school").to_numpy())
    addresses = land.parcels["address"]
    could = facts["use"].isin(SCHOOL_GROUND).to_numpy() & addresses.notna().to_numpy()
    others = stream(seed, "schools").permutation(np.flatnonzero(could))
    grounds = np.concatenate([own, others])
    points = shapely.point_on_surface(shapes[grounds])
    kept = apart(points, mesh_m, len(points), always=len(own))
    return table(SCHOOL, addresses.iloc[grounds[kept]].fillna(frame.TOWN).to_list(), points[kept])


def greens(land: Land, built: pd.Index) -> list[pd.DataFrame]:
    """Return the parks, by their gates, and the gardens: open ground, and what estates left unbuilt."""
    facts, parcels = land.facts, land.parcels.geometry
    unbuilt = facts["use"].str.startswith("estate") & ~facts.index.isin(built)
    open_ground = facts["use"].isin(OPEN_USES) | unbuilt
    wide = parcels.area >= PARK_LEAST_M2
    wide_open, small = parcels[open_ground & wide], parcels[(facts["use"] == "garden") & ~wide]
    known = pd.read_csv(frame.HERE / "places.csv")
    names, points = [], []
    for parcel, shape in wide_open.items():
        ring = shapely.get_exterior_ring(max(shape.geoms, key=lambda part: part.area))
        count = max(1, round(ring.length / parameter("amenity_gap.park_gate")))
        along = np.arange(count) / count * ring.length
        names += [f"{place_name(parcel, land, known)}, entrée {rank}" for rank in range(1, count + 1)]
        points += list(shapely.line_interpolate_point(ring, along))
    middles = shapely.point_on_surface(small.to_numpy())
    return [
        table(PARK, names, points),
        table(GARDEN, [place_name(p, land, known) for p in small.index], middles),
    ]


def attraction(points: np.ndarray, avenues: np.ndarray, stations: gpd.GeoDataFrame) -> np.ndarray:
    """Return how much each place draws trade: the nearer a crossing of avenues or a station, the more."""
    avenues = shapely.simplify(avenues, 1.0)
    one, other = np.triu_indices(len(avenues), 1)
    crossings = shapely.get_parts(shapely.intersection(avenues[one], avenues[other]))
    centres = shapely.point_on_surface(crossings)
    near = {"crossing": centres, "station": stations.geometry.to_numpy(), "avenue": avenues}
    pull = np.full(len(points), ANYWHERE)
    for what, shapes in near.items():
        pull += PULL[what] * np.exp(-nearest_m(points, shapes) / SCALE_M[what])
    return pull


def trades(name: str, addresses: gpd.GeoDataFrame, pull: np.ndarray, seed: int) -> pd.DataFrame:
    """Return the shops or practices of one trade: at addresses, drawn by pull, each kept off its rivals."""
    luck = stream(seed, f"amenity {name}").gumbel(size=len(addresses))
    order = np.argsort(-(np.log(pull) + luck), kind="stable")
    count, gap_m = int(parameter(f"amenity.{name}")), parameter(f"amenity_gap.{name}")
    points = addresses.geometry.to_numpy()[order]
    kept = order[apart(points, gap_m, count)]
    places = (addresses["number"] + " " + addresses["street"]).iloc[kept]
    return table(TRADES[name], places.to_list(), addresses.geometry.to_numpy()[kept])


def apart(points: np.ndarray, gap_m: float, count: int, *, always: int = 0) -> np.ndarray:
    """Return the ranks of the first points that stand ``gap_m`` apart, ``count`` at most; the first ``always`` stay."""
    xy = shapely.get_coordinates(points)
    free, kept = np.ones(len(xy), dtype=bool), []
    while len(kept) < count and (len(kept) < always or free.any()):
        rank = len(kept) if len(kept) < always else int(np.argmax(free))
        kept.append(rank)
        free &= np.hypot(*(xy - xy[rank]).T) >= gap_m
        free[: rank + 1] = False
    return np.array(kept, dtype=int)


def place_name(parcel: str, land: Land, known: pd.DataFrame) -> str:
    """Return the name of the open place on a parcel: that of its use nearest by, else the street's."""
    use, shape = land.facts.at[parcel, "use"], land.parcels.geometry[parcel]
    known = known[known["use"] == use]
    if len(known) and use != "orchard":  # an orchard is cut in many parcels: each goes by its street
        away = shapely.distance(shapely.points(known[["x", "y"]].to_numpy(float)), shape)
        return str(known["name"].iloc[int(np.argmin(away))])
    address = land.parcels.at[parcel, "address"]
    section, number = land.parcels.loc[parcel, ["section", "number"]]
    return f"Parc, {address if isinstance(address, str) else f'parcelle {section} {number}'}"
