"""Flows of a stock of eight dwellings over the year 2025, counted by hand."""

import pandas as pd
import pytest

from data.reference import load
from geo.flows import FlowRules, flow_counts, mobility_by_year, relet_times, rent_lost, stock_flow_check

RULES = FlowRules.of(load().set_index("name")["value"].to_dict())
YEAR = {"on": "2026-01-01", "since": "2025-01-01"}
DATES = [
    "notice_on",
    "keys_back_on",
    "works_ordered_on",
    "works_accepted_on",
    "allocated_on",
    "lease_start_on",
]


@pytest.fixture
def dwellings():
    rows = [
        ("d1", "r", "let", None, 1975),
        ("d2", "r", "let", None, 1975),
        ("d3", "r", "let", None, 1975),
        ("d4", "r", "vacant_offered", "2025-09-30", 1975),
        ("d5", "r", "vacant_offered", "2025-10-02", 1975),
        ("d6", "r", "vacant_offered", None, 1975),
        ("d7", "r", "empty_works", "2025-01-01", 1975),
        ("d8", "r", "let", None, 2025),
    ]
    table = pd.DataFrame(
        rows, columns=["dwelling_id", "residence_id", "let_status", "vacant_since", "year_built"]
    )
    return table.assign(vacant_since=pd.to_datetime(table["vacant_since"])).set_index("dwelling_id")


def moves(*rows):
    """Describe relets: dwelling, keys back, works accepted, lease start, rent."""
    names = ["dwelling_id", "keys_back_on", "works_accepted_on", "lease_start_on", "rent_eur_month"]
    table = pd.DataFrame(rows, columns=names)
    dates = table[names[1:4]].apply(pd.to_datetime)
    return table.assign(**dates, residence_id="r").rename_axis("turnover_id")


@pytest.fixture
def turnovers():
    return moves(
        ("d1", "2025-02-01", "2025-03-01", "2025-03-31", 304.0),
        ("d2", "2024-12-02", "2024-12-20", "2025-01-11", 304.0),
        ("d8", "2025-05-01", "2025-05-02", "2025-05-03", 304.0),
        ("d5", "2025-10-02", None, None, 304.0),
        ("d4", "2025-09-30", "2025-12-01", "2026-02-01", 304.0),
    )


@pytest.fixture
def counted(turnovers, dwellings):
    return flow_counts(turnovers, dwellings, pd.Index(["r", "none"], name="residence_id"), RULES, **YEAR)


def test_mobility_leaves_out_dwellings_of_less_than_a_year(counted):
    row = counted.loc["r"]
    assert (row["moves_in"], row["mobility_years"]) == (2, 6)


def test_turnover_counts_departures_of_all_managed_dwellings(counted):
    assert counted.loc["r", ["departures", "managed_years"]].tolist() == [4, 8]


def test_vacant_for_more_than_three_months_and_not_of_unknown_date(counted):
    row = counted.loc["r"]
    assert (row["vacant"], row["in_market"]) == (3, 7)
    assert (row["vacant_over_3m"], row["in_market_dated"], row["vacancy_dated"]) == (1, 6, 7)
    assert row["empty_works"] == 1


def test_day_of_vacancy_is_read_from_the_keys_where_the_dwelling_has_none(turnovers, dwellings):
    open_relet = moves(("d6", "2025-06-01", None, None, 304.0))
    index = pd.Index(["r"], name="residence_id")
    row = flow_counts(pd.concat([turnovers, open_relet]), dwellings, index, RULES, **YEAR).loc["r"]
    assert (row["vacant_over_3m"], row["in_market_dated"]) == (2, 7)


def test_residence_without_dwelling_has_unknown_flows(counted):
    assert counted.loc["none"].isna().all()


def test_rent_lost_is_days_of_the_period_at_a_thirtieth_of_the_rent(turnovers):
    lost = rent_lost(turnovers, **YEAR)
    assert lost["days"].tolist() == [58, 10, 2, 91, 93]
    assert lost["eur"].tolist() == [580, 100, 20, 910, 930]


def test_provisions_are_lost_with_the_rent(turnovers):
    lost = rent_lost(turnovers, provisions_eur_month=pd.Series({"d1": 30.4}), **YEAR)
    assert lost["eur"].iloc[0] == pytest.approx(58 * 11)


def test_unknown_rent_makes_the_loss_unknown(turnovers, dwellings):
    turnovers.loc[0, "rent_eur_month"] = None
    row = flow_counts(turnovers, dwellings, pd.Index(["r"], name="residence_id"), RULES, **YEAR).loc["r"]
    assert (row["relets"], row["relets_priced"]) == (5, 4)
    assert row[["rent_lost_eur", "rent_lost_years"]].isna().all()
    rents = dwellings.assign(rent_eur_month=608.0)
    row = flow_counts(turnovers, rents, pd.Index(["r"], name="residence_id"), RULES, **YEAR).loc["r"]
    assert row["rent_lost_eur"] == pytest.approx(2 * 580 + 100 + 20 + 910 + 930)


def test_stages_of_relets_keep_open_cases(turnovers):
    table = relet_times(turnovers, **YEAR)
    assert table.loc["relet", ["n", "open", "longest_days"]].tolist() == [4, 2, 93]
    assert table.loc["works", ["n", "open"]].tolist() == [4, 1]
    assert table.loc["idle", ["n", "open"]].tolist() == [3, 1]
    assert table.loc["relet", "median_days"] == 58
    assert pd.isna(table.loc["relet", "p90_days"])


def test_relet_without_works_is_no_case_of_the_works_stage():
    table = relet_times(moves(("d1", "2025-02-01", None, "2025-02-03", 1.0)), **YEAR)
    assert list(table.index) == ["relet"]


def test_relets_by_residence(turnovers):
    table = relet_times(turnovers, by="residence_id", **YEAR)
    assert table.loc[("r", "relet"), "n"] == 4


def test_mobility_has_an_interval_and_no_figure_for_the_year_its_register_begins(turnovers, dwellings):
    table = mobility_by_year(turnovers, dwellings, range(2024, 2026))
    assert table.loc[("all", 2025), ["moves_in", "mobility_years"]].tolist() == [2, 6]
    assert table.loc[("all", 2024), ["moves_in", "mobility_rate", "low"]].isna().all()
    assert table.loc[("all", 2025), "high"] == pytest.approx(7.225 / 6, abs=0.001)


def test_stock_is_flow_times_duration_in_a_steady_state():
    days = pd.date_range("2020-01-01", "2026-01-01", freq="5D")
    ids = [f"d{place % 100}" for place in range(len(days))]
    steady = moves(
        *[(i, day, day, day + pd.Timedelta(days=120), 1.0) for i, day in zip(ids, days, strict=True)]
    )
    steady["lease_start_on"] = steady["lease_start_on"].where(steady["lease_start_on"] < "2026-01-01")
    open_relets = steady[steady["lease_start_on"].isna()].set_index("dwelling_id")["keys_back_on"]
    stock = pd.DataFrame(index=pd.Index([f"d{place}" for place in range(100)], name="dwelling_id"))
    stock["vacant_since"] = open_relets.reindex(stock.index)
    stock["let_status"] = stock["vacant_since"].notna().map({True: "vacant_offered", False: "let"})
    check = stock_flow_check(steady, stock, RULES, on="2026-01-01")
    assert check.loc["vacancy", "counted"] == pytest.approx(0.24, abs=0.011)
    assert check.loc["vacancy", "implied"] == pytest.approx(0.24, abs=0.003)
    assert check.loc["vacancy", "over_period"] == pytest.approx(0.24, abs=0.003)
    assert check.loc["over_3m", "implied"] == pytest.approx(0.058, abs=0.002)
    assert check.loc["over_3m", "counted"] == pytest.approx(0.058, abs=0.012)


def test_heavy_works_are_told_apart_in_the_implied_vacancy(turnovers, dwellings):
    turnovers["works_class"] = ["heavy", "ordinary", "ordinary", "heavy", "ordinary"]
    check = stock_flow_check(turnovers, dwellings, RULES, **YEAR)
    assert check.loc["vacancy", "moves"] == 2
    assert check.loc["vacancy", "implied"] == pytest.approx((58 + 40) / (6 * 365))
    assert check.loc["vacancy", "implied_heavy"] == pytest.approx(58 / (6 * 365))
    assert check.loc["vacancy", "with_works"] == pytest.approx(4 / 8)
