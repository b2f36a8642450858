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
