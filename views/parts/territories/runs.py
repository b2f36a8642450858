"""Proposals computed behind the page: one run a draft, its progress, its best plan so far, a way to stop it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from planning.territory.draft import Draft
from views.jobs import territory_wishes
from views.jobs.territory import Land
from views.jobs.territory_wishes import Proposed, Wishes

_runs: dict[str, "Run"] = {}
KEPT = 50


@dataclass
class Run:
    """A proposal under way or done: ``plans`` holds what was found, best first for a single wish."""

    kind: str
    draft: Draft
    done: float = 0.0
    plans: list[Proposed] = field(default_factory=list)
    error: Exception | None = None
    stopped: bool = False
    ended: bool = False

    def cancel(self) -> None:
        """Ask to stop; what was found is kept."""
        self.stopped = True

    def best(self, plan: Proposed) -> None:
        """Note the best plan so far."""
        self.plans = [plan]

    def progress(self, done: float, _text: str) -> None:
        """Note how far the work is, 0 to 1."""
        self.done = float(done)


def of(draft_id: str) -> Run | None:
    """Return the last run of a draft."""
    return _runs.get(draft_id)


def forget(draft_id: str) -> None:
    """Let go of a draft's run, stopping it if need be."""
    run = _runs.pop(draft_id, None)
    if run:
        run.cancel()


def start(
    draft_id: str, kind: str, land: Land, wishes: Wishes, draft: Draft, seconds: float, **asked: object
) -> Run:
    """
    Begin a run in a thread; a run of the same draft that was under way is stopped.

    ``kind``: ``propose``, ``rebalance`` (what was moved by hand stays), ``frontier``, or ``offices``.
    """
    forget(draft_id)
    run = _runs[draft_id] = Run(kind, draft)
    while len(_runs) > KEPT:
        forget(next(iter(_runs)))
    watched = {"seconds": seconds, "progress": run.progress, "stop": lambda: run.stopped}

    def work() -> None:
        if kind == "frontier":
            run.plans = territory_wishes.frontier(land, wishes, draft, **watched)
        elif kind == "offices":
            run.plans = [territory_wishes.open_offices(land, wishes, draft, **asked, **watched)]
        else:
            keep = draft.drawn() if kind == "rebalance" else frozenset()
            run.plans = [
                territory_wishes.propose(land, wishes, draft, keep=keep, best_so_far=run.best, **watched)
            ]

    threading.Thread(target=_told, args=(run, work), daemon=True).start()
    return run


def _told(run: Run, work: Callable[[], None]) -> None:
    """Do the work; what goes wrong is kept for the page to say."""
    try:
        work()
    except Exception as error:  # noqa: BLE001 (a thread has nobody else to tell)
        run.error = error
    finally:
        run.ended = True
