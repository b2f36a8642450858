"""A town's rule book: what is refused, what the engine does with it, how its versions are kept."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from shapely import box

from data.store import open_store
from planning.sites import SiteBlock, explain_site
from planning.zoning.rulebook import COLUMNS, KINDS, RuleBookError, blank, checked, to_csv
from tests.lots import MIDDLE, NORTHING, frame, parameters, row_of_lots, zone
from views.jobs import land, rulebook


def book(*rules: dict) -> pd.DataFrame:
    base = {
        "zone_label": "UC00A16",
        "band": "all",
        "edge": "any",
        "confidence": "read",
        "article": "UC 10",
        "page": "12",
    }
    return checked(pd.DataFrame([base | rule for rule in rules], columns=COLUMNS))


def explained(*rules: dict, lots=None):
    block = SiteBlock(row_of_lots() if lots is None else lots, zone(), rule_book=book(*rules))
    return explain_site(block, MIDDLE, parameters())


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ({"rule": "heigth", "value": 10}, "`rule`: not one of"),
        ({"rule": "setback", "value": 4}, "`edge`: a setback needs its edge"),
        ({"rule": "footprint", "value": 40}, "`value`: out of bounds"),
        ({"rule": "height", "value": "ten"}, "`value`: not a number"),
        ({"rule": "height", "value": 10, "confidence": "sure"}, "`confidence`: not one of"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_line(rule, fault):
    with pytest.raises(RuleBookError, match=f"line 2: {fault}"):
        book(rule)


def test_one_rule_told_twice_is_refused():
    with pytest.raises(RuleBookError, match="line 3: `rule`: the same rule"):
        book({"rule": "height", "value": 10}, {"rule": "height", "value": 12})


def test_the_engine_reads_the_book_before_the_label_and_cites_it():
    rules = json.loads(explained({"rule": "height", "value": 9.0}).site["rules"])
    assert rules["height"]["value"] == 9
    assert "art. UC 10" in rules["height"]["source"]
    assert rules["footprint"]["status"] == "assumed"


def test_a_rule_without_value_is_unknown_and_nothing_is_promised():
    assert explained({"rule": "height", "value": np.nan}).site["reason"] == "rule_unknown"


def test_a_setback_that_follows_the_height_lets_a_lower_building_stand_nearer():
    """Half the height: at 16 m the rear keeps 8 of 18 m, too shallow for 11; four storeys, 11.2 m, keep 5.6."""
    rear = {"rule": "setback", "edge": "rear", "value": 3, "height_share": 0.5}
    lots = row_of_lots(30, 18)
    collective = explained(rear, lots=lots).results.set_index("form").loc["small_collective"]
    assert (collective["fits"], collective["floors"]) == (True, 4)


def test_the_prospect_bounds_the_height_by_the_width_of_the_street():
    """None across in 40 m, no setback, k = -30: H <= 10 m."""
    floors = explained({"rule": "prospect", "value": -30}).results.set_index("form")["floors"]
    assert floors["small_collective"] == 3


def test_a_second_band_opens_the_land_behind_at_its_own_height():
    deep = row_of_lots(40, 90)
    first = {"rule": "band", "value": 16}
    alone = explained(first, lots=deep).results.set_index("form")["dwellings"]
    both = explained(first, {"rule": "height", "band": "2", "value": 7}, lots=deep).results.set_index("form")[
        "dwellings"
    ]
    assert both["townhouse"] > alone["townhouse"]
    assert both["small_collective"] == alone["small_collective"]


def test_the_plan_s_parking_counts_up_to_the_legal_cap():
    asked = [explained({"rule": "parking", "value": value}).results.set_index("form") for value in (0.5, 3)]
    places = [table.loc["small_collective", ["parking_places", "dwellings"]].astype(int) for table in asked]
    assert places[0]["parking_places"] == places[0]["dwellings"] // 2
    assert places[1]["parking_places"] == places[1]["dwellings"]


def test_where_the_plan_asks_for_the_street_line_the_front_stands_on_it():
    back = explained({"rule": "setback", "edge": "street", "value": 6})
    line = explained({"rule": "setback", "edge": "street", "value": 6}, {"rule": "alignment", "value": 1})
    away_m = [found.footprints.geometry.iloc[0].bounds[1] - NORTHING for found in (back, line)]
    assert away_m == pytest.approx([6, 0], abs=0.1)
    assert line.results["fits"].any()


def test_a_form_that_fits_behind_the_street_line_alone_is_refused_for_it():
    wood = frame({0: box(-10, -1, 100, 3)}, type_code="01", subtype_code="00", label="EBC", source=None)
    block = SiteBlock(row_of_lots(), zone(), wood, rule_book=book({"rule": "alignment", "value": 1}))
    results = explain_site(block, MIDDLE, parameters()).results
    assert set(results["reason"]) == {"alignment"}
    free = explain_site(replace(block, rule_book=None), MIDDLE, parameters()).results
    assert free["fits"].any()


def test_a_blank_book_has_every_rule_unknown():
    rows = blank(["UC00A16"])
    assert set(rows["rule"]) == set(KINDS)
    assert set(checked(rows)["confidence"]) == {"unknown"}


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path / "ilot.duckdb")
    yield opened
    opened.close()


def test_versions_are_kept_and_the_second_writer_of_one_is_refused(store):
    rows = book({"rule": "height", "value": 9.0})
    assert rulebook.write_book(store, "PLUi", rows, base_version=0) == 1
    assert rulebook.write_book(store, "PLUi", rows.assign(value=12.0), base_version=1) == 2
    with pytest.raises(rulebook.BookChanged, match="version 2"):
        rulebook.write_book(store, "PLUi", rows, base_version=1)
    assert rulebook.read_book(store)["value"].tolist() == [12]
    assert rulebook.read_book(store, "PLUi", version=1)["value"].tolist() == [9]


def test_a_book_comes_back_from_its_csv(store, tmp_path):
    rows = book({"rule": "height", "value": 9.0}, {"rule": "setback", "edge": "side", "value": 3})
    rulebook.write_book(store, "PLUi", rows, base_version=0)
    file = tmp_path / "book.csv"
    file.write_text(rulebook.export_book(store), encoding="utf-8")
    again = checked(pd.read_csv(file, dtype={"page": str, "band": str}))
    assert again[["rule", "edge", "value"]].equals(rows[["rule", "edge", "value"]])
    assert "Retrait" in to_csv(rows)


def test_an_edge_set_by_somebody_lasts_and_is_honoured(store):
    lots = row_of_lots().assign(section="AA", number="1")
    store.write("parcels", lots)
    store.write("plu_zones", zone().assign(document="PLUi").rename_axis("zone_id").rename(index=str))
    edges = land.site_job.explain(store, MIDDLE).edges
    street = edges.loc[edges["kind"] == "street", "edge_key"].iloc[0]
    land.set_edge(store, MIDDLE, street, setback_m=6.0, note="read on the plan")
    edges = land.site_job.explain(store, MIDDLE).edges
    assert edges.loc[edges["edge_key"] == street, "setback_m"].tolist() == [6]
    with pytest.raises(RuleBookError, match="no edge"):
        land.set_edge(store, MIDDLE, "1.0 1.0", setback_m=6.0)
    changed = land.clear_edges(store, MIDDLE)
    assert changed.loc["small_collective", "after"] >= changed.loc["small_collective", "before"]
    assert land.edges_set(store, MIDDLE).empty


def test_no_book_changes_nothing():
    block = SiteBlock(row_of_lots(), zone())
    plain = explain_site(block, MIDDLE, parameters()).results
    empty = explain_site(replace(block, rule_book=book()), MIDDLE, parameters()).results
    assert plain.equals(empty)
