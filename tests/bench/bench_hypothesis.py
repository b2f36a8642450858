"""
Ten thousand examples of bytes through the importers: CSV and GeoJSON, whatever they hold, end as a report.

    python tests/bench/bench_hypothesis.py [EXAMPLES] [SECONDS]

Half the examples are CSV (bytes, bad rows under a good header, good files with bytes changed), half GeoJSON. For each,
the report adds up, its dry run in a store is the real one, and nothing escapes as an exception.
"""

import json
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from hypothesis import HealthCheck, Phase, given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from data.importers import KINDS, Options, read_file, run, vector, vector_child  # noqa: E402
from data.schemas import template  # noqa: E402
from data.store import open_store  # noqa: E402

EXAMPLES = 10_000
WRITTEN_EVERY = 100
TABLE_KINDS = (
    "stock",
    "rpls",
    "addresses",
    "complaints",
    "sales",
    "permits",
    "amenities",
    "dpe",
    "brownfields",
    "owners",
)
LAYER_KINDS = ("sectors", "sites", "parcels", "stock", "risks", "amenities", "qpv", "plu")
HEADERS = {kind: template(KINDS[kind].layouts[0]).splitlines() for kind in TABLE_KINDS}
RING = [[2.44, 48.86], [2.45, 48.86], [2.45, 48.87], [2.44, 48.86]]
GOOD_SHAPES = (
    {"type": "Polygon", "coordinates": [RING]},
    {"type": "MultiPolygon", "coordinates": [[RING]]},
    {"type": "Point", "coordinates": [2.44, 48.86]},
)
LAYERS = {
    kind: next((part for part in KINDS[kind].layouts if part.shape), KINDS[kind].layouts[0])
    for kind in LAYER_KINDS
}


def tables() -> st.SearchStrategy[tuple[str, bytes]]:
    """A kind and the bytes of a table: anything, bad rows under its header, or its template with bytes changed."""
    kinds = st.sampled_from(TABLE_KINDS)
    anything = st.tuples(kinds, st.binary(max_size=300))
    cells = st.lists(st.lists(st.text(max_size=12), max_size=14).map(",".join), max_size=5).map("\n".join)
    rows = st.builds(lambda k, t: (k, f"{HEADERS[k][0]}\n{t}".encode("utf-8", "surrogatepass")), kinds, cells)
    return st.one_of(anything, rows, st.builds(_changed, kinds, st.lists(_CHANGE, max_size=6)))


_CHANGE = st.tuples(st.integers(0, 4_000), st.binary(max_size=4), st.integers(0, 3))


def _changed(kind: str, changes: list[tuple[int, bytes, int]]) -> tuple[str, bytes]:
    text = "\n".join(HEADERS[kind]).encode()
    for place, put, cut in changes:
        at = place % (len(text) + 1)
        text = text[:at] + put + text[at + cut :]
    return kind, text


def layers() -> st.SearchStrategy[tuple[str, bytes]]:
    """A kind and the bytes of a GeoJSON: features of odd members and coordinates, a good one cut or changed."""
    kinds = st.sampled_from(LAYER_KINDS)
    leaf = st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=6), st.integers())
    odd = st.recursive(
        leaf,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
        max_leaves=6,
    )
    numbers = st.lists(st.one_of(st.floats(-10, 60), st.floats(), odd), max_size=3)
    rings = st.one_of(st.just([RING]), st.lists(st.lists(numbers, max_size=5), max_size=2), odd)
    shape = st.sampled_from(
        ["Polygon", "Point", "MultiPolygon", "LineString", "GeometryCollection", "Circle", ""]
    )
    odd_shape = st.builds(lambda t, c: {"type": t, "coordinates": c}, shape, rings)
    drawn = _mostly(st.sampled_from(GOOD_SHAPES), st.one_of(st.none(), odd, odd_shape))
    values = st.one_of(st.text(max_size=8), leaf)

    def feature(kind: str) -> st.SearchStrategy:
        fields = LAYERS[kind].fields
        plain = {field.name: field.cell.example for field in fields}
        changed = st.dictionaries(st.sampled_from(sorted(plain)), values, max_size=2)
        good = st.builds(
            lambda p, g: {"type": "Feature", "properties": plain | p, "geometry": g}, changed, drawn
        )
        bare = st.builds(lambda p, g: {"type": "Feature", "properties": p, "geometry": g}, odd, drawn)
        return _mostly(good, st.one_of(bare, odd))

    def whole(kind: str) -> st.SearchStrategy:
        features = _mostly(st.lists(feature(kind), min_size=1, max_size=4), odd)
        return st.builds(lambda f: {"type": "FeatureCollection", "features": f}, features)

    def bytes_of(kind: str) -> st.SearchStrategy:
        texts = _mostly(whole(kind), odd).map(lambda d: json.dumps(d).encode())
        cut = st.builds(
            lambda t, n, put: t[: n % (len(t) + 1)] + put + t[n % (len(t) + 1) + 1 :],
            texts,
            st.integers(0, 900),
            st.binary(max_size=3),
        )
        return st.tuples(st.just(kind), _mostly(texts, cut))

    return kinds.flatmap(bytes_of)


def _mostly(common: st.SearchStrategy, rare: st.SearchStrategy) -> st.SearchStrategy:
    """Nine times of ten the one, else the other."""
    return st.integers(0, 9).flatmap(lambda n: rare if n == 9 else common)


class Tally:
    """What came out: outcomes by word, and each failure once, with the bytes that make it."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "file"
        self.outcomes: Counter[str] = Counter()
        self.failures: dict[str, tuple[str, bytes, str]] = {}

    def judge(self, kind: str, content: bytes) -> None:
        """Judge one example; every so often write it too, dry and for good."""
        self.file.write_bytes(content)
        try:
            report = read_file(kind, self.file).report
            assert report.rows == report.accepted + report.repaired + report.refused
            json.loads(report.to_json())
            self.outcomes[report.outcome] += 1
            if sum(self.outcomes.values()) % WRITTEN_EVERY == 0 and report.good:
                self.write(kind)
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            name = f"{type(error).__name__} at {Path(where.filename).name}:{where.lineno}"
            self.failures.setdefault(name, (kind, content, str(error)[:200]))
            self.outcomes["UNCAUGHT"] += 1

    def write(self, kind: str) -> None:
        """The dry run tells what the real one does; a second real one changes nothing."""
        store = open_store(":memory:")
        try:
            options = Options(stream_mb=0, block_mb=1e-4, confirmed=True)
            told = [
                run(store, kind, self.file, set_aside=True, dry_run=dry, options=options)
                for dry in (True, False)
            ]
            assert told[0].changes == told[1].changes
            assert told[0].counts == told[1].counts
            assert not run(store, kind, self.file, set_aside=True, options=options).changes.any
        finally:
            store.close()


def in_this_process(request: Path, limits) -> dict:
    """Open map layers here: a child for each of thousands of examples would take an hour."""
    vector_child.answer(json.loads(request.read_text()), request.parent)
    return json.loads(request.with_name("index.json").read_text())


def main() -> int:
    """Run the examples; print the outcomes, and each failure with the bytes that make it."""
    examples = int(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLES
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 1_200
    vector._served = in_this_process
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        tally = Tally(Path(folder))
        for name, strategy in (("CSV", tables()), ("GeoJSON", layers())):
            drive = settings(
                max_examples=examples // 2, deadline=None, database=None, phases=[Phase.generate],
                suppress_health_check=list(HealthCheck), derandomize=False,
            )(given(strategy)(_judging(tally, started + seconds)))  # fmt: skip
            drive()
            print(f"{name}: {dict(tally.outcomes)} after {time.perf_counter() - started:.0f} s")
    for name, (kind, content, said) in tally.failures.items():
        print(f"UNCAUGHT {name}: {said}\n  kind {kind}, bytes {content!r}")
    done = sum(tally.outcomes.values())
    print(
        f"{done:,} examples, {tally.outcomes['UNCAUGHT']} uncaught exceptions, {time.perf_counter() - started:.0f} s"
    )
    return 1 if tally.failures else 0


def _judging(tally: Tally, end: float):
    def judge(example: tuple[str, bytes]) -> None:
        if time.perf_counter() < end:
            tally.judge(*example)

    return judge


if __name__ == "__main__":
    sys.exit(main())
