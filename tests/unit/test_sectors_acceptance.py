"""The shared town: balanced, contiguous, near and neat, with a proven gap, at a fixed effort and no clock."""

import json

import pytest

from planning.territory import Effort, measure, solve
from tests.towns import public_cut, shared_town

PATIENT = 600.0


def test_600_residences_6_agencies_5_percent(shared):
    town = shared_town(shared / "cases" / "sectors")
    best = solve(town, effort=Effort(3, 12, 600_000, 9), seconds=PATIENT)
    assert best.figures.valid
    assert best.gap_pct <= 1
    assert best.figures.mean_distance_m <= 523
    assert best.figures.border_km <= 10.7


def test_600_residences_6_agencies_2_percent(shared):
    town = shared_town(shared / "cases" / "sectors", tolerance=0.02)
    best = solve(town, effort=Effort(3, 12, 600_000, 9), seconds=PATIENT)
    assert best.figures.valid
    assert best.gap_pct <= 1


def test_1500_residences_12_agencies_5_percent(shared):
    town = shared_town(shared / "cases" / "sectors", size="_1500")
    best = solve(town, effort=Effort(2, 8, 1_500_000, 0), seconds=PATIENT)
    assert best.figures.valid
    assert best.gap_pct <= 1


@pytest.mark.parametrize("name", ["NM-county", "NE-county", "AR-county"])
def test_fewest_cut_edges_on_county_graphs(shared, name):
    cases = json.loads((shared / "cases" / "sectors" / "cutedges.json").read_text())["instances"]
    problem = public_cut(cases[name])
    best = solve(problem, effort=Effort(2, 16, 300_000, 0), seconds=PATIENT)
    assert best.figures.valid
    assert best.figures.cut_edges == cases[name]["best"]


def test_todays_plan_is_what_the_cases_say(shared):
    town = shared_town(shared / "cases" / "sectors")
    today = measure(town, town.current)
    assert (round(today.mean_distance_m, 1), round(today.border_km, 2), today.cut_edges) == (
        466.2,
        12.31,
        132,
    )
    assert today.max_deviation_pct == pytest.approx(40.95, abs=0.01)
