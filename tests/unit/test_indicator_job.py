"""The indicators job on a store of two residences kept in memory."""

import pandas as pd
import pytest

from geo.complaints import ComplaintRules, complaint_counts
from geo.indicators import residence_indicators
from geo.suppression import PrivacyRules, groupings
from views.jobs.indicators import Counted, area_of, figures, run


class Shelf:
    """A store that reads frames from a dictionary."""

    def __init__(self, **tables):
        self.tables = tables

    def read(self, table, *, columns=None, geometry=True):
        found = self.tables.get(table, pd.DataFrame())
        return found if columns is None else found.reindex(columns=columns)

    def count(self, table):
        return len(self.read(table))

    def tally_complaints(self, *, on, since, tranquillity, **hours_and_days):
        rules = ComplaintRules(rank_least_dwelling_years=30, **hours_and_days)
        exposure = pd.Series(1.0, index=self.tables["residences"].index)
        counted = complaint_counts(self.tables["complaints"], exposure, rules, on=on, since=since)
        return counted.drop(columns=[name for name in counted if name.endswith(("_exposed", "_years"))])

    def closing_cases(self, *, on, since):
        rows = self.tables["complaints"]
        return rows[rows["opened_at"].between(since, on, inclusive="left")]

    def tally_months(self, *, on, since):
        return self.closing_cases(on=on, since=since).assign(requests=1)

    def settings(self):
        return {"reference_date": "2026-01-01"}


@pytest.fixture
def shelf():
    residences = pd.DataFrame(
        {
            "name": ["Acacias", "Bleuets"],
            "sector_id": ["S1", "S2"],
            "agency_id": [None, "A2"],
            "dwellings": 2,
        },
        index=pd.Index(["R1", "R2"], name="residence_id"),
    )
    sectors = pd.DataFrame(
        {"name": ["North", "South"], "agency_id": ["A1", "A2"]},
        index=pd.Index(["S1", "S2"], name="sector_id"),
    )
    agencies = pd.DataFrame({"name": ["One", "Two"]}, index=pd.Index(["A1", "A2"], name="agency_id"))
    dwellings = pd.DataFrame(
        {
            "residence_id": ["R1", "R1", "R2", "R2"],
            "let_status": ["let", "vacant_offered", "let", "let"],
            "dpe_class": ["D", "G", "E", None],
            "dpe_date": pd.to_datetime(["2023-01-01"] * 4),
            "ep_kwh_m2": [200.0, 500.0, 300.0, None],
            "ghg_kg_m2": [40.0, 90.0, 60.0, None],
            "elec_share": 0.1,
            "living_area_m2": 60.0,
            "rent_eur_month": 400.0,
            "insee_code": "93048",
        },
        index=pd.Index(["D1", "D2", "D3", "D4"], name="dwelling_id"),
    )
    communes = pd.DataFrame({"abc_zone": ["A bis"]}, index=pd.Index(["93048"], name="insee_code"))
    complaints = pd.DataFrame(
        {
            "residence_id": ["R1", "R2", "R2"],
            "category": "lift",
            "opened_at": pd.to_datetime(["2025-03-01", "2025-03-01", "2024-01-01"]),
            "answered_at": pd.to_datetime(["2025-03-02", None, None]),
            "closed_at": pd.to_datetime(["2025-03-05", None, None]),
        },
        index=pd.Index(["C1", "C2", "C3"], name="complaint_id"),
    )
    return Shelf(
        residences=residences,
        sectors=sectors,
        agencies=agencies,
        dwellings=dwellings,
        communes=communes,
        complaints=complaints,
    )


def test_agency_of_a_residence_is_its_sectors_where_it_names_none(shelf):
    table = run(shelf, by="agency")
    assert table["name"].to_dict() == {"A1": "One", "A2": "Two"}
    assert table["vacancy_rate"].tolist() == [0.5, 0]


def test_each_rate_has_its_n_coverage_and_dates_beside_it(shelf):
    row = run(shelf, by="stock").loc["all"]
    assert row[["leaky_share", "leaky_n", "leaky_coverage"]].tolist() == pytest.approx([2 / 3, 3, 0.75])
    assert row[["on", "since"]].tolist() == ["2026-01-01", "2025-01-01"]
    assert row[["complaints", "first_answer_share", "closing_n", "closing_median_days"]].tolist() == [
        2,
        0.5,
        2,
        4,
    ]


def test_empty_tables_leave_their_columns_out(shelf):
    assert not {"under_occupied_share", "mobility_rate", "charges_eur_m2_year"} & set(run(shelf).columns)


def test_residence_rows_are_those_of_the_pure_function(shelf):
    table = run(shelf, by="residence")
    expected = residence_indicators(shelf.tables["residences"], shelf.tables["dwellings"], on="2026-01-01")
    assert table.index.name == "residence_id"
    pd.testing.assert_frame_equal(table[expected.columns], expected)


def test_progress_ends_at_one(shelf):
    told = []
    run(shelf, progress=lambda done, text: told.append(done))
    assert told == sorted(told)
    assert told[-1] == 1


def test_unknown_area_is_refused_with_the_known_ones(shelf):
    with pytest.raises(ValueError, match="expected one of residence, sector, agency, iris, qpv, stock"):
        run(shelf, by="street")


def counted_of(households):
    """A stock of residences with so many households each, all under-occupied."""
    index = pd.Index(list(households), name="residence_id")
    known = pd.Series(households, index=index, dtype="Int64")
    counts = pd.DataFrame(
        {"dwellings": known, "occupied": known, "under_occupied": known, "under_occupied_known": known}
    )
    order = pd.Series(range(len(index)), index=index)
    rules = PrivacyRules(least_households=11, dominance_share=0.85, rounding_share=0.05, rounding_count=5)
    residences = pd.DataFrame({"sector_id": "S1"}, index=index)
    grouped = groupings(counts, order, rules)
    return Counted(residences, counts, grouped, order, rules, {}, None, {}, None, None)


def test_two_filters_that_differ_by_a_small_residence_tell_the_same():
    stock = counted_of({"R1": 40, "R2": 6, "R3": 7})
    everyone, without = (figures(stock, None, pd.Index(among)).iloc[0] for among in (["R1", "R2"], ["R1"]))
    assert everyone["under_occupied"] == without["under_occupied"] == 40


def test_small_residences_told_together_are_told_once_all_pass_the_filter():
    stock = counted_of({"R1": 40, "R2": 6, "R3": 7})
    assert figures(stock, None, pd.Index(["R1", "R2", "R3"])).iloc[0]["under_occupied"] == 55


def test_a_page_that_shows_one_figure_asks_for_its_counts_alone():
    stock = counted_of({"R1": 40})
    table = figures(stock, area_of(stock.residences, "sector"), only={"dwellings"})
    assert table.columns.tolist() == ["residences", "dwellings"]
