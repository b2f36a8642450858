"""The real commune of Bondy as frames, read straight from the published files."""

from pathlib import Path

import geopandas as gpd
import pandas as pd

from planning.sites import SiteBlock

CODES = {"Emprise": "footprint_class", "Align_voie": "alignment_code", "Limites": "side_code"}
PARCELS = 7124


def block(real: Path) -> SiteBlock:
    """All that is known of Bondy's sites; its owners are not in the published extract."""
    return SiteBlock(parcels(real), zones(real), prescriptions(real), stations(real), districts(real))


def parcels(real: Path) -> gpd.GeoDataFrame:
    """The 7,124 parcels of 2025, indexed by ``parcel_id``."""
    path = real / "bondy_93010" / "cadastre-93010-parcelles-2025.json.gz"
    frame = gpd.read_file(f"/vsigzip/{path}").to_crs("EPSG:2154")
    names = {"id": "parcel_id", "commune": "insee_code", "numero": "number", "contenance": "area_m2"}
    frame = frame.rename(columns=names)
    return frame[["parcel_id", "insee_code", "section", "number", "area_m2", "geometry"]].set_index(
        "parcel_id"
    )


def zones(real: Path) -> gpd.GeoDataFrame:
    """The PLUi zones of 2025 with their rule columns, as in the table ``plu_zones``."""
    frame = gpd.read_file(_plu(real), layer="ZONE_URBA_REGLES").rename(columns=CODES)
    frame = frame.rename(columns={"LIBELLE": "label", "LIBELONG": "label_long", "TYPEZONE": "zone_type"})
    height = pd.to_numeric(frame["Hauteur"], errors="coerce")
    columns = ["label", "label_long", "zone_type", *CODES.values(), "geometry"]
    return frame[columns].assign(height_m=height, rules_source="columns")


def prescriptions(real: Path) -> gpd.GeoDataFrame:
    """Surfaces, lines and points of the PLUi of 2025, as in the table ``plu_prescriptions``."""
    layers = [gpd.read_file(_plu(real), layer=f"PRESCRIPTION_{shape}") for shape in ("SURF", "LIN", "PCT")]
    frame = pd.concat(layers, ignore_index=True)
    return frame.rename(columns={"LIBELLE": "label", "TYPEPSC": "type_code", "STYPEPSC": "subtype_code"})


def stations(real: Path) -> gpd.GeoDataFrame:
    """Rail, metro and tram stations of the region, once an interchange."""
    rows = pd.read_csv(real / "idf" / "emplacement-des-gares-idf-2025.csv", sep=";", encoding="utf-8-sig")
    rows = rows.drop_duplicates("id_ref_zdc").set_index("id_ref_zdc").rename_axis("station_id")
    points = gpd.points_from_xy(rows["x"], rows["y"])
    return gpd.GeoDataFrame({"name": rows["nom_gares"]}, geometry=points, crs="EPSG:2154")


def districts(real: Path) -> gpd.GeoDataFrame:
    """The priority districts of 2024."""
    frame = gpd.read_file(real / "bondy_93010" / "contours.gpkg", layer="qpv_2024")
    return frame.rename(columns={"C_NQPV": "qpv_id", "L_NQPV": "name"}).set_index("qpv_id")


def _plu(real: Path) -> Path:
    return real / "bondy_93010" / "plui-200057875-20250624-bondy.gpkg"
