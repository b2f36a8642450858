"""Dated parameters: what is in force on a day, and files that are refused."""

from datetime import date

import pytest

from data.reference import ReferenceFileError, load
from planning.parameters import ParameterError, Parameters

HEADER = "name,value,unit,valid_from,valid_to,source,status\n"
CEILING = (
    "ceiling,100,EUR,2024-01-01,2024-12-31,order of 2023,law\nceiling,110,EUR,2025-01-01,,order of 2024,law\n"
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "rents.csv").write_text(HEADER + CEILING, encoding="utf-8")
    return tmp_path


def test_the_row_in_force_on_the_day_is_taken(folder):
    assert load(date(2024, 6, 1), folder=folder)["value"].tolist() == [100]
    assert load(date(2026, 6, 1), folder=folder)["value"].tolist() == [110]


def test_a_day_before_every_row_takes_the_nearest_and_says_so(folder):
    chosen = load(date(2020, 1, 1), folder=folder)
    assert chosen[["value", "expired"]].to_numpy().tolist() == [[100, True]]


def test_an_expired_row_stands_in_and_says_so(folder):
    (folder / "rents.csv").write_text(HEADER + CEILING.splitlines()[0] + "\n", encoding="utf-8")
    assert Parameters.from_frame(load(date(2026, 1, 1), folder=folder)).expired == ("ceiling",)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("x,1,EUR,2024-01-01,,note,guess", "line 2: `status`"),
        ('x,"0,5",m,2024-01-01,,note,assumed', "line 2: `value`"),
        ("x,1,EUR,01/01/2024,,note,law", "line 2: `valid_from`"),
        ("x,1,EUR,2024-01-01,,,law", "line 2: `source`"),
        ("x,1,m,2024-01-01,,n,law\nx,2,m,2024-01-01,,n,law", "line 3: same name"),
    ],
)
def test_a_doubtful_row_is_refused_with_its_line(tmp_path, row, fault):
    (tmp_path / "faulty.csv").write_text(HEADER + row + "\n", encoding="utf-8")
    with pytest.raises(ReferenceFileError, match=f"faulty.csv, {fault}"):
        load(folder=tmp_path)


def test_our_own_files_are_read_and_say_where_each_figure_comes_from():
    rows = load(date(2026, 11, 22))
    ours = rows[rows["subject"].isin(["zoning", "prescriptions", "dwellings", "forms", "score"])]
    assert rows["name"].is_unique
    assert not ours["expired"].any()
    assert ours["source"].str.len().min() > 10


def test_an_empty_value_stays_unknown():
    assert load().set_index("name")["value"].isna()["zone_family.housing.UP"]


def test_the_hash_changes_with_a_value_and_not_with_the_order():
    rows = load()
    base = Parameters.from_frame(rows)
    assert base.hash == Parameters.from_frame(rows[::-1]).hash
    assert base.hash != Parameters.from_frame(rows, {"footprint_share.E": 0.45}).hash


def test_a_value_of_the_user_is_marked_as_such():
    mine = Parameters.from_frame(load(), {"footprint_share.E": 0.45})
    assert (mine["footprint_share.E"], mine.status["footprint_share.E"]) == (0.45, "user")


def test_a_parameter_that_does_not_exist_is_named():
    with pytest.raises(ParameterError, match=r"footprint_share.Z"):
        Parameters.from_frame(load())["footprint_share.Z"]
    with pytest.raises(ParameterError, match="no parameter is called"):
        Parameters.from_frame(load(), {"heigth": 3})
