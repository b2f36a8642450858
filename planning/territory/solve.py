"""Propose a plan and prove how good it is: a first plan at once, then rounds of search and proof side by side."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from planning.territory.atoms import atoms, coarsen
from planning.territory.bound import LARGEST_FOR_SIMPLEX, Proof
from planning.territory.measure import Figures, is_contiguous, measure
from planning.territory.model import Territory
from planning.territory.recut import recut_some
from planning.territory.search import Schedule, Walk, walk
from planning.territory.start import as_plan, first_plan, grow

EQUAL = 0.001
"""Plans whose objectives differ by less than this share are equal to a manager: one axis then decides."""
LARGEST_WITHOUT_ATOMS = 4_000
KEPT = 24
HOT = (0.6, 1.0, 1.6)
WALKS = 12
TRIES_BY_SECOND = 8e6
IN_TIME = 0.95
"""Share of the seconds asked for after which nothing new begins."""
ONE_TRY = Schedule(1)
"""A walk that only has the search compiled, where this machine has not done so yet: no round is timed by it."""


@dataclass(frozen=True, slots=True)
class Effort:
    """
    The work to do, counted in proposals and splits, never in seconds: the same effort gives the same plan.

    ``rounds`` rounds, each of ``walks`` walks of ``tries`` proposals beside ``splits`` splits of the proof.
    """

    rounds: int
    walks: int
    tries: int
    splits: int

    @classmethod
    def for_seconds(cls, problem: Territory, seconds: float) -> "Effort":
        """Return what a plain two-core machine does in these seconds, with a third of them to spare."""
        n, k = problem.size
        columns = (n + len(problem.edge_a)) * k
        if n > LARGEST_WITHOUT_ATOMS:
            tries = int(np.clip(seconds * TRIES_BY_SECOND / 12, 2e6, 2e8))
            return cls(6, 2, tries, max(1, int(0.1 * seconds / (50 * columns * 2e-8))))
        tries = int(np.clip(1000 * n, 200_000, 3_000_000))
        round_seconds = WALKS * tries / TRIES_BY_SECOND
        split_seconds = columns * (5e-6 if columns <= LARGEST_FOR_SIMPLEX else 8e-6)
        splits = int(np.clip(0.7 * round_seconds / split_seconds, 1, 40))
        return cls(max(2, int(0.65 * seconds / round_seconds)), WALKS, tries, splits)


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """
    A plan with its proof.

    ``bound``: no plan within the limits has a smaller objective (inf where no plan at all can exist);
    ``rounds`` were completed; ``stopped_by`` is effort, proof, clock or user. Two runs with the same problem,
    seed, start and number of completed rounds give the same plan.
    """

    problem: Territory
    sector_of: np.ndarray
    figures: Figures
    bound: float
    first_plan_seconds: float
    seconds: float
    rounds: int
    stopped_by: str
    pool: tuple = field(default=(), repr=False)

    @property
    def gap_pct(self) -> float:
        """By how much a better plan could be better than this one, at most, % of this one's objective."""
        if self.figures.objective <= 0:
            return 0.0
        return max(0.0, 100 * (self.figures.objective - self.bound) / self.figures.objective)


def solve(
    problem: Territory,
    *,
    seconds: float = 10.0,
    seed: int = 1,
    effort: Effort | None = None,
    starts: Sequence[np.ndarray] = (),
    prefer: str = "shape",
    progress: Callable[[float, str], None] = lambda done, text: None,
    stop: Callable[[], bool] = lambda: False,
) -> Proposal:
    """
    Return the best plan found and the bound that no plan can beat.

    Parameters
    ----------
    seconds
        Sets the effort, and is the latest time at which a new round may begin (the first one always runs).
    starts
        Plans (sectors by unit) to start from beside our own first plan and today's: a manager's draft.
    prefer
        Of plans whose objectives are equal within 0.1 %, keep that with the least of this axis of ``AXES``;
        ``shape``: of distance and borders as they are weighted, change left aside.
    stop
        Asked between rounds: True ends the search with what the completed rounds found.
    """
    steps = proposals(
        problem, seconds=seconds, seed=seed, effort=effort, starts=starts, prefer=prefer, stop=stop
    )
    best, _, _ = next(steps)
    for best, done, text in steps:  # noqa: B007
        progress(done, text)
    return best


def proposals(
    problem: Territory,
    *,
    seconds: float = 10.0,
    seed: int = 1,
    effort: Effort | None = None,
    starts: Sequence[np.ndarray] = (),
    prefer: str = "shape",
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[Proposal, float, str]]:
    """Yield the first plan, then the best so far after each round: proposal, share of the work done, a word."""
    began = time.monotonic()
    effort = effort or Effort.for_seconds(problem, seconds)
    group = _grouping(problem)
    searched = problem if group is None else coarsen(problem, group)
    opening = first_plan(searched)
    first_seconds = time.monotonic() - began

    def proposal(pool: "Pool", bound: float, rounds: int, stopped_by: str) -> Proposal:
        sector_of = pool.choose(prefer)
        now = time.monotonic() - began
        figures = measure(problem, sector_of)
        return Proposal(
            problem, sector_of, figures, bound, first_seconds, now, rounds, stopped_by, tuple(pool.plans)
        )

    pool = Pool(problem)
    pool.add(opening if group is None else opening[group])
    yield proposal(pool, -np.inf, 0, "running"), 0.0, "first plan"
    origins = [opening, *_given(searched, group, starts)]
    coarse = Pool(searched)
    for plan in origins:
        coarse.add(plan)
        pool.add(plan if group is None else plan[group])
    proof: Proof | None = None
    longest = 0.0
    until = began + IN_TIME * seconds
    ended = "effort"
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as workers:
        for number in range(effort.rounds):
            proving = workers.submit(_prove, problem, proof, effort.splits, pool.best_objective, until)
            if number == 0:
                walk(searched, opening, ONE_TRY, seed)
            round_began = time.monotonic()
            last = group is not None and number >= effort.rounds // 3
            target = pool if last or group is None else coarse
            tasks = _walks(target, origins, effort, seed, number, workers, fine=last)
            if number > 0 and group is None:
                tasks.append(workers.submit(_recut, problem, pool.ranked()[0], number))
            found = [task.result().sector_of for task in tasks]
            longest = max(longest, time.monotonic() - round_began)
            proof = proving.result()
            for plan in found:
                target.add(plan)
            if group is not None and not last:
                pool.add(coarse.choose(prefer)[group])
            ended = _ended(pool, proof, stop, number, effort, time.monotonic() + longest > until)
            yield (
                proposal(pool, proof.bound, number + 1, ended or "running"),
                (number + 1) / effort.rounds,
                "searching",
            )
            if ended:
                return


def _ended(pool: "Pool", proof: Proof, stop, number: int, effort: Effort, late: bool) -> str:
    if stop():
        return "user"
    best = pool.best_objective
    if proof.bound == np.inf or (np.isfinite(best) and best - proof.bound <= 1e-6 * abs(best)):
        return "proof"
    if number + 1 == effort.rounds:
        return "effort"
    return "clock" if late else ""


def _recut(problem: Territory, sector_of: np.ndarray, turn: int) -> Walk:
    return Walk(recut_some(problem, sector_of, turn), np.nan, np.nan)


def _prove(problem: Territory, proof: Proof | None, splits: int, best_known: float, until: float) -> Proof:
    """Open the proof, or raise it while there is time: plans do not depend on it."""
    if proof is None:
        return Proof(problem)
    proof.raise_bound(splits, best_known, until)
    return proof


def _grouping(problem: Territory) -> np.ndarray | None:
    if problem.size[0] <= LARGEST_WITHOUT_ATOMS:
        return None
    return atoms(problem, LARGEST_WITHOUT_ATOMS * 3 // 4)


def _given(problem: Territory, group: np.ndarray | None, starts: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return today's plan and the caller's, made valid starts; for atoms, the first unit speaks for all."""
    one = slice(None) if group is None else np.unique(group, return_index=True)[1]
    plans = [*(np.asarray(start)[one] for start in starts), problem.current]
    made = [as_plan(problem, plan) for plan in plans if (plan >= 0).any()]
    return [plan for plan in made if is_contiguous(problem, plan)]


def _walks(pool, starts, effort, seed, number, workers, *, fine: bool) -> list[Future]:
    """
    Send out one round of walks, each with its own seed.

    Two in three first lean towards distance and borders, leaving change aside, and come back to the stated
    priorities: they reach plans that a walk held back by today's map does not.
    """
    problem = pool.problem
    elite = pool.ranked()
    tasks = []
    for w in range(effort.walks):
        own_seed = (seed * 1_000_003 + number) * 1_009 + w
        warm = number > 0 and (fine or w % 2 == 0)
        origin = elite[(w // 2) % len(elite)] if warm else None
        if origin is None:
            origin = _fresh(problem, starts, w, own_seed)
        hot = (0.12 if w % 2 else 0.25) if fine else (0.4 if warm else HOT[w // 2 % len(HOT)])
        schedule = Schedule(effort.tries, hot=hot, cold=0.02 if hot > 0.1 else 0.01)
        leaning = w % 3 > 0 and problem.weights[1] > 0 and problem.weights[0] >= 0.1 and not fine
        tasks.append(
            workers.submit(_lean_then_walk if leaning else walk, problem, origin, schedule, own_seed)
        )
    return tasks


def _fresh(problem: Territory, starts: list[np.ndarray], turn: int, seed: int) -> np.ndarray:
    if problem.metres.any() or (problem.current >= 0).any():
        return starts[turn % len(starts)]
    return grow(problem, np.random.default_rng(seed))


def _lean_then_walk(problem: Territory, origin: np.ndarray, schedule: Schedule, seed: int) -> Walk:
    leaning = replace(problem, weights=problem.weights * [1, 0, 1])
    there = walk(leaning, origin, replace(schedule, tries=schedule.tries * 3 // 4), seed)
    back = replace(schedule, tries=schedule.tries // 4, hot=0.15)
    return walk(problem, there.sector_of, back, seed + 1)


class Pool:
    """The best different plans met, valid ones first."""

    def __init__(self, problem: Territory):
        self.problem = problem
        self.plans: list[tuple[tuple[float, float], np.ndarray]] = []

    @property
    def best_objective(self) -> float:
        """Objective of the best valid plan; inf while there is none."""
        (violation, objective), _ = self.plans[0]
        return objective if violation == 0 else np.inf

    def add(self, sector_of: np.ndarray) -> None:
        """Take a plan in if it is new and among the best."""
        figures = measure(self.problem, sector_of)
        violation = figures.violation if figures.violation >= 1e-7 else 0.0
        if not figures.contiguous:
            violation += 1e3
        worth = (violation, figures.objective)
        if any(np.array_equal(sector_of, plan) for _, plan in self.plans):
            return
        self.plans = sorted([*self.plans, (worth, sector_of)], key=lambda entry: entry[0])[:KEPT]

    def ranked(self) -> list[np.ndarray]:
        """Return the plans, the best first."""
        return [plan for _, plan in self.plans]

    def choose(self, prefer: str) -> np.ndarray:
        """Return the best plan; of those equal to it within 0.1 %, that with the least of what is preferred."""
        (violation, objective), best = self.plans[0]
        if violation > 0:
            return best
        equal = [plan for (v, o), plan in self.plans if v == 0 and o <= objective + EQUAL * abs(objective)]
        shape = replace(self.problem, weights=self.problem.weights * [1, 0, 1])
        judged, axis = (shape, "objective") if prefer == "shape" else (self.problem, prefer)
        return min(equal, key=lambda plan: getattr(measure(judged, plan), axis))
