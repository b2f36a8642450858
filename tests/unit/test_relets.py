"""Relets: the board puts the overdue first, a day costs its rent, thirty days less give what the identity says."""

import pandas as pd
import pytest

from geo.relets import board, overlapped, shorter, stage_costs

DATES = ["keys_back_on", "works_ordered_on", "works_accepted_on", "allocated_on", "lease_start_on"]
YEAR = {"on": "2026-01-01", "since": "2025-01-01"}


def register(*rows):
    table = pd.DataFrame(rows, columns=DATES).apply(pd.to_datetime)
    index = pd.Index([f"T{n}" for n in range(len(rows))], name="turnover_id")
    return table.set_axis(index, axis=0).assign(
        residence_id="R1", works_class="ordinary", rent_eur_month=304.0
    )


DONE = ("2025-01-01", "2025-01-06", "2025-02-05", "2025-02-15", "2025-03-02")


def test_open_relet_waits_for_its_next_milestone_since_the_last():
    table = board(register(DONE, ("2025-10-01", "2025-10-05", "2025-12-02", None, None)), on="2026-01-01")
    assert table[["stage", "days"]].to_numpy().tolist() == [["allocation", 30]]
    assert table["late_days"].iloc[0] == 20


def test_most_overdue_comes_first():
    late, later = ("2025-11-20", None, None, None, None), ("2025-10-01", None, None, None, None)
    assert board(register(DONE, late, later), on="2026-01-01").index.tolist() == ["T2", "T1"]


def test_rent_lost_is_shared_among_the_stages():
    costs = stage_costs(register(DONE), **YEAR)
    assert costs["mean_days"].tolist() == [5, 30, 10, 15]
    assert costs["eur"].sum() == pytest.approx(60 * 10)


def test_allocation_led_beside_works_spares_the_shorter_of_both():
    assert overlapped(register(DONE)).iloc[0] == pd.Timestamp("2025-02-20")


def test_allocation_done_before_works_end_changes_nothing():
    early = ("2025-01-01", "2025-01-06", "2025-02-05", "2025-01-15", "2025-02-10")
    assert overlapped(register(early)).iloc[0] == pd.Timestamp("2025-02-10")


def test_thirty_days_less_give_what_the_identity_predicts():
    table = register(*[DONE] * 570)
    sooner = table["lease_start_on"] - pd.Timedelta(days=30)
    told = shorter(table, sooner, dwellings=11_872, **YEAR)
    assert told.loc["gain", "dwelling_years"] == pytest.approx(570 * 30 / 365)
    assert told.loc["gain", "vacancy"] == pytest.approx(570 / 11_872 * 30 / 365)
    assert told.loc["gain", "rent_lost_eur"] == pytest.approx(570 * 30 * 304 / 30.4)
