"""Exchanges among the tenants on file: the case read from the store, the proposals, what the adviser decided."""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import pandas as pd

from data import reference
from data.store import Store
from geo.occupancy import OccupancyRules
from geo.said import SaidError
from geo.suppression import PrivacyRules
from planning.exchanges import (
    ExchangeCase,
    ExchangeRules,
    Exchanges,
    Move,
    exchange_case,
    key,
    propose,
    two_way_greedy,
)
from planning.parameters import Parameters
from views.jobs.indicators import tense_dwellings
from views.jobs.record import note, now

Progress = Callable[[float, str], None]
ADVISER = "roles.adviser"


class ExchangeError(SaidError):
    """What was asked of an exchange cannot be done: the message says what and what to do."""


@dataclass(frozen=True)
class Decisions:
    """What stands: moves accepted, homes refused (``household_id``, ``takes``; missing: withdrawn)."""

    accepted: tuple[Move, ...]
    refused: pd.DataFrame
    register: pd.DataFrame


def adviser(store: Store) -> bool:
    """Whether this desk shows the adviser's list: the setting ``roles.adviser`` is ``yes``."""
    return store.settings().get(ADVISER) == "yes"


def on_file(store: Store) -> dict[str, int | None]:
    """
    Count what proposals would be made from, as it may be told to all: no role is asked.

    Returns
    -------
    dict
        ``tenants`` and ``wishes`` (households, and those on file for a move) to the nearest 5, None where there are
        too few to be told, 0 where the store has no household; ``vacant`` (homes offered empty), ``longest`` and
        ``distance_m``, the reference values.
    """
    frame = reference.load()
    rules = PrivacyRules.of(Parameters.from_frame(frame[frame["subject"] == "privacy"]))
    values = parameters()
    households = store.read("households", columns=["transfer_wish"])
    wishes = int(households["transfer_wish"].astype("boolean").fillna(False).sum())
    return {
        "tenants": rounded(len(households), rules) if len(households) else 0,
        "wishes": rounded(wishes, rules) if len(households) else 0,
        "vacant": store.count("dwellings", {"let_status": "vacant_offered"}),
        "longest": int(values["exchanges.longest_cycle"]),
        "distance_m": values["exchanges.longest_distance_m"],
    }


def rounded(count: int, rules: PrivacyRules) -> int | None:
    """Return a count of households to the nearest 5; None where they are too few to be told."""
    step = rules.rounding_count
    return int((count + step / 2) // step * step) if count >= rules.least_households else None


def parameters(overrides: dict[str, float] | None = None) -> Parameters:
    """The reference values in force today that the desk reads, and what the adviser sets instead."""
    frame = reference.load()
    return Parameters.from_frame(frame[frame["subject"].isin(["exchanges", "occupancy"])], overrides)


def read_case(store: Store, *, with_vacant: bool = True, distance_m: float | None = None) -> ExchangeCase:
    """
    Read who is on file and which homes they would take.

    Raises
    ------
    ExchangeError
        If nobody is on file.
    """
    values = parameters(None if distance_m is None else {"exchanges.longest_distance_m": distance_m})
    households, dwellings = store.read("households"), store.read("dwellings")
    if households.empty or not households["transfer_wish"].fillna(False).any():
        raise ExchangeError("no household wishes a transfer in the store: import `households` first")
    tense = tense_dwellings(dwellings, store.read("communes", geometry=False), values)
    return exchange_case(
        households,
        dwellings,
        store.read("residences"),
        OccupancyRules.of(values),
        ExchangeRules.of(values),
        tense=tense,
        with_vacant=with_vacant,
    )


def run(
    store: Store,
    *,
    seconds: float = 10.0,
    with_vacant: bool = True,
    longest_cycle: int | None = None,
    progress: Progress = lambda done, text: None,
) -> dict:
    """
    Propose exchanges around what was decided, and tell them in numbers: no household is named.

    Returns
    -------
    dict
        The keys of DESIGN.md (`exchanges --json`): households, served, cycles, chains,
        served_two_way_greedy, gap_pct, seconds; with ``by_reason``, ``weight``, ``bound``, ``no_home`` (households
        that no home on file suits, by the rule that leaves none) and ``yardstick_a_year``.
    """
    began = perf_counter()
    progress(0.0, "reading")
    case = read_case(store, with_vacant=with_vacant)
    read_seconds = perf_counter() - began
    found = proposals(store, case, seconds=seconds, longest_cycle=longest_cycle, progress=progress)
    among = case.arcs[case.arcs["takes"].isin(case.households.index)]
    greedy = two_way_greedy(case.households[["weight"]], among)
    movers = [name for move in found.moves for name in move.households]
    blocked = case.households["blocked_by"].dropna().value_counts()
    return {
        "households": len(case.households),
        "served": found.served,
        "cycles": sum(move.kind == "cycle" for move in found.moves),
        "chains": sum(move.kind == "chain" for move in found.moves),
        "served_two_way_greedy": greedy.served,
        "ratio_to_greedy": round(found.served / greedy.served, 2) if greedy.served else None,
        "weight": found.weight,
        "bound": round(found.bound, 3),
        "gap_pct": round(found.gap_pct, 4),
        "by_reason": case.households["reason"].loc[movers].value_counts().to_dict(),
        "no_home": {str(name): int(count) for name, count in blocked.items()},
        "vacant_homes": len(case.vacant),
        "acceptable_moves": len(case.arcs),
        "yardstick_a_year": parameters()["exchanges.yardstick_a_year"],
        "seconds": {"reading": round(read_seconds, 2), "total": round(perf_counter() - began, 2)},
    }


def proposals(
    store: Store,
    case: ExchangeCase,
    *,
    seconds: float = 10.0,
    longest_cycle: int | None = None,
    progress: Progress = lambda done, text: None,
) -> Exchanges:
    """Choose exchanges around what the register holds."""
    values, held = parameters(), decisions(store)
    return propose(
        case,
        held.refused,
        held.accepted,
        longest_cycle=int(longest_cycle or values["exchanges.longest_cycle"]),
        longest_chain=int(values["exchanges.longest_chain"]),
        seconds=seconds,
        progress=progress,
    )


def decisions(store: Store) -> Decisions:
    """Read what was decided and stands."""
    rows = store.read("exchange_decisions").sort_values("decided_at", kind="stable")
    rows = rows[rows["undone_at"].isna()]
    accepted = rows[rows["kind"] == "accepted"]
    refused = rows.loc[rows["kind"] != "accepted", ["household_id", "takes"]]
    return Decisions(tuple(_move(text) for text in accepted["move"]), refused, rows)


def accept(store: Store, move: Move, who: str | None = None) -> str:
    """Write that all parties agree: they and their homes leave the file; return the decision's key."""
    return _decide(store, who, "accepted", move=_text(move))


def refuse(store: Store, household_id: str, takes: str | None, who: str | None = None) -> str:
    """Write that a household will not take a home; without ``takes``, that it withdraws."""
    kind = "refused" if takes else "withdrawn"
    return _decide(store, who, kind, household_id=household_id, takes=takes)


def undo(store: Store, decision_id: str, who: str | None = None) -> None:
    """
    Take a decision back; it stays in the register, as undone.

    Raises
    ------
    ExchangeError
        If it is not there, or was undone already.
    """
    rows = store.read("exchange_decisions", where={"decision_id": decision_id})
    if rows.empty or rows["undone_at"].notna().any():
        raise ExchangeError("this decision is not there, or was taken back already: reload the page")
    with store.transaction():
        store.write("exchange_decisions", rows.assign(undone_at=now()))
        note(store, who, "exchange_undone", decision_id, 1, None)


def _decide(store: Store, who: str | None, kind: str, **values: str | None) -> str:
    decision_id = uuid.uuid4().hex[:12]
    row = {"decided_at": now(), "decided_by": who, "kind": kind, **values}
    with store.transaction():
        table = pd.DataFrame([row], index=pd.Index([decision_id], name="decision_id"))
        store.write("exchange_decisions", table, mode="append")
        note(store, who, f"exchange_{kind}", decision_id, 1, None)
    return decision_id


def _text(move: Move) -> str:
    return json.dumps(
        {"key": key(move), "kind": move.kind, "members": list(move.members), "weight": move.weight}
    )


def _move(text: str) -> Move:
    held = json.loads(text)
    return Move(held["kind"], tuple(held["members"]), float(held["weight"]))
