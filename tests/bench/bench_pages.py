"""
Time the pages in a real browser on the invented town: first map, a click answered, a form changed.

Times are of the wall clock, so the load of the machine is printed beside them: compare on an idle one.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from playwright.sync_api import Frame, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.serving import chromium, drawn_map, filled, launched, served  # noqa: E402

RUNS = 7
FIRST_MAP_S, CLICK_S = 3.0, 0.5
CARD = "document.querySelector('.ilot-heading')?.innerText ?? ''"


def main() -> int:
    if chromium() is None:
        print("bench_pages: skipped, no Chromium on this machine: install Debian's package chromium")
        return 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "town.duckdb"
        filled(path).close()
        browser = launched(playwright)
        with served(path) as address:
            page = browser.new_page(viewport={"width": 1400, "height": 900}, locale="fr-FR")
            opened(page, address)  # warms the server
            report("first map, stock", [opened(page, address) for _ in range(RUNS)], FIRST_MAP_S)
            report("click on a residence to its card", residences(page), CLICK_S)
            opened(page, address + "/sites")
            report("first map, sites", [opened(page, address + "/sites") for _ in range(RUNS)], FIRST_MAP_S)
            report("click on a parcel to its card", parcels(page), CLICK_S)
            report("another form painted", forms(page), CLICK_S)
        browser.close()
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    return 0


def opened(page: Page, address: str) -> float:
    """Open a page; return the seconds until its map is drawn."""
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.frame_locator("iframe[title*=folium]").locator("#map_div[data-drawn]").wait_for(timeout=60_000)
    seconds = time.perf_counter() - start
    drawn_map(page)
    return seconds


def answered(page: Page, act: Callable[[], object], changing: str) -> float:
    """Do something; return the seconds until an expression of the page gives another value."""
    before = page.evaluate(changing)
    start = time.perf_counter()
    act()
    page.wait_for_function(f"before => ({changing}) !== before", arg=before, polling=10)
    seconds = time.perf_counter() - start
    time.sleep(0.8)
    return seconds


def residences(page: Page) -> list[float]:
    frame = drawn_map(page)
    keys = frame.evaluate("[...document.querySelectorAll('.ilot-dot')].map(dot => dot.dataset.id)")[
        : RUNS * 9 : 9
    ]
    dots = [frame.locator(f".ilot-dot[data-id={key}]") for key in keys]
    return [answered(page, lambda dot=dot: dot.dispatch_event("click"), CARD) for dot in dots]


def parcels(page: Page) -> list[float]:
    frame = drawn_map(page)
    frame.evaluate("map.setZoom(16, { animate: false })")
    time.sleep(1.5)
    return [seconds for seconds in (parcel(page, frame, i) for i in range(RUNS)) if seconds is not None]


def parcel(page: Page, frame: Frame, rank: int) -> float | None:
    """Click somewhere near the middle of the map; None where a street was hit."""
    at = {"x": 300 + 40 * rank, "y": 250 + 23 * rank}
    try:
        return answered(page, lambda: frame.locator("#map_div").click(position=at), CARD)
    except Exception:
        return None


def forms(page: Page) -> list[float]:
    names = ("Maisons de ville", "Habitat intermédiaire", "Petit collectif", "Maisons de ville")
    button = "[data-testid=stButtonGroup] button"
    legend = "document.querySelector('.ilot-legend ul').innerText"
    return [
        answered(page, lambda name=name: page.locator(button, has_text=name).click(), legend)
        for name in names
    ]


def report(what: str, seconds: list[float], target_s: float) -> None:
    word = "within" if median(seconds) <= target_s else "over"
    times = f"median {median(seconds):.2f} s, slowest {max(seconds):.2f} s of {len(seconds)}"
    print(f"{what}: {times}, {word} the target of {target_s} s")


if __name__ == "__main__":
    sys.exit(main())
