"""The public views of both engines hide what geo.suppression hides: by residence, and in the sum of a sector."""

import datetime as dt
import re

import duckdb
import pandas as pd
import psycopg
import pytest

from data import reference
from data.store import open_store
from data.store.migrations import FOLDER
from geo.suppression import PrivacyRules, survey_told
from planning.parameters import Parameters
from tests.store.samples import stock

RULES = PrivacyRules.of(Parameters.from_frame(reference.load()))
COUNTS = ["under_occupied", "over_occupied", "disability_requests", "hidden"]


def surveys(residences: list[str]) -> pd.DataFrame:
    count = len(residences)
    return pd.DataFrame(
        {
            "residence_id": residences,
            "reference_date": dt.date(2025, 1, 1),
            "occupied": [10, 11, 48][:count],
            "vacant": 0,
            "under_occupied": [3, 3, 13][:count],
            "over_occupied": [0, 2, 7][:count],
            "disability_requests": [1, None, 4][:count],
        }
    ).convert_dtypes()


def asked(url: str, question: str) -> pd.DataFrame:
    """Ask the database itself, as another program would."""
    if url.startswith("postgresql"):
        with psycopg.connect(url) as connection:
            cursor = connection.execute(question)
            return pd.DataFrame(cursor.fetchall(), columns=[column.name for column in cursor.description])
    with duckdb.connect(url.removeprefix("duckdb:///"), config={"access_mode": "READ_ONLY"}) as connection:
        return connection.execute(question).df()


@pytest.fixture
def surveyed(new_url):
    store = open_store(new_url)
    stock(store)
    residences = store.read("residences", geometry=False).index.tolist()
    store.write("occupancy", surveys(residences))
    tables = store.tables()
    store.close()
    return new_url, surveys(residences), tables


def test_small_cells_are_hidden_in_the_database(surveyed):
    url, survey, _tables = surveyed
    expected = survey_told(survey, RULES)[COUNTS].astype("float").fillna(-1)
    found = asked(url, "SELECT * FROM occupancy_public ORDER BY residence_id")[COUNTS]
    assert found.astype("float").fillna(-1).to_numpy().tolist() == expected.to_numpy().tolist()


def test_a_sector_adds_up_what_is_told_and_nothing_else(surveyed):
    url, survey, _tables = surveyed
    told = survey[survey["occupied"] >= RULES.least_households]
    found = asked(url, "SELECT * FROM occupancy_by_sector_public")
    assert found["occupied"].sum() == told["occupied"].sum()
    assert found["residences_told"].sum() == len(told)


def test_views_are_no_tables_of_the_store(surveyed):
    assert not [name for name in surveyed[2] if name.endswith("_public")]


def test_the_least_number_is_the_reference_value():
    text = (FOLDER / "0003_public_views.sql").read_text(encoding="utf-8")
    least = {int(found) for found in re.findall(r"greatest\((\d+)|\), (\d+)\)", text)[0] if found}
    assert least == {int(RULES.least_households)}
