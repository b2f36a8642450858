"""Options by year as binary choices, and the targets and limits that a programme must keep, row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix, vstack

from geo.said import SaidError

OBJECTIVES = ("dwellings", "quality", "need", "equity", "robustness")
COLUMNS = (
    "site_id", "form", "tenure", "public", "agency_id", "dwellings", "cost_eur", "equity_eur", "quality",
    "need", "robustness", "earliest_year",
)  # fmt: skip
NEEDED = ("dwellings", "cost_eur", "equity_eur", "earliest_year")
TENURES = ("rental", "ownership")
LATER = 0.01


class ProgrammeError(SaidError):
    """A programme cannot be made of this: the message says what and what to do."""


@dataclass(frozen=True, slots=True)
class Targets:
    """
    What each year must reach or may use. None leaves a limit out.

    Attributes
    ----------
    years
        First years of works, in order.
    dwellings_least, ownership_least
        Dwellings started, and social-ownership operations started, each year at least.
    budget_eur, equity_eur
        Most spent in a year (a cost is spread by ``spend_shares`` from the start on), and most equity
        engaged by the operations started in it.
    staff_operations, lead_years
        Most operations under way at once; each is under way so many years.
    form_least_share, public_least_share, agency_most_share, ownership_most_share
        Shares of the dwellings of the whole programme.
    """

    years: tuple[int, ...]
    dwellings_least: float | None = None
    ownership_least: float | None = 1
    budget_eur: float | None = None
    equity_eur: float | None = None
    staff_operations: float | None = None
    lead_years: int = 3
    spend_shares: tuple[float, ...] = (1.0,)
    form_least_share: Mapping[str, float] = field(default_factory=dict)
    public_least_share: Mapping[str, float] = field(default_factory=dict)
    agency_most_share: float | None = None
    ownership_most_share: float | None = None


@dataclass(frozen=True, slots=True)
class Programme:
    """
    The operations chosen: ``chosen`` by ``option_id`` with ``start_year``; ``gap_pct`` proven.

    ``pinned`` and ``removed`` are those that the user fixed.
    """

    chosen: pd.DataFrame
    worth: float
    bound: float
    seconds: float
    pinned: tuple[tuple[str, int | None], ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def gap_pct(self) -> float:
        """By how much a better programme could be worth more, %, at most."""
        return 100 * max(self.bound - self.worth, 0) / abs(self.worth) if self.worth else 0.0


@dataclass(frozen=True, eq=False)
class Model:
    """
    Cells (option × start year) and rows over them: ``low <= matrix @ x <= high``.

    ``rows`` names each row: ``kind``, ``of`` (a year, a form, an agency), ``target`` (what the user asked,
    in ``unit``), ``scale`` (1 in the row's own coefficients).
    """

    options: pd.DataFrame
    option: np.ndarray
    year: np.ndarray
    worth: np.ndarray
    matrix: csr_matrix
    rows: pd.DataFrame
    land: csr_matrix


def checked(options: pd.DataFrame) -> pd.DataFrame:
    """
    Refuse an option table that misses a column, repeats an option or holds an unknown tenure.

    Options whose dwellings, cost, equity or earliest year are unknown are left out: they cannot be planned.
    """
    absent = [name for name in COLUMNS if name not in options.columns]
    if absent:
        raise ProgrammeError("the options lack the columns {columns}: add them", columns=", ".join(absent))
    if options.index.has_duplicates:
        twice = options.index[options.index.duplicated()][0]
        raise ProgrammeError("option {option!r} stands twice: keep one", option=twice)
    strange = set(options["tenure"]) - set(TENURES)
    if strange:
        raise ProgrammeError(
            "tenure {tenure!r} is unknown: write rental or ownership", tenure=sorted(strange)[0]
        )
    return options[options[list(NEEDED)].notna().all(axis=1)]


def schedule(options: pd.DataFrame, targets: Targets, weights: Mapping[str, float]) -> Model:
    """
    Lay out the choice.

    Parameters
    ----------
    options
        By ``option_id``, `COLUMNS`: options of one ``site_id`` exclude each other; ``quality`` and
        ``robustness`` 0 to 1 (missing counts nothing), ``need`` cases relieved (missing counts nothing),
        ``earliest_year`` the first year in which the land is secured.
    weights
        Weight of each of `OBJECTIVES`; each is scaled by the sum over the best option of each site. A year
        later is worth one hundredth less.
    """
    unheard = [name for name in weights if name not in OBJECTIVES]
    if unheard:
        raise ProgrammeError(
            "no objective is called {name!r}: choose among {names}",
            name=unheard[0],
            names=", ".join(OBJECTIVES),
        )
    table = checked(options)
    years = np.array(targets.years)
    option, place = np.nonzero(table["earliest_year"].to_numpy(dtype=float)[:, None] <= years[None, :])
    year = years[place]
    lands = pd.factorize(table["site_id"])[0][option]
    land = csr_matrix(
        (np.ones(len(option)), (lands, np.arange(len(option)))),
        shape=(table["site_id"].nunique(), len(option)),
    )
    each = values(table)
    worth = np.zeros(len(table))
    for name, weight in weights.items():
        scale = each[name].abs().groupby(table["site_id"]).max().sum() or 1.0
        worth += weight * each[name].to_numpy() / scale
    matrix, rows = _rows(table, option, year, targets)
    late = 1 - LATER * place * np.sign(worth[option])
    return Model(table, option, year, worth[option] * late, matrix, rows, land)


def values(options: pd.DataFrame) -> pd.DataFrame:
    """What each option brings to each objective: quality and robustness by dwelling, equity as spending."""
    size = options["dwellings"].astype(float)
    return pd.DataFrame(
        {
            "dwellings": size,
            "quality": size * options["quality"].astype(float).fillna(0),
            "need": options["need"].astype(float).fillna(0),
            "equity": -options["equity_eur"].astype(float),
            "robustness": size * options["robustness"].astype(float).fillna(0),
        }
    )


def _rows(table: pd.DataFrame, option: np.ndarray, year: np.ndarray, targets: Targets):
    """The rows of the targets and limits."""
    size = table["dwellings"].to_numpy(dtype=float)[option]
    cost = table["cost_eur"].to_numpy(dtype=float)[option]
    equity = table["equity_eur"].to_numpy(dtype=float)[option]
    owned = (table["tenure"] == "ownership").to_numpy(dtype=float)[option]
    found: list[tuple[str, object, np.ndarray, float, float, float]] = []
    for now in targets.years:
        here = year == now
        if targets.dwellings_least is not None:
            found.append(("dwellings", now, size * here, targets.dwellings_least, np.inf, 1))
        if targets.ownership_least is not None:
            found.append(("ownership", now, owned * here, targets.ownership_least, np.inf, 1))
        if targets.budget_eur is not None:
            spent = sum(share * (year + k == now) for k, share in enumerate(targets.spend_shares))
            found.append(("budget", now, cost * spent / 1e6, -np.inf, targets.budget_eur / 1e6, 1e6))
        if targets.equity_eur is not None:
            found.append(("equity", now, equity * here / 1e6, -np.inf, targets.equity_eur / 1e6, 1e6))
        if targets.staff_operations is not None:
            busy = (year <= now) & (now < year + targets.lead_years)
            found.append(("staff", now, busy.astype(float), -np.inf, targets.staff_operations, 1))
    for kind, column, shares in (
        ("form", "form", targets.form_least_share),
        ("public", "public", targets.public_least_share),
    ):
        for name, share in shares.items():
            ours = (table[column] == name).to_numpy(dtype=float)[option]
            if share > 0:
                found.append((kind, name, size * (ours - share), 0, np.inf, 1))
    if targets.ownership_most_share is not None:
        row = size * (owned - targets.ownership_most_share)
        found.append(("ownership_share", "all", row, -np.inf, 0, 1))
    if targets.agency_most_share is not None:
        for name in sorted(table["agency_id"].dropna().unique()):
            ours = (table["agency_id"] == name).fillna(False).to_numpy(dtype=float)[option]
            found.append(("agency", name, size * (ours - targets.agency_most_share), -np.inf, 0, 1))
    rows = pd.DataFrame(
        [(kind, of, low, high, scale) for kind, of, _, low, high, scale in found],
        columns=["kind", "of", "low", "high", "scale"],
    )
    blocks = [csr_matrix(coefficients[None, :]) for _, _, coefficients, *_ in found]
    return (vstack(blocks).tocsr() if blocks else csr_matrix((0, len(option)))), rows


def chosen_frame(model: Model, cells: Sequence[int]) -> pd.DataFrame:
    """The options of some cells, with their start year, by year and site."""
    cells = np.asarray(cells, dtype=int)
    found = model.options.iloc[model.option[cells]].assign(start_year=model.year[cells])
    return found.sort_values(["start_year", "site_id"], kind="stable")
