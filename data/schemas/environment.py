"""Layout of the maps of the environment: noise, heat network, summer heat, slope and hazards of the ground."""

from data.schemas.cells import Choice, Day, Number, Text
from data.schemas.layout import Field, Layout
from data.schemas.public import MISSING

KINDS = ("noise", "heat_network", "heat_island", "slope", "clay", "quarry", "flood", "pollution")
WORDS = {
    "bruit": "noise",
    "réseau de chaleur": "heat_network",
    "reseau_chaleur": "heat_network",
    "îlot de chaleur": "heat_island",
    "ilot_chaleur": "heat_island",
    "icu": "heat_island",
    "pente": "slope",
    "argile": "clay",
    "rga": "clay",
    "carrière": "quarry",
    "carriere": "quarry",
    "inondation": "flood",
}
# least, most and unit of the value of a kind; a heat network has none
VALUES = {
    "noise": (30.0, 100.0, "dB Lden"),
    "slope": (0.0, 100.0, "%"),
    **dict.fromkeys(("heat_island", "clay", "quarry", "flood", "pollution"), (0.0, 3.0, "class")),
}
# what is judged by the ground that it covers, and so is drawn as polygons
SURFACES = ("noise", "heat_island", "slope", "clay", "flood")

ENVIRONMENT = Layout(
    name="environment",
    title="Maps of noise, heat, slope and hazards",
    shape="any",
    missing=MISSING,
    repair_shapes=True,
    vertices=500_000,
    source="Map layers of the town, the State or the utility: noise (Lden), heat networks, summer heat, slope, hazards",
    note=(
        "A file replaces what was there of the same kind and source, and what was invented of its kinds. "
        "Value: noise is the lower bound of its band, "
        "dB Lden; slope is in %; summer heat and hazards are classes, 0 none to 3 high; a heat network has none."
    ),
    fields=(
        Field("kind", Choice(KINDS, WORDS), "what the feature is", ("genre", "type", "theme"), filled=True),
        Field(
            "value",
            Number(0, 200, "dB, % or class", example="65"),
            "noise in dB Lden, slope in %, else class 0 to 3",
            ("valeur", "lden", "classe", "niveau"),
        ),
        Field("label", Text(300, example="Lden 65-70"), "name or legend", ("libelle", "legende", "nom")),
        Field("source", Text(300, example="Bruitparif 2022"), "who made the map", ("producteur",)),
        Field("dated_on", Day(), "day of the map", ("date", "date_approb"), lenient=True),
    ),
)
