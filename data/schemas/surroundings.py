"""Layouts of what stands around the stock: permits, former industry, brownfields, amenities, energy certificates."""

from dataclasses import replace

from data import ids
from data.schemas.cells import Choice, Day, Id, Number, Text, Whole, Year
from data.schemas.layout import Field, Layout, Place
from data.schemas.public import LAMBERT, MISSING, X, Y

LON = Field("lon", Number(-180, 180, example="2.4412"), "longitude, degrees", ("longitude",), lenient=True)
LAT = Field("lat", Number(-90, 90, example="48.8601"), "latitude, degrees", ("latitude",), lenient=True)
DEGREES = Place("lon", "lat", "EPSG:4326")

STATES = {"2": "granted", "4": "cancelled", "5": "started", "6": "completed"}
_COUNT = Whole(0, 20_000, "dwellings", example="42")
_AREA = Number(0, 1e7, "m²", example="2615")
_GIVEN_AREA = Number(0, 1e7, "m²", example="1128", missing=frozenset({"0", "0.0"}))

PERMITS = Layout(
    name="permits",
    title="Building permits (SITADEL)",
    missing=MISSING,
    source="SDES, Sitadel, permits that create dwellings, CSV (Licence Ouverte 2.0)",
    note="A permit is known by its type and its number together. An area of land of 0 means that it is not given.",
    fields=(
        Field("kind", Choice(("PC", "DP", "PA", "PD")), "type of permit", ("type_dau",), filled=True),
        Field("number", Id(ids.landlord_id, "09304812B0206"), "number", ("num_dau",), filled=True),
        Field("insee", Id(ids.insee_code, "93048"), "commune, INSEE code", ("comm",), filled=True),
        Field(
            "state",
            Choice(tuple(STATES.values()), STATES),
            "granted, cancelled, started, completed (2, 4, 5, 6 in the file)",
            ("etat_dau",),
            lenient=True,
        ),
        Field("granted_on", Day(), "day of the permit", ("date_reelle_autorisation",)),
        Field("started_on", Day(), "day the works were declared begun", ("date_reelle_doc",), lenient=True),
        Field(
            "completed_on", Day(), "day the works were declared over", ("date_reelle_daact",), lenient=True
        ),
        Field("applicant", Text(300, example="OPH"), "name of the legal person", ("denom_dem",)),
        Field("siren", Id(ids.siren, "488777160"), "its SIREN", ("siren_dem",), lenient=True),
        Field("legal_category", Text(10, example="4140"), "its legal category", ("cj_dem",)),
        Field("street_number", Text(40, example="6"), "number in the street", ("adr_num_ter",)),
        Field("street", Text(300, example="RUE VICTOR BEAUSSE"), "street", ("adr_libvoie_ter",)),
        *(
            part
            for rank in "123"
            for part in (
                Field(f"section_{rank}", Text(5, example="U"), "section", (f"sec_cadastre{rank}",)),
                Field(f"plot_{rank}", Text(10, example="178"), "parcel", (f"num_cadastre{rank}",)),
            )
        ),
        Field("land_area_m2", _GIVEN_AREA, "land, m²; 0 is unknown", ("superficie_terrain",), lenient=True),
        Field(
            "nature",
            Choice(("1", "2"), missing=frozenset({"0"})),
            "1 new building, 2 works on one that stands",
            ("nature_projet_completee", "nature_projet_declaree"),
            lenient=True,
        ),
        Field("purpose", Text(10, example="1"), "main purpose, code", ("destination_principale",)),
        Field(
            "levels",
            Whole(1, 70, "levels", example="7", missing=frozenset({"0"})),
            "levels of the highest building, ground floor included; 0 is unknown",
            ("nb_niv_max",),
            lenient=True,
        ),
        Field("dwellings", _COUNT, "dwellings created", ("nb_lgt_tot_crees",), present=True),
        Field("dwellings_houses", _COUNT, "of which houses", ("nb_lgt_ind_crees",)),
        Field("dwellings_flats", _COUNT, "of which flats", ("nb_lgt_col_crees",)),
        Field("dwellings_demolished", _COUNT, "dwellings demolished", ("nb_lgt_demolis",)),
        Field("dwellings_social", _COUNT, "with a social rental loan", ("nb_lgt_pret_loc_social",)),
        Field("dwellings_social_ownership", _COUNT, "social ownership", ("nb_lgt_acc_soc_hors_ptz",)),
        Field("living_area_m2", _AREA, "living area created, m²", ("surf_hab_creee",)),
        Field("premises_area_m2", _AREA, "area of premises created, m²", ("surf_loc_creee",)),
    ),
)

# Words of BASIAS, then those of CASIAS as the Géorisques interface gives them (api/v1/ssp: "statut").
OCCUPIED = {
    "Activité terminée": "ended",
    "En arrêt": "ended",
    "En activité": "active",
    "Ne sait pas": "unknown",
    "Indéterminé": "unknown",
}
LOCATED_BY = {"numéro": "number", "numero": "number", "rue": "street", "voie": "street"}
_RISKS = (
    Field(
        "risk_id",
        Id(ids.landlord_id, "IDF9302157"),
        "number in the register",
        ("identifiant", "identifiant_basias", "identifiant_ssp", "identifiant_casias"),
        filled=True,
    ),
    Field("name", Text(400, example="GODIN"), "firm", ("raison_soc_ent", "nom_etablissement", "nom_usuel")),
    Field(
        "activities",
        Text(400, example="g50.2"),
        "codes of the activities",
        ("code_activite", "activite_principale"),
    ),
    Field(
        "state",
        Choice(("active", "ended", "unknown"), OCCUPIED),
        "whether the activity goes on",
        ("etat_occup_site", "etat_occupation", "statut"),
        lenient=True,
    ),
    Field("address", Text(300, example="58 Rue HENRI DOUILLOT"), "last address", ("der_adr", "adresse")),
    Field(
        "insee",
        Id(ids.insee_code, "93010"),
        "commune, INSEE code",
        ("code_insee", "commune_principale"),
        lenient=True,
    ),
    Field(
        "located_by",
        Choice(("number", "street", "commune", "unknown"), LOCATED_BY),
        "what the point was found by",
        ("precision_adr", "precision_coordonnees"),
        lenient=True,
    ),
)
_BRGM = "BRGM, Géorisques, BASIAS then CASIAS (Licence Ouverte 2.0)"
RISKS = Layout(
    name="risks",
    title="Former industrial sites (BASIAS, CASIAS)",
    key=("risk_id",),
    missing=MISSING,
    source=_BRGM,
    note="A site in the register was in use; it need not be polluted. Where no address is known, its point is vague.",
    fields=(
        *_RISKS,
        Field("x_l2e", Number(example="611591"), "x, Lambert II étendu", ("x_adr_l2e",), lenient=True),
        Field("y_l2e", Number(example="2433846"), "y, Lambert II étendu", ("y_adr_l2e",), lenient=True),
        LON,
        LAT,
    ),
    places=(DEGREES, Place("x_l2e", "y_l2e", "EPSG:27572")),
)
DRAWN_RISKS = Layout(
    name="drawn_risks",
    title="Former industrial sites, as a map layer",
    key=("risk_id",),
    shape="point",
    missing=MISSING,
    source=_BRGM,
    fields=_RISKS,
)

BROWNFIELDS = Layout(
    name="brownfields",
    title="Brownfields (Cartofriches)",
    key=("brownfield_id",),
    missing=MISSING | {"inconnu", "sans objet", "non renseigné"},
    source="Cerema, Cartofriches, CNIG standard of brownfields (Licence Ouverte 2.0)",
    note="Outlines and points stand in the cells as WKT.",
    fields=(
        Field(
            "brownfield_id",
            Text(80, example="12083_22-12.0017"),
            "number of the site",
            ("site_id",),
            filled=True,
        ),
        Field("name", Text(300, example="Usine des Bois"), "name", ("site_nom",)),
        Field("kind", Text(100, example="friche industrielle"), "kind", ("site_type",)),
        Field("status", Text(100, example="friche sans projet"), "status", ("site_statut",), present=True),
        Field("address", Text(300, example="12 rue des Bois"), "address", ("site_adresse",)),
        Field("updated_on", Day(), "day of the last update", ("site_actu_date",), lenient=True),
        Field("insee", Id(ids.insee_code, "93010"), "commune", ("comm_insee",), lenient=True),
        Field("land_area_m2", _GIVEN_AREA, "land, m²", ("unite_fonciere_surface",), lenient=True),
        Field("parcels", Text(5000, example="930100000A0001"), "parcels", ("unite_fonciere_refcad",)),
        Field("buildings", Whole(0, 5000, example="2"), "buildings", ("bati_nombre",), lenient=True),
        Field("built_area_m2", _AREA, "built area, m²", ("bati_surface",), lenient=True),
        Field("soil", Text(100, example="pollution avérée"), "soil", ("sol_pollution_existe",)),
        Field("owner_kind", Text(200, example="personne morale"), "owner", ("proprio_personne",)),
        Field("zone_type", Text(10, example="U"), "zone", ("urba_zone_type",)),
        Field("zone_label", Text(60, example="UA"), "label of the zone", ("urba_zone_lib",)),
        Field("point", Text(200, example="POINT(2.48 48.9)"), "point, WKT", ("geompoint",)),
        Field("outline", Text(100_000, example=""), "outline, WKT", ("geomsurf",)),
    ),
)

# INSEE, dictionary of the detail file (BPE24_anonymisee_dictionnaire_variables): codes since 2023, words before; _U is
# undetermined, _Z without object, in every column.
_QUALITY = {
    "B": "good",
    "A": "fair",
    "M": "poor",
    "Bonne": "good",
    "Acceptable": "fair",
    "Mauvaise": "poor",
    "_U": "unknown",
    "_Z": "unknown",
}
_NOT_GIVEN = frozenset({"_U", "_Z"})


def _given(field: Field, *aliases: str) -> Field:
    """A place of the BPE: a number, or one of its two marks for none."""
    cell = replace(field.cell, missing=_NOT_GIVEN)
    return replace(field, cell=cell, aliases=(*field.aliases, *aliases))


AMENITIES = Layout(
    name="amenities",
    title="Amenities (BPE)",
    missing=MISSING,
    source="INSEE, base permanente des équipements, CSV (Licence Ouverte 2.0)",
    note="The nomenclature changes with the years: an unknown code goes by its family, its first two characters.",
    fields=(
        Field("code", Text(10, example="D307"), "type, code of the year's list", ("typequ",), filled=True),
        Field("insee", Id(ids.insee_code, "93048"), "commune", ("depcom", "codgeo"), filled=True),
        Field("name", Text(300, example=""), "name", ("nomrs",)),
        Field(
            "capacity",
            Whole(0, 100_000, example="", missing=_NOT_GIVEN),
            "capacity",
            ("capacite",),
            lenient=True,
        ),
        Field(
            "quality",
            Choice(("good", "fair", "poor", "unknown"), _QUALITY),
            "quality of the point",
            ("qualite_xy",),
            lenient=True,
        ),
        _given(X, "lambert_x"),
        _given(Y, "lambert_y"),
        _given(LON),
        _given(LAT),
    ),
    places=(LAMBERT, DEGREES),
)
PARK_LEAST_M2 = 5_000  # half a hectare: a smaller green space is a garden, not a park to walk to
TAGS = ("amenity", "shop", "leisure", "healthcare", "railway", "highway")
OSM_AMENITIES = Layout(
    name="osm_amenities",
    title="Amenities (OpenStreetMap)",
    shape="any",
    missing=MISSING,
    repair_shapes=True,
    vertices=100_000,
    source="OpenStreetMap contributors, GeoJSON (ODbL)",
    note="A surface is kept as a point within it. Tags that name no amenity of ours are left out, and counted.",
    fields=(
        Field("osm_id", Text(60, example="node/123"), "element", ("@id", "full_id", "id"), filled=True),
        Field("name", Text(300, example="École Jules Ferry"), "name"),
        *(Field(tag, Text(100, example="school"), f"tag {tag}") for tag in TAGS),
    ),
)

KINDS_OF_DPE = {"maison": "house", "appartement": "flat", "immeuble": "building"}
_CLASS = Choice(("A", "B", "C", "D", "E", "F", "G"))
DPE = Layout(
    name="dpe",
    title="Energy certificates (DPE)",
    key=("dpe_id",),
    missing=MISSING,
    source="ADEME, DPE logements existants et neufs, CSV (Licence Ouverte 2.0)",
    note="A certificate that another replaces stays in the file: it is kept, and marked.",
    fields=(
        Field("dpe_id", Id(ids.landlord_id, "2193E0000001A"), "number", ("numero_dpe", "N°DPE"), filled=True),
        Field(
            "established_on",
            Day(),
            "day it was made",
            ("date_etablissement_dpe", "Date_établissement_DPE"),
        ),
        Field("valid_until", Day(example="2033-03-04"), "last day", ("date_fin_validite_dpe",), lenient=True),
        Field(
            "replaces", Text(40, example=""), "number it replaces", ("numero_dpe_remplace", "N°DPE_remplacé")
        ),
        Field(
            "of_building",
            Text(40, example=""),
            "number of the building's",
            ("numero_dpe_immeuble_associe", "N°_DPE_immeuble_associé"),
        ),
        Field(
            "kind",
            Choice(("house", "flat", "building"), KINDS_OF_DPE),
            "house, flat or building",
            ("type_batiment", "Type_bâtiment"),
            lenient=True,
        ),
        Field("dpe_class", _CLASS, "energy class", ("etiquette_dpe",), present=True),
        Field("ghg_class", _CLASS, "greenhouse gas class", ("etiquette_ges",)),
        Field(
            "ep_kwh_m2",
            Number(0, 5000, "kWh/m² a year", example="210"),
            "primary energy, five uses",
            ("conso_5_usages_par_m2_ep", "Conso_5_usages_par_m²_é_primaire", "Conso_5_usages/m²_é_primaire"),
            lenient=True,
        ),
        Field(
            "ef_kwh_m2",
            Number(0, 5000, "kWh/m² a year", example="160"),
            "final energy, five uses",
            ("conso_5_usages_par_m2_ef", "Conso_5_usages_par_m²_é_finale", "Conso_5_usages/m²_é_finale"),
            lenient=True,
        ),
        Field(
            "ghg_kg_m2",
            Number(0, 2000, "kg CO2/m² a year", example="40"),
            "greenhouse gases, five uses",
            ("emission_ges_5_usages_par_m2", "Emission_GES_5_usages_par_m²"),
            lenient=True,
        ),
        Field(
            "cost_eur_year",
            Number(0, 1e6, "EUR a year", example="900"),
            "cost of the five uses",
            ("cout_total_5_usages", "Coût_total_5_usages"),
            lenient=True,
        ),
        Field(
            "year_built",
            Year(first=1000, missing=frozenset({"0"})),
            "year completed",
            ("annee_construction", "Année_construction"),
            lenient=True,
        ),
        Field(
            "period",
            Text(60, example="1948-1974"),
            "period completed",
            ("periode_construction", "Période_construction"),
        ),
        Field(
            "living_area_m2",
            Number(1, 1e6, "m²", example="62"),
            "living area of the dwelling, else of the building, m²",
            ("surface_habitable_logement", "surface_habitable_immeuble"),
            lenient=True,
        ),
        Field(
            "dwellings",
            Whole(0, 5000, "dwellings", example="1"),
            "dwellings of the building",
            ("nombre_appartement",),
            lenient=True,
        ),
        Field(
            "heating_energy",
            Text(100, example="Gaz naturel"),
            "main energy of the heating",
            ("type_energie_principale_chauffage", "Type_énergie_principale_chauffage"),
        ),
        Field(
            "heating",
            Text(100, example="collectif"),
            "individual or collective",
            ("type_installation_chauffage", "Type_installation_chauffage"),
        ),
        Field("address", Text(300, example="12 Rue Molière 93100 Montreuil"), "address", ("adresse_ban",)),
        Field(
            "ban_id",
            Id(ids.ban_id, "93048_6238_00012"),
            "key of the address",
            ("identifiant_ban", "Identifiant__BAN"),
            lenient=True,
        ),
        Field("ban_score", Number(0, 1, example="0.97"), "score of the match", ("score_ban",), lenient=True),
        Field(
            "insee",
            Id(ids.insee_code, "93048"),
            "commune, INSEE code",
            ("code_insee_ban", "Code_INSEE_(BAN)"),
            lenient=True,
        ),
        Field("rnb_id", Id(ids.rnb_id, "A1B2C3D4E5F6"), "building of the RNB", ("id_rnb",), lenient=True),
        Field(
            "x",
            X.cell,
            X.doc,
            ("coordonnee_cartographique_x_ban", "Coordonnée_cartographique_X_(BAN)"),
            lenient=True,
        ),
        Field(
            "y",
            Y.cell,
            Y.doc,
            ("coordonnee_cartographique_y_ban", "Coordonnée_cartographique_Y_(BAN)"),
            lenient=True,
        ),
        Field("geopoint", Text(60, example="48.8601,2.4412"), "latitude, longitude", ("_geopoint",)),
    ),
    places=(LAMBERT,),
)
