"""Pictures of the pages for README.md, taken from the running application on the invented town: `make screenshots`."""

import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.serving import chromium, drawn_map, filled, launched, served  # noqa: E402

FOLDER = Path(__file__).resolve().parent / "e2e" / "screenshots"
DESK, TABLET = {"width": 1400, "height": 900}, {"width": 1024, "height": 768}
ANIMATED_S = 1.5


def main() -> int:
    """Take every picture; return 1 without a browser."""
    if chromium() is None:
        print("no Chromium on this machine: install Debian's package chromium", file=sys.stderr)
        return 1
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "town.duckdb"
        store = filled(path)
        results = store.read("site_results", where={"form": "small_collective"}).set_index("site_id")
        best = results["score"].idxmax()
        store.close()
        browser = launched(playwright)
        with served(path) as address:
            picture(browser, address, "stock", "/")
            picture(browser, address, "stock-energy", "/", press="Énergie")
            picture(browser, address, "stock-vacancy-dark", "/", press="Mouvements", scheme="dark")
            picture(browser, address, "residence-tablet", "/?residence=R060", size=TABLET)
            picture(browser, address, "sector", "/sectors")
            picture(browser, address, "territories", "/territories")
            picture(browser, address, "complaints-tablet", "/complaints", size=TABLET)
            picture(browser, address, "sites", "/sites")
            picture(browser, address, "site", f"/sites?parcel={best}")
            picture(browser, address, "sites-dark", f"/sites?parcel={best}", scheme="dark")
            picture(browser, address, "sites-english", "/sites?language=English")
        browser.close()
    return 0


def picture(
    browser: Browser,
    address: str,
    name: str,
    path: str,
    *,
    size: dict = DESK,
    scheme: str = "light",
    press: str = "",
) -> None:
    """Take one picture once the map stands still."""
    page = browser.new_page(viewport=size, color_scheme=scheme, locale="fr-FR")
    page.goto(address + path)
    drawn_map(page)
    if press:
        page.locator("[data-testid=stButtonGroup] button", has_text=press).click()
        page.locator("[data-testid=stButtonGroup] button[aria-checked=true]", has_text=press).wait_for()
    time.sleep(ANIMATED_S)
    page.screenshot(path=FOLDER / f"{name}.png")
    page.close()
    print(FOLDER / f"{name}.png", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
