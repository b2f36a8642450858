"""Counts and rates by residence and by area, on a stock small enough to count by eye."""

import pandas as pd
import pytest

from geo.indicators import by_area, residence_indicators
from geo.periods import period, years


@pytest.fixture
def residences():
    return pd.DataFrame(
        {"sector_id": ["north", "north", "south"], "agency_id": ["one"] * 3, "dwellings": [4, 2, 3]},
        index=pd.Index(["a", "b", "c"], name="residence_id"),
    )


@pytest.fixture
def dwellings():
    rows = [
        ("a", "let", "D"),
        ("a", "let", "E"),
        ("a", "vacant_offered", "E"),
        ("a", "empty_works", None),
        ("b", "let", "G"),
        ("b", None, None),
    ]
    return pd.DataFrame(rows, columns=["residence_id", "let_status", "dpe_class"]).rename_axis("dwelling_id")


@pytest.fixture
def complaints():
    opened = pd.to_datetime(
        ["2025-01-01", "2025-12-31T23:59", "2026-01-01", "2024-12-31", "2025-06-01"], format="ISO8601"
    )
    table = pd.DataFrame({"residence_id": ["a", "a", "a", "a", "c"], "category": "lift", "opened_at": opened})
    return table.assign(answered_at=pd.NaT, closed_at=pd.NaT)


def test_vacancy_leaves_out_dwellings_empty_for_works(residences, dwellings):
    row = residence_indicators(residences, dwellings, on="2026-01-01").loc["a"]
    assert (row["vacant"], row["vacancy_n"]) == (1, 3)
    assert row["vacancy_rate"] == pytest.approx(1 / 3)
    assert row["vacancy_coverage"] == 1


def test_dwelling_of_unknown_status_lowers_coverage_and_not_the_rate(residences, dwellings):
    row = residence_indicators(residences, dwellings, on="2026-01-01").loc["b"]
    assert (row["vacancy_rate"], row["vacancy_n"], row["vacancy_coverage"]) == (0, 1, 0.5)


def test_unlabelled_dwellings_are_not_good_ones(residences, dwellings):
    row = residence_indicators(residences, dwellings, on="2026-01-01").loc["a"]
    assert (row["leaky"], row["labelled"], row["dpe_none"]) == (2, 3, 1)
    assert row["leaky_share"] == pytest.approx(2 / 3)
    assert row["leaky_coverage"] == 0.75


def test_residence_without_dwelling_rows_keeps_its_declared_size_and_unknown_counts(residences, dwellings):
    row = residence_indicators(residences, dwellings, on="2026-01-01").loc["c"]
    assert (row["dwellings"], row["vacancy_coverage"]) == (3, 0)
    assert row[["let", "vacancy_rate", "leaky_share", "dpe_mode"]].isna().all()


def test_commonest_class_of_equals_is_the_worse(residences, dwellings):
    found = residence_indicators(residences, dwellings, on="2026-01-01")
    assert found["dpe_mode"].loc[["a", "b"]].tolist() == ["E", "G"]
    dwellings.loc[2, "dpe_class"] = "D"
    dwellings.loc[3, "dpe_class"] = "E"
    assert residence_indicators(residences, dwellings, on="2026-01-01").loc["a", "dpe_mode"] == "E"


def test_period_of_complaints_holds_its_first_instant_and_not_its_last(residences, dwellings, complaints):
    row = residence_indicators(residences, dwellings, complaints, on="2026-01-01").loc["a"]
    assert (row["complaints"], row["dwelling_years"]) == (2, 2)
    assert row["complaints_per_100"] == 100


def test_complaints_where_no_dwelling_is_known_enter_no_rate(residences, dwellings, complaints):
    stock = by_area(residences, residence_indicators(residences, dwellings, complaints, on="2026-01-01"))
    assert (stock.loc["all", "complaints"], stock.loc["all", "complaints_exposed"]) == (3, 2)
    assert stock.loc["all", "complaints_per_100"] == pytest.approx(100 * 2 / 3)
    assert stock.loc["all", "complaints_coverage"] == pytest.approx(5 / 9)


def test_area_rate_is_a_rate_of_sums(residences, dwellings):
    north = by_area(residences, residence_indicators(residences, dwellings, on="2026-01-01"), "sector_id")
    assert north.loc["north", "vacancy_rate"] == pytest.approx(1 / 4)
    assert north.loc["north", ["residences", "dwellings", "vacancy_n"]].tolist() == [2, 6, 4]
    assert north.loc["north", "dpe_mode"] == "E"


def test_residences_of_no_sector_stay_in_a_row_of_their_own(residences, dwellings):
    residences.loc["c", "sector_id"] = None
    areas = by_area(residences, residence_indicators(residences, dwellings, on="2026-01-01"), "sector_id")
    assert areas["dwellings"].tolist() == [6, 3]
    assert areas.index.isna().tolist() == [False, True]


def test_dwellings_of_other_residences_are_left_out(residences, dwellings):
    chosen = residence_indicators(residences.loc[["b"]], dwellings, on="2026-01-01")
    assert chosen["dwellings"].to_dict() == {"b": 2}


def test_missing_column_is_named_with_those_found(residences, dwellings):
    with pytest.raises(ValueError, match="dwellings: column.s. let_status missing; found residence_id"):
        residence_indicators(residences, dwellings.drop(columns="let_status"), on="2026-01-01")


def test_residence_twice_is_refused(residences, dwellings):
    with pytest.raises(ValueError, match="residence_id 'a' stands twice"):
        residence_indicators(pd.concat([residences, residences]), dwellings, on="2026-01-01")


def test_empty_period_is_refused():
    with pytest.raises(ValueError, match="must come before"):
        period("2026-01-01", "2026-01-01")


def test_calendar_years_count_one_whatever_their_days():
    assert years(pd.Timestamp("2023-01-01"), pd.Timestamp("2026-01-01")) == 3
    assert years(pd.Timestamp("2025-01-01"), pd.Timestamp("2025-07-01")) == pytest.approx(181 / 365.25)
