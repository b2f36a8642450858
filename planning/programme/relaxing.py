"""Where no programme meets all targets: the fewest targets to relax, and by how little."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix, hstack, vstack

from planning.programme.highs import highs, warm_cells
from planning.programme.model import Model, Programme, ProgrammeError, Targets, chosen_frame, schedule
from planning.programme.solve import bounded, fixed


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The targets that give way (``kind``, ``of``, ``asked``, ``reached``, in the user's units) and a programme."""

    targets: pd.DataFrame
    programme: Programme
    proven: bool


def what_to_relax(
    options: pd.DataFrame,
    targets: Targets,
    weights: Mapping[str, float] | None = None,
    *,
    pinned: Mapping[str, int | None] | None = None,
    removed: Iterable[str] = (),
    seconds: float = 10.0,
) -> Relaxed:
    """
    Find the smallest set of targets to relax, then the least amounts, then the programme of greatest worth.

    Elastic programming (Brown and Graves 1975; Chinneck 2008): each target gets a slack and a switch that
    allows it. First the number of switches is least; then, with that number, the sum of the slacks, each as
    a share of its target. Options of one site always exclude each other, and lead times always hold.
    """
    model = schedule(options, targets, weights or {"dwellings": 1.0})
    pinned, removed = dict(pinned or {}), tuple(removed)
    low, high = fixed(model, pinned, removed)
    matrix, lower, upper = bounded(model)
    cells, lands, count = len(model.worth), model.land.shape[0], len(model.rows)
    most = (
        np.abs(model.matrix).sum(axis=1).A1
        if hasattr(model.matrix, "A1")
        else np.asarray(np.abs(model.matrix).sum(axis=1)).ravel()
    )
    room = most + np.where(np.isinf(model.rows["low"]), 0, np.abs(model.rows["low"])) + 1
    sign = np.where(np.isinf(model.rows["low"]), -1.0, 1.0)
    at = np.arange(count)
    slack = coo_matrix((sign, (lands + at, at)), shape=(matrix.shape[0], count))
    top = hstack([matrix, slack, coo_matrix((matrix.shape[0], count))])
    link = hstack(
        [
            coo_matrix((count, cells)),
            coo_matrix((np.ones(count), (at, at)), shape=(count, count)),
            coo_matrix((-room, (at, at)), shape=(count, count)),
        ]
    )
    whole = np.concatenate([np.ones(cells), np.zeros(count), np.ones(count)])
    columns_low = np.concatenate([low, np.zeros(2 * count)])
    columns_high = np.concatenate([high, room, np.ones(count)])
    asked = np.where(np.isinf(model.rows["low"]), model.rows["high"], model.rows["low"]).astype(float)
    part = 1 / np.where(np.abs(asked) > 0, np.abs(asked), np.maximum(most, 1))
    extra, proven, values = [], True, _first(model, low, high, room, seconds=seconds / 12)
    limits: list[tuple[np.ndarray, float]] = []
    for goal in (
        np.concatenate([np.zeros(cells + count), -np.ones(count)]),
        np.concatenate([np.zeros(cells), -part, np.zeros(count)]),
        np.concatenate([model.worth, np.zeros(2 * count)]),
    ):
        extra = [coo_matrix(coefficients[None, :]) for coefficients, _ in limits]
        body = vstack([top, link, *extra]).tocsc()
        rows_low = np.concatenate([lower, np.full(count, -np.inf), [limit for _, limit in limits]])
        rows_high = np.concatenate([upper, np.zeros(count), np.full(len(limits), np.inf)])
        solver = highs(
            goal,
            columns_low,
            columns_high,
            body,
            rows_low,
            rows_high,
            seconds=seconds / 3,
            gap=1e-4,
            whole=whole,
        )
        if values.size:
            warm_cells(solver, values)
        solver.run()
        info = solver.getInfo()
        if info.primal_solution_status != 2:
            if limits:
                proven = False
                break
            raise ProgrammeError("no relaxation was found in time: give more time or fewer sites")
        values = np.asarray(solver.getSolution().col_value)
        proven = proven and info.mip_gap <= 1e-3
        limits.append((goal, float(goal @ values) - 1e-6))
    reached = model.matrix @ (values[:cells] > 0.5)
    open_rows = values[cells + count :] > 0.5
    told = model.rows.loc[open_rows, ["kind", "of"]].assign(
        asked=(asked * model.rows["scale"])[open_rows],
        reached=(reached * model.rows["scale"].to_numpy())[open_rows],
    )
    chosen = chosen_frame(model, np.flatnonzero(values[:cells] > 0.5))
    worth = float(model.worth @ (values[:cells] > 0.5))
    made = Programme(chosen, worth, worth, 0.0, tuple(pinned.items()), removed)
    return Relaxed(_with_shares(told.reset_index(drop=True), targets, chosen), made, proven)


def _first(model: Model, low, high, room: np.ndarray, *, seconds: float) -> np.ndarray:
    """
    Choose freely of one kind of target, and give each row the slack that this needs: where the search starts.

    Empty where no single kind that gives way makes a programme possible.
    """
    rows, matrix = model.rows, model.matrix.tocsr()
    lands = model.land.shape[0]
    for kind in rows["kind"].unique():
        kept = (rows["kind"] != kind).to_numpy()
        body = vstack([model.land, matrix[kept]]).tocsc()
        lower = np.concatenate([np.full(lands, -np.inf), rows.loc[kept, "low"].astype(float)])
        upper = np.concatenate([np.ones(lands), rows.loc[kept, "high"].astype(float)])
        solver = highs(model.worth, low, high, body, lower, upper, seconds=seconds, gap=0.02)
        solver.run()
        if solver.getInfo().primal_solution_status == 2:
            cells = (np.asarray(solver.getSolution().col_value) > 0.5).astype(float)
            reached = matrix @ cells
            short = np.maximum(rows["low"].to_numpy(float) - reached, reached - rows["high"].to_numpy(float))
            slack = np.minimum(np.maximum(short, 0.0), room)
            return np.concatenate([cells, slack, (slack > 1e-9).astype(float)])
    return np.zeros(0)


def _with_shares(told: pd.DataFrame, targets: Targets, chosen: pd.DataFrame) -> pd.DataFrame:
    """Say shares as shares: the rows of forms, publics and agencies count dwellings above or under them."""
    size = chosen["dwellings"].astype(float)
    asked, reached = told["asked"].tolist(), told["reached"].tolist()
    for row, (kind, of) in enumerate(zip(told["kind"], told["of"], strict=True)):
        if kind == "ownership_share":
            asked[row] = targets.ownership_most_share
            reached[row] = size[chosen["tenure"] == "ownership"].sum() / max(size.sum(), 1)
        if kind in ("form", "public", "agency"):
            column = "agency_id" if kind == "agency" else kind
            share = size[chosen[column] == of].sum() / size.sum() if size.sum() else np.nan
            wanted = {"form": targets.form_least_share, "public": targets.public_least_share}
            asked[row] = targets.agency_most_share if kind == "agency" else wanted[kind][of]
            reached[row] = share
    return told.assign(asked=asked, reached=reached)
