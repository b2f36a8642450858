"""Layouts of what the mobility analyses read: pseudonymised households and the milestones of each relet."""

from data import ids
from data.schemas.cells import Choice, Day, Flag, Id, Number, Whole, Year
from data.schemas.landlord import RESIDENCE
from data.schemas.layout import Field, Layout

DWELLING = Field(
    "dwelling_id",
    Id(ids.landlord_id, "D0001"),
    "the landlord's code of the dwelling",
    ("id_logement", "code_logement"),
    filled=True,
)
AGE_BANDS = ("<30", "30-49", "50-64", "65-74", "75+")
NEEDS = ("none", "reachable", "wheelchair")
NEED_WORDS = {"aucun": "none", "accessible": "reachable", "fauteuil": "wheelchair", "ufr": "wheelchair"}
WORKS_WORDS = {"courants": "ordinary", "courant": "ordinary", "lourds": "heavy", "lourd": "heavy"}

TRADES = ("painting", "flooring", "plumbing", "electricity", "joinery", "masonry", "several")
TRADE_WORDS = {
    "peinture": "painting", "sols": "flooring", "plomberie": "plumbing", "électricité": "electricity",
    "electricite": "electricity", "menuiserie": "joinery", "maçonnerie": "masonry", "maconnerie": "masonry",
    "gros œuvre": "masonry", "gros oeuvre": "masonry", "tous corps d'état": "several", "tce": "several",
}  # fmt: skip

HOUSEHOLDS = Layout(
    name="households",
    title="Households, pseudonymised",
    key=("household_id",),
    note="A random key, never the landlord's own number; bands of age, never a birth date; no name at all.",
    fields=(
        Field(
            "household_id",
            Id(ids.landlord_id, "H8f3a"),
            "a random key",
            ("id_menage", "cle_menage"),
            filled=True,
        ),
        DWELLING,
        Field("persons", Whole(1, 20, "persons", example="3"), "persons", ("personnes",), filled=True),
        Field("children", Whole(0, 15, "children", example="1"), "of whom children", ("enfants",)),
        Field("couple", Flag(), "whether two of them are a couple"),
        Field("holder_age_band", Choice(AGE_BANDS), "age of the holder, in bands", ("tranche_age",)),
        Field(
            "rooms_needed",
            Whole(1, 12, "rooms", example="3"),
            "rooms needed (INSEE norm)",
            ("pieces_utiles",),
        ),
        Field("need_level", Choice(NEEDS, NEED_WORDS), "access that is needed", ("besoin_acces",)),
        Field(
            "lease_start_year",
            Year(first=1900, ahead=1, example="2011"),
            "year the lease began",
            ("annee_bail",),
        ),
        Field(
            "visiting_children",
            Whole(0, 15, "children", example="0"),
            "children who come at times",
            ("enfants_visite",),
        ),
        Field("transfer_wish", Flag(), "whether a transfer is asked for", ("demande_mutation",)),
    ),
)

TURNOVERS = Layout(
    name="turnovers",
    title="Milestones of the relets",
    key=("turnover_id",),
    note="A relet that has no lease yet is a dwelling still vacant.",
    fields=(
        Field(
            "turnover_id", Id(ids.landlord_id, "V1"), "the landlord's number", ("id_relocation",), filled=True
        ),
        DWELLING,
        RESIDENCE,
        Field("notice_on", Day(past=True), "day of the notice", ("date_conge", "conge_le")),
        Field(
            "keys_back_on",
            Day(past=True),
            "day the keys came back",
            ("date_restitution", "sortie_le"),
            filled=True,
        ),
        Field("works_ordered_on", Day(past=True), "day works were ordered", ("travaux_commandes_le",)),
        Field("works_accepted_on", Day(past=True), "day works were accepted", ("travaux_recus_le",)),
        Field("allocated_on", Day(past=True), "day of the allocation", ("attribue_le", "date_cal")),
        Field(
            "lease_start_on", Day(example="2025-05-01"), "day the new lease began", ("bail_le", "entree_le")
        ),
        Field(
            "works_class", Choice(("ordinary", "heavy"), WORKS_WORDS), "ordinary or heavy works", ("travaux",)
        ),
        Field(
            "rent_eur_month",
            Number(0, 5000, "EUR a month", example="412.5"),
            "rent, EUR a month",
            ("loyer",),
        ),
        Field("trade", Choice(TRADES, TRADE_WORDS), "main trade of the works", ("corps_d_etat", "metier")),
    ),
)
