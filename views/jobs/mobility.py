"""Mobility from the store: who may move, what new homes set free, told without naming a household."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter

import geopandas as gpd
import pandas as pd

from data import reference
from data.store import Store
from geo.occupancy import DWELLING_LEVELS, OccupancyRules, occupancy_status
from geo.said import SaidError
from geo.suppression import PrivacyRules
from planning.mobility import (
    Chains,
    MobilityRules,
    best_mix,
    chains,
    lawful_offers,
    new_homes,
    seekers,
    who_may_move,
)
from planning.parameters import Parameters
from views.jobs.indicators import names, tense_dwellings, with_agency

Progress = Callable[[float, str], None]
SUBJECTS = ("mobility", "occupancy", "privacy", "dwellings")
AREAS = {"sector": "sector_id", "agency": "agency_id", "stock": None}


class MobilityError(SaidError):
    """The mobility of nobody can be told: the message says what is missing."""


@dataclass(frozen=True, eq=False)
class Tenants:
    """The stock and who lives in it, judged once; raw: only `told` and `sentence` may be shown."""

    households: pd.DataFrame
    dwellings: pd.DataFrame
    residences: gpd.GeoDataFrame
    status: pd.DataFrame
    people: pd.DataFrame
    parameters: Parameters

    @property
    def rules(self) -> MobilityRules:
        """The desk's rules."""
        return MobilityRules.of(self.parameters)

    @property
    def areas_m2(self) -> Mapping[str, float]:
        """Usual living area of each type."""
        return self.parameters.table("dwelling_m2")


def read(store: Store) -> Tenants:
    """
    Read households and stock, and judge them.

    Raises
    ------
    MobilityError
        If no household is in the store.
    """
    frame = reference.load()
    p = Parameters.from_frame(frame[frame["subject"].isin(SUBJECTS)])
    households, dwellings = store.read("households"), store.read("dwellings")
    if households.empty:
        raise MobilityError("No household in the store: import `households` first.")
    residences = with_agency(store.read("residences"), store.read("sectors"))
    tense = tense_dwellings(dwellings, store.read("communes", geometry=False), p)
    rules = OccupancyRules.of(p)
    status = occupancy_status(households, dwellings, rules, tense=tense)
    people = seekers(households, status, dwellings, residences, rules)
    return Tenants(households, dwellings, residences, status, people, p)


def told(tenants: Tenants, by: str = "sector") -> pd.DataFrame:
    """Who may move and why, by area and public, small cells hidden."""
    rules = PrivacyRules.of(tenants.parameters)
    return who_may_move(tenants.status, tenants.households, tenants.residences, rules, area=AREAS[by])


def run(store: Store, *, by: str = "sector", progress: Progress = lambda done, text: None) -> dict:
    """
    Tell mobility in numbers (`mobility --json`).

    Returns
    -------
    dict
        ``rows`` by area and public (rounded, small cells hidden), ``vacant``: what today's vacant homes would
        set free, ``offers``: enforceable households by the lawful offers among vacant homes, ``seconds``.
    """
    began = perf_counter()
    progress(0.1, "reading")
    tenants = read(store)
    table = told(tenants, by).reset_index()
    area = names(store, by)
    if area is not None:
        table.insert(1, "name", table["area"].map(area))
    progress(0.6, "chains")
    found = chains(tenants.people, vacant_homes(tenants), tenants.rules)
    return {
        "by": by,
        "rows": json.loads(table.to_json(orient="records")),
        "vacant": sentence_of(tenants, found),
        "offers": offers(tenants),
        "seconds": round(perf_counter() - began, 2),
    }


def vacant_homes(tenants: Tenants) -> pd.DataFrame:
    """Homes vacant and offered, as `chains` takes them."""
    free = tenants.dwellings[tenants.dwellings["let_status"] == "vacant_offered"]
    points = tenants.residences.geometry.reindex(free["residence_id"])
    return pd.DataFrame(
        {
            "rooms": free["rooms"].astype(float),
            "area_m2": free["living_area_m2"].astype(float),
            "level": free["adapted"].map(DWELLING_LEVELS).astype(float),
            "rent": free["rent_eur_month"].astype(float),
            "x": points.x.to_numpy(),
            "y": points.y.to_numpy(),
        },
        index=free.index,
    )


def offers(tenants: Tenants) -> dict:
    """Enforceable households, and how many of them a vacant home could be offered to; to the nearest 5."""
    enforceable = tenants.status["enforceable"].astype("boolean").fillna(False)
    people = tenants.people[enforceable.reindex(tenants.people.index).to_numpy(dtype=bool)]
    count = lawful_offers(people, vacant_homes(tenants), tenants.rules)
    return {
        "enforceable": _rounded(len(people), tenants),
        "with_an_offer": _rounded(int((count > 0).sum()), tenants),
    }


def freed(tenants: Tenants, mix: Mapping[str, int], x: float, y: float) -> dict:
    """What an operation at a place (EPSG:2154) would set free, as it may be told."""
    found = chains(tenants.people, new_homes(mix, x, y, tenants.areas_m2), tenants.rules)
    return sentence_of(tenants, found)


def mixes(tenants: Tenants, size: int, x: float, y: float) -> pd.DataFrame:
    """Mixes of an operation at a place, by the moves they free; counts of families rounded."""
    table = best_mix(tenants.people, size, x, y, tenants.areas_m2, tenants.rules)
    return table.assign(housed_over=[_rounded(int(n), tenants) for n in table["housed_over"]])


def sentence_of(tenants: Tenants, found: Chains) -> dict:
    """
    Tell chains in numbers: ``new`` homes, ``moves`` expected, homes freed by type, families housed.

    Homes are the landlord's and are told as they are; families are persons: told to the nearest 5, and not at
    all under the least number.
    """
    reason = found.moves["reason"].value_counts()
    return {
        "new": found.new,
        "moves": round(found.expected_moves, 1),
        "moves_per_home": round(found.expected_moves / found.new, 2) if found.new else None,
        "freed": {kind: int(n) for kind, n in found.freed().items()},
        "housed": {
            str(name): _rounded(int(reason.get(name, 0)), tenants)
            for name in ("over_occupied", "disability", "under_occupied")
        },
        "left": len(found.left),
    }


def _rounded(count: int, tenants: Tenants) -> int | None:
    """A count of households as it may be told; None where too small to be told."""
    rules = PrivacyRules.of(tenants.parameters)
    step = rules.rounding_count
    return int((count + step / 2) // step * step) if count >= rules.least_households else None
