"""What stands around the stock: permits, former industry, brownfields, amenities, certificates, from public files."""

import json

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from data.importers import KINDS, lookup_of, read_file, run
from data.schemas import template

BPE = (
    "AN;NOMRS;DEPCOM;DCIRIS;TYPEQU;LAMBERT_X;LAMBERT_Y;QUALITE_XY;CAPACITE\n"
    "2023;;93048;930480101;D307;657900.5;6862000.2;Bonne;\n"
    "2023;;93048;930480101;D307;657900.5;6862000.2;Bonne;\n"
    "2023;COLLEGE;93048;_Z;C201;;;_U;\n"
    "2023;;2A004;2A0040101;Z999;;;Mauvaise;\n"
)
DPE = (
    "numero_dpe,date_etablissement_dpe,numero_dpe_remplace,type_batiment,etiquette_dpe,etiquette_ges,"
    "conso_5_usages_par_m2_ep,annee_construction,surface_habitable_logement,identifiant_ban,code_insee_ban,"
    "coordonnee_cartographique_x_ban,coordonnee_cartographique_y_ban\n"
    "2193E0000001A,2021-08-02,,appartement,E,D,301.2,1962,58.4,93048_6238_00012,93048,657900.5,6862000.2\n"
    "2493E0000002B,2024-03-04,2193E0000001A,appartement,D,D,240.0,1962,58.4,,93048,,\n"
    "2493E0000003C,2024-03-04,,immeuble,H,D,240.0,0,,,93048,,\n"
)
OLD_DPE = (
    'N°DPE,Etiquette_DPE,Conso_5_usages/m²_é_finale,Identifiant__BAN,_geopoint\n2193E1,C,98,,"48.86,2.44"\n'
)


@pytest.fixture
def file(tmp_path):
    def write(text, name="file.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def sitadel(shared):
    return shared / "real" / "montreuil_93048" / "sitadel-logements-93048-extrait.csv"


def test_permits_of_montreuil_are_read_with_their_parcels(sitadel):
    permits = read_file("permits", sitadel).tables["permits"].set_index("permit_id")
    beausse = permits.loc["PC-09304812B0206"]
    assert (beausse["dwellings"], beausse["living_area_m2"], beausse["land_area_m2"]) == (42, 2615, 1128)
    assert beausse["parcels"] == "930480000U0178,930480000U0016"
    assert permits["floors"].isna().all(), "0 levels are not given, not a building without floors"


def test_a_permit_stands_on_the_first_of_its_parcels_that_is_known(sitadel):
    land = gpd.GeoDataFrame(
        {"parcel_id": ["930480000U0016"]}, geometry=[box(657_900, 6_862_000, 657_910, 6_862_010)], crs=2154
    ).set_index("parcel_id")
    result = read_file("permits", sitadel, store_lookup=lookup_of({"parcels": land}))
    permits = result.tables["permits"].set_index("permit_id")
    assert permits.geometry["PC-09304812B0206"].within(land.geometry.iloc[0])
    assert result.report.totals["not_located"] == len(permits) - 1


def test_the_same_permit_twice_is_refused_the_second_time(file, sitadel):
    text = sitadel.read_text(encoding="utf-8")
    report = read_file("permits", file(text + text.splitlines()[-1] + "\n")).report
    assert [(f["rule"], f["line"]) for f in report.faults] == [("repeated_id", 7)]


def test_labels_over_the_header_of_sitadel_are_skipped(file, sitadel):
    text = sitadel.read_text(encoding="utf-8")
    labels = ";".join(f"Libellé {n}" for n in range(94))
    assert read_file("permits", file(f"{labels}\n{text}")).report.good == 5


def test_an_applicant_without_siren_is_left_out(file):
    text = "TYPE_DAU;NUM_DAU;COMM;DENOM_DEM;SIREN_DEM;NB_LGT_TOT_CREES\nPC;1;93048;Jeanne D;;1\n"
    assert read_file("permits", file(text)).tables["permits"]["applicant"].isna().all()


def test_former_industry_of_bondy_is_located_with_its_precision(shared):
    result = read_file("risks", shared / "real" / "bondy_93010" / "basias-2023-08.geojson")
    risks = result.tables["risks"]
    assert result.report.totals == {"sites": 59, "not_located": 0, "ended": 41, "active": 17, "unknown": 1}
    assert risks["located_by"].value_counts().to_dict() == {"number": 50, "street": 8, "unknown": 1}
    assert set(risks.geometry.geom_type) == {"Point"}


def test_casias_as_its_interface_gives_it_goes_by_the_number_that_each_site_has(file):
    text = (
        "identifiant_ssp,identifiant_casias,nom_etablissement,code_insee,statut,longitude,latitude\n"
        "SSP4037996,,Fonderie,93010,En arrêt,2.4945,48.9028\n"
    )
    site = read_file("risks", file(text)).tables["risks"].iloc[0]
    assert (site["risk_id"], site["register"], site["state"]) == ("SSP4037996", "casias", "ended")


def test_casias_as_a_table_is_located_by_its_columns(file):
    text = "identifiant_casias;nom_etablissement;code_insee;longitude;latitude\nSSP1;GODIN;93010;2.4945;48.9028\n"
    risks = read_file("risks", file(text)).tables["risks"]
    assert risks["register"].tolist() == ["casias"]
    assert risks.geometry.iloc[0].distance(gpd.points_from_xy([662_940], [6_867_090])[0]) < 1_000


def test_a_brownfield_of_the_standard_keeps_its_parcels_and_says_that_its_point_is_swapped(shared):
    result = read_file("brownfields", shared / "real" / "formats" / "cnig-friches-fichier-valide.csv")
    site = result.tables["brownfields"].iloc[0]
    assert (site["land_area_m2"], site["buildings"], site["soil"]) == (16750, 2, "pollution avérée")
    assert "looks_swapped" in result.report.counts
    assert result.tables["brownfields"].geometry.isna().all()


def test_a_brownfield_is_drawn_by_its_outline_before_its_point(file):
    square = "POLYGON((2.48 48.90, 2.49 48.90, 2.49 48.91, 2.48 48.91, 2.48 48.90))"
    row = f'F1,friche sans projet,inconnu,POINT(2.48 48.9),"{square}"'
    text = f"site_id,site_statut,bati_nombre,geompoint,geomsurf\n{row}\n"
    site = read_file("brownfields", file(text)).tables["brownfields"].iloc[0]
    assert site.geometry.geom_type == "MultiPolygon"
    assert pd.isna(site["buildings"])


def test_amenities_of_the_national_list_keep_twins_and_unknown_codes_are_left_out(file):
    result = read_file("amenities", file(BPE))
    amenities = result.tables["amenities"]
    assert amenities["kind"].tolist() == ["pharmacy", "pharmacy", "secondary_school"]
    assert amenities["amenity_id"].is_unique
    assert result.report.counts["no_amenity"] == 1
    assert amenities.geometry.isna().tolist() == [False, False, True]


def test_amenities_of_the_list_of_2024_say_what_they_lack_by_marks(file):
    text = (
        "NOMRS;DEPCOM;TYPEQU;CAPACITE;LAMBERT_X;LAMBERT_Y;LONGITUDE;LATITUDE;QUALITE_XY;EPSG\n"
        "LYCEE;93048;C301;_Z;_Z;_Z;_Z;_Z;_U;_Z\n"
        "PHARMACIE;93048;D307;_Z;_U;_U;2.4412;48.8601;B;2154\n"
    )
    result = read_file("amenities", file(text))
    amenities = result.tables["amenities"].set_index("name")
    assert amenities["quality"].to_dict() == {"LYCEE": "unknown", "PHARMACIE": "good"}
    assert amenities.geometry.isna().to_dict() == {"LYCEE": True, "PHARMACIE": False}
    assert "unreadable_optional" not in result.report.counts


def test_amenities_of_openstreetmap_are_points_by_their_tags(file):
    def feature(name, geometry, **tags):
        return {"type": "Feature", "properties": {"@id": name, **tags}, "geometry": geometry}

    ring = [[2.44, 48.86], [2.45, 48.86], [2.45, 48.87], [2.44, 48.86]]
    yard = [[2.44, 48.86], [2.4402, 48.86], [2.4402, 48.8602], [2.44, 48.86]]
    features = [
        feature("way/1", {"type": "Polygon", "coordinates": [ring]}, leisure="park"),
        feature("way/4", {"type": "Polygon", "coordinates": [yard]}, leisure="park"),
        feature("node/2", {"type": "Point", "coordinates": [2.44, 48.86]}, shop="books"),
        feature("node/3", {"type": "Point", "coordinates": [2.44, 48.86]}, amenity="bench"),
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    amenities = read_file("amenities", file(text, "osm.geojson")).tables["amenities"]
    kinds = {"osm-way/1": "park", "osm-way/4": "garden", "osm-node/2": "shop"}
    assert amenities.set_index("amenity_id")["kind"].to_dict() == kinds, "under half a hectare is no park"
    assert set(amenities.geometry.geom_type) == {"Point"}


def test_a_replaced_certificate_is_marked_and_an_impossible_class_refused(file):
    result = read_file("dpe", file(DPE))
    assert result.tables["dpe"].set_index("dpe_id")["replaced"].to_dict() == {
        "2193E0000001A": True,
        "2493E0000002B": False,
    }
    assert [(f["rule"], f["value"]) for f in result.report.faults] == [("not_in_list", "H")]


def test_certificates_under_their_former_column_names_are_read(file):
    dpe = read_file("dpe", file(OLD_DPE)).tables["dpe"].iloc[0]
    assert (dpe["dpe_class"], dpe["ef_kwh_m2"]) == ("C", 98)
    assert dpe.geometry is not None


@pytest.mark.parametrize("kind", ["permits", "risks", "brownfields", "amenities", "dpe"])
def test_the_template_of_each_kind_is_a_file_it_reads_and_writes(store, file, kind):
    report = run(store, kind, file(template(KINDS[kind].layouts[0])))
    assert (report.written, report.changes.added) == (True, 1)
    assert not run(store, kind, file(template(KINDS[kind].layouts[0]))).changes.any
