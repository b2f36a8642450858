"""The layout of a town's rule book: each written rule of a zone with its value, article, page, date and confidence."""

from data.schemas.cells import Choice, Day, Number, Text
from data.schemas.layout import Field, Layout

# The same rules, units and bounds as planning.zoning.rulebook, which reads the book: a test holds them together.
BOUNDS: dict[str, tuple[str, float, float]] = {
    "housing": ("yes 1 no 0", 0, 1),
    "height": ("m", 0, 200),
    "prospect": ("m", -50, 50),
    "setback": ("m", 0, 100),
    "alignment": ("yes 1 no 0", 0, 1),
    "band": ("m", 0, 500),
    "footprint": ("share", 0, 1),
    "open_soil": ("share", 0, 1),
    "parking": ("places / dwelling", 0, 10),
    "social_mix": ("share", 0, 1),
}

RULES = Layout(
    name="rules",
    title="Rule book of a local plan",
    key=("zone_label", "rule", "band", "edge"),
    fields=(
        Field("zone_label", Text(60, example="UC48C16"), "label of the zone", ("zone", "libelle"), filled=True),
        Field("rule", Choice(tuple(BOUNDS)), "the rule (names of the CNIG standard beside)", ("regle",), filled=True),
        Field("band", Choice(("all", "1", "2"), {"toutes": "all"}), "band from the street", ("bande",), filled=True),
        Field(
            "edge",
            Choice(("any", "street", "side", "rear"), {"toutes": "any", "rue": "street", "fond": "rear"}),
            "edge that a setback is from",
            ("limite",),
            filled=True,
        ),
        Field("value", Number(-50, 500, example="12"), "value in the rule's unit; empty: unknown", ("valeur",)),
        Field(
            "height_share", Number(0, 2, example="0.5"), "share of the height that a setback follows",
            ("part_hauteur",),
        ),
        Field("article", Text(120, example="UC 10"), "article of the plan"),
        Field("page", Text(40, example="112"), "page of the plan"),
        Field("valid_from", Day(example="2020-02-04"), "in force since", ("date",)),
        Field(
            "confidence",
            Choice(("read", "interpreted", "assumed", "unknown")),
            "how the value is known",
            ("confiance",),
            filled=True,
        ),
        Field("source", Text(300, example="PLUi Est Ensemble"), "document it was read in"),
        Field("document", Text(120, example="PLUi Est Ensemble"), "name of the rule book", ("plan",)),
    ),
)  # fmt: skip
