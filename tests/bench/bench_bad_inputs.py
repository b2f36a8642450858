"""
Each of the shared defective files through the command line: its outcome, its seconds, its memory.

    python tests/bench/bench_bad_inputs.py

Targets: each under 5 s and 300 MB, interpreter and libraries included; outcome, lines and good rows as the table
says (cases.json), no traceback.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT.parent / "shared" / "bad-inputs"
TARGET_S, TARGET_MB = 5, 300
KINDS = {"archive": "stock"}


def main() -> int:
    """Print one line a file; return 1 where one misses its target or its outcome."""
    if not FILES.is_dir():
        print("the sample files are absent: put the folder `shared` beside the project")
        return 0
    cases = json.loads((FILES / "cases.json").read_text(encoding="utf-8"))
    cases = cases["cases"] if isinstance(cases, dict) else cases
    missed, odd, worst_s, worst_mb = [], [], 0.0, 0.0
    with tempfile.TemporaryDirectory(prefix="ilot-bench-") as folder:
        store = str(Path(folder) / "ilot.duckdb")
        run(store, "stock", "00-good-stock.csv")
        for case in cases:
            kind = KINDS.get(case["layer"], case["layer"])
            report, seconds, peak_mb = run(store, kind, case["file"])
            worst_s, worst_mb = max(worst_s, seconds), max(worst_mb, peak_mb)
            got = report and (report["outcome"], report["bad_lines"], report["good_rows"])
            wanted = (case["expect"], case["bad_lines"], case["good_rows"])
            missed += [] if seconds < TARGET_S and peak_mb < TARGET_MB else [case["file"]]
            odd += [] if got == wanted else [case["file"]]
            said = "as its table says" if got == wanted else f"{got} where its table says {wanted}"
            print(f"{case['file']}: {case['expect']}, {said}; {seconds:.1f} s, {peak_mb:.0f} MB")
    print(f"{len(cases)} files, slowest {worst_s:.1f} s, largest {worst_mb:.0f} MB")
    print(f"outcomes, lines and good rows: {len(cases) - len(odd)} of {len(cases)} as the table says")
    print(
        f"target ({TARGET_S} s, {TARGET_MB} MB): {'met' if not missed else 'NOT met by ' + ', '.join(missed)}"
    )
    return 1 if missed or odd else 0


def run(store: str, kind: str, name: str) -> tuple[dict | None, float, float]:
    """Judge one file in a process of its own; return its report, its seconds and its peak memory in MB."""
    command = [
        sys.executable,
        str(ROOT / "cli.py"),
        "--store",
        store,
        "--json",
        "import",
        kind,
        str(FILES / name),
    ]
    started = time.perf_counter()
    with tempfile.TemporaryFile() as answer:
        process = subprocess.Popen(command, stdout=answer, stderr=subprocess.DEVNULL, cwd=ROOT)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - started
        answer.seek(0)
        text = answer.read()
    return json.loads(text) if text else None, seconds, used.ru_maxrss / 1e3


if __name__ == "__main__":
    sys.exit(main())
