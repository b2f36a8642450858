"""
The national RPLS, 5.4 million dwellings, through the command line into an embedded store: seconds, rows/s, memory.

    python tests/bench/bench_import.py [--rows 5400000] [--again]

The file is invented (tests/bench/make_rpls.py). `--again` imports it a second time, which must change nothing, and
takes the import back.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench import make_rpls  # noqa: E402

TARGET_S, TARGET_MB = 300, 2_000


def main() -> None:
    """Measure, and say whether the target is met."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=make_rpls.ROWS)
    arguments.add_argument("--again", action="store_true")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="ilot-bench-") as folder:
        file, store = Path(folder) / "rpls.csv", Path(folder) / "ilot.duckdb"
        started = time.perf_counter()
        size = make_rpls.make(file, options.rows)
        print(
            f"invented RPLS: {options.rows:,} rows, {size / 1e6:,.0f} MB, {time.perf_counter() - started:.0f} s"
        )
        first = told("import", *cli(store, "import", "rpls", str(file)))
        met = first < TARGET_S and options.rows >= make_rpls.ROWS
        print(
            f"target (5.4 million rows, {TARGET_S} s, {TARGET_MB:,} MB, 2 cores): {'met' if met else 'NOT met'}"
        )
        if options.again:
            told("same file again", *cli(store, "import", "rpls", str(file)))
            told("undo", *cli(store, "undo"))


def cli(store: Path, *words: str) -> tuple[dict, float, float]:
    """Run one job; return its report, its seconds and its peak memory in MB."""
    command = [sys.executable, str(ROOT / "cli.py"), "--store", str(store), "--json", *words]
    started = time.perf_counter()
    with tempfile.TemporaryFile() as answer:
        process = subprocess.Popen(command, stdout=answer, cwd=ROOT)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - started
        answer.seek(0)
        return json.load(answer), seconds, used.ru_maxrss / 1e3


def told(what: str, report: dict, seconds: float, peak_mb: float) -> float:
    """Print one line; return the seconds, endless where nothing was written or memory passed its limit."""
    changes = report["changes"]
    print(
        f"{what}: {seconds:.0f} s, {report['rows'] / seconds:,.0f} rows/s, peak {peak_mb:,.0f} MB, "
        f"written {report['written']}, refused {report['refused']:,}, changes {changes}"
    )
    return seconds if report["written"] and peak_mb < TARGET_MB else float("inf")


if __name__ == "__main__":
    main()
