"""The adviser's list: each proposal with its dwellings, reasons and checks; refusals kept and gone round."""

from collections.abc import Iterable

import pandas as pd

from planning.exchanges.graph import Exchanges, Move
from planning.exchanges.solve import solve
from planning.exchanges.wishes import ExchangeCase

CHECKS = ("income_ceiling", "effort", "good_standing", "reservation", "committee")
WAIVED_FOR_ENFORCEABLE = "income_ceiling"


def key(move: Move) -> str:
    """Name a move by its members, the same whichever comes first in a cycle."""
    members = list(move.members)
    if move.kind == "cycle":
        first = members.index(min(members))
        members = members[first:] + members[:first]
    return f"{move.kind}:{'>'.join(members)}"


def steps(case: ExchangeCase, move: Move) -> pd.DataFrame:
    """
    Say who moves where in one exchange.

    Returns
    -------
    pandas.DataFrame
        One row a household, in order: ``household_id``, ``reason``, ``leaves`` and ``takes`` (dwellings),
        their ``rooms_before``, ``rooms_after``, ``rent_change_eur_month`` and ``distance_m``, ``checks``:
        codes of what the adviser must verify, joined by commas.
    """
    members = list(move.members)
    givers = members[:-1] if move.kind == "chain" else [members[-1], *members[:-1]]
    takers = list(move.households)
    before, after = case.homes.loc[takers], case.homes.loc[givers]
    known = case.arcs.set_index(["household_id", "takes"])["distance_m"]
    distance = known.reindex(pd.MultiIndex.from_arrays([takers, givers])).to_numpy()
    people = case.households.loc[takers]
    rent = after["rent_eur_month"].to_numpy(dtype=float) - before["rent_eur_month"].to_numpy(dtype=float)
    return pd.DataFrame(
        {
            "household_id": takers,
            "reason": people["reason"].to_numpy(),
            "leaves": before["dwelling_id"].to_numpy(),
            "takes": after["dwelling_id"].to_numpy(),
            "rooms_before": before["rooms"].to_numpy(),
            "rooms_after": after["rooms"].to_numpy(),
            "rent_change_eur_month": rent,
            "distance_m": distance,
            "checks": [
                ",".join(_checks(bool(lawful), label))
                for lawful, label in zip(
                    people["enforceable"].fillna(False), after["dpe_class"].to_numpy(), strict=True
                )
            ],
        }
    )


def _checks(enforceable: bool, energy_class) -> list[str]:
    """What the data cannot tell; the income ceiling is waived for who may be made to leave (L442-3-1)."""
    codes = [code for code in CHECKS if not (enforceable and code == WAIVED_FOR_ENFORCEABLE)]
    return [*codes, "energy"] if pd.isna(energy_class) or energy_class in ("F", "G") else codes


def without(
    case: ExchangeCase, refused: pd.DataFrame, accepted: Iterable[Move] = ()
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Index]:
    """
    Leave out what was refused and who is settled.

    Parameters
    ----------
    refused
        ``household_id`` and ``takes``: a household that will not take a home; ``takes`` missing where the
        household withdraws from the file.
    accepted
        Moves agreed: their households and vacant homes are settled.

    Returns
    -------
    tuple
        Households, arcs and vacant homes, as `solve` takes them.
    """
    settled = {member for move in accepted for member in move.members}
    gone = settled | set(refused.loc[refused["takes"].isna(), "household_id"])
    pairs = refused.dropna(subset=["takes"])
    said_no = pd.MultiIndex.from_frame(pairs[["household_id", "takes"]])
    arcs = case.arcs[~case.arcs["household_id"].isin(gone) & ~case.arcs["takes"].isin(gone)]
    arcs = arcs[~pd.MultiIndex.from_frame(arcs[["household_id", "takes"]]).isin(said_no)]
    households = case.households[~case.households.index.isin(gone)]
    return households, arcs, case.vacant[~case.vacant.isin(list(gone))]


def propose(
    case: ExchangeCase,
    refused: pd.DataFrame | None = None,
    accepted: Iterable[Move] = (),
    **limits,
) -> Exchanges:
    """Choose exchanges anew around what was refused and accepted; ``limits`` are those of `solve`."""
    none = pd.DataFrame(columns=["household_id", "takes"])
    households, arcs, vacant = without(case, none if refused is None else refused, accepted)
    return solve(households[["weight"]], arcs, vacant, **limits)


def faults(case: ExchangeCase, chosen: Exchanges) -> list[str]:
    """Say what is wrong with a choice: a household or home used twice, a move nobody wants. None is right."""
    found = []
    used = [member for move in chosen.moves for member in move.members]
    found += [f"{name} moves twice" for name in {n for n in used if used.count(n) > 1}]
    wanted = set(zip(case.arcs["household_id"], case.arcs["takes"], strict=True))
    for move in chosen.moves:
        members = list(move.members)
        pairs = list(zip(members[1:], members[:-1], strict=True))
        pairs += [(members[0], members[-1])] if move.kind == "cycle" else []
        found += [f"{t} would not take the home of {g}" for t, g in pairs if (t, g) not in wanted]
    return found
