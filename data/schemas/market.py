"""Layout of the sales of property (DVF)."""

from data import ids
from data.schemas.cells import Day, Id, Number, Text
from data.schemas.layout import Field, Layout, Place

SALES = Layout(
    name="sales",
    title="Sales of property (DVF)",
    source="DGFiP and Etalab, geolocated DVF (Licence Ouverte 2.0)",
    note="A sale is repeated once a parcel, premises and kind of land; its price is that of the whole sale.",
    fields=(
        Field(
            "sale_id", Id(ids.landlord_id, "2021-527101"), "number of the sale", ("id_mutation",), filled=True
        ),
        Field("sold_on", Day(past=True), "day of the deed", ("date_mutation",), filled=True),
        Field("nature", Text(60, example="Vente"), "sale, exchange, auction", ("nature_mutation",)),
        Field(
            "price_eur",
            Number(0, 1e10, "EUR", example="215000"),
            "price of the whole sale, EUR",
            ("valeur_fonciere",),
            present=True,
        ),
        Field("insee", Id(ids.insee_code, "33001"), "commune, INSEE code", ("code_commune",)),
        Field("parcel_id", Id(ids.parcel_id, "330010000B2328"), "parcel", ("id_parcelle",)),
        Field("premises", Text(60, example="Appartement"), "kind of premises", ("type_local",)),
        Field(
            "premises_area_m2",
            Number(0, 1e6, "m²", example="62"),
            "built area of the premises, m²",
            ("surface_reelle_bati",),
        ),
        Field("culture", Text(60, example="sols"), "kind of land", ("nature_culture",)),
        Field("culture_detail", Text(60, example=""), "its detail", ("nature_culture_speciale",)),
        Field(
            "land_area_m2", Number(0, 1e9, "m²", example="337"), "area of the land, m²", ("surface_terrain",)
        ),
        Field("lon", Number(-180, 180, example="-0.124133"), "longitude, degrees", ("longitude",)),
        Field("lat", Number(-90, 90, example="45.014097"), "latitude, degrees", ("latitude",)),
    ),
    places=(Place("lon", "lat", "EPSG:4326"),),
)
