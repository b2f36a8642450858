"""Layouts of the buildings that stand: cadastre (Etalab) and BD TOPO (IGN)."""

from data import ids
from data.schemas.cells import Choice, Id, Number, Text, Whole
from data.schemas.layout import Field, Layout
from data.schemas.public import MISSING

CADASTRE_FOOTPRINTS = Layout(
    name="cadastre_footprints",
    title="Buildings of the cadastre, Etalab",
    shape="surface",
    layer=r"^(?:cadastre-.*)?batiments?",
    missing=MISSING,
    repair_shapes=True,
    vertices=200_000,
    source="DGFiP, cadastre Etalab, GeoJSON by commune or department (Licence Ouverte 2.0)",
    note="Buildings have no number of their own: a commune's file replaces its buildings.",
    fields=(
        Field(
            "kind",
            Choice(("solid", "light"), {"01": "solid", "1": "solid", "02": "light", "2": "light"}),
            "01 solid, 02 light",
            ("type",),
            present=True,
        ),
        Field("insee", Id(ids.insee_code, "93048"), "commune", ("commune",), filled=True),
    ),
)

TOPO_FOOTPRINTS = Layout(
    name="topo_footprints",
    title="Buildings of BD TOPO",
    key=("footprint_id",),
    shape="surface",
    layer=r"batiment",
    missing=MISSING,
    repair_shapes=True,
    vertices=200_000,
    source="IGN, BD TOPO, theme Bâti (Licence Ouverte 2.0)",
    fields=(
        Field(
            "footprint_id",
            Text(40, example="BATIMENT0000000246025801"),
            "number of the building",
            ("id", "cleabs"),
            filled=True,
        ),
        Field(
            "dwellings",
            Whole(0, 5_000, example="12"),
            "dwellings",
            ("nb_logts", "nombre_de_logements"),
            lenient=True,
        ),
        Field("floors", Whole(0, 80, example="4"), "storeys", ("nb_etages", "nombre_d_etages"), lenient=True),
        Field(
            "height_m",
            Number(0, 400, "m", example="12.4"),
            "height, m",
            ("hauteur",),
            present=True,
        ),
        Field(
            "light",
            Text(10, example="Non"),
            "whether a light building",
            ("leger", "construction_legere"),
            lenient=True,
        ),
    ),
)
