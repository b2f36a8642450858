"""The proof: a bound that no plan can beat, raised by splitting the question in two again and again."""

import heapq
import time
from dataclasses import dataclass, field

import numpy as np

from planning.territory.ascent import Ascent
from planning.territory.atoms import atoms, coarsen
from planning.territory.model import Territory
from planning.territory.relaxation import Relaxation, Relaxed

LARGEST_FOR_SIMPLEX = 20_000
"""Columns above which the first-order method is faster than HiGHS's simplex (measured: 14,000 and 70,000)."""
LARGEST_TO_SPLIT = 150_000
"""Units times sectors above which one solve is long enough: the bound is raised by more steps, not by splits."""
STEPS_BY_TIME = 50


@dataclass(order=True, slots=True)
class _Question:
    """A part of the plans: those in which some units are kept to, or out of, a sector."""

    bound: float
    number: int
    answer: Relaxed = field(compare=False)
    decided: tuple = field(compare=False, default=())


class Proof:
    """
    A lower bound on every plan, contiguous or not.

    It starts with the linear relaxation and is raised by branch and bound: the least certain residence of the
    weakest part is either given to its first sector or refused it, and the bound is the least of all parts.
    Contiguity only removes plans, so the bound holds for contiguous plans too. Where nothing tells sectors
    apart (no office, no plan today), the relaxation is worth nothing and the bound is 0.
    """

    def __init__(self, problem: Territory):
        n, k = problem.size
        columns = n * k + (len(problem.edge_a) * k if problem.weights[2] > 0 else 0)
        self.problem = problem
        self.splits = n * k <= LARGEST_TO_SPLIT
        self.solved, self.closed, self.questions = 0, np.inf, []
        if not problem.anchored:
            self.closed = 0.0
            return
        self.engine = Relaxation(problem) if columns <= LARGEST_FOR_SIMPLEX else Ascent(problem)
        self.relaxed = _first_answer(self.engine, problem)
        self.questions = [_Question(self.relaxed.bound, 0, self.relaxed)]
        self.solved = 1

    @property
    def bound(self) -> float:
        """What no plan can beat, so far; inf when no plan exists."""
        return min(self.closed, self.questions[0].bound if self.questions else np.inf)

    def raise_bound(self, times: int, best_known: float = np.inf, until: float = np.inf) -> float:
        """
        Split the weakest part ``times`` times at most; parts that cannot beat the best known plan are closed.

        No split begins once the monotonic clock has passed ``until``.
        """
        if self.questions and not self.splits:
            return self._take_steps(times)
        for _ in range(times):
            late = time.monotonic() > until
            if late or not self.questions or self.questions[0].bound >= best_known:
                break
            weakest = heapq.heappop(self.questions)
            unit, sector = self._least_certain(weakest)
            if unit < 0:
                self.closed = min(self.closed, weakest.bound)
                continue
            for inside in (True, False):
                self._ask(weakest, (*weakest.decided, (unit, sector, inside)))
        return self.bound

    def _take_steps(self, times: int) -> float:
        only = self.questions[0]
        answer = self.engine.solve(self.problem.allowed, only.answer.warm, STEPS_BY_TIME * times)
        self.questions = [_Question(max(only.bound, answer.bound), 0, answer)]
        return self.bound

    def _ask(self, parent: _Question, decided: tuple) -> None:
        answer = self.engine.solve(self._allowed(decided), parent.answer.warm)
        self.solved += 1
        bound = max(answer.bound, parent.bound)
        if np.isfinite(bound):
            heapq.heappush(self.questions, _Question(bound, self.solved, answer, decided))

    def _least_certain(self, question: _Question) -> tuple[int, int]:
        shares = question.answer.shares
        doubt = (1 - shares.max(axis=1)) * self.problem.loads[:, 0]
        for unit, sector, _ in question.decided:
            if shares[unit, sector] > 1 - 1e-6:
                doubt[unit] = 0
        unit = int(doubt.argmax())
        return (unit, int(shares[unit].argmax())) if doubt[unit] > 1e-6 else (-1, -1)

    def _allowed(self, decided: tuple) -> np.ndarray:
        allowed = self.problem.allowed.copy()
        for unit, sector, inside in decided:
            if inside:
                allowed[unit] &= np.arange(allowed.shape[1]) == sector
            else:
                allowed[unit, sector] = False
        return allowed


def _first_answer(engine: Relaxation | Ascent, problem: Territory) -> Relaxed:
    if isinstance(engine, Relaxation):
        return engine.solve(problem.allowed, lessons=30)
    n, k = problem.size
    return engine.solve(problem.allowed) if n * k <= LARGEST_TO_SPLIT else _through_atoms(engine)


def _through_atoms(engine: Ascent) -> Relaxed:
    """Solve the relaxation of atoms first, and start that of the units from its prices."""
    problem = engine.problem
    atom = atoms(problem, problem.size[0] // 6)
    coarse = Ascent(coarsen(problem, atom))
    rough = coarse.solve(coarse.problem.allowed, steps=1000)
    return engine.solve(problem.allowed, engine.unfolded(coarse, rough.warm, atom), steps=100)
