"""Who may move and why, what may be offered to them, and the moves that new or vacant homes set free."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.occupancy import CASES, DWELLING_LEVELS, NEED_LEVELS, OccupancyRules, least_area_m2
from geo.suppression import PrivacyRules, groups, nearness, tellable, to_multiple
from geo.thresholds import gather
from planning.needs import freed_each

PUBLICS = ("family", "elderly", "disabled", "young")
COUNTED = (CASES[0], "overcrowded_insee", *CASES[1:4], "enforceable", "wish")
TYPES = ("T1", "T2", "T3", "T4", "T5")


@dataclass(frozen=True, slots=True)
class MobilityRules:
    """
    Choices of the desk; each is the reference value ``mobility.<its name>``.

    ``offer_distance_m``: offers lie within this (CCH L442-3-1); ``radius_m``: new homes draw tenants from
    within this; ``new_internal_share`` of a new operation and ``internal_share`` of later vacancies go to own
    tenants; a chain is followed for ``rounds``.
    """

    offer_distance_m: float
    radius_m: float
    new_internal_share: float
    internal_share: float
    rounds: float

    @classmethod
    def of(cls, parameters: Mapping[str, float]) -> "MobilityRules":
        """Read the rules among reference values; raises ThresholdError where one is absent."""
        return gather(cls, parameters, "mobility")


@dataclass(frozen=True, eq=False)
class Chains:
    """
    What homes set free.

    ``moves`` one row a move: ``round``, ``household_id``, ``from_home``, ``to_home``, ``from_type``, ``to_type``,
    ``reason``; ``expected_moves`` weighs each round by the share of vacancies that go to own tenants;
    ``left`` are the homes that nobody on the list takes in the end.
    """

    moves: pd.DataFrame
    expected_moves: float
    new: int
    left: tuple[str, ...]

    def freed(self) -> pd.Series:
        """Homes that movers leave, by type."""
        return self.moves["from_type"].value_counts().reindex(TYPES).fillna(0).astype(int)


def who_may_move(
    status: pd.DataFrame,
    households: pd.DataFrame,
    residences: gpd.GeoDataFrame,
    rules: PrivacyRules,
    *,
    area: str | None = "sector_id",
) -> pd.DataFrame:
    """
    Count who may move and why, by area and public, as it may be told.

    The cases are those of CCH L442-5-2 that the landlord's data can tell; ``enforceable`` (L442-3-1) stands
    apart, and so does INSEE's norm of overcrowding beside the law's area rule. Small residences are gathered
    along a curve whatever the areas, only whole groups are added up, and counts are rounded:
    `geo.suppression`.

    Parameters
    ----------
    status
        As `geo.occupancy.occupancy_status` gives it.
    area
        A column of ``residences``; None for the whole stock.

    Returns
    -------
    pandas.DataFrame
        By area and ``public`` (and ``all``): ``households`` and `COUNTED`, rounded (missing under the least number:
        never told as 0); ``hidden`` where too few households stand behind the row.
    """
    people = households.loc[status.index]
    flags = status[list(COUNTED[:-1])].astype("boolean").fillna(False)
    flags = flags.assign(wish=people["transfer_wish"].astype("boolean").fillna(False))
    public = public_of(people)
    place = pd.Series("all", index=residences.index) if area is None else residences[area]
    order, rows = nearness(residences), []
    for name in ("all", *PUBLICS):
        ours = pd.Series(True, index=public.index) if name == "all" else public == name
        at = status.loc[ours, "residence_id"]
        asked = at.value_counts().reindex(residences.index)
        told = tellable(groups(asked, order, rules), place)
        counts = flags[ours].groupby(at).sum().reindex(residences.index).fillna(0)
        counts = counts.assign(households=asked.fillna(0))[told]
        sums = counts.groupby(place[told]).sum().reindex(sorted(place.dropna().unique()))
        hidden = ~(sums["households"] >= rules.least_households)
        few = sums < rules.least_households
        rounded = sums.apply(lambda c: to_multiple(c.astype("Float64"), rules.rounding_count)).mask(few)
        rounded = rounded.mask(hidden)
        rows.append(rounded.astype("Int64").assign(hidden=hidden, public=name))
    table = pd.concat(rows).rename_axis("area").set_index("public", append=True)
    return table[["households", *COUNTED, "hidden"]].sort_index()


def public_of(households: pd.DataFrame) -> pd.Series:
    """Public of each household: need of access first, then the holder's age band; the rest are families."""
    age = households["holder_age_band"]
    found = np.select(
        [
            households["need_level"].isin(["reachable", "wheelchair"]),
            age.isin(["65-74", "75+"]),
            (age == "<30").fillna(False),
        ],
        ["disabled", "elderly", "young"],
        "family",
    )
    return pd.Series(found, index=households.index)


def seekers(
    households: pd.DataFrame,
    status: pd.DataFrame,
    dwellings: pd.DataFrame,
    residences: gpd.GeoDataFrame,
    occupancy: OccupancyRules,
) -> pd.DataFrame:
    """
    List the households that a home could serve, with what they need and where they live.

    Overcrowded or over-occupied, short of access, under-occupying; the gravest first. Unknown needs are left out.
    """
    over = status["overcrowded_insee"].fillna(False) | status["over_occupied_area"].fillna(False)
    short, under = status["accessibility_short"].fillna(False), status["under_occupied"].fillna(False)
    reason = np.select(
        [over.to_numpy(bool), short.to_numpy(bool), under.to_numpy(bool)],
        ["over_occupied", "disability", "under_occupied"],
        "",
    )
    people = households.loc[status.index].assign(reason=reason)
    people = people[(people["reason"] != "") & people[["rooms_needed", "need_level"]].notna().all(axis=1)]
    home = dwellings.loc[people["dwelling_id"]]
    points = residences.geometry.reindex(home["residence_id"])
    visiting = people["visiting_children"].fillna(0)
    return pd.DataFrame(
        {
            "reason": people["reason"],
            "dwelling_id": people["dwelling_id"],
            "need": people["rooms_needed"].astype(float),
            "most": (people["persons"] + visiting + occupancy.under_occupied_over_rooms).astype(float),
            "least_m2": least_area_m2(people["persons"], occupancy).astype(float),
            "access": people["need_level"].map(NEED_LEVELS).astype(float),
            "rooms": home["rooms"].to_numpy(dtype=float, na_value=np.nan),
            "area_m2": home["living_area_m2"].to_numpy(dtype=float, na_value=np.nan),
            "level": home["adapted"].map(DWELLING_LEVELS).to_numpy(dtype=float, na_value=np.nan),
            "rent": home["rent_eur_month"].to_numpy(dtype=float, na_value=np.nan),
            "x": points.x.to_numpy(),
            "y": points.y.to_numpy(),
        }
    )


def suits(people: pd.DataFrame, home: Mapping[str, float]) -> np.ndarray:
    """Say which households a home suits: rooms, area, access, and a lower rent for who under-occupies."""
    fits = (people["need"] <= home["rooms"]) & (home["rooms"] <= people["most"])
    fits &= people["least_m2"] <= home["area_m2"]
    fits &= (people["access"] <= home["level"]) & ((home["level"] < 3) | (people["access"] > 0))
    under = people["reason"] == "under_occupied"
    cheaper = people["rent"].isna() | np.isnan(home["rent"]) | (home["rent"] < people["rent"])
    return (fits & (~under | cheaper)).to_numpy(dtype=bool)


def lawful_offers(people: pd.DataFrame, vacant: pd.DataFrame, rules: MobilityRules) -> pd.Series:
    """
    Count the vacant homes that could be offered to each household by CCH L442-3-1.

    The home meets the need, its rent is lower and known, and it lies within ``offer_distance_m`` (the
    landlord's communes adjoin). ``vacant`` has the columns of homes of `chains`.
    """
    found = np.zeros(len(people), dtype=int)
    for home in vacant.to_dict(orient="records"):
        near = np.hypot(people["x"] - home["x"], people["y"] - home["y"]) <= rules.offer_distance_m
        found += (suits(people, home) & near & (home["rent"] < people["rent"])).to_numpy()
    return pd.Series(found, index=people.index)


def chains(people: pd.DataFrame, homes: pd.DataFrame, rules: MobilityRules) -> Chains:
    """
    Follow the chains that new or vacant homes start, home by home, round by round.

    Each home goes to the household it suits that frees the largest home (under-occupied first in the first
    round: that is what starts chains), then to the gravest and the nearest; the home it leaves goes to the
    next round. No household moves twice. In expectation, a share of the vacancies goes to own tenants:
    round k weighs ``new_internal_share × internal_share^(k − 1)``; with enough tenants the moves per new home
    are then ``1 + p0 / (1 − p)`` (Magnusson Turner 2008), less the rounds not followed.

    Parameters
    ----------
    people
        As `seekers` gives them.
    homes
        By home: ``rooms``, ``area_m2``, ``level`` (accessibility), ``rent`` (EUR a month, NaN: unknown), ``x``, ``y``.
    """
    free = np.ones(len(people), dtype=bool)
    queue, moves, left = homes.reset_index(names="home").to_dict(orient="records"), [], []
    x, y = people["x"].to_numpy(), people["y"].to_numpy()
    rooms = people["rooms"].to_numpy()
    grave = people["reason"].map({"over_occupied": 2, "disability": 2, "under_occupied": 1}).to_numpy()
    expected, weight = float(len(homes)), rules.new_internal_share
    for turn in range(1, int(rules.rounds) + 1):
        following = []
        for home in queue:
            away = np.hypot(x - home["x"], y - home["y"])
            able = np.flatnonzero(free & suits(people, home) & (away <= rules.radius_m))
            if not len(able):
                left.append(home["home"])
                continue
            gain = rooms[able] - home["rooms"]
            order = np.lexsort((away[able], -grave[able], -gain if turn == 1 else np.zeros(len(able))))
            best = able[order[0]]
            free[best] = False
            row = people.iloc[best]
            moves.append(
                (
                    turn,
                    people.index[best],
                    row["dwelling_id"],
                    home["home"],
                    row["rooms"],
                    home["rooms"],
                    row["reason"],
                )
            )
            following.append(
                {
                    "home": row["dwelling_id"],
                    **{name: row[name] for name in ("rooms", "area_m2", "level", "rent", "x", "y")},
                }
            )
        expected += weight * len(following)
        weight *= rules.internal_share
        queue = following
    left += [home["home"] for home in queue]
    columns = ["round", "household_id", "from_home", "to_home", "from_rooms", "to_rooms", "reason"]
    table = pd.DataFrame(moves, columns=columns)
    for side in ("from", "to"):
        table[f"{side}_type"] = table.pop(f"{side}_rooms").map(type_of).astype("object")
    return Chains(table, expected, len(homes), tuple(left))


def type_of(rooms: float) -> str:
    """T1 to T5, the last for five rooms and more."""
    return f"T{int(min(max(rooms, 1), 5))}"


def new_homes(
    mix: Mapping[str, int], x: float, y: float, areas_m2: Mapping[str, float], level: int = 2
) -> pd.DataFrame:
    """Homes of an operation: so many of each type, of a usual area, at one place (EPSG:2154); rents unknown."""
    rows = [
        (int(kind[1:]), areas_m2[kind], level, np.nan, x, y)
        for kind, count in mix.items()
        for _ in range(count)
    ]
    table = pd.DataFrame(rows, columns=["rooms", "area_m2", "level", "rent", "x", "y"])
    return table.set_axis([f"new-{n + 1}" for n in range(len(table))], axis=0)


def best_mix(
    people: pd.DataFrame, size: int, x: float, y: float, areas_m2: Mapping[str, float], rules: MobilityRules
) -> pd.DataFrame:
    """
    Rank mixes of an operation by the moves they free at a place.

    Of one type alone, or of two in halves. The moves are those of the S criteria of a site
    (`planning.needs.freed_each`): the homes of the mix that a household nearby would take, then the chain.

    Returns
    -------
    pandas.DataFrame
        By mix (``8 T2 + 4 T3``): its counts, ``moves`` (expected), ``freed_T4`` and ``freed_T5``, ``housed_over``
        (overcrowded families housed); most moves first.
    """
    near = people[np.hypot(people["x"] - x, people["y"] - y) <= 3 * rules.radius_m]
    mixes = [{kind: size} for kind in TYPES[:4]]
    mixes += [{a: size - size // 2, b: size // 2} for i, a in enumerate(TYPES[:4]) for b in TYPES[i + 1 : 4]]
    rows = {}
    for mix in mixes:
        found = chains(near, new_homes(mix, x, y, areas_m2), rules)
        freed, taken = found.freed(), int((found.moves["round"] == 1).sum())
        rows[" + ".join(f"{n} {kind}" for kind, n in mix.items() if n)] = {
            **{kind: mix.get(kind, 0) for kind in TYPES},
            "moves": size * float(freed_each(taken, size, rules.new_internal_share, rules.internal_share)),
            "freed_T4": int(freed["T4"]),
            "freed_T5": int(freed["T5"]),
            "housed_over": int((found.moves["reason"] == "over_occupied").sum()),
        }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("mix")
    return table.sort_values(["moves", "freed_T4"], ascending=False, kind="stable")
