"""RPLS, the register of social dwellings: the dwelling file of each vintage, and the totals by address."""

from data import ids
from data.schemas.cells import Choice, Day, Id, Number, Text, Whole, Year
from data.schemas.layout import Field, Layout, Place
from data.schemas.public import MISSING

NOT_GIVEN = frozenset({"0", "00", "NC", "99999", "00000"})
NO_YEAR = frozenset({"0", "0000", "NC", "9999"})
MODES = {
    "1": "let",
    "2": "vacant_offered",
    "3": "empty_works",
    "4": "association",
    "5": "other",
    "9": "other",
}

RPLS = Layout(
    name="rpls",
    title="RPLS, one row a dwelling",
    missing=MISSING | {"NC"},
    source="SDES, répertoire des logements locatifs des bailleurs sociaux, at 1 January (Licence Ouverte 2.0)",
    note="Identical rows are distinct dwellings: none is removed. The landlord's private file has more columns.",
    places=(Place("x", "y", "EPSG:2154"), Place("lon", "lat", "EPSG:4326")),
    fields=(
        Field(
            "dwelling_id",
            Id(ids.landlord_id, "0123456789"),
            "RPLS number of the dwelling (private file)",
            ("ident_rep", "identrep", "id_rpls", "numlogt"),
        ),
        Field(
            "residence_code",
            Id(ids.landlord_id, "R001"),
            "the landlord's own residence (private file)",
            ("code_residence", "residence_id"),
        ),
        Field(
            "insee",
            Id(ids.insee_code, "06029", missing=NOT_GIVEN),
            "commune, INSEE code",
            ("depcom", "depcom_arm", "code_insee"),
            filled=True,
        ),
        Field(
            "postcode",
            Id(ids.postcode, "06150", missing=NOT_GIVEN),
            "postcode",
            ("codepostal", "code_postal"),
            lenient=True,
        ),
        Field("city", Text(100, example="CANNES"), "commune's name", ("libcom", "commune")),
        Field("number", Text(40, example="26"), "number in the street", ("numvoie", "num_voie")),
        Field("suffix", Text(20, example="BIS"), "bis, ter", ("indrep",)),
        Field("street_type", Text(40, example="RUE"), "type of street", ("typvoie", "type_voie")),
        Field("street", Text(200, example="DES BOSQUETS"), "street", ("nomvoie", "nom_voie"), present=True),
        Field("flat", Text(40, example="101"), "number of the flat", ("numappt",)),
        Field("stair", Text(40, example="5"), "stairwell", ("esc",)),
        Field("floor_text", Text(20, example="2"), "floor, as typed", ("etage",)),
        Field(
            "complement",
            Text(200, example="BAT 02 ESC 05"),
            "complement within the building",
            ("complident", "compl_ident"),
        ),
        Field("entrance", Text(60, example="A"), "entrance", ("entree",)),
        Field("building", Text(60, example="BATIMENT A"), "building", ("bat", "batiment")),
        Field(
            "block", Text(60, example="0507B02"), "the landlord's code of the building", ("immeu", "immeuble")
        ),
        Field(
            "place",
            Text(200, example="DOMAINE DES OLIVIERS"),
            "residence or place",
            ("complgeo", "compl_geo", "nom_du_programme"),
        ),
        Field("hamlet", Text(100, example="CANNES LA BOCCA"), "named place", ("lieudit",)),
        Field(
            "qpv",
            Choice(("1", "2"), missing=NOT_GIVEN),
            "in a priority district, as the landlord declared it: 1 yes, 2 no",
        ),
        Field(
            "built_as",
            Choice(("I", "C", "E"), missing=NOT_GIVEN),
            "I house, C flat, E student room",
            ("typeconst",),
        ),
        Field(
            "rooms",
            Whole(1, 9, "rooms", example="3", missing=NOT_GIVEN),
            "main rooms, 9 for nine and more",
            ("nbpiece", "nb_pieces"),
        ),
        Field(
            "living_area_m2",
            Number(5, 400, "m²", example="59", missing=NOT_GIVEN),
            "living area, m²",
            ("surfhab", "surfhab_red"),
        ),
        Field(
            "year_built",
            Year(first=1500, ahead=3, missing=NO_YEAR),
            "year completed",
            ("construct", "construct_red", "annee_de_construction"),
        ),
        Field(
            "financing", Id(ids.interchange, "52", missing=NOT_GIVEN), "initial loan, RPLS code", ("finan",)
        ),
        Field(
            "dpe_date",
            Day(month_only=True, example="03/2009", missing=frozenset({"01/1900", "0"})),
            "month of the energy certificate",
            ("dpedate",),
        ),
        Field(
            "dpe_class",
            Choice(("A", "B", "C", "D", "E", "F", "G"), missing=NOT_GIVEN),
            "energy class",
            ("dpeenergie",),
        ),
        Field(
            "mode",
            Choice(tuple(MODES), missing=frozenset({"0"})),
            "use of the dwelling (private file)",
            ("mode", "mode_occupation"),
        ),
        Field(
            "rent_eur_month",
            Number(0, 5000, "EUR a month", missing=frozenset({"9999", "999"})),
            "rent, EUR a month (private file)",
            ("loyer", "loyerprinc"),
        ),
        Field("x", Number(example="1021570.7"), "x, metres (Lambert 93)", ("coordonnee_x",), lenient=True),
        Field("y", Number(example="6280593.1"), "y, metres (Lambert 93)", ("coordonnee_y",), lenient=True),
        Field("lon", Number(-180, 180, example="6.96"), "longitude, degrees", ("longitude",), lenient=True),
        Field("lat", Number(-90, 90, example="43.55"), "latitude, degrees", ("latitude",), lenient=True),
    ),
)

RPLS_ADDRESSES = Layout(
    name="rpls_addresses",
    title="RPLS, dwellings counted by address",
    shape="point",
    layer=r"rpls",
    missing=MISSING,
    source="SDES, RPLS counted by address in a town-hall GIS (Licence Ouverte 2.0)",
    note="An address is repeated once per construction year and programme: its dwellings count once.",
    fields=(
        Field(
            "address", Text(200, example="107AVCARNOT"), "address as typed", ("cle", "adresse"), filled=True
        ),
        Field(
            "dwellings",
            Whole(0, 5000, "dwellings", example="44"),
            "dwellings at the address",
            ("appartement", "nb_logements", "logements"),
            filled=True,
        ),
        Field(
            "floors",
            Whole(0, 60, "floors", example="4", missing=frozenset({"0", "0.0"})),
            "highest floor; 0 is not given",
            ("etage",),
        ),
        Field("name", Text(200, example="RESIDENCE CARNOT"), "programme", ("nom_du_programme", "programme")),
        Field(
            "year_built",
            Year(first=1500, missing=NO_YEAR),
            "year completed",
            ("annee_de_construction", "construct"),
        ),
        Field("insee", Id(ids.insee_code, "93010"), "commune", ("depcom", "code_insee"), lenient=True),
    ),
)

FINANCING = {
    "10": "PLA-I/LLTS", "11": "PLA LM/TS/PLAI", "12": "PLA", "13": "PLUS/LLS", "14": "PLS/PPLS/PCLS", "15": "PAP",
    "16": "PLI", "17": "PCL", "49": "other since 1977", "50": "HBM", "51": "PLR/PSR", "52": "HLM/O", "53": "ILM",
    "54": "ILN", "55": "CFF", "99": "other before 1977",
}  # fmt: skip
