"""What is long to make is made once for all the processes that run the tests, and kept beside them for this run."""

import fcntl
import os
import pickle
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from data import demo


def once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The path of a file of this run: the first process that asks for it makes it, the others wait."""
    common = tmp_path_factory.getbasetemp()
    common = common.parent if "PYTEST_XDIST_WORKER" in os.environ else common
    path = common / name
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            part = path.with_suffix(".part")
            make(part)
            part.rename(path)
    return path


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Callable[[int], demo.Town]:
    """The function that gives the invented town of a seed; its frames are not to be changed."""

    @cache
    def by_seed(seed: int) -> demo.Town:
        def make(path: Path) -> None:
            path.write_bytes(pickle.dumps(demo.make(seed)))

        return pickle.loads(once(tmp_path_factory, f"town-{seed}.pickle", make).read_bytes())

    return by_seed
