"""Real public files come out with the figures that their producers' files hold."""

import pytest

from data.importers import lookup_of, read_file


@pytest.fixture(scope="module")
def bondy(shared):
    return shared / "real" / "bondy_93010"


@pytest.fixture(scope="module")
def parcels(bondy):
    return read_file("parcels", bondy / "cadastre-93010-parcelles-2025.json.gz")


@pytest.fixture(scope="module")
def zoning(bondy):
    return read_file("plu", bondy / "plui-200057875-20250624-bondy.gpkg")


@pytest.fixture(scope="module")
def cannes(shared):
    return read_file("rpls", shared / "real" / "cannes_06029" / "rpls-detail-06029-geolocalise.csv")


def sums_add_up(report):
    return report.rows == report.accepted + report.repaired + report.refused


def test_bondy_has_7124_parcels_in_2025_and_7053_in_2022(bondy, parcels):
    old = read_file("parcels", bondy / "cadastre-93010-parcelles-2022.json.gz")
    now, then = parcels.tables["parcels"], old.tables["parcels"]
    assert (len(now), len(then), parcels.report.compression) == (7124, 7053, "gzip")
    assert len(set(then["parcel_id"]) - set(now["parcel_id"])) == 49
    assert len(set(now["parcel_id"]) - set(then["parcel_id"])) == 120


def test_parcels_are_valid_outlines_in_lambert_93_near_their_registered_area(parcels):
    frame = parcels.tables["parcels"]
    assert frame.crs == "EPSG:2154"
    assert frame.is_valid.all()
    assert set(frame.geom_type) == {"MultiPolygon"}
    assert (frame.area / frame["area_m2"]).median() == pytest.approx(1, abs=0.01)
    assert parcels.report.warnings[0]["params"]["count"] == 161


def test_the_five_collections_are_reduced_and_the_point_and_the_line_refused(zoning):
    faults = [(fault["line"], fault["rule"]) for fault in zoning.report.faults]
    assert faults == [(119, "no_area"), (121, "no_area")]
    assert zoning.report.counts["collection_reduced"] == 5
    assert zoning.report.totals["zones"] == 158
    assert zoning.report.outcome == "reject-rows"
    assert sums_add_up(zoning.report)


def test_rules_come_from_columns_then_labels_and_disagreements_are_told(zoning):
    zones = zoning.tables["plu_zones"].drop_duplicates("label").set_index("label")
    assert zones.loc["UC48C16", ["alignment_code", "side_code", "footprint_class", "height_m"]].tolist() == [
        "4", "8", "C", 16.0]  # fmt: skip
    assert zones.loc["UC48C16", "rules_source"] == "both"
    assert (zones.loc["UR90C19", "height_m"], zones.loc["UR90C19", "rules_source"]) == (29.0, "columns")
    assert "29 in the column, 19 in the label" in zones.loc["UR90C19", "disagreement"]
    assert (zones.loc["UH74M10", "height_m"], zones.loc["UH74M10", "rules_source"]) == (10.0, "label")
    assert zones.loc["N", "rules_source"] == "none"
    told = {w["params"]["label"] for w in zoning.report.warnings if w["rule"] == "rules_disagree"}
    assert told == {"UR90C19", "UR190C19"}


def test_zones_know_their_commune_and_their_prescriptions_come_along(zoning):
    assert zoning.tables["plu_zones"]["insee_code"].unique().tolist() == ["93010"]
    shapes = zoning.tables["plu_prescriptions"]["shape"].value_counts().to_dict()
    assert shapes == {"surface": 799, "line": 511, "point": 25}
    assert zoning.tables["plu_zones"]["zone_id"].is_unique


def test_the_shapefile_with_rule_columns_gives_zones_and_rules(bondy):
    told = read_file("plu", bondy / "zone_urba_regles_2024.shp")
    assert told.report.totals["zones"] == 145
    assert told.report.totals["rules_source"] == {"both": 119, "none": 24, "columns": 2}


def test_a_plan_as_deposited_is_read_whole_in_2d_and_in_its_encoding(shared):
    told = read_file("plu", shared / "real" / "formats" / "plu_30014_20171013")
    assert (told.report.totals["zones"], told.report.totals["prescriptions"]) == (90, 77)
    assert told.report.encoding == "CP1252"
    assert not told.tables["plu_zones"].has_z.any()
    assert told.report.repaired == 167


def test_bondy_has_9605_social_dwellings_at_660_addresses_never_10862(bondy):
    told = read_file("rpls", bondy / "rpls-2022-adresses.gpkg")
    residences = told.tables["residences"]
    assert (int(residences["dwellings"].sum()), len(residences)) == (9605, 660)
    assert (told.report.rows, told.report.accepted, told.report.repaired) == (714, 660, 54)


def test_cannes_has_as_many_dwellings_as_rows_twins_included(cannes):
    dwellings = cannes.tables["dwellings"]
    assert (cannes.report.rows, len(dwellings), dwellings["dwelling_id"].nunique()) == (3588, 3588, 3588)
    assert set(dwellings["insee_code"]) == {"06029"}
    assert set(cannes.tables["residences"]["postcode"]) == {"06150", "06400"}
    assert sums_add_up(cannes.report)


def test_dwellings_without_a_point_are_counted_and_kept(cannes):
    assert cannes.report.totals["not_located"] == 1364
    warning = next(w for w in cannes.report.warnings if w["rule"] == "not_located")
    assert warning["params"]["count"] == 1364
    residences = cannes.tables["residences"]
    lost = residences["location"] == "none"
    assert residences.geometry[lost].isna().all()
    assert residences["dwellings"].sum() == 3588


def test_building_and_stairwell_come_from_columns_then_from_free_text(cannes):
    dwellings = cannes.tables["dwellings"].set_index("source_line")
    buildings = cannes.tables["buildings"].set_index("building_id")
    first = dwellings.loc[2]
    assert (buildings.loc[first["building_id"], "name"], first["stair"]) == ("0507B02", "05")
    assert "BAT 02 ESC 05" in first["raw_place"]
    assert dwellings["building_id"].isin(buildings.index).all()
    by = cannes.report.totals["building_by"]
    assert by["column"] + by["free_text"] + by["none"] == 3588
    assert cannes.report.totals["building_unknown"] == by["none"] < 1600


def test_dwellings_keep_what_the_register_says_and_leave_the_unknown_unknown(cannes):
    dwellings = cannes.tables["dwellings"]
    assert dwellings["dpe_class"].isna().sum() == 519
    assert (dwellings["dpe_date"].dt.year >= 2000).where(dwellings["dpe_date"].notna(), True).all()
    assert dwellings["financing_label"].value_counts()["HLM/O"] == 1251
    assert dwellings["rent_eur_month"].isna().all()
    assert dwellings["in_qpv"].sum() == 880


def test_the_raw_file_is_read_too_and_its_lost_letters_told(shared, cannes):
    told = read_file("rpls", shared / "real" / "cannes_06029" / "rpls-detail-06029-brut.csv")
    assert (told.report.separator, len(told.tables["dwellings"])) == (";", 3638)
    assert told.report.totals["not_located"] == 3638
    assert set(told.tables["dwellings"]["insee_code"]) == {"06029", "06030"}


def test_addresses_are_linked_to_the_nearest_parcel_and_most_lie_outside(bondy, parcels):
    known = lookup_of({"parcels": parcels.tables["parcels"].set_index("parcel_id")})
    told = read_file("addresses", bondy / "ban-adresses-93010.csv", store_lookup=known)
    classes = told.tables["addresses"]["parcel_confidence"].value_counts().to_dict()
    assert classes == {"near": 5262, "inside": 2954, "snapped": 196, "none": 1}
    assert told.report.totals["outside"] == 5459
    assert any(w["rule"] == "outside_parcels" and "5459 of 8413" in w["reason"] for w in told.report.warnings)


def test_addresses_misread_before_us_are_put_right(bondy):
    addresses = (
        read_file("addresses", bondy / "ban-adresses-93010.csv").tables["addresses"].set_index("address_id")
    )
    assert addresses.loc["93010_8110_00001", "label"] == "1 Allée Racine, 93140 Bondy"
    assert addresses.loc["93010_8110_00001", "search_key"] == "1 ALLEE RACINE 93140 BONDY"


def test_stations_count_once_an_interchange(shared):
    told = read_file("stations", shared / "real" / "idf" / "emplacement-des-gares-idf-2025.csv")
    stations = told.tables["stations"].set_index("station_id")
    assert (told.report.rows, len(stations)) == (1234, 992)
    assert stations.loc["463564", "lines"] == "METRO 1,METRO 5,METRO 8"
    assert stations.geometry.notna().all()


def test_legal_persons_are_read_with_their_groups(shared):
    told = read_file("owners", shared / "real" / "idf" / "parcelles-personnes-morales-93-2025-extrait.csv")
    owners = told.tables["owners"]
    assert (told.report.rows, told.report.accepted, owners["parcel_id"].nunique()) == (15220, 15220, 13729)
    assert told.report.totals["rows_by_group"]["5"] == 1660
    assert owners["parcel_id"].str.fullmatch(r"93\d{3}\d{3}[0-9A-Z]{2}\d{4}").all()
    assert owners["parcel_id"].str[8:10].eq("0A").any()


def test_each_layer_of_the_outlines_is_found_by_its_kind(bondy):
    found = {
        kind: read_file(kind, bondy / "contours.gpkg") for kind in ("communes", "iris", "qpv", "sectors")
    }
    assert {kind: told.report.good for kind, told in found.items()} == {
        "communes": 9, "iris": 20, "qpv": 3, "sectors": 8}  # fmt: skip
    assert found["sectors"].report.layers == ["secteurs_bailleurs"]
    assert "QP093012" in set(found["qpv"].tables["qpv"]["qpv_id"])


def test_the_abc_list_completes_the_communes_in_the_store(bondy, shared):
    communes = read_file("communes", bondy / "contours.gpkg").tables["communes"]
    known = lookup_of({"communes": communes.set_index("insee_code").assign(abc_zone=None)})
    told = read_file("communes", shared / "real" / "idf" / "zonage-abc-2024-07-05.csv", store_lookup=known)
    zones = told.tables["communes"].set_index("insee_code")["abc_zone"]
    assert (zones["93048"], zones["93010"]) == ("Abis", "A")
