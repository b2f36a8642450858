"""A long import stopped from the page: the file is let go, nothing is written, and the page says so."""

import csv

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
LINES = 60_000


@pytest.fixture
def long_file(tmp_path):
    """Complaints of a residence that the invented town has, enough lines to need some seconds."""
    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8", newline="") as page:
        writer = csv.writer(page)
        writer.writerow(["complaint_id", "residence_id", "opened_on", "category", "status"])
        writer.writerows([f"L{rank}", "R001", "2025-03-04", "lift", "open"] for rank in range(LINES))
    return path


def test_a_check_under_way_is_stopped_and_nothing_is_written(visit, town, long_file):
    page = visit.page
    page.goto(f"{visit.address}/data")
    page.get_by_text("Apporter un fichier").wait_for()
    page.locator("[data-testid=stSelectbox]").first.click()
    page.get_by_text("Réclamations et demandes").first.click()
    page.set_input_files("input[type=file]", long_file)
    page.get_by_role("button", name="Arrêter").click()
    expect(page.get_by_text("Arrêté : rien de long.csv n’a été écrit.")).to_be_visible()
    expect(page.locator("[data-testid=stFileUploaderFile]")).to_have_count(0)
    expect(page.get_by_text("Aucun fichier n’a encore été importé")).to_be_visible()
