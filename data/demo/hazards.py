"""The invented hazards of the ground: clay on the hillside, gypsum quarries under it, former industry, brownfields."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.demo import frame
from data.demo.chance import quotas, stream
from data.demo.land import Land
from data.demo.parameters import family, parameter
from data.demo.relief import Relief, areas_of
from geo.crs import WORKING_CRS

# class of clay from a height on, m above the sea: none in the valley, most where it crops out, none under the plateau
CLAY = ((60.0, 1), (66.0, 2), (94.0, 1), (100.0, 0))
CLAY_WORDS = {1: "Argile, aléa faible", 2: "Argile, aléa moyen", 3: "Argile, aléa fort"}
STEEP = 10.0  # %: where it crops out and slopes more than so, it is high
GYPSUM_M, APART_M = (84.0, 98.0), 250.0  # heights that quarries open at; how far they lie apart
RADIUS_M, CORNERS, MARGIN_M = (38.0, 85.0), 14, 35.0
ACTIVITIES = ("G45.20A", "C25.61Z", "V89.03Z", "C16.10B", "C20.30Z", "S96.01A", "C18.12Z", "C31.09B")
WORKED = ("activity", "workshop")
WORKED_SHARE = 0.4  # of the former industrial sites, those on ground that still works
SOILS = (
    "pollution avérée", "pollution supposée", "pollution traitée", "pollution peu probable", None,
    "pollution inexistante", "pollution supposée", None, "pollution traitée",
)  # fmt: skip
STATUSES = ("friche sans projet", "friche avec projet", "friche potentielle")


def clay(ground: Relief) -> pd.DataFrame:
    """Return the classes of clay that swells and shrinks: it crops out along the hillside."""
    classes = np.zeros(ground.height_m.shape, dtype=int)
    for least_m, one in CLAY:
        classes[ground.height_m >= least_m] = one
    classes[(classes == 2) & (ground.slope >= STEEP)] = 3
    found, shapes = areas_of(ground, classes)
    table = {"kind": "clay", "value": found.astype(float), "label": pd.Series(found).map(CLAY_WORDS)}
    return pd.DataFrame({**table, "geometry": shapes})[found > 0].reset_index(drop=True)


def quarries(ground: Relief, seed: int) -> pd.DataFrame:
    """Return the old gypsum quarries (class 3) on the edge of the plateau, and their margins (class 2)."""
    rng = stream(seed, "quarries")
    rows, columns = np.nonzero((ground.height_m >= GYPSUM_M[0]) & (ground.height_m <= GYPSUM_M[1]))
    spots = ground.middles(rows, columns)
    inside = frame.outline().buffer(-RADIUS_M[1])
    spots = rng.permutation(spots[shapely.contains_xy(inside, spots)])
    kept: list[np.ndarray] = []
    for spot in spots:
        if len(kept) < parameter("hazard.quarries") and all(
            np.hypot(*(spot - one)) > APART_M for one in kept
        ):
            kept.append(spot)
    voids = np.array([blob(spot, rng) for spot in kept], dtype=object)
    margins = shapely.difference(shapely.buffer(voids, MARGIN_M, quad_segs=4), shapely.union_all(voids))
    told = [
        ("Ancienne carrière de gypse inventée", 3.0, voids),
        ("Abords d'une carrière inventée", 2.0, margins),
    ]
    parts = [
        pd.DataFrame({"kind": "quarry", "value": value, "label": word, "geometry": shapes})
        for word, value, shapes in told
    ]
    return pd.concat(parts, ignore_index=True)


def blob(centre: np.ndarray, rng: np.random.Generator) -> shapely.Polygon:
    """Return a rough round, longer than wide."""
    angles = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    radius = rng.uniform(*RADIUS_M) * rng.uniform(0.75, 1.2, CORNERS)
    turn = rng.uniform(0, np.pi)
    radius = radius * (1 + 0.35 * np.cos(2 * (angles - turn)))
    xy = centre + radius[:, None] * np.column_stack([np.cos(angles), np.sin(angles)])
    return shapely.Polygon(np.round(xy, 2))


def registers(land: Land, seed: int) -> gpd.GeoDataFrame:
    """
    Return the former industrial sites by ``risk_id``: points at addresses, some known by street or commune only.

    Where ground still works there are more of them than elsewhere.
    """
    rng, count = stream(seed, "former industry"), int(parameter("hazard.former_sites"))
    uses = land.facts["use"].reindex(land.addresses["parcel_id"])
    working = rng.permutation(np.flatnonzero(uses.isin(WORKED).to_numpy()))
    plots = rng.permutation(np.flatnonzero((uses == "plots").to_numpy()))
    worked = min(round(WORKED_SHARE * count), len(working))
    chosen = land.addresses.iloc[np.concatenate([working[:worked], plots[: count - worked]])]
    by = family("hazard.located_by")
    located = rng.permutation(np.repeat(list(by), quotas(count, list(by.values()))))
    table = {
        "register": "casias",
        "name": [f"Ancien établissement inventé n° {rank}" for rank in range(1, count + 1)],
        "activities": rng.choice(ACTIVITIES, count),
        "state": rng.choice(["ended", "active", "unknown"], count, p=[0.7, 0.12, 0.18]),
        "address": np.where(located == "number", chosen["label"], chosen["street"]),
        "insee_code": frame.INSEE_CODE,
        "located_by": located,
    }
    index = pd.Index([f"INV{frame.INSEE_CODE}{rank:04d}" for rank in range(1, count + 1)], name="risk_id")
    return gpd.GeoDataFrame(table, index=index, geometry=chosen.geometry.to_numpy(), crs=WORKING_CRS)


def brownfields(land: Land, built: gpd.GeoDataFrame, seed: int) -> gpd.GeoDataFrame:
    """Return the brownfields by ``brownfield_id``: grounds of workshops, each with what is known of its soil."""
    rng = stream(seed, "brownfields")
    could = land.facts.index[(land.facts["use"] == "workshop") & (land.parcels.area > 500).to_numpy()]
    chosen = pd.Index(sorted(rng.permutation(could)[: len(SOILS)]))
    ground, drawn = land.parcels.loc[chosen], built.reindex("invented-" + chosen).area.fillna(0.0).to_numpy()
    table = {
        "name": [f"Friche inventée n° {rank}" for rank in range(1, len(chosen) + 1)],
        "kind": "friche industrielle",
        "status": rng.choice(STATUSES, len(chosen)),
        "address": ground["address"].to_numpy(),
        "insee_code": frame.INSEE_CODE,
        "updated_on": frame.REFERENCE_DATE - pd.Timedelta(days=92),
        "land_area_m2": np.round(ground.area.to_numpy()),
        "parcels": chosen.to_numpy(),
        "buildings": pd.array((drawn > 0).astype(int), dtype="Int64"),
        "built_area_m2": np.round(drawn),
        "soil": list(rng.permutation(np.array(SOILS[: len(chosen)], dtype=object))),
        "owner_kind": "personne morale",
        "zone_type": "U",
        "zone_label": None,
    }
    ids = [f"{frame.INSEE_CODE}_invented_{rank:02d}" for rank in range(1, len(chosen) + 1)]
    index = pd.Index(ids, name="brownfield_id")
    return gpd.GeoDataFrame(table, index=index, geometry=ground.geometry.to_numpy(), crs=WORKING_CRS)
