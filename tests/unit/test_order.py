"""The tests themselves: the long files, which begin first, are known by their names."""

from tests.conftest import LONG, ROOT


def test_every_file_that_begins_early_is_there():
    assert [name for name in LONG if not (ROOT / "tests" / name).is_file()] == []
    assert len(set(LONG)) == len(LONG)
