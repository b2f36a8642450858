"""Territories from files: residences and agencies in, a balanced plan with its proof out."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from data import reference
from geo.crs import WORKING_CRS
from geo.neighbours import cut_at_barriers, neighbourhood
from geo.said import SaidError
from planning import territory as sectors
from planning.parameters import Parameters
from planning.territory import Balance, Effort, Priorities, Proposal, Territory
from views.jobs.export import inert, write

Progress = Callable[[float, str], None]
RESIDENCES = ("unit", "x", "y", "dwellings")
AGENCIES = ("agency", "x", "y")
EDGES = ("i", "j", "border_m")
ENDING_SHARE = 0.05  # of the seconds asked for: to measure the plan, write it, and let Python end
COUNTED = {
    "dwellings": "dwellings",
    "complaints": "complaints",
    "moves": "relets",
    "qpv_dwellings": "qpv_dwellings",
}
"""Columns of the file that make work, and the name of their weight in data/reference/territory.csv."""


class SectorsFileError(SaidError):
    """A file cannot be used: the message says which, where, and what to do."""


def run(
    residences_csv: str | Path,
    agencies_csv: str | Path,
    edges_csv: str | Path | None = None,
    *,
    barriers_geojson: str | Path | None = None,
    tolerance_pct: float = 5.0,
    seconds: float = 10.0,
    spent: float = 0.0,
    seed: int = 1,
    out: str | Path | None = None,
    progress: Progress = lambda done, text: None,
) -> dict:
    """
    Propose a plan for the residences of a file, with the bound that no plan can beat.

    Parameters
    ----------
    residences_csv
        ``unit``, ``x``, ``y`` (metres), ``dwellings``; the work to share is ``workload`` where the file has it,
        else the weighted sum of ``dwellings``, ``complaints``, ``moves`` and ``qpv_dwellings``;
        ``current_sector`` (today's agency) where change is to be counted.
    agencies_csv
        ``agency``, ``x``, ``y``: the office of each.
    seconds, spent
        How long it may last, and what of it is gone already: a terminal counts from the start of Python.
    edges_csv
        Neighbours: ``i``, ``j``, ``border_m``. Without it, cells are cut around the residences.
    barriers_geojson
        What no territory crosses, and its named passages (`views.jobs.territory_barriers.read_geojson`); ``x`` and
        ``y`` are then in EPSG:2154.
    out
        Where to write ``unit``, ``agency``.

    Raises
    ------
    SectorsFileError
        If a column is missing, a figure cannot be read, or an identifier is there twice or unknown.
    BarrierError
        If the barriers cannot be read.
    TerritoryError
        If the files make no problem that can be solved.
    """
    if not 0 <= tolerance_pct <= 100:
        raise SectorsFileError(
            "the tolerance must be between 0 and 100 %, got {tolerance_pct}", tolerance_pct=tolerance_pct
        )
    began = time.monotonic()
    parameters = Parameters.from_frame(reference.load())
    units = read_residences(residences_csv, parameters)
    offices = read(agencies_csv, AGENCIES, key="agency")
    units, sites, edges = _joined(units, edges_csv, _barriers(barriers_geojson))
    _check_today(units, offices, residences_csv)
    problem = sectors.territory(
        units,
        offices,
        edges,
        balance=[Balance("workload", tolerance_pct / 100)],
        priorities=Priorities(parameters["territory.change_m"], parameters["territory.border_m"]),
    )
    best = sectors.solve(
        problem,
        seconds=(1 - ENDING_SHARE) * seconds - spent - (time.monotonic() - began),
        seed=seed,
        effort=Effort.for_seconds(problem, seconds),
        progress=progress,
    )
    progress(1.0, "done")
    if out:
        agency = pd.Series(problem.sectors[best.sector_of], index=problem.units).reindex(sites).to_numpy()
        write_plan(pd.DataFrame({"unit": sites.index, "agency": agency}), out)
    return result(best, len(sites))


def since_start() -> float:
    """Return the seconds since this Python began, its imports included; its work alone where no clock says more."""
    try:
        began = float(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19])
        now = float(Path("/proc/uptime").read_text().split()[0])
        return max(0.0, now - began / os.sysconf("SC_CLK_TCK"))
    except (OSError, ValueError, IndexError):
        return time.process_time()


def write_plan(plan: pd.DataFrame, file: str | Path) -> None:
    """Write ``unit``, ``agency``: plain UTF-8 where the file is CSV, so that it can be read back anywhere."""
    if Path(file).suffix != ".csv":
        write(plan, file)
        return
    plan.map(inert).to_csv(file, index=False)


def result(best: Proposal, units: int) -> dict:
    """Return the keys of ``sectors --json``; None: a bound not known, the gap of a plan not valid."""
    figures, problem = best.figures, best.problem
    today = _today(problem)
    return {
        "agencies": problem.size[1],
        "units": units,
        "max_deviation_pct": round(figures.max_deviation_pct, 4),
        "mean_distance_m": round(figures.mean_distance_m, 3),
        "border_km": round(figures.border_km, 4),
        "moved_pct": round(figures.moved_pct, 4),
        "contiguous": figures.contiguous,
        "valid": figures.valid,
        "objective": round(figures.objective, 4),
        "bound": round(best.bound, 4) if np.isfinite(best.bound) else None,
        "gap_pct": round(best.gap_pct, 4) if np.isfinite(best.bound) and figures.valid else None,
        "first_plan_seconds": round(best.first_plan_seconds, 3),
        "seconds": round(best.seconds, 3),
        "rounds": best.rounds,
        "stopped_by": best.stopped_by,
        "proof": str(sectors.gap_sentence(best)),
        "worse_than_today": [str(s) for s in sectors.worse_sentences(figures, today)] if today else None,
        "obstacles": [str(o.sentence) for o in _obstacles(best)],
        "weights": {"change_m": float(problem.weights[1]), "border_m": float(problem.weights[2])},
    }


def read(file: str | Path, columns: tuple[str, ...], *, key: str | None = None) -> pd.DataFrame:
    """
    Read a comma- or semicolon-separated file and check that it has these columns, numbers but for the key.

    Raises
    ------
    SectorsFileError
        If it has not, or the key is missing or there twice.
    """
    name = Path(file).name
    try:
        text = pd.read_csv(
            file, dtype=str, sep=None, engine="python", encoding="utf-8-sig", skipinitialspace=True
        )
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise SectorsFileError(
            "not a table in UTF-8 ({error}): save it as CSV UTF-8", name, error=error
        ) from None
    absent = [column for column in columns if column not in text.columns]
    if absent:
        raise SectorsFileError(
            "no column {absent}; found {found}", name, absent=", ".join(absent), found=", ".join(text.columns)
        )
    known = {*columns, *COUNTED, "workload"} - {key, "i", "j"}
    frame = text.assign(**{c: _numbers(text[c], name) for c in text.columns if c in known})
    if key is None:
        return frame
    faulty = frame[key].isna() | frame[key].duplicated()
    if faulty.any():
        raise SectorsFileError(
            "line {line}: `{key}` is missing or there twice: keep one line each",
            name,
            line=_line(faulty),
            key=key,
        )
    return frame.set_index(key)


def read_residences(file: str | Path, parameters: Parameters) -> pd.DataFrame:
    """Read the residences and give them ``tenants``, ``sector`` (missing where unknown) and ``workload``."""
    stock = read(file, RESIDENCES, key="unit")
    if "workload" not in stock:
        weights = parameters.table("territory.workload")
        counted = {c: weights[name] for c, name in COUNTED.items() if c in stock and name in weights}
        stock["workload"] = sectors.workload(stock, counted)
    today = (
        stock["current_sector"] if "current_sector" in stock else pd.Series(pd.NA, stock.index, dtype=object)
    )
    return stock[["x", "y", "workload"]].assign(tenants=stock["dwellings"], sector=today)


def _numbers(column: pd.Series, name: str) -> pd.Series:
    """Return a column as numbers; a French comma is read as a point, anything else is refused."""
    values = pd.to_numeric(column.str.replace(",", ".", regex=False), errors="coerce")
    faulty = values.isna() & column.notna()
    if faulty.any():
        found = column[faulty].iloc[0]
        raise SectorsFileError(
            "line {line}: `{column}` is not a number: {found!r}",
            name,
            line=_line(faulty),
            column=column.name,
            found=found,
        )
    return values


def _line(faulty: pd.Series) -> int:
    return int(np.argmax(faulty.to_numpy())) + 2


def _barriers(file: str | Path | None) -> dict[str, gpd.GeoDataFrame]:
    """Return the barriers and their passages, as the neighbours' functions call them."""
    if file is None:
        return {}
    # reads the store's libraries too: only where asked
    from views.jobs.territory_barriers import read_geojson

    lines, passages = read_geojson(Path(file).read_bytes())
    return {"barriers": lines, "passages": passages}


def _joined(
    units: pd.DataFrame, edges_csv: str | Path | None, barriers: dict[str, gpd.GeoDataFrame]
) -> tuple[pd.DataFrame, pd.Series, pd.DataFrame]:
    """Return the units, the unit of each residence, and the neighbours; residences at one spot are one unit."""
    if edges_csv is not None:
        edges = read(edges_csv, EDGES).rename(columns={"i": "unit_a", "j": "unit_b"})
        if barriers:
            edges, _barred = cut_at_barriers(edges, _places(units).geometry, **barriers)
        return units, pd.Series(units.index, units.index), edges
    around = neighbourhood(_places(units), **barriers)
    sums = {"x": "first", "y": "first", "sector": "first"}
    merged = units.groupby(around.site_of, sort=False).agg(sums)
    counts = units[["tenants", "workload"]].groupby(around.site_of, sort=False).sum(min_count=1)
    return merged.join(counts), around.site_of, around.edges


def _places(units: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return where the residences are; all must be located."""
    missing = units["x"].isna() | units["y"].isna()
    if missing.any():
        raise SectorsFileError(
            "residence {residence!r}: `x` or `y` is missing: locate it first",
            residence=units.index[missing][0],
        )
    return gpd.GeoDataFrame(units[[]], geometry=gpd.points_from_xy(units["x"], units["y"]), crs=WORKING_CRS)


def _check_today(units: pd.DataFrame, offices: pd.DataFrame, file: str | Path) -> None:
    unknown = units["sector"].notna() & ~units["sector"].isin(offices.index)
    if unknown.any():
        raise SectorsFileError(
            "residence {residence!r} is in {sector!r}, which is not an agency of the other file: use the same names",
            Path(file).name,
            residence=units.index[unknown][0],
            sector=units["sector"][unknown].iloc[0],
        )


def _today(problem: Territory) -> sectors.Figures | None:
    """Return the figures of today's plan; None where a residence has no agency today."""
    if (problem.current < 0).any():
        return None
    return sectors.measure(problem, problem.current)


def _obstacles(best: Proposal) -> list[sectors.Obstacle]:
    return [] if best.figures.valid else sectors.obstacles(best.problem, best.sector_of)
