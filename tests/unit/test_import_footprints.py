"""Buildings of the cadastre and of BD TOPO: numbered, replaced by commune, unknown storeys kept unknown."""

import json

import pytest

from data.importers import Options, run


def cadastre(path, *squares, commune="93048"):
    """Write buildings of the cadastre as squares of 0.0001 degree at (lon, lat, type)."""
    features = [
        {
            "type": "Feature",
            "properties": {"type": kind, "commune": commune},
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [[lon, lat], [lon + d, lat], [lon + d, lat + d], [lon, lat + d], [lon, lat]]
                    for d in [0.0001]
                ],
            },
        }
        for lon, lat, kind in squares
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_buildings_of_the_cadastre_are_numbered_by_place(store, tmp_path):
    file = cadastre(tmp_path / "b.geojson", (2.44, 48.86, "01"), (2.45, 48.86, "02"))
    report = run(store, "footprints", file)
    assert (report.written, report.totals["buildings"]) == (True, 2)
    assert sorted(store.read("footprints")["kind"]) == ["light", "solid"]
    assert not run(store, "footprints", file).changes.any


def test_a_file_replaces_the_buildings_of_its_commune_only(store, tmp_path):
    run(store, "footprints", cadastre(tmp_path / "a.geojson", (2.44, 48.86, "01"), (2.45, 48.86, "01")))
    run(store, "footprints", cadastre(tmp_path / "b.geojson", (2.50, 48.90, "01"), commune="93010"))
    again = [(2.44, 48.86, "01"), (2.46, 48.86, "01"), (2.47, 48.86, "01")]
    run(store, "footprints", cadastre(tmp_path / "c.geojson", *again), options=Options(accept_removals=True))
    assert store.count("footprints", {"insee_code": "93048"}) == 3
    assert store.count("footprints", {"insee_code": "93010"}) == 1


def test_a_kind_of_building_that_nobody_knows_is_refused(store, tmp_path):
    report = run(store, "footprints", cadastre(tmp_path / "b.geojson", (2.44, 48.86, "07")))
    assert [fault["rule"] for fault in report.faults] == ["not_in_list"]


@pytest.mark.filterwarnings("error")
def test_the_real_extract_of_bd_topo_keeps_unknown_storeys_unknown(store, shared):
    report = run(store, "footprints", shared / "real" / "bondy_93010" / "bdtopo-batiments-extrait.gpkg")
    buildings = store.read("footprints")
    assert (report.rows, len(buildings)) == (467, 467)
    assert (int(buildings["dwellings"].isna().sum()), int(buildings["height_m"].isna().sum())) == (152, 8)
