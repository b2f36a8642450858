"""The real commune of Bondy as frames, for the bench: read straight from the published files."""

from pathlib import Path

import geopandas as gpd
import pandas as pd

CODES = {"Emprise": "footprint_class", "Align_voie": "alignment_code", "Limites": "side_code"}


def parcels(folder: Path) -> gpd.GeoDataFrame:
    """The 7,124 parcels of 2025 in EPSG:2154, indexed by ``parcel_id``."""
    path = folder / "bondy_93010" / "cadastre-93010-parcelles-2025.json.gz"
    frame = gpd.read_file(f"/vsigzip/{path}").to_crs("EPSG:2154")
    names = {"id": "parcel_id", "commune": "insee_code", "numero": "number", "contenance": "area_m2"}
    frame = frame.rename(columns=names)
    return frame[["parcel_id", "insee_code", "section", "number", "area_m2", "geometry"]].set_index(
        "parcel_id"
    )


def zones(folder: Path) -> gpd.GeoDataFrame:
    """The PLUi zones of 2025 with their rule columns, as in the table ``plu_zones``."""
    path = folder / "bondy_93010" / "plui-200057875-20250624-bondy.gpkg"
    frame = gpd.read_file(path, layer="ZONE_URBA_REGLES").rename(columns=CODES)
    frame = frame.rename(columns={"LIBELLE": "label", "LIBELONG": "label_long", "TYPEZONE": "zone_type"})
    height = pd.to_numeric(frame["Hauteur"], errors="coerce")
    columns = ["label", "label_long", "zone_type", *CODES.values(), "geometry"]
    return frame[columns].assign(height_m=height, rules_source="columns")


def prescriptions(folder: Path) -> gpd.GeoDataFrame:
    """Surfaces, lines and points of the PLUi of 2025, as in the table ``plu_prescriptions``."""
    path = folder / "bondy_93010" / "plui-200057875-20250624-bondy.gpkg"
    layers = [gpd.read_file(path, layer=f"PRESCRIPTION_{shape}") for shape in ("SURF", "LIN", "PCT")]
    frame = pd.concat(layers, ignore_index=True)
    return frame.rename(columns={"LIBELLE": "label", "TYPEPSC": "type_code", "STYPEPSC": "subtype_code"})
