"""
Evaluate sites in a process of its own: a server that shows pages meanwhile stays quick.

The process is `python -m views.jobs.aside`: it reads its task from its input, as a pickle, and writes to its output how
far it is, then the answer. (multiprocessing would run Streamlit's page again in the new process.)
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from planning.parameters import Parameters
from planning.sites import Progress, SiteBlock, SiteEvaluation, evaluate_each, silent

ROOT = Path(__file__).resolve().parents[2]
NICENESS = 5  # the pages come first


class EvaluationLost(RuntimeError):
    """The process that evaluated ended without an answer."""


def evaluate_aside(
    block: SiteBlock, parameters: Parameters, progress: Progress = silent, *, publics: Sequence[str]
) -> dict[str, SiteEvaluation]:
    """
    Do what `planning.sites.evaluate_each` does, in another process, and return what it returns.

    Raises
    ------
    EvaluationLost
        If that process was ended from outside, by a lack of memory for instance.
    """
    command = [sys.executable, "-m", __name__]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        try:
            worker.stdin.write(pickle.dumps((block, parameters, tuple(publics))))
            worker.stdin.close()
            while True:
                said, answer = pickle.load(worker.stdout)
                if said == "progress":
                    progress(*answer)
                elif said == "failed":
                    raise answer
                else:
                    return answer
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            raise EvaluationLost("the evaluation of the sites ended before its end: start it again") from None
        finally:
            worker.kill()


def work() -> None:
    """Evaluate what the input holds; what libraries print goes to the log, not into the answer."""
    os.nice(NICENESS)
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)

        def tell(*said) -> None:
            pickle.dump(said, out)
            out.flush()

        block, parameters, publics = pickle.load(sys.stdin.buffer)
        try:
            tell(
                "done", evaluate_each(block, parameters, lambda *far: tell("progress", far), publics=publics)
            )
        except Exception as error:  # raised again where the answer is awaited
            tell("failed", error)


if __name__ == "__main__":
    work()
