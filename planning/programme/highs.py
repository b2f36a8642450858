"""Binary programs as HiGHS takes them."""

import highspy
import numpy as np
from scipy.sparse import csc_matrix

SCALE = 1000.0


def highs(
    worth, low, high, matrix: csc_matrix, lower, upper, *, seconds: float, gap: float, whole=None
) -> highspy.Highs:
    """A binary program, ready to run: greatest worth."""
    solver = highspy.Highs()
    solver.silent()
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(worth), matrix.shape[0]
    model.col_cost_, model.col_lower_, model.col_upper_ = SCALE * np.asarray(worth), low, high
    infinite = highspy.kHighsInf
    model.row_lower_ = np.where(np.isinf(lower), -infinite, lower)
    model.row_upper_ = np.where(np.isinf(upper), infinite, upper)
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data
    model.sense_ = highspy.ObjSense.kMaximize
    integer, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    model.integrality_ = [integer if w else real for w in (np.ones(len(worth)) if whole is None else whole)]
    solver.passModel(model)
    solver.setOptionValue("time_limit", float(seconds))
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("random_seed", 1)
    return solver


def warm_cells(solver: highspy.Highs, cells: np.ndarray) -> None:
    """Give the search a choice to start from; what is no longer allowed is repaired by HiGHS or dropped."""
    solution = highspy.HighsSolution()
    solution.col_value = np.asarray(cells, dtype=float).tolist()
    solver.setSolution(solution)
