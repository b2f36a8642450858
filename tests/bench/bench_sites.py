"""Time the site engine on real Bondy, from frames to layouts, budget and both tenures; then on generated parcels."""

import argparse
import resource
import sys
from pathlib import Path
from time import perf_counter, process_time

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from data.reference import load  # noqa: E402
from planning.capacity.calibration import compare, permits, summary  # noqa: E402
from planning.finance import evaluate_ownership, evaluate_rental, operations_of  # noqa: E402
from planning.parameters import Parameters  # noqa: E402
from planning.publics import FAMILY, OWNERSHIP  # noqa: E402
from planning.sites import SiteBlock, SiteEvaluation, evaluate_each, explain_site  # noqa: E402
from tests import bondy, lots  # noqa: E402

TARGET_S, RUNS = 20.0, 3
SMALL, LARGE, BLOCK = 20_000, 350_000, 10_000
MOST_RATIO, MOST_GIB = 1.2, 2.0
TENURES = (FAMILY, OWNERSHIP)  # to let, and to own: each on its own layouts
LABELS = ("UC48C16", "UM68D13", "UH88E10")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--parcels", type=int, default=LARGE, help="generated parcels of the large case")
    large = arguments.parse_args().parcels
    parameters = Parameters.from_frame(load())
    real = ROOT.parent / "shared" / "real"
    missed = 0
    if real.is_dir():
        missed += bench_bondy(real, parameters)
        told_error(real, parameters)
    else:
        print("bench_sites: Bondy skipped: put the folder `shared` beside the project")
    return int(missed + bench_generated(large, parameters) > 0)


def bench_bondy(real: Path, parameters: Parameters) -> int:
    """The 7,124 parcels of Bondy: typing to layouts, budget, both tenures, score."""
    block = bondy.block(real)
    runs = [timed(block, parameters) for _ in range(RUNS)]
    seconds, cpu_s, study = min(runs, key=lambda run: run[0]["all"])
    count = len(block.parcels)
    print(
        f"Sites of Bondy: {count} parcels, best of {RUNS} runs (the first one took {runs[0][0]['all']:.2f} s)"
    )
    print(f"{'step':<16}{'seconds':>9}{'us a parcel':>13}")
    for step, taken in [*seconds.items(), ("of which CPU", cpu_s)]:
        print(f"{step:<16}{taken:>9.2f}{1e6 * taken / count:>13.0f}")
    one = study.results.loc[study.results["fits"], "site_id"].iloc[0]
    start = perf_counter()
    explain_site(block, one, parameters)
    print(f"one site explained and drawn: {perf_counter() - start:.2f} s")
    for form, rows in study.results.groupby("form", sort=False):
        held = int(rows["dwellings"].sum())
        print(f"{form:<17} fits {int(rows['fits'].sum()):>4} parcels, {held:>5} dwellings")
    print(f"target: {TARGET_S:.0f} s; {'held' if seconds['all'] <= TARGET_S else 'MISSED'}\n")
    return int(seconds["all"] > TARGET_S)


def timed(block: SiteBlock, parameters: Parameters):
    """One run of the chain, each tenure on its own layouts: seconds by step, of processor, what families find."""
    start, worked = perf_counter(), process_time()
    found = evaluate_each(block, parameters, publics=TENURES)
    study = found[FAMILY]
    begun = perf_counter()
    evaluate_rental(costed(study, parameters), parameters)
    let = perf_counter()
    evaluate_ownership(costed(found[OWNERSHIP], parameters), parameters)
    done = perf_counter()
    seconds = study.seconds | {"rental budget": let - begun, "ownership": done - let, "all": done - start}
    return seconds, process_time() - worked, study


def costed(study: SiteEvaluation, parameters: Parameters) -> pd.DataFrame:
    """The operations to cost of what fits."""
    return operations_of(study.results, study.sites, parameters, rent_zone="1bis", abc_zone="abis")


def told_error(real: Path, parameters: Parameters) -> None:
    """Print how far the estimate stands from the permits of Montreuil."""
    path = real / "montreuil_93048" / "sitadel-logements-93048-extrait.csv"
    table = permits(pd.read_csv(path, sep=";", dtype=str))
    compared = compare(table, bondy.zones(real), LABELS, parameters)
    print(
        "Permits granted in Montreuil, dwellings (zone, shape and station of the plots are not in the file)"
    )
    print(
        f"{'permit':<16}{'land m2':>8}{'granted':>9}{'of floor':>9}{'error':>8}{'of land: least, median, most':>30}"
    )
    for row in compared.itertuples():
        land = f"{row.least:.0f}  {row.median:.0f}  {row.most:.0f}"
        print(
            f"{row.permit:<16}{row.land_m2:>8.0f}{row.dwellings:>9.0f}{row.of_floor:>9.0f}"
            f"{row.of_floor_error:>8.0%}{land:>30}"
        )
    told = summary(compared)
    print(
        f"mean error: {told['of_floor_mean_error']:.0%} of the floor area granted, "
        f"{told['of_land_mean_error']:.0%} of the land alone; {told['inside']} of {told['usable']} in the range\n"
    )


def bench_generated(large: int, parameters: Parameters) -> int:
    """Invented parcels, both tenures, block by block: time a parcel at two sizes, and the most memory held."""
    evaluate_each(generated(1000, 0), parameters, publics=TENURES)
    cpu = {}
    for count in (SMALL, large):
        clock, fits = perf_counter(), 0
        spent = 0.0
        for number in range(count // BLOCK):
            block = generated(BLOCK, number)
            begun = process_time()
            found = evaluate_each(block, parameters, publics=TENURES)
            fits += sum(int(study.results["fits"].sum()) for study in found.values())
            spent += process_time() - begun
        cpu[count] = spent / count
        print(
            f"{count:>7} invented parcels, both tenures: {1e6 * cpu[count]:.0f} us of processor each, "
            f"{perf_counter() - clock:.0f} s in all, {fits} forms fit"
        )
    gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    ratio = cpu[large] / cpu[SMALL]
    held = max(ratio, 1 / ratio) <= MOST_RATIO and gib <= MOST_GIB
    wanted = f"ratio {ratio:.2f} (wanted within {MOST_RATIO}), {gib:.2f} GiB (wanted {MOST_GIB:.0f})"
    print(f"{wanted}: {'held' if held else 'MISSED'}")
    return int(not held)


def generated(count: int, number: int) -> SiteBlock:
    """One block of invented parcels: rows of lots, back to back, between streets of 10 m."""
    rng = np.random.default_rng(number)
    per_row = 25
    rows = count // per_row
    width = rng.choice(
        [7.0, 9, 10, 12, 14, 18, 30], (rows, per_row), p=[0.2, 0.25, 0.2, 0.15, 0.1, 0.07, 0.03]
    )
    east = np.cumsum(width, axis=1)
    depth = 28.0
    pair = np.arange(rows) // 2
    south = pair * (2 * depth + 10) + (np.arange(rows) % 2) * depth
    x1, y0 = east.ravel(), np.repeat(south, per_row)
    shapes = shapely.box(x1 - width.ravel(), y0, x1, y0 + depth)
    moved = shapely.transform(shapes, lambda xy: xy + [lots.EASTING, lots.NORTHING])
    ids = [f"{93000 + number % 100:05d}000{i:06d}" for i in range(len(moved))]
    parcels = gpd.GeoDataFrame(geometry=moved, index=pd.Index(ids, name="parcel_id"), crs=lots.CRS)
    return SiteBlock(parcels, lots.zone("UC48C16", shapely.box(-500, -500, 1e5, 1e5)))


if __name__ == "__main__":
    sys.exit(main())
