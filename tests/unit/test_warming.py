"""What is made as the server starts: the stock and its cards, without the map's component, which a page declares."""

import subprocess
import sys

from tests import toy

PROGRAM = """
import sys
from views.server import warming
warming.start().join()
from views.parts.stock import frames
frames.hide_small = None  # it is not made again
print(len(frames.stock()), "streamlit_folium" in sys.modules)
"""


def test_the_stock_is_there_and_the_component_is_left_to_the_page(tmp_path, monkeypatch):
    monkeypatch.setenv("ILOT_STORE", str(toy.stored(tmp_path / "toy.duckdb")))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.split()[-1] == "False"
    assert int(done.stdout.split()[-2]) > 0


def test_a_store_that_cannot_be_opened_stops_nothing(tmp_path, monkeypatch):
    (tmp_path / "broken.duckdb").write_text("no store")
    monkeypatch.setenv("ILOT_STORE", str(tmp_path / "broken.duckdb"))
    program = "from views.server import warming; warming.start().join()"
    subprocess.run([sys.executable, "-c", program], timeout=120, check=True, capture_output=True)
