"""The three building forms: which fit inside an envelope, where, and how many dwellings each holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.rectangles import Rectangles, widest_rectangles
from planning.parameters import Parameters

FORM_NAMES = ("small_collective", "intermediate", "townhouse")
STREET_DIRECTIONS = 3
DEPTHS_TRIED = 3
SLACK_M = 0.02
RESULT_COLUMNS = [
    "form", "fits", "dwellings", "floors", "footprint_m2", "floor_area_m2", "width_m", "depth_m",
    "reason", "reason_value", "reason_limit",
]  # fmt: skip
PLACE_COLUMNS = ["corner_x", "corner_y", "along_x", "along_y"]


@dataclass(frozen=True, slots=True)
class Form:
    """What a building form asks of its site; lengths in m, areas in m², shares from 0 to 1."""

    name: str
    width_min_m: float
    width_max_m: float
    depth_min_m: float
    depth_max_m: float
    floors_min: int
    floors_max: int
    storey_m: float
    site_min_m2: float
    street_min_m: float
    dwellings_min: int
    dwellings_max: int
    wall_share: float
    living_share: float
    dwelling_m2: float
    module_m: float | None = None
    plot_min_m2: float | None = None

    @classmethod
    def from_parameters(cls, name: str, parameters: Parameters) -> "Form":
        """Read a form from the parameters ``<name>.*``, ``mix.<name>.*`` and ``dwelling_m2.*``."""
        values = parameters.table(name)
        for count in ("floors_min", "floors_max", "dwellings_min", "dwellings_max"):
            values[count] = int(values[count])
        sizes = parameters.table("dwelling_m2")
        mix = parameters.table(f"mix.{name}")
        mean_m2 = sum(share * sizes[kind] for kind, share in mix.items()) / sum(mix.values())
        return cls(name=name, dwelling_m2=mean_m2, **values)

    @property
    def in_row(self) -> bool:
        """Whether it is a row of houses, one a module of frontage, along a street."""
        return self.module_m is not None

    @property
    def living_share_of_footprint(self) -> float:
        """Living area of one storey per m² of footprint: outer walls and common parts taken off."""
        return (1 - self.wall_share) * self.living_share


def forms(parameters: Parameters) -> tuple[Form, ...]:
    """The three forms, in the order the landlord prefers them."""
    return tuple(Form.from_parameters(name, parameters) for name in FORM_NAMES)


@dataclass(frozen=True, slots=True)
class Check:
    """One reason why no building of a form is possible; the first that fails is named."""

    reason: str
    fails: Callable[[Form, pd.DataFrame], pd.Series]
    value: Callable[[Form, pd.DataFrame], pd.Series | float] = lambda form, sites: np.nan
    limit: Callable[[Form, pd.DataFrame], pd.Series | float] = lambda form, sites: np.nan


CHECKS: tuple[Check, ...] = (
    Check("no_area", lambda form, sites: ~(sites["area_m2"] > 0)),
    Check(
        "own_homes_stand",
        lambda form, sites: sites["own_homes"].gt(0).fillna(False).astype(bool),
        lambda form, sites: sites["own_homes"].astype(float),
    ),
    Check("no_zone", lambda form, sites: sites["zone_label"].isna()),
    Check("zone_forbids", lambda form, sites: sites["housing"].eq(False).fillna(False)),
    Check("rule_unknown", lambda form, sites: sites["housing"].isna() | sites["unknown_rules"].ne("")),
    Check(
        "prescription_forbids",
        lambda form, sites: sites["forbidden_share"] >= sites["veto_share"],
        lambda form, sites: sites["forbidden_share"],
        lambda form, sites: sites["veto_share"],
    ),
    Check(
        "no_street",
        lambda form, sites: sites["street_m"] <= 0,
        lambda form, sites: sites["street_m"],
        lambda form, sites: form.street_min_m,
    ),
    Check(
        "too_small",
        lambda form, sites: sites["area_m2"] < form.site_min_m2,
        lambda form, sites: sites["area_m2"],
        lambda form, sites: form.site_min_m2,
    ),
    Check(
        "street_too_short",
        lambda form, sites: sites["street_m"] < form.street_min_m,
        lambda form, sites: sites["street_m"],
        lambda form, sites: form.street_min_m,
    ),
    Check(
        "height_too_low",
        lambda form, sites: sites["height_m"] < form.floors_min * form.storey_m - 1e-9,
        lambda form, sites: sites["height_m"],
        lambda form, sites: form.floors_min * form.storey_m,
    ),
    Check(
        "footprint_limit",
        lambda form, sites: sites["footprint_limit_m2"] < form.width_min_m * form.depth_min_m,
        lambda form, sites: sites["footprint_limit_m2"],
        lambda form, sites: form.width_min_m * form.depth_min_m,
    ),
    Check("envelope_empty", lambda form, sites: ~(sites["envelope_m2"] > 0), lambda form, sites: 0.0),
)
PLACING_REASONS = ("too_narrow", "too_shallow", "too_irregular", "too_few_dwellings")
REASONS = tuple(dict.fromkeys([check.reason for check in CHECKS] + list(PLACING_REASONS)))


def fit_forms(
    sites: pd.DataFrame, envelopes: gpd.GeoSeries, edges: gpd.GeoDataFrame, forms: Sequence[Form]
) -> pd.DataFrame:
    """
    Fit each form on each site: the largest number of dwellings, or the reason why it does not fit.

    Parameters
    ----------
    sites
        By ``site_id``: ``area_m2``, ``zone_label``, ``housing``, ``unknown_rules``, ``forbidden_share``,
        ``veto_share``, ``own_homes``, ``street_m``, ``height_m`` (infinite if free), ``footprint_limit_m2`` and
        ``envelope_m2``.
    envelopes
        Buildable land by ``site_id``, EPSG:2154; missing or empty where there is none.
    edges
        `geo.edges.type_edges`, with ``parcel_id`` equal to ``site_id``.

    Returns
    -------
    pandas.DataFrame
        One row a site and form, indexed by ``site_id``: the columns of ``site_results`` up to the reason,
        then ``corner_x``, ``corner_y``, ``along_x``, ``along_y``: where the building stands.
    """
    lines = directions(edges, sites.index)
    return pd.concat([_fit(form, sites, envelopes, lines) for form in forms]).sort_index(kind="stable")


def footprint_polygons(results: pd.DataFrame) -> np.ndarray:
    """Draw the buildings of `fit_forms` as rectangles inside the envelopes; missing where none fits."""
    drawn = np.full(len(results), None, dtype=object)
    fits = results["fits"].to_numpy(dtype=bool)
    chosen = results[fits]
    drawn[fits] = Rectangles(
        chosen[["corner_x", "corner_y"]].to_numpy(float),
        chosen[["along_x", "along_y"]].to_numpy(float),
        chosen["width_m"].to_numpy(float) - SLACK_M,
        chosen["depth_m"].to_numpy(float) - SLACK_M,
        np.zeros(len(chosen)),
    ).polygons()
    return drawn


def directions(edges: gpd.GeoDataFrame, site_ids: pd.Index) -> pd.DataFrame:
    """
    Directions to try on each site: along its longest street edges, then along its longest edge of all.

    Returns
    -------
    pandas.DataFrame
        ``site`` (position), ``along_x``, ``along_y`` (unit vector, the parcel on its left) and ``street``.
        A direction within about 3° of a better one is left out.
    """
    points, edge = shapely.get_coordinates(edges.geometry.to_numpy(), return_index=True)
    joined = np.flatnonzero(edge[1:] == edge[:-1])
    vector, edge = points[joined + 1] - points[joined], edge[joined]
    length = np.hypot(*vector.T)
    longest = np.lexsort((-length, edge))
    longest = longest[np.r_[True, edge[longest][1:] != edge[longest][:-1]]] if len(longest) else longest
    frame = pd.DataFrame(
        {
            "site": site_ids.get_indexer(edges["parcel_id"])[edge[longest]],
            "along_x": (vector[longest] / length[longest, None])[:, 0],
            "along_y": (vector[longest] / length[longest, None])[:, 1],
            "street": (edges["kind"] == "street").to_numpy()[edge[longest]],
            "length_m": edges["length_m"].to_numpy()[edge[longest]],
        }
    )
    frame = frame[frame["site"] >= 0]
    frame = frame.sort_values(["site", "length_m"], ascending=[True, False], kind="stable")
    street = frame[frame["street"]].groupby("site").head(STREET_DIRECTIONS)
    ranked = pd.concat([street, frame.groupby("site").head(1)]).drop(columns="length_m")
    ranked = ranked.sort_values("site", kind="stable", ignore_index=True)
    return _without_twins(ranked)


def _without_twins(ranked: pd.DataFrame) -> pd.DataFrame:
    """Leave out directions parallel to an earlier one of the same site."""
    vector = ranked[["along_x", "along_y"]].to_numpy()
    site = ranked["site"].to_numpy()
    twin = np.zeros(len(ranked), dtype=bool)
    for step in range(1, STREET_DIRECTIONS + 1):
        cross = vector[step:, 0] * vector[:-step, 1] - vector[step:, 1] * vector[:-step, 0]
        twin[step:] |= (site[step:] == site[:-step]) & (np.abs(cross) < 0.05)
    return ranked[~twin].reset_index(drop=True)


def _fit(form: Form, sites: pd.DataFrame, envelopes: gpd.GeoSeries, lines: pd.DataFrame) -> pd.DataFrame:
    """Refuse what the rules refuse, place what they allow; one row a site, in the order of the sites."""
    refused = _refused(form, sites)
    allowed = np.setdiff1d(np.arange(len(sites)), refused.index)
    tried = lines[lines["site"].isin(allowed) & (lines["street"] | (not form.in_row))]
    options = _options(form, sites, envelopes.to_numpy(), tried)
    placed = _best(form, options)
    short = np.setdiff1d(allowed, placed.index)
    shortage = _shortage(form, envelopes.to_numpy(), options, tried[tried["site"].isin(short)], short)
    rows = pd.concat([frame for frame in (refused, placed, shortage) if len(frame)] or [refused])
    rows = rows.reindex(columns=[*RESULT_COLUMNS[2:], *PLACE_COLUMNS]).sort_index()
    fits = rows["reason"].isna()
    rows.loc[~fits, [*RESULT_COLUMNS[2:8], *PLACE_COLUMNS]] = np.nan
    rows = rows.astype({"dwellings": "Int64", "floors": "Int64", "reason": "str"})
    rows.insert(0, "form", form.name)
    rows.insert(1, "fits", fits)
    return rows.set_index(sites.index)


def _refused(form: Form, sites: pd.DataFrame) -> pd.DataFrame:
    """Sites where a check fails: the first that does, with what is there and what is asked."""
    reason = np.full(len(sites), None, dtype=object)
    value, limit = np.full(len(sites), np.nan), np.full(len(sites), np.nan)
    for check in CHECKS:
        fails = np.asarray(check.fails(form, sites), dtype=bool) & (reason == None)  # noqa: E711
        reason[fails] = check.reason
        value[fails] = np.broadcast_to(np.asarray(check.value(form, sites), dtype=float), len(sites))[fails]
        limit[fails] = np.broadcast_to(np.asarray(check.limit(form, sites), dtype=float), len(sites))[fails]
    frame = pd.DataFrame({"reason": reason, "reason_value": value, "reason_limit": limit})
    return frame[frame["reason"].notna()]


def _options(form: Form, sites: pd.DataFrame, envelopes: np.ndarray, tried: pd.DataFrame) -> pd.DataFrame:
    """Every direction and depth tried, with the width that the envelope leaves there and the limits."""
    depths = np.linspace(form.depth_min_m, form.depth_max_m, DEPTHS_TRIED)
    options = tried.loc[tried.index.repeat(len(depths))].reset_index(drop=True)
    options["depth_m"] = np.tile(depths, len(tried))
    for column in ("area_m2", "height_m", "footprint_limit_m2"):
        options[column] = sites[column].to_numpy(dtype=float)[options["site"]]
    options["limit_m"] = np.minimum(form.width_max_m, options["footprint_limit_m2"] / options["depth_m"])
    found = _widest(envelopes, options, options["depth_m"], options["limit_m"])
    return options.assign(
        room_m=found.width_m,
        advance_m=found.advance_m,
        corner_x=found.corner[:, 0],
        corner_y=found.corner[:, 1],
    )


def _widest(
    envelopes: np.ndarray, lines: pd.DataFrame, depth_m: pd.Series, enough_m: pd.Series
) -> Rectangles:
    """Find the widest rectangles, given back the centimetres that the envelope lost to its grid."""
    found = widest_rectangles(
        envelopes,
        lines["site"].to_numpy(),
        lines[["along_x", "along_y"]].to_numpy(float),
        depth_m.to_numpy(float) - SLACK_M,
        enough_m.to_numpy(float),
    )
    return replace(found, width_m=np.where(found.width_m > 0, found.width_m + SLACK_M, 0.0))


def _best(form: Form, options: pd.DataFrame) -> pd.DataFrame:
    """The option of each site with most dwellings, then along a street, smallest and nearest to it."""
    roomy = options[options["room_m"] >= form.width_min_m - 1e-6]
    counted = (_count_houses if form.in_row else _count_flats)(form, roomy)
    counted["footprint_m2"] = counted["width_m"] * counted["depth_m"]
    counted["floor_area_m2"] = counted["footprint_m2"] * counted["floors"] * (1 - form.wall_share)
    order = ["site", "dwellings", "street", "footprint_m2", "advance_m"]
    ranked = counted.sort_values(order, ascending=[True, False, False, True, True], kind="stable")
    best = ranked.drop_duplicates("site").set_index("site")
    few = best["dwellings"] < form.dwellings_min
    capped = few & (best["room_m"] >= best["limit_m"] - 1e-6) & (best["limit_m"] < form.width_max_m)
    needed_m2 = (
        np.ceil(form.dwellings_min / best["floors"]) * form.dwelling_m2 / form.living_share_of_footprint
    )
    reason = np.where(capped, "footprint_limit", np.where(few, "too_few_dwellings", None))
    return best.assign(
        reason=reason,
        reason_value=np.where(capped, best["footprint_limit_m2"], np.where(few, best["dwellings"], np.nan)),
        reason_limit=np.where(capped, needed_m2, np.where(few, form.dwellings_min, np.nan)),
    )


def _count_flats(form: Form, options: pd.DataFrame) -> pd.DataFrame:
    """
    Count flats: whole ones on each storey, storeys added up, the total never divided.

    The building is then no wider than its flats need.
    """
    floors = _floors_allowed(form, options["height_m"])
    width_m = np.minimum(options["room_m"], options["limit_m"])
    living_m2 = width_m * options["depth_m"] * form.living_share_of_footprint
    a_floor = np.floor(living_m2 / form.dwelling_m2 + 1e-9)
    a_floor = np.minimum(a_floor, form.dwellings_max // floors)
    needed_m = a_floor * form.dwelling_m2 / (options["depth_m"] * form.living_share_of_footprint)
    return options.assign(
        floors=floors, dwellings=a_floor * floors, width_m=np.maximum(needed_m, form.width_min_m)
    )


def _count_houses(form: Form, options: pd.DataFrame) -> pd.DataFrame:
    """
    Count houses: one a module of frontage, no more than the plots that the site can give.

    Houses have the fewest storeys that hold their mean living area.
    """
    allowed = _floors_allowed(form, options["height_m"])
    width_m = np.minimum(options["room_m"], options["limit_m"])
    houses = np.floor(width_m / form.module_m + 1e-9)
    houses = np.minimum(houses, np.floor(options["area_m2"] / form.plot_min_m2))
    houses = np.minimum(houses, form.dwellings_max)
    storey_m2 = form.module_m * options["depth_m"] * form.living_share_of_footprint
    floors = np.clip(np.ceil(form.dwelling_m2 / storey_m2 - 1e-9), form.floors_min, allowed)
    return options.assign(floors=floors, dwellings=houses, width_m=houses * form.module_m)


def _floors_allowed(form: Form, height_m: pd.Series) -> pd.Series:
    """Whole storeys under the height; a free height leaves the form's own most."""
    return np.floor(np.minimum(height_m / form.storey_m, form.floors_max) + 1e-9)


def _shortage(
    form: Form, envelopes: np.ndarray, options: pd.DataFrame, tried: pd.DataFrame, short: np.ndarray
) -> pd.DataFrame:
    """
    Say what is missing where nothing fits: the width or the depth, in the direction that comes nearest.

    What is missing along the street is called narrow, what is missing away from it shallow, whichever way
    the building is turned. Where both are, the envelope's own extent is given, of the worse of the two;
    an envelope that reaches far enough both ways, and still holds no such rectangle, is irregular.
    """
    least_deep = options[np.isclose(options["depth_m"], form.depth_min_m) & options["site"].isin(short)]
    wide = least_deep[["site", "along_x", "along_y"]].assign(
        value=least_deep["room_m"], limit=form.width_min_m
    )
    deep = tried.assign(along_x=-tried["along_y"], along_y=tried["along_x"], limit=form.depth_min_m)
    least_wide = pd.Series(form.width_min_m, index=deep.index)
    deep["value"] = _widest(envelopes, deep, least_wide, pd.Series(np.inf, index=deep.index)).width_m
    missing = pd.concat([wide, deep], ignore_index=True)
    missing["part"] = missing["value"] / missing["limit"]
    found = missing[(missing["part"] > 0) & (missing["part"] < 1)]
    found = found.sort_values(["site", "part"], ascending=[True, False], kind="stable")
    neither = missing[~missing["site"].isin(found["site"])]
    neither = neither.assign(value=_extent(envelopes, neither))
    neither = neither.assign(part=neither["value"] / neither["limit"]).sort_values(
        ["site", "part"], kind="stable"
    )
    nearest = pd.concat([found, neither]).drop_duplicates("site").set_index("site").reindex(short)
    street = tried[tried["street"]].drop_duplicates("site").set_index("site").reindex(short)
    along = (nearest["along_x"] * street["along_x"] + nearest["along_y"] * street["along_y"]).abs()
    crooked = nearest["value"] >= nearest["limit"]
    named = np.where(along < np.cos(np.pi / 4), "too_shallow", "too_narrow")
    return pd.DataFrame(
        {
            "reason": np.where(crooked, "too_irregular", named),
            "reason_value": nearest["value"].mask(crooked),
            "reason_limit": nearest["limit"].mask(crooked),
        },
        index=short,
    )


def _extent(envelopes: np.ndarray, lines: pd.DataFrame) -> np.ndarray:
    """How far the envelope reaches along each direction, m."""
    points, line = shapely.get_coordinates(envelopes[lines["site"]], return_index=True)
    along = (points * lines[["along_x", "along_y"]].to_numpy()[line]).sum(axis=1)
    reach = pd.Series(along).groupby(line).agg(["min", "max"])
    return (reach["max"] - reach["min"]).reindex(range(len(lines)), fill_value=0.0).to_numpy()
