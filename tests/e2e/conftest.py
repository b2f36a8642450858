"""A real server on the invented town and a real browser; every request and every message of the console is logged."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Frame, Page, expect, sync_playwright

from data.store import Store, open_store
from geo.crs import DRAWING_CRS
from tests.e2e.keyboard import NO_DIALOG, Keys
from tests.once import once
from tests.serving import PATIENCE_MS, chromium, drawn_map, filled, launched, served
from tests.toy import NASTY
from views.jobs.exchanges import ADVISER
from views.server import assets

SERIOUS = """async (parts) => {
  const present = parts ? parts.filter((part) => document.querySelector(part)) : null;
  const found = await axe.run(present ? { include: present.map((part) => [part]) } : document);
  return found.violations.filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
}"""
WISHES = 60  # households that ask for an exchange in the town that is written in: soon proved
HOW = "install Debian's package chromium"
SETTLED_MS = 1_500


def serious(page: Page | Frame, parts: list[str]) -> list[str]:
    """Return the serious faults that axe finds in parts of a page (CSS selectors; those absent are left out)."""
    page.evaluate((assets.FOLDER / "axe.min.js").read_text(encoding="utf-8"))
    return page.evaluate(SERIOUS, parts)


@dataclass
class Visit:
    """A page under watch: what it asked for, what it complained of, what it sent to the server."""

    page: Page
    address: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    messages: int = 0

    def watch(self) -> None:
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._console)
        self.page.on(
            "dialog", lambda dialog: (self.complaints.append(f"dialog {dialog.message}"), dialog.dismiss())
        )
        self.page.on("websocket", lambda socket: socket.on("framesent", self._sent))

    def _console(self, message) -> None:
        # Streamlit looks for its server under the page's own path first: its 404 there is no fault of ours
        if message.type == "error" and "/_stcore/" not in message.location.get("url", ""):
            self.complaints.append(message.text)

    def _sent(self, _payload) -> None:
        self.messages += 1

    def settle(self) -> None:
        """Wait until nothing is asked of the server any more, nor told it, for a while."""
        before = None
        while before != (before := (self.messages, len(self.requests))):
            self.page.wait_for_timeout(SETTLED_MS)

    def open(self, path: str = "/") -> Frame:
        self.page.goto(self.address + path)
        return self.map()

    def map(self) -> Frame:
        """Return the frame of the map once it is drawn, tiles included."""
        return drawn_map(self.page)

    def click_on_map(self, latitude: float, longitude: float) -> None:
        """Click where a place is drawn, by Leaflet's own coordinates."""
        frame = self.map()
        at = frame.evaluate(
            "([lat, lng]) => { const p = map.latLngToContainerPoint([lat, lng]); return [p.x, p.y] }",
            [latitude, longitude],
        )
        frame.locator("#map_div").click(position={"x": at[0], "y": at[1]})

    def outside(self) -> list[str]:
        """Return the requests that left the machine."""
        return [
            url
            for url in self.requests
            if urlparse(url).scheme in ("http", "https") and urlparse(url).hostname != "127.0.0.1"
        ]


@dataclass(frozen=True)
class Town:
    """A filled store, the name of one residence, the best site for a small collective and where it lies."""

    path: Path
    residence: str
    best_site: str
    best_place: list[float]


@pytest.fixture(scope="session", autouse=True)
def _patient_browser() -> None:
    """Expect what must come for as long as a starved machine may need, whatever file was read last."""
    expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def town(tmp_path_factory) -> Town:
    """The invented town in a store, its sites evaluated, four residences given awkward names."""
    path = tmp_path_factory.mktemp("town") / "town.duckdb"
    shutil.copy(once(tmp_path_factory, "filled.duckdb", lambda part: filled(part).close()), path)
    store = open_store(path)
    rename(store)
    results = store.read("site_results", where={"form": "small_collective"}).set_index("site_id")
    best = results["score"].idxmax()
    point = (
        store.read("parcels", where={"parcel_id": best}).representative_point().to_crs(DRAWING_CRS).iloc[0]
    )
    residence = store.read("residences", geometry=False)["name"].iloc[10]
    store.close()
    return Town(path, residence, best, [point.y, point.x])


def rename(store: Store) -> None:
    residences = store.read("residences").head(len(NASTY))
    store.write("residences", residences.assign(name=list(NASTY.values())))


@pytest.fixture(scope="session")
def address(town) -> Iterator[str]:
    """The address of the application, served from the town's store."""
    with served(town.path) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if chromium() is None:
        told = f"no Chromium on this machine: {HOW}"
        if os.environ.get("ILOT_REQUIRE_ALL") == "1":
            pytest.fail(told)
        pytest.skip(told)
    with sync_playwright() as playwright:
        program = launched(playwright)
        yield program
        program.close()


@pytest.fixture
def visit(browser, address) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1400, "height": 900}, locale="fr-FR")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    watched = Visit(page, address)
    watched.watch()
    yield watched
    context.close()


@pytest.fixture(scope="session")
def ours(town, tmp_path_factory) -> Iterator[str]:
    """The address of a copy of the town to write in: the adviser's page is open, few ask for an exchange."""
    path = tmp_path_factory.mktemp("ours") / "town.duckdb"
    shutil.copy(town.path, path)
    store = open_store(path)
    store.set_setting(ADVISER, "yes")
    households = store.read("households")
    few = households["transfer_wish"].fillna(value=False).cumsum() <= WISHES
    store.write("households", households.assign(transfer_wish=households["transfer_wish"] & few))
    store.close()
    with served(path) as address:
        yield address


@pytest.fixture
def keys(browser, ours) -> Iterator[Keys]:
    """A visit without a pointer to a town of its own."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, locale="fr-FR")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.add_init_script(NO_DIALOG)
    # Files are asked of us from now on: told so only as a key is pressed, Chromium may hear it after the key.
    page.on("filechooser", lambda _asked: None)
    watched = Visit(page, ours)
    watched.watch()
    yield Keys(watched)
    assert watched.complaints == []
    context.close()
