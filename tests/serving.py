"""The application served for tests and pictures: a filled store, a server on a free port, a browser, a drawn map."""

import os
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Frame, Page, Playwright

from data import demo
from data.store import Store, open_store
from tests.patience import PATIENCE_S
from views.jobs import sites
from views.server import assets

ROOT = Path(__file__).resolve().parents[1]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
PATIENCE_MS = PATIENCE_S * 1000


def filled(path: Path) -> Store:
    """Return a new store that holds the invented town, its sites evaluated."""
    store = open_store(path)
    demo.build(store)
    sites.run(store)
    return store


@contextmanager
def served(store: Path) -> Iterator[str]:
    """Serve the application from a store; yield its address."""
    if not all((assets.FOLDER / name).is_file() for name in assets.FILES):
        assets.copy_assets()
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with (store.parent / "server.log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | {"ILOT_STORE": str(store)}, stdout=log, stderr=log
        )
        try:
            wait_for(f"{address}/_stcore/health", server)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE_S)


def free_port() -> int:
    """Return a port that nobody has, of those that no outgoing connection is given before the server takes it."""
    while True:
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", random.SystemRandom().randrange(20_000, 32_000)))
            return free.getsockname()[1]


def wait_for(url: str, server: subprocess.Popen) -> None:
    """Wait until an address answers, as long as its server lives."""
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            with urlopen(url, timeout=20):
                return
        except (URLError, OSError):
            if time.monotonic() > end or server.poll() is not None:
                raise
            time.sleep(0.2)


def chromium() -> str | None:
    """Return the Chromium of this machine; None without one."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def launched(playwright: Playwright) -> Browser:
    """Start the machine's Chromium, told to call nobody."""
    return playwright.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)


def drawn_map(page: Page) -> Frame:
    """Return the frame of the page's map once it is drawn, tiles included."""
    box = page.frame_locator("iframe[title*=folium]")
    box.locator("#map_div[data-drawn][data-tiles]").wait_for(timeout=PATIENCE_MS)
    return page.query_selector("iframe[title*=folium]").content_frame()
