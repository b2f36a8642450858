"""The files of attacks, brought into a store through the engine; what each cell held, as typed."""

import csv
from pathlib import Path

from data.importers import run
from data.store import Store
from tests.toy import fill

FILES = (
    "17-stored-xss.csv",
    "18-template-injection.csv",
    "19-formula-injection.csv",
    "20-sql-injection.csv",
    "21-markdown-beacon.csv",
)
SECTOR = "{{7*7}} ${7*7} <img src=x onerror=window.__xss=1> ![](https://example.invalid/s.png)"


def brought(store: Store, shared: Path, folder: Path) -> dict[str, str]:
    """Fill a store with the toy town and the five files; return the names by residence, as typed."""
    fill(store)
    names = {}
    for file in FILES:
        with (shared / "bad-inputs" / file).open(encoding="utf-8", newline="") as page:
            rows = list(csv.reader(page))
        marked = [[f"F{file[:2]}-{row[0]}", *row[1:]] for row in rows[1:]]
        path = folder / file
        with path.open("w", encoding="utf-8", newline="") as page:
            csv.writer(page).writerows([rows[0], *marked])
        report = run(store, "stock", path, set_aside=True)
        assert report.written, report.counts
        names |= {row[0]: row[1] for row in marked if "DROP" not in row[0]}
    sectors = store.read("sectors")
    store.write("sectors", sectors.assign(name=[f"{key} {SECTOR}" for key in sectors.index]))
    return names
