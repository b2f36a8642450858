"""Pictures of the pages for README.md, taken from the running application on the invented town: `make screenshots`."""

import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.serving import PATIENCE_MS, chromium, drawn_map, filled, launched, served  # noqa: E402

FOLDER = Path(__file__).resolve().parent / "e2e" / "screenshots"
DESK, TABLET = {"width": 1400, "height": 900}, {"width": 1024, "height": 768}
ANIMATED_S = 1.5
DEFECTIVE = """\
residence_id,name,address,postcode,insee,sector_id,dwellings,year_built,floors,lon,lat
R901,Résidence inventée 1,1 rue Inventée,93100,93048,S01,48,1972,6,2.4412,48.8601
R902,Résidence inventée 2,2 rue Inventée,93100,93048,S01,-12,1972,6,2.4453,48.8655
R903,Résidence inventée 3,3 rue Inventée,93100,93048,S02,64,1794x,5,2.4488,48.8623
R904,Résidence inventée 4,4 rue Inventée,93100,93048,S02,33,2070,4,2.4401,48.8612
R905,Résidence inventée 5,5 rue Inventée,93100,93048,S03,22.5,1985,3,2.4433,48.8672
R906,Résidence inventée 6,6 rue Inventée,93100,93048,S03,40,1991,4,48.8642,2.4460
R907,Résidence inventée 7,7 rue Inventée,93100,93048,S03,36,1991,4,0,0
"""


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
            report(browser, address)
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
    kept(page, name)


def report(browser: Browser, address: str) -> None:
    """Take the report of a defective file, sent and not written."""
    page = browser.new_page(viewport=DESK, color_scheme="light", locale="fr-FR")
    page.goto(f"{address}/data")
    file = {"name": "residences.csv", "mimeType": "text/csv", "buffer": DEFECTIVE.encode()}
    page.locator("[data-testid=stFileUploader] input").set_input_files(file)
    page.get_by_text("points à corriger").wait_for(timeout=PATIENCE_MS)
    page.locator("[data-testid=stDataFrame] canvas").first.wait_for(state="attached", timeout=PATIENCE_MS)
    kept(page, "report")


def kept(page: Page, name: str) -> None:
    """Keep a picture of a page once nothing moves, and close it."""
    time.sleep(ANIMATED_S)
    page.screenshot(path=FOLDER / f"{name}.png")
    page.close()
    print(FOLDER / f"{name}.png", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
