"""Invented planning rules on the town: zones with decodable labels, prescriptions, priority districts."""

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.demo import frame
from data.demo.areas import dissolve, multi
from data.demo.cadastre import Ground, locate
from data.demo.chance import stream
from data.demo.land import Land
from data.demo.parameters import parameter
from geo.crs import WORKING_CRS

DOCUMENT = "invented_PLUi_20260101"
VALID_ON = "20260101"
LABEL = re.compile(r"^(U[A-Z][a-z]?\d?)(\d)(\d)([A-Z])(\d+|nr|b\d)$")
AVENUE_SHARE, MIXED_M = 0.24, 420.0
# a zone whose column says another height than its label, as the real document does once
ODD_LABEL, ODD_HEIGHT_M = "UR90F19", 29.0
# invented district: name, quarter whose estates it is drawn round, renewal programme
DISTRICTS = (
    ("Quartier des Vergers (inventé)", 11, True),
    ("Quartier du Belvédère (inventé)", 4, False),
    ("Quartier de la Lisière (inventé)", 14, True),
    ("Quartier du Plateau (inventé)", 10, False),
)
UNINHABITED = ("park", "wood", "cemetery")
# the first district is drawn round a fixed point and kept small: the planted VAT distance is measured from it
DISTRICT_CENTRE, FIRST_DISTRICT_REACH_M = {11: (660180, 6862950)}, 310.0


def zone_of_cells(ground: Ground, cells: pd.DataFrame) -> pd.Series:
    """Return the label of each drawn cell: its use, its fabric, an avenue beside it, a station near it."""
    table = pd.read_csv(frame.HERE / "zones.csv", keep_default_na=False)
    label = {(r.use, r.fabric): r.label for r in table.itertuples()}
    kind = cells["fabric"].where(cells["use"] == "plots", "")
    spots = shapely.centroid(ground.cells)
    plots = (cells["use"] == "plots").to_numpy()
    low = cells["fabric"].isin(["pavilion", "orchard"]).to_numpy()
    stations = shapely.MultiPoint(frame.stations().geometry.to_numpy())
    near = shapely.distance(spots, stations) < MIXED_M
    kind = kind.mask(plots & low & near, "mixed")
    kind = kind.mask(plots & (avenue_share(ground) > AVENUE_SHARE), "avenue")
    project = (cells["use"] == "activity") & cells["quarter_id"].isin([12, 10])
    use = cells["use"].mask(project, "project")
    return pd.Series([label[pair] for pair in zip(use, kind, strict=True)], index=cells.index)


def avenue_share(ground: Ground) -> np.ndarray:
    """Return the share of each drawn cell's outline that runs along an avenue."""
    edges = shapely.boundary(ground.cells)
    bands = shapely.buffer(ground.streets[ground.kinds == "avenue"], 2.0, quad_segs=2)
    cell, band = shapely.STRtree(bands).query(edges, predicate="intersects")
    along = shapely.length(shapely.intersection(edges[cell], bands[band]))
    return np.bincount(cell, along, minlength=len(edges)) / shapely.length(edges)


def decoded(label: str) -> tuple[str | None, str | None, str | None, float]:
    """Return alignment, side and footprint codes and the height in m that a label holds; missing if none."""
    match = LABEL.match(label)
    if not match:
        return None, None, None, np.nan
    _, alignment, side, footprint, height = match.groups()
    return alignment, side, footprint, float(height) if height.isdigit() else np.nan


def zones(ground: Ground, cells: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the zones by ``zone_id``: connected pieces of one label, tiling the town."""
    table = (
        pd.read_csv(frame.HERE / "zones.csv", keep_default_na=False)
        .drop_duplicates("label")
        .set_index("label")
    )
    pieces = dissolve(ground.cells, zone_of_cells(ground, cells)).explode(index_parts=False)
    labels = pieces.index.to_numpy()
    rules = pd.DataFrame([decoded(label) for label in labels])
    rules.columns = ["alignment_code", "side_code", "footprint_class", "height_m"]
    result = pd.DataFrame(
        {
            "label": labels,
            "label_long": table.loc[labels, "label_long"].to_numpy(),
            "zone_type": np.where(pd.Series(labels).str.startswith("U"), "U", "N"),
            "document": DOCUMENT,
            "valid_on": VALID_ON,
            **rules.to_dict("series"),
            "rules_source": np.where(rules["alignment_code"].notna(), "both", "none"),
            "disagreement": None,
            "insee_code": frame.INSEE_CODE,
        }
    )
    shapes = [multi(shape) for shape in pieces.to_numpy()]
    result = gpd.GeoDataFrame(result, geometry=shapes, crs=WORKING_CRS)
    odd = result[result["label"] == ODD_LABEL].area.idxmin()
    result.loc[odd, "height_m"] = ODD_HEIGHT_M
    result.loc[odd, "disagreement"] = f"height: {ODD_HEIGHT_M:.0f} m in the column, 19 m in the label"
    result.index = pd.Index([f"Z{rank:03d}" for rank in range(1, len(result) + 1)], name="zone_id")
    return result


def districts(ground: Ground, cells: pd.DataFrame, residences: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Draw the priority districts round the estates of four quarters, as far as the wanted share of dwellings.

    Parameters
    ----------
    residences
        Points, with ``quarter_id``, ``size`` and ``dwellings``.
    """
    centres = np.array([district_centre(residences, quarter) for _, quarter, _ in DISTRICTS])
    xy = shapely.get_coordinates(shapely.centroid(ground.cells))
    home = locate(residences.geometry.to_numpy(), ground.cells)
    reach = np.hypot(*(xy[:, None] - centres[None]).transpose(2, 0, 1))
    reach[reach[:, 0] > FIRST_DISTRICT_REACH_M, 0] = np.inf
    reach[cells["use"].isin(UNINHABITED).to_numpy()] = np.inf
    own = np.sort(reach[home].min(axis=1))
    weight, points = residences["dwellings"].to_numpy(), residences.geometry.to_numpy()
    best, shapes = np.inf, []
    for radius in own[np.isfinite(own)] + 0.5:
        nearest = np.where(reach.min(axis=1) <= radius, reach.argmin(axis=1), -1)
        drawn = [
            filled(shapely.coverage_union_all(ground.cells[nearest == k])) for k in range(len(DISTRICTS))
        ]
        inside = shapely.intersects(shapely.union_all(drawn), points)
        gap = weight[inside].sum() / weight.sum() - parameter("qpv_share")
        if abs(gap) < best:
            best, shapes = abs(gap), drawn
        if gap > 0:
            break
    table = pd.DataFrame(
        {"name": [name for name, _, _ in DISTRICTS], "renewal": [renewal for _, _, renewal in DISTRICTS]},
        index=pd.Index([f"QI9304{k + 1}" for k in range(len(DISTRICTS))], name="qpv_id"),
    )
    return gpd.GeoDataFrame(table, geometry=shapes, crs=WORKING_CRS)


def district_centre(residences: gpd.GeoDataFrame, quarter: int) -> tuple[float, float]:
    """Return the middle of the quarter's large estates, weighted by their dwellings."""
    if quarter in DISTRICT_CENTRE:
        return DISTRICT_CENTRE[quarter]
    estates = residences[(residences["quarter_id"] == quarter) & (residences["size"] != "small")]
    weight = estates["dwellings"] / estates["dwellings"].sum()
    return float((estates.geometry.x * weight).sum()), float((estates.geometry.y * weight).sum())


def filled(shape) -> shapely.MultiPolygon:
    """Return a shape without its holes."""
    return multi(shapely.union_all([shapely.Polygon(p.exterior) for p in shapely.get_parts(shape)]))


def prescriptions(ground: Ground, land: Land, seed: int) -> gpd.GeoDataFrame:
    """Return the prescriptions: woodland, heritage, reserved sites, trees along avenues, a project sector."""
    rng = stream(seed, "prescriptions")
    shapes, use = land.parcels.geometry.to_numpy(), land.facts["use"].to_numpy()
    avenues = land.streets[land.streets["kind"] == "avenue"]
    ordinary = np.flatnonzero(np.isin(use, ["plots", "workshop"]) & (land.parcels.area > 350).to_numpy())
    picked = rng.permutation(ordinary)
    rows = []
    rows += [("surface", "Espace boisé classé", "01", "00", s) for s in shapes[use == "wood"]]
    rows += [("surface", "Espace boisé classé", "01", "00", glade(s, rng)) for s in shapes[use == "park"]]
    rows += [("surface", "Espace paysager protégé", "07", "04", s) for s in shapes[use == "garden"]]
    rows += [
        ("surface", "Espace cultivé et jardin partagé protégé", "08", "00", s)
        for s in shapes[use == "orchard"][:12]
    ]
    rows += [
        ("surface", "Emplacement réservé pour logement social", "05", "05", shapes[i]) for i in picked[:14]
    ]
    rows += [("surface", "Emplacement réservé (espace vert)", "05", "04", shapes[i]) for i in picked[14:22]]
    rows += [
        ("surface", "Bâti ou ensemble bâti remarquable", "07", "01", core(shapes[i])) for i in picked[22:240]
    ]
    rows += [
        ("surface", "Emplacement réservé (élargissement de voie)", "05", "01", s)
        for s in widenings(avenues, land)
    ]
    project = shapes[(use == "activity") & land.facts["quarter_id"].isin([12, 10]).to_numpy()]
    if len(project):
        rows.append(
            (
                "surface",
                "OAP Plaine du levant (inventée)",
                "18",
                "00",
                multi(shapely.union_all(project).buffer(8)),
            )
        )
    rows += [
        ("line", "Alignement d'arbres à préserver", "07", "04", line) for line in avenues.geometry.iloc[:9]
    ]
    rows += [("point", "Arbre remarquable", "07", "04", shapely.centroid(shapes[i])) for i in picked[240:275]]
    return prescription_frame(rows)


def prescription_frame(rows: list[tuple]) -> gpd.GeoDataFrame:
    """Return prescriptions by ``prescription_id``."""
    shape, label, kind, subkind, geometry = zip(*rows, strict=True)
    table = pd.DataFrame(
        {
            "shape": shape,
            "label": label,
            "text": None,
            "type_code": kind,
            "subtype_code": subkind,
            "document": DOCUMENT,
        },
        index=pd.Index([f"P{rank:04d}" for rank in range(1, len(rows) + 1)], name="prescription_id"),
    )
    return gpd.GeoDataFrame(table, geometry=list(geometry), crs=WORKING_CRS)


def core(plot) -> shapely.Polygon:
    """Return the place of an old house: the middle of the front half of a plot."""
    box = shapely.oriented_envelope(plot)
    centre = shapely.point_on_surface(plot)
    side = 0.28 * np.sqrt(shapely.area(plot))
    return shapely.intersection(
        shapely.affinity.scale(box, 0.45, 0.3, origin=centre), centre.buffer(2 * side)
    ).intersection(plot)


def glade(park, rng: np.random.Generator) -> shapely.Polygon:
    """Return the wooded part of a park."""
    inner = shapely.buffer(park, -rng.uniform(0.14, 0.2) * np.sqrt(shapely.area(park)), join_style="mitre")
    x, y = rng.uniform(-0.07, 0.07, 2) * np.sqrt(shapely.area(park))
    wood = shapely.intersection(shapely.affinity.translate(inner, x, y), park)
    return max(shapely.get_parts(shapely.set_precision(wood, 0.01)), key=lambda p: p.area)


def widenings(avenues: gpd.GeoDataFrame, land: Land) -> list[shapely.MultiPolygon]:
    """Return strips, three metres deep on private plots, reserved to widen two avenues."""
    strips = []
    for axis, width in zip(avenues.geometry.iloc[[6, 12]], avenues["width_m"].iloc[[6, 12]], strict=True):
        band = axis.buffer(width / 2 + 3.0, cap_style="flat")
        tree = land.parcels.sindex.query(band, predicate="intersects")
        strip = shapely.intersection(shapely.union_all(land.parcels.geometry.to_numpy()[tree]), band)
        strips.append(multi(shapely.set_precision(strip, 0.01)))
    return strips
