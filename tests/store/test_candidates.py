"""Followed sites: versions, the lock, the history; outlines drawn; weights and rankings kept."""

from dataclasses import replace

import pandas as pd
import pytest
from shapely import Polygon, box

from views.jobs import candidates as job

SITE = "93048000AA0001"


def test_a_site_is_followed_with_its_status_notes_and_history(store):
    first = job.save(store, job.begin(SITE, "Rue des Lilas", form="townhouse"), "Anne")
    job.save(store, replace(first, status="studied", notes="vu le 3"), "Paul")
    assert job.of_site(store, SITE).status == "studied"
    assert job.history(store, first.candidate_id)["made_by"].tolist() == ["Paul", "Anne"]


def test_a_followed_site_remembers_its_question_in_each_version(store):
    first = job.save(store, job.begin(SITE, "Lilas", form="townhouse", public="ownership"), "Anne")
    job.save(store, replace(first, public="elderly", form="small_collective"), "Paul")
    now = job.followed(store).iloc[0]
    assert (now["form"], now["public"], now["tenure"]) == ("small_collective", "elderly", "rental")
    before = job.history(store, first.candidate_id).iloc[-1]
    assert (before["form"], before["public"], before["tenure"]) == ("townhouse", "ownership", "ownership")
    assert job.of_site(store, SITE).public == "elderly"


def test_a_site_followed_before_the_public_was_kept_has_none(store):
    first = job.save(store, job.begin(SITE, "Lilas", form="townhouse"), "Anne")
    old = store.read("candidate_versions").assign(
        content='{"known": {}, "form": "townhouse", "run_id": null}'
    )
    store.write("candidate_versions", old)
    told = job.followed(store).loc[first.candidate_id]
    assert told["form"] == "townhouse"
    assert told[["public", "tenure"]].isna().all()


def test_of_two_writers_of_one_version_the_second_is_refused_and_told(store):
    base = job.save(store, job.begin(SITE, "Lilas"), "Anne")
    job.save(store, replace(base, status="negotiating"), "Anne")
    with pytest.raises(job.CandidateConflict) as rival:
        job.save(store, replace(base, status="dropped"), "Paul")
    assert rival.value.theirs["status"] == "negotiating"
    assert job.of_site(store, SITE).status == "negotiating"


def test_a_site_is_followed_once(store):
    job.save(store, job.begin(SITE, "Lilas"), "Anne")
    with pytest.raises(job.CandidateConflict):
        job.save(store, job.begin(SITE, "Encore"), "Paul")


@pytest.mark.parametrize(
    "wrong", [{"status": "sold"}, {"known": {"land_price_eur": -1.0}}, {"known": {"x": 1.0}}]
)
def test_a_wrong_status_or_figure_is_refused_and_nothing_is_kept(store, wrong):
    with pytest.raises(job.CandidateError):
        job.save(store, replace(job.begin(SITE, "Lilas"), **wrong), None)
    assert job.candidates(store).empty


def test_an_outline_drawn_is_kept_with_a_key_of_its_own(store):
    one, two = (
        job.keep_drawing(store, box(650_000 + x, 6_860_000, 650_030 + x, 6_860_030), "Parking", None)
        for x in (0, 100)
    )
    assert (one, two) == ("D0000001", "D0000002")
    assert store.read("drawn_sites").area.tolist() == [900, 900]


@pytest.mark.parametrize(
    "shape",
    [box(0, 0, 2, 2), box(0, 0, 1000, 1000), Polygon([(0, 0), (40, 40), (40, 0), (0, 40)]), Polygon()],
)
def test_an_outline_that_is_no_site_is_refused(store, shape):
    with pytest.raises(job.CandidateError):
        job.keep_drawing(store, shape, "Parking", None)


def test_a_ranking_is_kept_once_under_its_hash(store):
    best = pd.DataFrame({"score": [0.8]}, index=[SITE])
    said = {"form": "townhouse", "public": "family", "parameters": "abc", "best": best, "sites": 3}
    kept = [job.keep_run(store, "f00d", weights={"R1": 1.0}, points={}, who=None, **said) for _ in range(2)]
    assert kept == [True, False]
    assert store.count("ranking_runs") == 1


def test_weights_are_found_again_by_form_and_public(store):
    job.keep_weights(store, "Ville", "townhouse", "family", {"R": 20.0}, {}, "Anne")
    assert job.kept_weights(store, "townhouse", "family")["name"].tolist() == ["Ville"]
    assert job.kept_weights(store, "townhouse", "elderly").empty
