"""A real server on the invented town and a real browser; every request and every message of the console is logged."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlparse
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Frame, Page, sync_playwright

from data import demo
from data.store import Store, open_store
from geo.crs import DRAWING_CRS
from tests.toy import NASTY
from views import assets
from views.jobs import sites

ROOT = Path(__file__).resolve().parents[2]
HOW = "install Debian's package chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
START_S = 60
PATIENCE_MS = 60_000


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

    def open(self, path: str = "/") -> Frame:
        self.page.goto(self.address + path)
        return self.map()

    def map(self) -> Frame:
        """Return the frame of the map once it is drawn, tiles included."""
        box = self.page.frame_locator("iframe[title*=folium]")
        box.locator("#map_div[data-drawn][data-tiles]").wait_for(timeout=PATIENCE_MS)
        return self.page.query_selector("iframe[title*=folium]").content_frame()

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


@pytest.fixture(scope="session")
def town(tmp_path_factory) -> Town:
    """The invented town in a store, its sites evaluated, four residences given awkward names."""
    path = tmp_path_factory.mktemp("town") / "town.duckdb"
    store = open_store(path)
    demo.build(store)
    sites.run(store)
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
    if not all((assets.FOLDER / name).is_file() for name in assets.FILES):
        assets.copy_assets()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (town.path.parent / "server.log").open("w")
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
        cwd=ROOT,
        env=os.environ | {"ILOT_STORE": str(town.path)},
        stdout=log,
        stderr=log,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


def wait_for(url: str) -> None:
    end = time.monotonic() + START_S
    while True:
        try:
            with urlopen(url, timeout=2):
                return
        except (URLError, OSError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        told = f"no Chromium on this machine: {HOW}"
        if os.environ.get("ILOT_REQUIRE_ALL") == "1":
            pytest.fail(told)
        pytest.skip(told)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, headless=True, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, address) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1400, "height": 900}, locale="fr-FR")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    watched = Visit(page, address)
    watched.watch()
    yield watched
    context.close()
