"""What a site would do for the landlord's own stock: mismatches relieved nearby, moves freed, an agency's load.

Counts of households are sums of whole groups of residences large enough to be told (`geo.suppression`), so that
no circle around a site tells of fewer households than the threshold.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.spatial import cKDTree

from geo.crs import require_working_crs
from geo.suppression import PrivacyRules, groups, nearness, to_multiple
from planning.publics import OWNERSHIP

TYPES = ("T1", "T2", "T3", "T4", "T5")
ACCESS = {"none": 0, "reachable": 1, "adaptable": 2, "adapted": 3}
ACCESS_NEEDED = {"none": 0, "reachable": 1, "wheelchair": 3}
CASES = ("under_occupied", "overcrowded", "access")
AGES = {"elderly": ("65-74", "75+"), "students": ("<30",), "young_workers": ("<30",)}
AGE_ENDS = {"<30": 30, "30-49": 50, "50-64": 65, "65-74": 75, "75+": np.inf}
UNTOLD = ("migrant_workers", "insertion", "emergency")
BUYERS = ("persons_least", "persons_most", "holder_before_age")
NEEDS = ("S1", "S2", "S3", "S4", "S5", "S6")


@dataclass(frozen=True, slots=True)
class Stock:
    """
    The landlord's stock as `needs` reads it, rows of the tables of the same name.

    ``residences`` in EPSG:2154 with ``agency_id``; ``relets`` by dwelling, a year; ``work`` by residence, in the
    units of ``territory.workload``. An empty table is unknown: what rests on it is missing.
    """

    residences: gpd.GeoDataFrame
    dwellings: pd.DataFrame
    households: pd.DataFrame
    relets: pd.Series
    work: pd.Series


def cases(households: pd.DataFrame, dwellings: pd.DataFrame) -> pd.DataFrame:
    """
    Households whose dwelling does not suit them, and the type that would.

    Under-occupied: rooms above persons by two or more (CCH L621-2), children under visiting rights counted;
    overcrowded: fewer rooms than the INSEE need; access: a need above the dwelling's level. The type is that
    of the rooms needed, T5 at most.

    Returns
    -------
    pandas.DataFrame
        By ``household_id``: ``residence_id``, ``case`` (the first that holds, access before the others; missing
        for none), ``needs`` (T1 to T5, missing where the need is unknown), ``persons``, ``age``, ``wish``.
    """
    home = dwellings[["residence_id", "rooms", "adapted"]].reindex(households["dwelling_id"])
    rooms = home["rooms"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    persons = households["persons"].astype(float) + households["visiting_children"].fillna(0).astype(float)
    needed = households["rooms_needed"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    level = home["adapted"].map(ACCESS).to_numpy(dtype=float)
    asked = households["need_level"].fillna("none").map(ACCESS_NEEDED).to_numpy(dtype=float)
    with np.errstate(invalid="ignore"):
        case = np.select(
            [asked > level, rooms < needed, rooms >= persons.to_numpy() + 2],
            ["access", "overcrowded", "under_occupied"],
            default="",
        )
    kind = pd.Series(np.clip(needed, 1, 5), index=households.index)
    return pd.DataFrame(
        {
            "residence_id": home["residence_id"].to_numpy(),
            "case": pd.Series(case, index=households.index).where(case != "").astype("str"),
            "persons": households["persons"].astype(float),
            "needs": kind.map(lambda n: f"T{n:.0f}", na_action="ignore"),
            "age": households["holder_age_band"],
            "access": asked > 0,
            "wish": households["transfer_wish"].fillna(False).astype(bool),
        }
    )


def of_public(found: pd.DataFrame, public: str, parameters: Mapping[str, float] | None = None) -> pd.Series:
    """Whether each household is of a public; all missing where the register cannot say (no such attribute)."""
    if public == OWNERSHIP:
        return could_buy(found, parameters)
    if public in UNTOLD:
        return pd.Series(pd.NA, index=found.index, dtype="boolean")
    if public in AGES:
        return found["age"].isin(AGES[public]).astype("boolean")
    if public == "disabled":
        return found["access"].astype("boolean")
    return pd.Series(True, index=found.index, dtype="boolean")


def could_buy(found: pd.DataFrame, parameters: Mapping[str, float]) -> pd.Series:
    """
    Whether each household could buy, by its size and the age of its holder alone: the register holds no income.

    The bounds are ``public.ownership.persons_least``, ``persons_most`` and ``holder_before_age``; a holder of unknown
    age is not counted.
    """
    asked = {name: parameters[f"public.{OWNERSHIP}.{name}"] for name in BUYERS}
    young = found["age"].map(AGE_ENDS).astype(float) <= asked["holder_before_age"]
    size = found["persons"].between(asked["persons_least"], asked["persons_most"])
    return (young & size).astype("boolean")


def moves_freed(internal_share: np.ndarray, later_share: float) -> np.ndarray:
    """
    Moves per new dwelling: ``1 + p0 / (1 - p)``.

    ``p0`` is the share of the new dwellings let to the landlord's own tenants, ``p`` that of the dwellings they
    leave, and so on (chains of vacancies; Magnusson Turner 2008).
    """
    return 1 + np.asarray(internal_share, dtype=float) / (1 - later_share)


def internal_most_share(parameters: Mapping[str, float], public: str) -> float:
    """Largest share of the new dwellings that goes to the landlord's own tenants, for a public."""
    name = "need.internal_most_share"
    return parameters.get(f"{name}.{public}", parameters[name])


def freed_each(relieved, size, most_share: float, later_share: float) -> np.ndarray:
    """
    Moves per new dwelling of a mix: the dwellings that meet a case go to own tenants, up to ``most_share``.

    The S criteria of a site and the mixes ranked on the page of mobility rest on this one function.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return moves_freed(np.minimum(np.divide(relieved, size), most_share), later_share)


def mix_that_frees_most(told: np.ndarray, size: np.ndarray) -> np.ndarray:
    """
    Count dwellings of each type (columns of `TYPES`) that meet most cases told of each site (rows).

    The type of most cases first, then the next; what is left over goes to the first. Missing where unknown.
    """
    most_first = np.argsort(-told, axis=1, kind="stable")
    ordered = np.take_along_axis(told, most_first, axis=1)
    before = ordered.cumsum(axis=1) - ordered
    taken = np.clip(size[:, None] - before, 0, ordered)
    taken[:, 0] += size - taken.sum(axis=1)
    counts = np.empty_like(taken)
    np.put_along_axis(counts, most_first, taken, axis=1)
    return counts


def needs(
    sites: gpd.GeoDataFrame,
    stock: Stock,
    parameters: Mapping[str, float],
    *,
    public: str,
    mix: Mapping[str, float],
    dwellings: pd.Series,
    counts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """
    Measures S1 to S6 of each site for a public and a mix, and what they are made of.

    Parameters
    ----------
    sites
        Polygons in EPSG:2154, by ``site_id``.
    mix
        Share of each type (T1 to T5) in the operation.
    dwellings
        Dwellings that each site would take.
    counts
        Dwellings of each type (columns T1 to T5) where a layout counts them; else the mix shares them out.

    Returns
    -------
    pandas.DataFrame
        By site: ``S1`` transfer requests for the types of the mix per letting a year, in the agency; ``S2``
        mismatched households within the radius whose type is in the mix (to the nearest 5), for ownership
        all those that could buy (`could_buy`), mismatched or not; ``S3`` own dwellings that serve the
        public already; ``S4`` distance to the nearest residence, m; ``S5`` moves freed per new dwelling;
        ``S6`` the agency's work after delivery, % over the mean of agencies; ``cases_T1`` to ``cases_T5``,
        ``relieved`` (dwellings of the mix that meet a case), ``moves``, ``agency_id``, ``residence_id``
        (nearest); ``best_mix`` (``8 T2 + 4 T3``), the mix that would free most there, and ``S5_best`` its
        moves per new dwelling. Missing where the stock does not say.

    Raises
    ------
    CRSError
        If a layer is not in EPSG:2154.
    """
    out = pd.DataFrame(
        np.nan, index=sites.index, columns=[*NEEDS, *(f"cases_{t}" for t in TYPES), "relieved", "moves"]
    )
    out = out.assign(agency_id=None, residence_id=None, best_mix=None, S5_best=np.nan)
    located = stock.residences[stock.residences.geometry.notna()]
    if located.empty or sites.empty:
        return out
    require_working_crs(sites, located)
    p = parameters
    centres = np.column_stack([sites.geometry.centroid.x, sites.geometry.centroid.y])
    tree = cKDTree(np.column_stack([located.geometry.x, located.geometry.y]))
    away, nearest = tree.query(centres)
    out["S4"] = away
    out["residence_id"] = located.index.to_numpy()[nearest]
    out["agency_id"] = located["agency_id"].to_numpy(dtype=object)[nearest]
    kinds = [t for t in TYPES if mix.get(t, 0) > 0]
    size = dwellings.reindex(sites.index).to_numpy(dtype=float, na_value=np.nan)
    if len(stock.dwellings):
        supply = serving(stock.dwellings, public, kinds)
        inside = _within(tree, centres, p["need.supply_m"], len(located))
        out["S3"] = np.nan if supply is None else inside @ supply.reindex(located.index, fill_value=0)
    if len(stock.households) and len(stock.dwellings):
        found = cases(stock.households, stock.dwellings)
        mine = of_public(found, public, p)
        inside = _within(tree, centres, p["need.cases_m"], len(located))
        mismatched = mine if mine.isna().all() else mine & found["case"].notna()
        rules, among = PrivacyRules.of(p), [TYPES.index(t) for t in kinds]
        told = _told_cases(found, mismatched, stock.residences, located.index, inside, rules)
        out[[f"cases_{t}" for t in TYPES]] = told
        depth = told
        if public == OWNERSHIP:
            depth = _told_cases(found, mine, stock.residences, located.index, inside, rules)
        out["S2"] = depth[:, among].sum(axis=1)
        shared = size[:, None] * np.array([mix.get(t, 0.0) for t in TYPES])
        if counts is not None:
            built = counts.reindex(index=sites.index, columns=list(TYPES)).astype("Float64")
            laid = built.to_numpy(dtype=float, na_value=np.nan)
            shared = np.where(np.isnan(laid), shared, laid)
        relieved = np.minimum(told, shared).sum(axis=1)
        out["relieved"] = relieved
        shares = internal_most_share(p, public), p["need.internal_share"]
        out["S5"] = freed_each(relieved, size, *shares)
        out["moves"] = out["S5"] * size
        best = mix_that_frees_most(told, size)
        out["S5_best"] = freed_each(np.minimum(told, best).sum(axis=1), size, *shares)
        out["best_mix"] = [_said_mix(row) for row in best]
        out["S1"] = out["agency_id"].map(_requests(found, mine, stock, kinds, p))
    out["S6"] = _load_after(stock, out["agency_id"], size)
    return out


def _said_mix(counts: np.ndarray) -> str | None:
    """Write the dwellings of each type of a mix; None where they are unknown."""
    if np.isnan(counts).any():
        return None
    return " + ".join(f"{count:.0f} {kind}" for kind, count in zip(TYPES, counts, strict=True) if count > 0)


def serving(dwellings: pd.DataFrame, public: str, kinds: list[str]) -> pd.Series | None:
    """Own dwellings that serve a public, by residence; None where the stock does not tell them."""
    level = dwellings["adapted"].map(ACCESS)
    small = dwellings["room_type"].isin(["T1", "T2"])
    which = {
        "elderly": small & (level >= 1),
        "disabled": level >= 2,
        "students": dwellings["room_type"] == "T1",
        "young_workers": dwellings["room_type"] == "T1",
        "insertion": dwellings["let_status"] == "association",
        "emergency": dwellings["let_status"] == "association",
        "migrant_workers": None,
        OWNERSHIP: None,
    }.get(public, dwellings["room_type"].isin(kinds))
    return None if which is None else which.fillna(False).groupby(dwellings["residence_id"]).sum()


def _within(tree: cKDTree, centres: np.ndarray, radius_m: float, count: int) -> csr_matrix:
    """Which residences lie within a radius of each site, as a sparse matrix (sites x residences)."""
    near = tree.query_ball_point(centres, radius_m)
    lengths = np.fromiter(map(len, near), dtype=np.intp, count=len(near))
    starts = np.concatenate([[0], np.cumsum(lengths)])
    columns = np.fromiter((i for row in near for i in row), dtype=np.intp, count=int(lengths.sum()))
    return csr_matrix((np.ones(columns.size), columns, starts), shape=(len(centres), count))


def _told_cases(found, counted, residences, located, inside, rules: PrivacyRules) -> np.ndarray:
    """Households counted by site and type, of the groups of residences wholly within the radius; rounded."""
    if counted.isna().all():
        return np.full((inside.shape[0], len(TYPES)), np.nan)
    asked = found.groupby("residence_id").size().reindex(residences.index).astype("Float64")
    group = groups(asked, nearness(residences), rules).reindex(located)
    held = group.notna().to_numpy()
    codes, kept = pd.factorize(group[held])
    members = csr_matrix(
        (np.ones(held.sum()), (np.flatnonzero(held), codes)), shape=(len(located), len(kept))
    )
    whole = (inside @ members).toarray() >= np.asarray(members.sum(axis=0)).ravel()
    those = found[counted.fillna(False).astype(bool)]
    by_residence = those.groupby(["residence_id", "needs"]).size().unstack(fill_value=0)
    table = by_residence.reindex(index=located, columns=list(TYPES)).fillna(0).to_numpy(dtype=float)
    sums = whole @ (members.T @ table)
    rounded = to_multiple(pd.Series(sums.ravel()), rules.rounding_count).to_numpy(dtype=float)
    return rounded.reshape(sums.shape)


def _requests(found, mine, stock: Stock, kinds: list[str], p: Mapping[str, float]) -> pd.Series:
    """Transfer requests for the types of the mix per letting a year, by agency; missing under a few requests."""
    asked = found[found["wish"] & found["needs"].isin(kinds) & mine.fillna(False).astype(bool)]
    agency = stock.residences["agency_id"]
    requests = asked["residence_id"].map(agency).value_counts()
    if mine.isna().all() or stock.relets.empty:
        return pd.Series(np.nan, index=agency.dropna().unique())
    homes = stock.dwellings.reindex(stock.relets.index)
    fitting = stock.relets[homes["room_type"].isin(kinds).to_numpy()]
    lettings = fitting.groupby(homes.loc[fitting.index, "residence_id"].map(agency).to_numpy()).sum()
    ratio = requests / lettings.reindex(requests.index)
    return ratio.where(requests >= p["privacy.least_households"])


def _load_after(stock: Stock, agency: pd.Series, size: np.ndarray) -> np.ndarray:
    """Work of the site's agency with the new dwellings at its own mean, % over the mean of all agencies."""
    if stock.work.empty or stock.work.isna().all():
        return np.full(len(agency), np.nan)
    known = stock.residences["agency_id"].dropna()
    work = stock.work.reindex(known.index).groupby(known).sum()
    homes = stock.residences["dwellings"].reindex(known.index).astype(float).groupby(known).sum()
    each = (work / homes).reindex(agency).to_numpy(dtype=float)
    after = work.reindex(agency).to_numpy(dtype=float) + each * size
    mean = (work.sum() + each * size) / len(work)
    return 100 * (after / mean - 1)
