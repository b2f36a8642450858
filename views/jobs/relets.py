"""Relets from the store: the board, what a day costs, allocation during works."""

from dataclasses import dataclass

import pandas as pd

from data import reference
from data.store import Store
from geo import relets as relet
from geo.periods import period

UNTOLD = "unknown"


@dataclass(frozen=True, eq=False)
class Relets:
    """The register of relets of a year, and what it tells."""

    board: pd.DataFrame
    costs: pd.DataFrame
    overlap: pd.DataFrame
    thirty: pd.DataFrame
    curves: pd.DataFrame
    by_sector: pd.DataFrame
    by_trade: pd.DataFrame
    trades_told: int
    on: pd.Timestamp
    since: pd.Timestamp


def read(store: Store, *, days_less: int = 30) -> Relets | None:
    """Return what the register tells of the year before the store's reference date; None where it is empty."""
    turnovers = store.read("turnovers")
    if turnovers.empty:
        return None
    on, since = period(store.settings().get("reference_date") or pd.Timestamp.now(), None)
    values = reference.load().set_index("name")["value"]
    status = store.read("dwellings", columns=["let_status"])["let_status"]
    market = int(status.isin(["let", "vacant_offered"]).sum())
    residences = store.read("residences", columns=["name", "sector_id"], geometry=False)
    board = relet.board(turnovers, on=on, late_share=values["mobility.late_share"])
    board = board.assign(residence=board["residence_id"].map(residences["name"]))
    span = {"on": on, "since": since}
    sooner = turnovers["lease_start_on"] - pd.Timedelta(days=days_less)
    sector = turnovers["residence_id"].map(residences["sector_id"]).rename("group")
    return Relets(
        board,
        relet.stage_costs(turnovers, **span),
        relet.shorter(turnovers, relet.overlapped(turnovers), market, **span),
        relet.shorter(turnovers, sooner, market, **span),
        relet.survival(turnovers, turnovers["works_class"].rename("group"), **span),
        relet.survival(turnovers, sector, **span),
        relet.survival(turnovers, turnovers["trade"].fillna(UNTOLD).rename("group"), **span),
        int(turnovers["trade"].notna().sum()),
        on,
        since,
    )
