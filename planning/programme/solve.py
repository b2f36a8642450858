"""The programme of greatest worth, with its proven gap, and how it stands against the targets."""

from collections.abc import Iterable, Mapping
from time import perf_counter

import highspy
import numpy as np
import pandas as pd
from scipy.sparse import vstack

from planning.programme.core import LARGE, core
from planning.programme.highs import SCALE, highs, warm_cells
from planning.programme.model import (
    Model,
    Programme,
    ProgrammeError,
    Targets,
    chosen_frame,
    schedule,
)

GAP = 0.001


class Infeasible(ProgrammeError):
    """No programme meets all targets: `what_to_relax` says which must give way."""


class NotFound(ProgrammeError):
    """The time ran out before a programme was found, or none was proven to be."""


def plan(
    options: pd.DataFrame,
    targets: Targets,
    weights: Mapping[str, float] | None = None,
    *,
    pinned: Mapping[str, int | None] | None = None,
    removed: Iterable[str] = (),
    start: pd.DataFrame | None = None,
    seconds: float = 30.0,
    gap: float = GAP,
) -> Programme:
    """
    Choose the operations and their start years.

    A binary a cell (option, start year); options of one site exclude each other; rows of `schedule`. Solved by
    HiGHS until the gap is proven or the time is out; a large choice starts with its core
    (`planning.programme.core`).

    Parameters
    ----------
    options
        As for `schedule`.
    weights
        Of the objectives; dwellings alone by default.
    pinned
        Options that must be in, in a given start year, or in any (None).
    removed
        Options (or sites) that must be out.
    start
        Operations of a programme known already (``start_year`` by ``option_id``): the search starts there.

    Raises
    ------
    Infeasible
        If no programme meets all targets.
    ProgrammeError
        If an option that was pinned is unknown or cannot start then, or the time ran out with no programme.
    """
    began = perf_counter()
    model = schedule(options, targets, weights or {"dwellings": 1.0})
    pinned, removed = dict(pinned or {}), tuple(removed)
    low, high = fixed(model, pinned, removed)

    def told(cells: np.ndarray, bound: float) -> Programme:
        chosen, worth = chosen_frame(model, np.flatnonzero(cells)), float(model.worth @ cells)
        return Programme(chosen, worth, bound, perf_counter() - began, tuple(pinned.items()), removed)

    problem = (low, high, *bounded(model))
    first = None if start is None or not len(start) else cells_of(model, start)
    if first is None and len(model.worth) > LARGE:
        found = core(model.worth, *problem, seconds=seconds, gap=gap)
        if found.bound - found.worth <= gap * abs(found.worth):
            return told(found.cells, found.bound)
        first = found.cells if len(found.cells) else None
    left = seconds - (perf_counter() - began)
    solver = highs(model.worth, *problem, seconds=max(left, 0.1 * seconds), gap=gap)
    if first is not None:
        warm_cells(solver, first)
    solver.run()
    status = solver.getModelStatus()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        raise Infeasible("no programme meets all targets: relax some")
    cells = np.asarray(solver.getSolution().col_value)
    info = solver.getInfo()
    if len(cells) != len(model.worth) or info.primal_solution_status != 2:
        raise NotFound(
            "no programme was found in {seconds:.0f} s: give more time or fewer sites", seconds=seconds
        )
    return told(cells > 0.5, float(info.mip_dual_bound) / SCALE)


def what_if(
    previous: Programme,
    options: pd.DataFrame,
    targets: Targets,
    weights: Mapping[str, float] | None = None,
    *,
    pinned: Mapping[str, int | None] | None = None,
    removed: Iterable[str] = (),
    sites: int = 25,
    seconds: float = 0.7,
) -> Programme:
    """
    Mend a programme after a pin or a removal, within a second.

    First everything stays as it was, and the ``sites`` other sites of greatest worth may come in: what a user
    compares is then his own change. If that cannot be, operations of the pinned years may leave; then any
    may; then they may shift by a year; if that cannot be either, the whole choice is asked.
    Pins and removals added to the previous ones only narrow the choice, so that the previous bound still
    holds; `plan` proves a closer one.
    """
    began = perf_counter()
    model = schedule(options, targets, weights or {"dwellings": 1.0})
    pinned, removed = dict(pinned or {}), tuple(removed)
    low, high = fixed(model, pinned, removed)
    names = model.options.index.to_numpy()[model.option]
    site = model.options["site_id"].to_numpy()[model.option]
    was = pd.Series(names).map(previous.chosen["start_year"]).to_numpy(dtype=float)
    stays = (model.year == was) & (high > 0)
    fixed_sites = model.options.loc[list(pinned), "site_id"]
    held = stays & ~np.isin(site, fixed_sites)
    spare = pd.Series(np.where(high == 0, -np.inf, model.worth), index=site)
    spare = spare[~np.isin(site, previous.chosen["site_id"].to_numpy())].groupby(level=0).max()
    free = np.isin(site, spare.nlargest(sites).index) | np.isin(names, list(pinned))
    near = np.abs(model.year - was) <= 1
    touched = [year for year in pinned.values() if year is not None]
    matrix, lower, upper = bounded(model)
    for least, most in (
        (np.where(held, 1.0, low), np.where(stays | free, high, 0)),
        (np.where(held & ~np.isin(model.year, touched), 1.0, low), np.where(stays | free, high, 0)),
        (low, np.where(stays | free, high, 0)),
        (low, np.where(near | free, high, 0)),
    ):
        asked = np.flatnonzero(most > 0)
        part = matrix[:, asked].tocsc()
        solver = highs(
            model.worth[asked], least[asked], most[asked], part, lower, upper, seconds=seconds, gap=0.005
        )
        solver.run()
        if solver.getInfo().primal_solution_status == 2:
            taken = asked[np.asarray(solver.getSolution().col_value) > 0.5]
            worth, took = float(model.worth[taken].sum()), perf_counter() - began
            return Programme(
                chosen_frame(model, taken),
                worth,
                max(previous.bound, worth),
                took,
                tuple(pinned.items()),
                removed,
            )
    return plan(
        options, targets, weights, pinned=pinned, removed=removed, seconds=max(seconds, 5.0), gap=0.01
    )


def fixed(model: Model, pinned: Mapping[str, int | None], removed: Iterable[str]):
    """Bounds of the cells; raises ProgrammeError where a pin cannot be."""
    names, removed = model.options.index.to_numpy()[model.option], list(removed)
    sites = model.options["site_id"].to_numpy()[model.option]
    low, high = np.zeros(len(names)), np.ones(len(names))
    high[np.isin(names, removed) | np.isin(sites, removed)] = 0
    for option, year in pinned.items():
        cells = (names == option) & ((model.year == year) if year is not None else True)
        if not cells.any():
            raise ProgrammeError(
                "option {option!r} cannot start in {year}: take the pin off",
                option=option,
                year=year or f"{model.year.min()}–{model.year.max()}",
            )
        site = model.options.at[option, "site_id"]
        high[(sites == site) & ~cells] = 0
        if cells.sum() == 1:
            low[cells] = 1
    return low, np.maximum(high, low)


def bounded(model: Model):
    """All rows: at most one option a site, then the targets."""
    matrix = vstack([model.land, model.matrix]).tocsc()
    lands = model.land.shape[0]
    lower = np.concatenate([np.full(lands, -np.inf), model.rows["low"].to_numpy(dtype=float)])
    upper = np.concatenate([np.ones(lands), model.rows["high"].to_numpy(dtype=float)])
    return matrix, lower, upper


def cells_of(model: Model, start: pd.DataFrame) -> np.ndarray:
    """Cells of the operations of a programme known already."""
    known = set(zip(start.index, start["start_year"], strict=True))
    names = model.options.index.to_numpy()[model.option]
    return np.array([(name, year) in known for name, year in zip(names, model.year, strict=True)], dtype=bool)


def against_targets(programme: Programme, targets: Targets) -> pd.DataFrame:
    """
    Set a programme against its targets, year by year; quantity and quality stay side by side.

    Returns
    -------
    pandas.DataFrame
        By year: ``operations``, ``dwellings``, ``dwellings_target``, ``ownership``, ``ownership_target``,
        ``quality`` (mean over the dwellings started; missing where unknown), ``need``, ``spent_eur``,
        ``budget_eur``, ``equity_eur``, ``equity_limit_eur``, ``under_way``, ``staff_limit``.
    """
    found, rows = programme.chosen, {}
    for year in targets.years:
        here = found[found["start_year"] == year]
        size = here["dwellings"].astype(float).where(here["quality"].notna(), 0)
        spent = sum(
            share * found.loc[found["start_year"] + k == year, "cost_eur"].sum()
            for k, share in enumerate(targets.spend_shares)
        )
        busy = (found["start_year"] <= year) & (year < found["start_year"] + targets.lead_years)
        rows[year] = {
            "operations": len(here),
            "dwellings": int(here["dwellings"].sum()),
            "dwellings_target": targets.dwellings_least,
            "ownership": int((here["tenure"] == "ownership").sum()),
            "ownership_target": targets.ownership_least,
            "quality": (size * here["quality"].astype(float).fillna(0)).sum() / size.sum()
            if size.sum()
            else np.nan,
            "need": here["need"].astype(float).sum(),
            "spent_eur": spent,
            "budget_eur": targets.budget_eur,
            "equity_eur": here["equity_eur"].sum(),
            "equity_limit_eur": targets.equity_eur,
            "under_way": int(busy.sum()),
            "staff_limit": targets.staff_operations,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("year")
