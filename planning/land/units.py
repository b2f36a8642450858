"""Land units: adjacent parcels that could be one site, and what assembling them gains."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from geo.built import homes_on
from geo.crs import require_working_crs
from geo.polygons import polygons_only, sound
from geo.said import SaidError
from planning.land.context import RIGHTS_FIRST, owners_of
from planning.parameters import Parameters
from planning.publics import FAMILY, best_forms
from planning.sites import NEIGHBOURS_M, SiteBlock, SiteExplanation, evaluate, explain_site

TOLERANCE_M = 0.30
KINDS = ("landlord", "public", "owner")
UNIT_COLUMNS = [
    "insee_code", "kind", "parcels", "parcel_count", "owners", "owner", "area_m2", "form", "dwellings",
    "dwellings_apart", "gain", "parking_land", "public", "parameters", "geometry",
]  # fmt: skip


class LandUnitError(SaidError):
    """These parcels cannot be one site."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """Parcels taken together: the unit's row, the drawn site, and each form together and apart."""

    unit_id: str
    unit: pd.Series
    explanation: SiteExplanation
    forms: pd.DataFrame


def adjacent(parcels: gpd.GeoDataFrame, *, least_m: float = 2.0) -> pd.DataFrame:
    """
    Pairs of parcels that share a boundary.

    Parameters
    ----------
    least_m
        Shorter contacts, corners above all, do not make neighbours.

    Returns
    -------
    pandas.DataFrame
        ``one`` and ``other`` (positions, ``one`` the smaller), ``shared_m``.
    """
    require_working_crs(parcels)
    shapes = sound(parcels.geometry.to_numpy())
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=TOLERANCE_M)
    first = one < other
    one, other = one[first], other[first]
    strips = shapely.buffer(shapely.boundary(shapes), TOLERANCE_M, quad_segs=1, cap_style="flat")
    shared = shapely.length(shapely.intersection(shapely.boundary(shapes[one]), strips[other]))
    pairs = pd.DataFrame({"one": one, "other": other, "shared_m": shared})
    return pairs[pairs["shared_m"] >= least_m].reset_index(drop=True)


def groups(block: SiteBlock, parameters: Parameters) -> pd.DataFrame:
    """
    Group adjacent parcels of the landlord, of public owners, of one other owner known by its number.

    Parcels where dwellings of the stock stand stay out. A group of public owners has
    ``land_unit.owners_max`` of them at most; one larger than ``land_unit.area_max_m2`` is left out, and those
    of one parcel too, but for the landlord's own: its car parks and garages are sites by themselves.

    Returns
    -------
    pandas.DataFrame
        One row a parcel of a group: ``kind``, ``group`` (number), ``parcel_id``, ``owner``.
    """
    parcels = block.parcels
    known = owners_of(parcels, block.owners, block.own_sirens, parameters)
    owner = _first_owner(block.owners, parcels.index)
    free = ~_with_homes(block).reindex(parcels.index, fill_value=False)
    own = known["own_land"].fillna(False).astype(bool) & free
    public = known["public_land"].fillna(False).astype(bool) & free & ~own
    private = owner.notna() & free & ~own & ~public
    pairs = adjacent(parcels)
    number = pd.Series(pd.factorize(owner)[0], index=parcels.index)
    found = []
    for kind, member, same_owner in (
        ("landlord", own, False),
        ("public", public, False),
        ("owner", private, True),
    ):
        inside = member.to_numpy()
        kept = inside[pairs["one"]] & inside[pairs["other"]]
        if same_owner:
            kept &= number.to_numpy()[pairs["one"]] == number.to_numpy()[pairs["other"]]
        label = _components(pairs[kept], len(parcels))
        rows = pd.DataFrame(
            {"kind": kind, "group": label, "parcel_id": parcels.index, "owner": owner.to_numpy()}
        )
        found.append(rows[inside])
    rows = pd.concat(found, ignore_index=True)
    key = ["kind", "group"]
    area = rows["parcel_id"].map(parcels.geometry.area).groupby([rows[name] for name in key]).transform("sum")
    size = rows.groupby(key)["parcel_id"].transform("size")
    owners = rows.groupby(key)["owner"].transform("nunique")
    fits = (area <= parameters["land_unit.area_max_m2"]) & (owners <= parameters["land_unit.owners_max"])
    rows = rows[fits & ((size > 1) | (rows["kind"] == "landlord"))]
    return rows.sort_values([*key, "parcel_id"], ignore_index=True)


def land_units(
    block: SiteBlock, parameters: Parameters, apart: pd.DataFrame, *, public: str = FAMILY
) -> gpd.GeoDataFrame:
    """
    Evaluate the land units of a block as laid out for a public, and what assembling each gains over its parcels apart.

    Parameters
    ----------
    apart
        ``site_results`` of the parcels for that public: ``site_id``, ``form``, ``fits``, ``dwellings``.

    Returns
    -------
    geopandas.GeoDataFrame
        Rows of ``land_units``, the landlord's own first (``parking_land``: nothing of it is lived in, little
        of it built), then by gain. ``dwellings_apart`` sums the form of each parcel that suits the public best.
    """
    rows = groups(block, parameters)
    best = _best_apart(apart, parameters, public)
    found = [
        _evaluated(block, parameters, chosen, best, public)
        for kind in KINDS
        if len(chosen := rows[rows["kind"] == kind])
    ]
    if not found:
        none = gpd.GeoDataFrame(dict.fromkeys(UNIT_COLUMNS, []), geometry="geometry", crs=block.parcels.crs)
        return none.rename_axis("unit_id")
    units = pd.concat(found)
    rank = units["kind"].map({kind: place for place, kind in enumerate(KINDS)})
    order = units.assign(rank=rank, later=~units["parking_land"].fillna(False).astype(bool)).sort_values(
        ["rank", "later", "gain", "dwellings"], ascending=[True, True, False, False], kind="stable"
    )
    return order[UNIT_COLUMNS].rename_axis("unit_id")


def assemble(
    block: SiteBlock, parcel_ids: Sequence[str], parameters: Parameters, *, public: str = FAMILY
) -> Assembly:
    """
    Take parcels together as one site, laid out for a public, and compare it with the same parcels apart.

    Parameters
    ----------
    block
        Has the parcels and those around them, no more than 60 m away.

    Raises
    ------
    LandUnitError
        If a parcel is not in the block, they do not touch, or their area or owners pass the caps of
        ``land_unit.*``.
    """
    ids = sorted(set(parcel_ids))
    _require_unit(block, ids, parameters)
    unit_id, joined = _joined(block.parcels, ids)
    together = explain_site(replace(block, parcels=joined), unit_id, parameters, public=public)
    near = block.parcels.index.intersection(_around(block.parcels, ids))
    parted = evaluate(
        replace(block, parcels=block.parcels.loc[near]), parameters, public=public, only=pd.Index(ids)
    )
    forms = together.results.set_index("form")[["fits", "dwellings"]].rename(
        columns={"dwellings": "together"}
    )
    sums = parted.results.groupby("form")["dwellings"].sum()
    forms = forms.assign(apart=sums.reindex(forms.index)).fillna({"together": 0, "apart": 0})
    forms["gain"] = forms["together"] - forms["apart"]
    unit = _unit_row(joined.loc[unit_id], block, ids, together.site, _held(parted.sites), public)
    return Assembly(unit_id, unit, together, forms)


def _unit_row(
    unit: pd.Series, block: SiteBlock, ids: Sequence[str], site: pd.Series, apart: pd.Series, public: str
) -> pd.Series:
    """The row of parcels taken together: ``site`` as evaluated, ``apart`` the dwellings of each parcel alone."""
    owner = _first_owner(block.owners, pd.Index(ids))
    form = site["best_form"] if isinstance(site["best_form"], str) else None
    dwellings, parted = int(site["dwellings"]) if form else 0, int(apart.reindex(ids, fill_value=0).sum())
    return pd.Series(
        {
            "kind": "chosen",
            "public": public,
            "parcels": ",".join(ids),
            "parcel_count": len(ids),
            "owners": owner.nunique() if owner.notna().all() else pd.NA,
            "area_m2": float(unit.geometry.area),
            "form": form,
            "dwellings": dwellings,
            "dwellings_apart": parted,
            "gain": dwellings - parted,
        }
    )


def suggestions(
    block: SiteBlock,
    parcel_id: str,
    parameters: Parameters,
    *,
    public: str = FAMILY,
    most: int = 8,
    members: int = 3,
) -> pd.DataFrame:
    """
    Try the pairs and triples that hold a parcel for a public, those that share the longest boundaries first.

    Returns
    -------
    pandas.DataFrame
        One row a set: ``parcels``, ``parcel_count``, ``area_m2``, ``form``, ``dwellings``, ``dwellings_apart``,
        ``gain``, the largest gain first.

    Raises
    ------
    LandUnitError
        If the parcel is not in the block.
    """
    if parcel_id not in block.parcels.index:
        raise LandUnitError(
            "no parcel {parcel_id!r} in the block: read it with the parcels around it", parcel_id=parcel_id
        )
    around = block.parcels.loc[_around(block.parcels, [parcel_id])]
    pairs = adjacent(around)
    names = around.index.to_numpy()
    touching: dict[str, dict[str, float]] = {}
    for one, other, shared in zip(names[pairs["one"]], names[pairs["other"]], pairs["shared_m"], strict=True):
        touching.setdefault(one, {})[other] = shared
        touching.setdefault(other, {})[one] = shared
    sets = {frozenset([parcel_id, other]): shared for other, shared in touching.get(parcel_id, {}).items()}
    for one, other in combinations(sorted(around.index.drop(parcel_id)), members - 1) if members > 2 else ():
        links = [touching.get(a, {}).get(b, 0.0) for a, b in combinations((parcel_id, one, other), 2)]
        if sum(link > 0 for link in links) >= 2:
            sets[frozenset([parcel_id, one, other])] = sum(links) / 2
    tried = [
        sorted(chosen) for chosen in sorted(sets, key=lambda chosen: (-sets[chosen], sorted(chosen)))[:most]
    ]
    members = pd.Index(sorted({name for ids in tried for name in ids}))
    near = replace(block, parcels=block.parcels.loc[_around(block.parcels, members)])
    apart = (
        _held(evaluate(near, parameters, public=public, only=members).sites)
        if tried
        else pd.Series(dtype=int)
    )
    found = []
    for ids in tried:
        try:
            _require_unit(block, ids, parameters)
        except LandUnitError:
            continue
        unit_id, joined = _joined(near.parcels, ids)
        study = evaluate(replace(near, parcels=joined), parameters, public=public, only=pd.Index([unit_id]))
        found.append(_unit_row(joined.loc[unit_id], block, ids, study.sites.loc[unit_id], apart, public))
    columns = ["parcels", "parcel_count", "area_m2", "form", "dwellings", "dwellings_apart", "gain"]
    return pd.DataFrame(found, columns=columns).sort_values("gain", ascending=False, ignore_index=True)


def _evaluated(
    block: SiteBlock, parameters: Parameters, rows: pd.DataFrame, best: pd.Series, public: str
) -> gpd.GeoDataFrame:
    """The units of one kind, evaluated together: they never overlap."""
    members = rows.groupby("group")["parcel_id"].agg(list)
    names = {group: unit_name(ids) for group, ids in members.items()}
    shapes = [_union(block.parcels.geometry.loc[ids]) for ids in members]
    units = gpd.GeoDataFrame(
        {"insee_code": members.str[0].str[:5].to_numpy()},
        geometry=shapes,
        index=list(names.values()),
        crs=block.parcels.crs,
    )
    rest = block.parcels.drop(index=rows["parcel_id"])
    owners = _passed_on(block.owners, rows, names)
    joined = replace(block, parcels=pd.concat([rest, units]).rename_axis("parcel_id"), owners=owners)
    near = joined.parcels.loc[_around(joined.parcels, list(units.index))]
    study = evaluate(replace(joined, parcels=near), parameters, public=public, only=units.index)
    sites = study.sites
    apart = pd.Series([int(best.reindex(ids, fill_value=0).sum()) for ids in members], index=units.index)
    owner = rows.groupby("group")["owner"]
    held = _held(sites)
    single = (owner.nunique() == 1).to_numpy()
    built = sites["built_share"].astype("Float64")
    return units.assign(
        kind=rows["kind"].iloc[0],
        parcels=[",".join(ids) for ids in members],
        parcel_count=members.str.len().to_numpy(),
        owners=owner.nunique().to_numpy(),
        owner=np.where(single, owner.first(), None),
        area_m2=units.area,
        form=sites["best_form"],
        dwellings=held,
        dwellings_apart=apart,
        gain=held - apart,
        parking_land=(rows["kind"].iloc[0] == "landlord")
        & (built < parameters["land_unit.parking_built_share"]),
        public=public,
        parameters=parameters.hash,
    )


def unit_name(parcel_ids: Sequence[str]) -> str:
    """Name a unit by its first parcel and a mark of all of them: the same parcels have the same name."""
    ids = sorted(parcel_ids)
    mark = hashlib.sha256(",".join(ids).encode()).hexdigest()[:6]
    return f"{ids[0]}+{len(ids) - 1}-{mark}"


def _joined(parcels: gpd.GeoDataFrame, ids: Sequence[str]) -> tuple[str, gpd.GeoDataFrame]:
    """The parcels with some of them made one."""
    name = unit_name(ids)
    unit = (
        parcels.loc[[ids[0]]]
        .set_axis([name])
        .set_geometry([_union(parcels.geometry.loc[list(ids)])], crs=parcels.crs)
    )
    return name, pd.concat([parcels.drop(index=list(ids)), unit]).rename_axis(parcels.index.name)


def _union(shapes: gpd.GeoSeries) -> shapely.Geometry:
    """Unite parcels, the slivers between them closed."""
    half = TOLERANCE_M / 2
    grown = shapely.buffer(sound(shapes.to_numpy()), half, join_style="mitre", quad_segs=1)
    whole = shapely.buffer(shapely.union_all(grown), -half, join_style="mitre", quad_segs=1)
    return polygons_only(np.array([whole], dtype=object))[0]


def _around(parcels: gpd.GeoDataFrame, ids: Sequence[str]) -> pd.Index:
    """Parcels within reach of some, those with them."""
    shapes = parcels.geometry.loc[list(ids)].to_numpy()
    near = shapely.STRtree(parcels.geometry.to_numpy()).query(
        shapes, predicate="dwithin", distance=NEIGHBOURS_M
    )[1]
    return parcels.index[np.unique(near)]


def _require_unit(block: SiteBlock, ids: Sequence[str], parameters: Parameters) -> None:
    """Refuse parcels that are unknown, apart from each other, or past the caps."""
    absent = [name for name in ids if name not in block.parcels.index]
    if absent:
        raise LandUnitError(
            "no parcel {absent!r} in the block: read it with the parcels around it", absent=absent[0]
        )
    chosen = block.parcels.loc[list(ids)]
    if _components(adjacent(chosen), len(ids)).max(initial=0) > 0:
        raise LandUnitError(
            "these parcels do not touch: {parcels}; choose neighbours", parcels=", ".join(ids)
        )
    area, most = float(chosen.geometry.area.sum()), parameters["land_unit.area_max_m2"]
    if area > most:
        raise LandUnitError(
            "together they have {area:.0f} m2, the cap is {most:.0f} m2 (land_unit.area_max_m2)",
            area=area,
            most=most,
        )
    owners, cap = _first_owner(block.owners, chosen.index).nunique(), parameters["land_unit.owners_max"]
    if owners > cap:
        raise LandUnitError(
            "they have {owners} owners, the cap is {cap:.0f} (land_unit.owners_max)", owners=owners, cap=cap
        )


def _components(pairs: pd.DataFrame, count: int) -> np.ndarray:
    """Number the groups of positions that pairs connect."""
    ones = np.ones(len(pairs))
    graph = coo_matrix((ones, (pairs["one"], pairs["other"])), shape=(count, count))
    return connected_components(graph, directed=False)[1]


def _first_owner(owners: pd.DataFrame | None, parcel_ids: pd.Index) -> pd.Series:
    """The number of the full owner of each parcel, missing where the file names none."""
    if owners is None or owners.empty:
        return pd.Series(pd.NA, index=parcel_ids, dtype="str")
    rows = owners.reset_index()
    rows = rows.assign(second=rows["rights"] != RIGHTS_FIRST).sort_values(["parcel_id", "second", "siren"])
    return rows.drop_duplicates("parcel_id").set_index("parcel_id")["siren"].astype("str").reindex(parcel_ids)


def _passed_on(owners: pd.DataFrame, rows: pd.DataFrame, names: dict[int, str]) -> pd.DataFrame:
    """Owners of the parcels as owners of their unit."""
    unit = rows.assign(unit=rows["group"].map(names)).set_index("parcel_id")["unit"]
    mine = owners.reset_index()
    passed = mine[mine["parcel_id"].isin(unit.index)]
    passed = passed.assign(parcel_id=passed["parcel_id"].map(unit)).drop_duplicates(
        ["parcel_id", "siren", "rights"]
    )
    return pd.concat([mine, passed], ignore_index=True)


def _with_homes(block: SiteBlock) -> pd.Series:
    """Whether dwellings of the stock stand on each parcel."""
    if block.residences is None:
        return pd.Series(False, index=block.parcels.index)
    homes = homes_on(block.parcels, block.residences)
    return homes.gt(0).fillna(False).astype(bool)


def _held(sites: pd.DataFrame) -> pd.Series:
    """Dwellings of the form that suits each evaluated site best, by ``site_id``; 0 where none fits."""
    held = sites["dwellings"].astype("Float64").fillna(0).astype("int64")
    return held.where(sites["best_form"].notna(), 0)


def _best_apart(results: pd.DataFrame, parameters: Parameters, public: str) -> pd.Series:
    """Dwellings of the form that suits a public best on each site, by ``site_id``."""
    best = best_forms(results, parameters, public)
    held = results.set_index(["site_id", "form"])["dwellings"]
    keys = pd.MultiIndex.from_arrays([best.index, best])
    return pd.Series(held.reindex(keys).to_numpy("int64"), index=best.index)
