"""The landlord's own files, in our neutral layouts: residences, occupancy, complaints, energy, charges, outlines."""

from data import ids
from data.schemas.cells import Choice, Day, Id, Number, Text, Whole, Year
from data.schemas.layout import Field, Layout, Place

RESIDENCE = Field(
    "residence_id",
    Id(ids.landlord_id),
    "the landlord's code of the residence",
    ("code_residence", "id_residence"),
    filled=True,
)
YEAR = Field(
    "year", Year(first=1990, ahead=1, example="2024"), "year of the figures", ("annee",), filled=True
)

STOCK = Layout(
    name="stock",
    title="Residences of the stock",
    key=("residence_id",),
    fields=(
        RESIDENCE,
        Field("name", Text(200), "name in use", ("nom", "libelle", "nom_residence"), filled=True),
        Field(
            "address",
            Text(300, example="12 rue des Amandiers"),
            "number and street",
            ("adresse",),
            filled=True,
        ),
        Field("postcode", Id(ids.postcode, "93100"), "postcode", ("code_postal", "cp")),
        Field(
            "insee",
            Id(ids.insee_code, "93048"),
            "commune, INSEE code",
            ("insee_code", "code_insee", "depcom"),
        ),
        Field("sector_id", Id(ids.landlord_id, "S1"), "sector that manages it", ("secteur", "code_secteur")),
        Field("agency_id", Id(ids.landlord_id, "A1"), "agency that manages it", ("agence", "code_agence")),
        Field(
            "dwellings",
            Whole(0, 5000, "dwellings"),
            "family dwellings",
            ("logements", "nb_logements"),
            filled=True,
            measure=True,
        ),
        Field("year_built", Year(), "year completed", ("annee_construction", "construct")),
        Field(
            "floors",
            Whole(0, 60, "floors", example="6"),
            "floors above the ground floor",
            ("etages", "niveaux"),
        ),
        Field("heating", Text(60, example="collective gas"), "heating", ("chauffage",)),
        Field("lon", Number(example="2.4412"), "longitude, degrees (EPSG:4326)", ("longitude", "long", "x")),
        Field("lat", Number(example="48.8601"), "latitude, degrees (EPSG:4326)", ("latitude", "y")),
    ),
    places=(Place("lon", "lat", "EPSG:4326"),),
)

AGENCIES = Layout(
    name="agencies",
    title="Agencies",
    key=("agency_id",),
    fields=(
        Field(
            "agency_id",
            Id(ids.landlord_id, "A1"),
            "the landlord's code of the agency",
            ("code_agence", "agence"),
            filled=True,
        ),
        Field("name", Text(200, example="Agence Centre"), "name in use", ("nom", "libelle"), filled=True),
        Field("address", Text(300, example="17 rue Molière"), "number and street", ("adresse",)),
        Field("lon", Number(example="2.4412"), "longitude, degrees (EPSG:4326)", ("longitude", "long", "x")),
        Field("lat", Number(example="48.8601"), "latitude, degrees (EPSG:4326)", ("latitude", "y")),
    ),
    places=(Place("lon", "lat", "EPSG:4326"),),
)

OCCUPANCY = Layout(
    name="occupancy",
    title="Occupancy of the residences",
    key=("residence_id", "reference_date"),
    note="Counts by residence only: a name, a flat or a household has no place here.",
    fields=(
        RESIDENCE,
        Field(
            "reference_date",
            Day(past=True, example="2025-01-01"),
            "day the figures hold for",
            ("date", "date_reference"),
            filled=True,
        ),
        Field(
            "occupied",
            Whole(0, 5000, "dwellings", example="46"),
            "occupied dwellings",
            ("occupes",),
            filled=True,
            measure=True,
        ),
        Field(
            "vacant",
            Whole(0, 5000, "dwellings", example="2"),
            "vacant dwellings",
            ("vacants",),
            filled=True,
            measure=True,
        ),
        Field(
            "under_occupied",
            Whole(0, 5000, "dwellings", example="9"),
            "under-occupied dwellings",
            ("sous_occupes",),
            measure=True,
        ),
        Field(
            "over_occupied",
            Whole(0, 5000, "dwellings", example="3"),
            "over-occupied dwellings",
            ("sur_occupes",),
            measure=True,
        ),
        Field(
            "disability_requests",
            Whole(0, 5000, "requests", example="1"),
            "requests for an adapted dwelling",
            ("demandes_handicap",),
            measure=True,
        ),
    ),
)

STATUS_WORDS = {
    "ouverte": "open",
    "ouvert": "open",
    "en cours": "open",
    "traitee": "answered",
    "traitée": "answered",
    "close": "closed",
    "clos": "closed",
    "fermee": "closed",
    "fermée": "closed",
    "cloturee": "closed",
}
PLACE_WORDS = {"logement": "dwelling", "parties communes": "common", "partie commune": "common"}

COMPLAINTS = Layout(
    name="complaints",
    title="Complaints",
    key=("complaint_id",),
    note="The comment is read to count what looks personal, and never kept.",
    fields=(
        Field(
            "complaint_id",
            Id(ids.landlord_id, "C1"),
            "the landlord's number",
            ("id_reclamation", "numero"),
            filled=True,
        ),
        RESIDENCE,
        Field(
            "dwelling_id",
            Id(ids.landlord_id, "D0001"),
            "the landlord's code of the dwelling",
            ("id_logement",),
        ),
        Field(
            "opened_on",
            Day(past=True),
            "day it came in",
            ("opened_at", "date_ouverture", "ouvert_le"),
            filled=True,
        ),
        Field("answered_on", Day(past=True), "day of the first answer", ("answered_at", "date_reponse")),
        Field(
            "closed_on",
            Day(past=True, example="2025-03-09"),
            "day it was closed",
            ("closed_at", "date_cloture", "clos_le"),
        ),
        Field("category", Text(60, example="ascenseur"), "subject", ("categorie", "motif"), filled=True),
        Field(
            "status",
            Choice(("open", "answered", "closed"), STATUS_WORDS),
            "where it stands",
            ("statut", "etat"),
            filled=True,
        ),
        Field(
            "place",
            Choice(("dwelling", "common"), PLACE_WORDS),
            "in the dwelling or in the common parts",
            ("lieu",),
        ),
        Field("priority", Text(30, example="normal"), "priority", ("priorite",)),
        Field("channel", Text(30, example="phone"), "how it came", ("canal",)),
        Field(
            "comment",
            Text(20_000, example=""),
            "free text: read, counted, not kept",
            ("commentaire", "description"),
            private=True,
        ),
    ),
)

DPE_CLASS = Choice(("A", "B", "C", "D", "E", "F", "G"))
ENERGY = Layout(
    name="energy",
    title="Energy of the residences",
    key=("residence_id", "year"),
    fields=(
        RESIDENCE,
        YEAR,
        Field(
            "dpe_class",
            DPE_CLASS,
            "energy class, empty where unknown",
            ("etiquette_dpe", "classe_dpe", "dpe"),
            measure=True,
        ),
        Field(
            "kwh_m2_year",
            Number(5, 1500, "kWh/m² a year", hint="MWh", example="210"),
            "primary energy, kWh/m² a year",
            ("conso_kwh_m2",),
            measure=True,
        ),
        Field(
            "kg_co2_m2_year",
            Number(0, 500, "kg CO2/m² a year", example="40"),
            "greenhouse gases, kg CO2/m² a year",
            ("emission_kg_m2",),
            measure=True,
        ),
    ),
)

EUR_M2 = Number(0, 300, "EUR/m² a year", example="18.4")
CHARGES = Layout(
    name="charges",
    title="Service charges of the residences",
    key=("residence_id", "year"),
    fields=(
        RESIDENCE,
        YEAR,
        Field(
            "charges_eur_m2_year",
            EUR_M2,
            "all settled charges, EUR/m² of living area a year",
            ("total", "charges"),
            filled=True,
            measure=True,
        ),
        Field("heating_eur_m2_year", EUR_M2, "of which heating", ("chauffage",), measure=True),
        Field("water_eur_m2_year", EUR_M2, "of which water", ("eau",), measure=True),
        Field("lift_eur_m2_year", EUR_M2, "of which lifts", ("ascenseur",), measure=True),
        Field("cleaning_eur_m2_year", EUR_M2, "of which cleaning", ("menage", "proprete"), measure=True),
        Field(
            "provision_eur_m2_year", EUR_M2, "provisions called, all charges", ("provisions",), measure=True
        ),
    ),
)

SECTORS = Layout(
    name="sectors",
    title="Sectors",
    key=("sector_id",),
    shape="surface",
    layer=r"secteur|sector",
    fields=(
        Field(
            "sector_id",
            Id(ids.landlord_id, "S1"),
            "the landlord's code of the sector",
            ("code_secteur", "secteur"),
            filled=True,
        ),
        Field(
            "name",
            Text(200, example="Bas-Montreuil"),
            "name in use",
            ("nom", "libelle", "nom_secteur"),
            filled=True,
        ),
        Field("agency_id", Id(ids.landlord_id, "A1"), "agency that manages it", ("agence", "code_agence")),
    ),
)

NAMED_SECTORS = Layout(
    name="named_sectors",
    title="Sectors known by their name only",
    shape="surface",
    layer=r"secteurs?_bailleurs?",
    note="The name makes the identifier.",
    fields=(Field("name", Text(200), "name in use", ("nom_iris", "nom", "libelle"), filled=True),),
)

SITES = Layout(
    name="sites",
    title="Outlines of sites to study",
    key=("site_id",),
    shape="surface",
    layer=r"site|terrain",
    fields=(
        Field("site_id", Id(ids.landlord_id, "T1"), "code of the site", ("id", "code"), filled=True),
        Field("name", Text(200, example="Parking Molière"), "name in use", ("nom", "libelle")),
    ),
)
