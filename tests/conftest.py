"""What every test may ask for: the shared files, or a skip that says how to have them."""

from pathlib import Path

import pytest
from hypothesis import settings

from views.shared import i18n

# a slow machine is no fault of the code; elsewhere Hypothesis keeps its own profile, the one of CI included
settings.register_profile("patient", settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("patient")

pytest_plugins = ["tests.fixtures_store", "tests.once"]

ROOT = Path(__file__).resolve().parent.parent
# What takes over ten seconds, the longest first: a process takes the next file when it has ended one, and the last are
# short. Of the browser's, the first fills the town, and the second has a store of its own and need not wait for it.
LONG = (
    "e2e/test_territories.py", "e2e/test_inert.py", "e2e/test_keyboard_plans.py", "e2e/test_axe.py",
    "e2e/test_keyboard_pages.py", "e2e/test_sites_walk.py", "e2e/test_walks.py", "e2e/test_atlas.py",
    "e2e/test_programme_walk.py",
    "property/test_demo.py", "unit/test_site_pages.py", "property/test_sites_hold.py",
    "property/test_import_stream.py", "unit/test_forms.py", "unit/test_sheets.py",
    "property/test_import_properties.py", "unit/test_data_page.py", "unit/test_sectors_acceptance.py",
    "property/test_import_undo_properties.py", "real/test_bondy_sites.py", "unit/test_rule_book.py",
    "unit/test_programme.py", "unit/test_territories_page.py", "unit/test_inert_exports.py", "unit/test_pages.py",
    "store/test_complaints_field.py", "store/test_import_killed.py", "unit/test_atlas_page.py",
    "unit/test_ownership_layouts.py", "unit/test_catalogue.py",
)  # fmt: skip


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the public sample files beside the project; the test is skipped where it is absent."""
    folder = ROOT.parent / "shared"
    if not (folder / "real").is_dir():
        pytest.skip("the sample files are absent: put the folder `shared` beside the project")
    return folder


@pytest.fixture(autouse=True)
def _first_language():
    """Speak the language of those who chose none: a test that chose one does not choose it for the next."""
    i18n.forget()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    rank = {ROOT / "tests" / name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: rank.get(item.path, len(LONG)))
