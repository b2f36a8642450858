"""Layout of the squares of 200 m: households and social dwellings, each square known by its code."""

from data.ids import square_code
from data.schemas.cells import Flag, Id, Number, Text
from data.schemas.layout import Field, Layout
from data.schemas.public import MISSING

GRID_CRS = "EPSG:3035"


def corner_of(code: str) -> tuple[int, int]:
    """South-west corner of a square, x and y in EPSG:3035, metres."""
    north, east = code.removeprefix("CRS3035RES200mN").split("E")
    return int(east), int(north)


_FIELDS = (
    Field(
        "square_id",
        Id(square_code, "CRS3035RES200mN2891800E3770600"),
        "code of the square of 200 m",
        ("idcar_200m", "idinspire"),
        filled=True,
    ),
    Field(
        "insee_codes",
        Text(100, example="9301093064"),
        "communes it touches, one after another",
        ("lcog_geo",),
    ),
    Field("households", Number(0, 1e5, example="142"), "households", ("men",), present=True),
    Field("social", Number(0, 1e5, example="52"), "social dwellings", ("log_soc",), present=True),
    Field(
        "imputed", Flag("0"), "1 where the figures are estimated, for secrecy", ("i_est_200",), lenient=True
    ),
)
_INSEE = "INSEE, Filosofi, données carroyées, squares of 200 m (Licence Ouverte 2.0)"

SQUARES = Layout(
    name="squares",
    title="Squares of 200 m (INSEE Filosofi)",
    key=("square_id",),
    missing=MISSING,
    source=_INSEE,
    note="A square without inhabitants is not in the file. Counts are of the whole square, drawn from its code.",
    fields=_FIELDS,
)
DRAWN_SQUARES = Layout(
    name="drawn_squares",
    title="Squares of 200 m (INSEE Filosofi), as a map layer",
    key=("square_id",),
    shape="surface",
    layer=r".",
    missing=MISSING,
    repair_shapes=True,
    source=_INSEE,
    note="The outlines of the layer, often cut at the edge of a commune, are not kept: the code draws the square.",
    fields=_FIELDS,
)
