"""A hundred imports of each of two kinds killed (SIGKILL) at an even spread of their steps, on each engine."""

import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.fixtures_store import Server, programs  # noqa: E402
from tests.killing import BY_BLOCKS, STOCK, Engine, Lot, kills  # noqa: E402

KILLS = 100
LOTS = (STOCK, BY_BLOCKS)


def strike(name: str, server: Server | None, count: int, lot: Lot) -> bool:
    """Kill, count and print; whether every store was whole."""
    with tempfile.TemporaryDirectory() as folder:
        told = list(kills(Engine(Path(folder), server, f"kill_{lot.kind}"), count, lot))
    states = Counter(state for _, _, state in told)
    whole = states["before"] + states["after"]
    print(
        f"{name}, {lot.kind}: {whole} of {count} kills leave the store whole "
        f"({states['before']} as before, {states['after']} as after; {told[0][1]} steps)"
    )
    return whole == count


def main() -> int:
    """Strike both engines; PostGIS where it is installed, with its writes kept safe."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    done = [strike("DuckDB", None, count, lot) for lot in LOTS]
    if programs() is None:
        print("PostGIS: no server here, left out")
        return 0 if all(done) else 1
    server = Server(programs(), safe=True)
    try:
        server.start()
        done += [strike("PostGIS", server, count, lot) for lot in LOTS]
    finally:
        server.stop()
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
