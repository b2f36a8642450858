"""
Time the pages in a real browser on the invented town, and many visitors at once; a table with targets.

    python tests/bench/bench_pages.py [--large FILE.duckdb]

``--large`` adds the atlas of a store made by make_stock_x40.py. Times are of the wall clock, so the load of the
machine is printed beside them: compare on an idle one.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Browser, Frame, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench.visitors import visit  # noqa: E402
from tests.serving import chromium, drawn_map, filled, launched, served  # noqa: E402

RUNS, VISITORS, PRESSES = 12, 20, 5
WIDE = {"width": 1400, "height": 900}
CARD = "document.querySelector('.ilot-heading')?.innerText ?? ''"
LEGEND = "document.querySelector('.ilot-legend h4')?.innerText ?? ''"
CHOICES = "[data-testid=stButtonGroup] button"
FAMILIES = ("Occupation", "Mouvements", "Réclamations", "Énergie", "Charges", "Motifs")
AIMED = """(rank) => {
  const { at } = ilot.drawn()[rank];
  map.setView(at, 18, { animate: false });
  const { x, y } = map.latLngToContainerPoint(at), { left, top } = map.getContainer().getBoundingClientRect();
  return [left + x, top + y];
}"""
CLICKED = """([clientX, clientY]) => document.elementFromPoint(clientX, clientY)
  .dispatchEvent(new MouseEvent("click", { clientX, clientY, bubbles: true, cancelable: true, view: window }))"""
SENT = "performance.getEntriesByType('resource').reduce((sum, one) => sum + one.transferSize, 0)"
WARM_S, COLD_S, CHANGE_S, CLICK_S, MANY_S, PAYLOAD_MB = 1.5, 3.0, 0.5, 0.4, 2.0, 0.5


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--large", type=Path)
    large = parser.parse_args().large
    if chromium() is None:
        print("bench_pages: skipped, no Chromium on this machine: install Debian's package chromium")
        return 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "town.duckdb"
        filled(path).close()
        browser = launched(playwright)
        print(f"{'what':<52} {'median':>8} {'p95':>8} {'target':>8}  load", flush=True)
        with served(path) as address:
            atlas(browser, address, "town")
            sites(browser, address)
            many(address, path)
        if large:
            with served(large) as address:
                atlas(browser, address, "x 40")
                many(address, large)
        browser.close()
    print(f"{os.cpu_count()} cores")
    return 0


def atlas(browser: Browser, address: str, size: str) -> None:
    """Time the atlas: first maps, figures, filters, cards, what a second page weighs."""
    page = browser.new_page(viewport=WIDE, locale="fr-FR")
    opened(page, address)  # warms the server
    for family in FAMILIES:  # each figure is made once for everyone
        pressed(page, family)
    report(f"{size}: first map, warm cache", [opened(page, address) for _ in range(RUNS)], WARM_S)
    report(
        f"{size}: first map, empty cache", [first_visit(browser, address) for _ in range(RUNS // 2)], COLD_S
    )
    opened(page, address)
    report(f"{size}: another figure", [pressed(page, family) for family in FAMILIES * 2], CHANGE_S)
    report(f"{size}: a filter taken away", [unfiltered(page, address) for _ in range(RUNS // 2)], CHANGE_S)
    opened(page, address)
    report(f"{size}: click on a residence to its card", residences(page), CLICK_S)
    weight = payload(page, address)
    verdict = "" if weight <= PAYLOAD_MB else "  OVER"
    print(
        f"{size + ': payload of a page after the first, MB':<52} {weight:>8.2f} {'':>8} {PAYLOAD_MB:>8}{verdict}"
    )
    page.close()


def opened(page: Page, address: str) -> float:
    """Open a page; return the seconds until its map is drawn."""
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.frame_locator("iframe[title*=folium]").locator("#map_div[data-drawn]").wait_for(timeout=120_000)
    seconds = time.perf_counter() - start
    drawn_map(page)
    return seconds


def first_visit(browser: Browser, address: str) -> float:
    """Open a page in a browser that has seen nothing."""
    context = browser.new_context(viewport=WIDE, locale="fr-FR")
    seconds = opened(context.new_page(), address)
    context.close()
    return seconds


def pressed(page: Page, family: str) -> float:
    """Choose a family of figures; return the seconds until its legend is there."""
    return answered(page, lambda: page.locator(CHOICES, has_text=family).first.click(), LEGEND)


def unfiltered(page: Page, address: str) -> float:
    """Open the page with a filter, take its chip away; return the seconds until the map has everything again."""
    opened(page, f"{address}/?figure=complaints&in-in_qpv=True")
    frame = drawn_map(page)
    before = frame.evaluate("document.querySelector('#map_div').dataset.residences")
    chip = page.locator("[class*=st-key-stock-chips] button").first
    chip.wait_for()
    start = time.perf_counter()
    chip.click()
    drawn_map(page).wait_for_function(
        "before => document.querySelector('#map_div').dataset.residences !== before", arg=before, polling=10
    )
    return time.perf_counter() - start


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
    """Click on residences, each brought to the middle of the map first; return the seconds until each card."""
    frame = drawn_map(page)
    many = frame.evaluate("ilot.drawn().length")
    answered(
        page, lambda: frame.evaluate(CLICKED, frame.evaluate(AIMED, many - 1)), CARD
    )  # the first card of all
    found = []
    for rank in range(0, many - 1, max(1, many // RUNS)):
        at = frame.evaluate(AIMED, rank)
        found.append(answered(page, lambda at=at: frame.evaluate(CLICKED, at), CARD))
    return found


def payload(page: Page, address: str) -> float:
    """Return what a page opened again weighs in MB: what is fetched, and what the page is told before compression."""
    told = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: told.append(len(data))))
    opened(page, address)
    time.sleep(1.0)
    frame = drawn_map(page)
    return (page.evaluate(SENT) + frame.evaluate(SENT) + sum(told)) / 1e6


def many(address: str, store: Path) -> None:
    """Time visitors who press at the same instant; say what they met and what memory it took."""
    visit(address, VISITORS, 1, "family")
    before = memory_mb(address)
    seconds, faults, most = visit(address, VISITORS, PRESSES, "family")
    report(f"{VISITORS} visitors at once, another figure", seconds, MANY_S)
    grown = memory_mb(address) - before
    print(
        f"  {len(faults)} faults, {most / 1e6:.2f} MB the heaviest answer, server {before:.0f} MB + {grown:.0f} MB"
    )


def memory_mb(address: str) -> float:
    """Return what the server that listens at an address keeps in memory."""
    port = address.rsplit(":", 1)[1]
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            if port.encode() in words and b"streamlit" in words:
                resident = next(line for line in (process / "status").open() if line.startswith("VmRSS"))
                return int(resident.split()[1]) / 1024
        except OSError:
            continue
    return float("nan")


def sites(browser: Browser, address: str) -> None:
    """Time the page of sites."""
    page = browser.new_page(viewport=WIDE, locale="fr-FR")
    opened(page, address + "/sites")
    report(
        "sites: first map, warm cache", [opened(page, address + "/sites") for _ in range(RUNS // 2)], COLD_S
    )
    report("sites: click on a parcel to its card", parcels(page), CHANGE_S)
    page.close()


def parcels(page: Page) -> list[float]:
    frame = drawn_map(page)
    frame.evaluate("map.setZoom(16, { animate: false })")
    time.sleep(1.5)
    found = (parcel(page, frame, i) for i in range(RUNS // 2))
    return [seconds for seconds in found if seconds is not None]


def parcel(page: Page, frame: Frame, rank: int) -> float | None:
    """Click somewhere near the middle of the map; None where a street was hit."""
    at = {"x": 300 + 40 * rank, "y": 250 + 23 * rank}
    page.set_default_timeout(5_000)
    try:
        return answered(page, lambda: frame.locator("#map_div").click(position=at), CARD)
    except Exception:
        return None
    finally:
        page.set_default_timeout(60_000)


def report(what: str, seconds: list[float], target_s: float) -> None:
    """Print a line of the table; the p95 is held against the target."""
    if not seconds:
        print(f"{what:<52} not measured")
        return
    p95 = quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]
    p95 = min(p95, max(seconds))
    over = "" if p95 <= target_s else "  OVER"
    load = os.getloadavg()[0]
    print(
        f"{what:<52} {median(seconds):>7.2f}s {p95:>7.2f}s {target_s:>7.1f}s {load:>5.1f}{over}", flush=True
    )


if __name__ == "__main__":
    sys.exit(main())
