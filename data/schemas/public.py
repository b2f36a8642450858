"""Public reference files, vintage by vintage: cadastre, zoning, addresses, stations, districts, owners."""

from data import ids
from data.schemas.cells import Choice, Day, Flag, Id, Number, Text, Whole
from data.schemas.layout import Field, Layout, Place

MISSING = frozenset({"NA", "None", "NULL", "nan", "NaN", "N/A", "<NA>"})
X = Field("x", Number(example="661087.7"), "x, metres (Lambert 93)", lenient=True)
Y = Field("y", Number(example="6863000.1"), "y, metres (Lambert 93)", lenient=True)
LAMBERT = Place("x", "y", "EPSG:2154")

PARCELS = Layout(
    name="parcels",
    title="Cadastral parcels, Etalab",
    key=("parcel_id",),
    shape="surface",
    layer=r"parcelle",
    missing=MISSING,
    repair_shapes=True,
    vertices=200_000,
    source="DGFiP, cadastre Etalab, GeoJSON by commune or department (Licence Ouverte 2.0)",
    fields=(
        Field(
            "parcel_id",
            Id(ids.parcel_id, "930480000A0002"),
            "parcel, 14 characters",
            ("id", "idu"),
            filled=True,
        ),
        Field(
            "area_m2",
            Whole(0, None, "m²", example="312"),
            "area in the land register, m²",
            ("contenance", "supf"),
        ),
        Field("created", Day(), "day the parcel was created", ("created", "date_creation")),
        Field("updated", Day(), "day it last changed", ("updated", "date_modification")),
    ),
)

IGN_PARCELS = Layout(
    name="ign_parcels",
    title="Cadastral parcels, IGN Parcellaire",
    shape="surface",
    layer=r"parcelle",
    missing=MISSING,
    repair_shapes=True,
    vertices=200_000,
    source="IGN, Parcellaire Express or BD Parcellaire, shapefile by department (Licence Ouverte 2.0)",
    note="The identifier is CODE_DEP + CODE_COM + COM_ABS + SECTION + NUMERO.",
    fields=(
        Field("code_dep", Id(ids.department, "93"), "department", filled=True),
        Field("code_com", Text(3, example="048"), "commune within the department", filled=True),
        Field("com_abs", Text(3, example="000"), "absorbed commune, 000 for none", filled=True),
        Field("section", Text(2, example="0A"), "section", filled=True),
        Field("numero", Text(4, example="0002"), "number", filled=True),
        Field(
            "area_m2", Whole(0, None, "m²", example="312"), "area in the land register, m²", ("contenance",)
        ),
    ),
)

_ZONE = (
    Field("label", Text(60, example="UC48C16"), "label of the zone", ("libelle",), filled=True),
    Field("label_long", Text(300), "label in full", ("libelong",)),
    Field("zone_type", Text(10, example="U"), "U, AUc, AUs, A or N", ("typezone",)),
    Field("document", Text(60, example="200057875_PLUI_20250624"), "planning document", ("idurba",)),
    Field(
        "valid_on", Text(20, example="20220524"), "day of approval, as published", ("datvalid", "datappro")
    ),
    Field(
        "insee",
        Id(ids.insee_code, "93010"),
        "commune",
        ("insee", "geo_commun", "code_insee", "commune"),
        lenient=True,
    ),
)
_RULES = (
    Field("footprint_class", Text(10, example="C"), "class of the footprint limit", ("emprise",)),
    Field(
        "height", Text(20, example="16"), "height in m, nr (not regulated), b1 (see drawing)", ("hauteur",)
    ),
    Field("alignment_code", Text(10, example="4"), "siting along the street", ("align_voie",)),
    Field("side_code", Text(10, example="8"), "siting along the side limits", ("limites",)),
)
_CNIG = "the planning authority, CNIG standard, shapefile or GeoPackage (Licence Ouverte 2.0)"

ZONES = Layout(
    name="zones",
    title="Zones of a PLU or PLUi (ZONE_URBA)",
    shape="surface",
    layer=r"zone_urba(?!_regles)",
    missing=MISSING,
    repair_shapes=True,
    vertices=200_000,
    source=_CNIG,
    note="Rule columns are read where the authority publishes them; elsewhere the label is decoded.",
    fields=(*_ZONE, *_RULES),
)

ZONE_RULES = Layout(
    name="zone_rules",
    title="Rules of the zones, in a layer of their own (ZONE_URBA_REGLES)",
    shape="surface",
    layer=r"zone_urba_regles",
    missing=MISSING,
    repair_shapes=True,
    vertices=200_000,
    source=_CNIG,
    fields=(*_ZONE, *(Field(f.name, f.cell, f.doc, f.aliases, present=True) for f in _RULES)),
)

PRESCRIPTIONS = Layout(
    name="prescriptions",
    title="Prescriptions of a PLU or PLUi (PRESCRIPTION_SURF, _LIN, _PCT)",
    shape="any",
    layer=r"prescription",
    missing=MISSING,
    repair_shapes=True,
    vertices=200_000,
    source=_CNIG,
    fields=(
        Field("label", Text(300, example="Espace paysager protégé"), "label", ("libelle",)),
        Field("text", Text(300), "short text", ("txt",)),
        Field("type_code", Text(4, example="07"), "type, two digits (CNIG list)", ("typepsc",), filled=True),
        Field("subtype_code", Text(4, example="04"), "subtype, two digits", ("stypepsc",)),
        Field("document", Text(60, example="200057875_PLUI_20250624"), "planning document", ("idurba",)),
        Field(
            "insee",
            Id(ids.insee_code, "93010"),
            "commune",
            ("insee", "geo_commun", "code_insee", "commune"),
            lenient=True,
        ),
    ),
)

ADDRESSES = Layout(
    name="addresses",
    title="Addresses of the Base Adresse Nationale",
    key=("address_id",),
    missing=MISSING,
    source="DINUM, IGN and the communes, BAN, CSV by department or commune (Licence Ouverte 2.0)",
    fields=(
        Field(
            "address_id",
            Id(ids.ban_id, "93010_i7xf1o_00001"),
            "key of the address",
            ("id", "cle_interop"),
            filled=True,
        ),
        Field(
            "number",
            Text(10, example="12"),
            "number in the street; 99999 for a place name",
            ("numero",),
            present=True,
        ),
        Field("suffix", Text(20, example="bis"), "bis, ter, letter", ("rep", "suffixe")),
        Field("street", Text(200, example="rue Molière"), "street", ("nom_voie", "voie_nom"), filled=True),
        Field("postcode", Id(ids.postcode, "93140"), "postcode", ("code_postal",), lenient=True),
        Field("insee", Id(ids.insee_code, "93010"), "commune", ("code_insee", "commune_insee"), filled=True),
        Field("city", Text(100, example="Bondy"), "commune's name", ("nom_commune", "commune_nom")),
        X,
        Y,
        Field("lon", Number(-180, 180, example="2.48"), "longitude, degrees", ("long",), lenient=True),
        Field("lat", Number(-90, 90, example="48.89"), "latitude, degrees", lenient=True),
    ),
    places=(Place("lon", "lat", "EPSG:4326"), LAMBERT),
)

STATIONS = Layout(
    name="stations",
    title="Rail, metro and tram stations of Île-de-France",
    missing=MISSING,
    source="Île-de-France Mobilités, emplacement des gares, CSV (Licence Ouverte 2.0)",
    note="One line a station and a transport line: stations are counted once per interchange (id_ref_zdc).",
    fields=(
        Field(
            "station_id",
            Id(ids.interchange, "71167"),
            "interchange",
            ("id_ref_zdc", "id_ref_zdl"),
            filled=True,
        ),
        Field(
            "name",
            Text(200, example="Cambronne"),
            "name of the interchange",
            ("nom_zdc", "nom_gares", "nom_gare"),
            filled=True,
        ),
        Field("mode", Text(20, example="METRO"), "mode", filled=True),
        Field("line", Text(60, example="METRO 6"), "line", ("res_com",)),
        X,
        Y,
        Field(
            "point",
            Text(60, example="48.8475, 2.3030"),
            "latitude, longitude",
            ("geo_point_2d",),
            lenient=True,
        ),
        Field("lon", Number(-180, 180), "longitude, degrees", lenient=True),
        Field("lat", Number(-90, 90), "latitude, degrees", lenient=True),
    ),
    places=(LAMBERT, Place("lon", "lat", "EPSG:4326")),
)

QPV = Layout(
    name="qpv",
    title="Priority districts (QPV)",
    key=("qpv_id",),
    shape="surface",
    layer=r"qpv|qp_",
    missing=MISSING,
    repair_shapes=True,
    vertices=200_000,
    source="ANCT, perimeters of the priority districts (Licence Ouverte 2.0)",
    fields=(
        Field(
            "qpv_id",
            Id(ids.qpv, "QP093012"),
            "code of the district",
            ("c_nqpv", "code_qp", "codgeo"),
            filled=True,
        ),
        Field("name", Text(300, example="Blanqui"), "name", ("l_nqpv", "lib_qp", "nom_qp"), filled=True),
        Field("renewal", Flag(), "national urban renewal programme", ("b_npnru",), lenient=True),
    ),
)

IRIS = Layout(
    name="iris",
    title="IRIS",
    key=("iris_id",),
    shape="surface",
    layer=r"iris",
    missing=MISSING,
    repair_shapes=True,
    vertices=200_000,
    source="IGN and INSEE, Contours... IRIS (Licence Ouverte 2.0)",
    fields=(
        Field(
            "iris_id",
            Id(ids.iris, "930100203"),
            "IRIS, nine characters",
            ("dcomiris", "code_iris"),
            filled=True,
        ),
        Field("name", Text(200, example="Le Champart"), "name", ("nom_iris",), filled=True),
        Field(
            "iris_type",
            Text(10, example="H"),
            "H housing, A activity, D other, Z whole commune",
            ("typ_iris",),
        ),
        Field("insee", Id(ids.insee_code, "93010"), "commune", ("depcom", "insee_com"), lenient=True),
    ),
)

COMMUNES = Layout(
    name="communes",
    title="Communes",
    key=("insee_code",),
    shape="surface",
    layer=r"commune",
    missing=MISSING,
    repair_shapes=True,
    vertices=200_000,
    source="IGN, Admin Express, or any outline of communes (Licence Ouverte 2.0)",
    fields=(
        Field(
            "insee_code",
            Id(ids.insee_code, "93048"),
            "commune, INSEE code",
            ("insee", "code", "insee_com", "code_insee"),
            filled=True,
        ),
        Field("name", Text(200, example="Montreuil"), "name", ("nom", "nom_com", "libgeo"), filled=True),
    ),
)

ABC_ZONES = Layout(
    name="abc_zones",
    title="ABC zone of the communes",
    key=("insee_code",),
    missing=MISSING,
    source="ministry of housing, zonage ABC, CSV (Licence Ouverte 2.0)",
    note="Completes the communes already in the store.",
    fields=(
        Field("insee_code", Id(ids.insee_code, "93048"), "commune, INSEE code", ("codgeo",), filled=True),
        Field("name", Text(200, example="Montreuil"), "name", ("libgeo",), filled=True),
        Field(
            "abc_zone",
            Choice(("Abis", "A", "B1", "B2", "C")),
            "zone in force",
            ("zoneenvigueurdepuisle5juillet2024", "zone", "zone_abc", "zoneenvigueur"),
            filled=True,
        ),
    ),
)

OWNERS = Layout(
    name="owners",
    title="Parcels of legal persons (MAJIC)",
    missing=MISSING,
    repeats=True,
    source="DGFiP, parcelles des personnes morales, CSV by department (Licence Ouverte 2.0)",
    note="One line a fiscal subdivision and a right-holder: areas are added up by parcel, owner and right.",
    fields=(
        Field("department", Id(ids.department, "93"), "department", ("departement",), filled=True),
        Field(
            "commune", Text(3, example="048"), "commune within the department", ("code_commune",), filled=True
        ),
        Field("prefix", Text(3, example="000"), "prefix, empty for none", ("prefixe",), present=True),
        Field("section", Text(2, example="A"), "section, padded by a space", filled=True),
        Field(
            "number",
            Text(4, example="0137"),
            "number of the parcel",
            ("n_plan", "no_plan", "numero_plan"),
            filled=True,
        ),
        Field(
            "area_m2",
            Whole(0, None, "m²", example="1541"),
            "area of the subdivision, m²",
            ("contenance_1", "contenance1", "contenance_suf", "contenance"),
        ),
        Field(
            "right",
            Text(80, example="P - Propriétaire"),
            "right held",
            ("code_droit_par", "code_droit"),
            filled=True,
        ),
        Field(
            "majic",
            Text(20, example="PBBLSK"),
            "number of the person in MAJIC",
            ("n_majic_par", "no_majic_par", "n_majic"),
        ),
        Field(
            "siren",
            Id(ids.siren, "219300662"),
            "SIREN, or the tax office's own number",
            ("n_siren_par", "no_siren_par", "n_siren"),
        ),
        Field(
            "group",
            Text(120, example="5 - Office HLM"),
            "group of the person, 0 to 9",
            ("groupe_personne_par", "groupe_personne"),
        ),
        Field(
            "legal_form",
            Text(60, example="EPIC"),
            "legal form",
            ("forme_juridique_abregee_par", "forme_juridique_abregee"),
        ),
        Field("name", Text(300), "name of the legal person", ("denomination_par", "denomination")),
    ),
)
