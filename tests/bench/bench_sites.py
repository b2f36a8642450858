"""Time the site engine on the 7,124 real parcels of Bondy, from frames in memory, step by step."""

import sys
from pathlib import Path
from time import perf_counter, process_time

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from data.reference import load  # noqa: E402
from planning.parameters import Parameters  # noqa: E402
from planning.sites import evaluate, explain_site  # noqa: E402
from tests import bondy  # noqa: E402

TARGET_S = 10.0
RUNS = 3


def main() -> int:
    real = ROOT.parent / "shared" / "real"
    if not real.is_dir():
        print("bench_sites: skipped, the sample files are absent: put the folder `shared` beside the project")
        return 0
    block, parameters = bondy.block(real), Parameters.from_frame(load())
    runs = [_timed(block, parameters) for _ in range(RUNS)]
    total_s, cpu_s, study = min(runs, key=lambda run: run[0])
    count = len(block.parcels)
    print(f"Sites of Bondy: {count} parcels, best of {RUNS} runs (the first one took {runs[0][0]:.2f} s)")
    print(f"{'step':<16}{'seconds':>9}{'us a parcel':>13}")
    for step, seconds in [*study.seconds.items(), ("all", total_s), ("of which CPU", cpu_s)]:
        print(f"{step:<16}{seconds:>9.2f}{1e6 * seconds / count:>13.0f}")
    one = study.results.loc[study.results["fits"], "site_id"].iloc[0]
    start = perf_counter()
    explain_site(block, one, parameters)
    print(f"one site explained: {perf_counter() - start:.2f} s")
    for form, rows in study.results.groupby("form", sort=False):
        print(
            f"{form:<17} fits {int(rows['fits'].sum()):>4} parcels, {int(rows['dwellings'].sum()):>5} dwellings"
        )
    print(f"target: {TARGET_S:.0f} s; {'held' if total_s <= TARGET_S else 'MISSED'}")
    return int(total_s > TARGET_S)


def _timed(block, parameters):
    start, worked = perf_counter(), process_time()
    study = evaluate(block, parameters)
    return perf_counter() - start, process_time() - worked, study


if __name__ == "__main__":
    sys.exit(main())
