"""The words for codes that the store keeps: kinds, heating, forms, reasons, owners. An unknown code shows as typed."""

import pandas as pd

from views.shared.i18n import N_, _

KINDS = {"flats": N_("Flats"), "houses": N_("Houses")}
HEATING = {
    "collective_gas": N_("Collective gas"),
    "district": N_("District heating"),
    "individual_gas": N_("Individual gas"),
    "electric": N_("Electric"),
    "other": N_("Other"),
}
LOCATIONS = {
    "measured": N_("Position measured"),
    "address": N_("Position from the address"),
    "none": N_("Not located"),
}
CATEGORIES = {
    "plumbing": N_("Plumbing"),
    "heating": N_("Heating"),
    "joinery": N_("Joinery and locks"),
    "cleaning": N_("Cleaning"),
    "damp": N_("Damp and ventilation"),
    "lift": N_("Lift"),
    "access_lighting": N_("Access and lighting"),
    "electricity": N_("Electricity"),
    "tranquillity": N_("Tranquillity"),
    "outdoor_parking": N_("Outdoor spaces and parking"),
    "pests": N_("Pests"),
}
TABLES = {
    "communes": N_("communes"),
    "stations": N_("stations"),
    "iris": N_("statistical districts"),
    "qpv": N_("priority districts"),
    "streets": N_("streets"),
    "parcels": N_("parcels"),
    "plu_zones": N_("zones of the local plan"),
    "plu_prescriptions": N_("prescriptions of the local plan"),
    "owners": N_("owners of land"),
    "addresses": N_("addresses"),
    "agencies": N_("agencies"),
    "sectors": N_("sectors"),
    "residences": N_("residences"),
    "buildings": N_("buildings"),
    "dwellings": N_("dwellings"),
    "households": N_("households"),
    "occupancy": N_("occupancy"),
    "complaints": N_("requests"),
    "energy": N_("energy"),
    "charges": N_("charges"),
    "turnovers": N_("moves"),
    "stock": N_("stock"),
}
FORMS = {
    "small_collective": N_("Small collective"),
    "intermediate": N_("Intermediate housing"),
    "townhouse": N_("Townhouses"),
}
EDGES = {"street": N_("Street edge"), "side": N_("Side edge"), "rear": N_("Rear edge")}
OWNER_GROUPS = {
    "0": N_("Company"),
    "1": N_("State"),
    "2": N_("Region"),
    "3": N_("Department"),
    "4": N_("Commune"),
    "5": N_("Social landlord (HLM)"),
    "6": N_("Mixed-economy company"),
    "7": N_("Co-owners"),
    "8": N_("Associates"),
    "9": N_("Public body"),
}
RULES = {
    "housing": N_("Housing allowed"),
    "height": N_("Greatest height"),
    "footprint": N_("Greatest footprint"),
    "front": N_("Setback from the street"),
    "side": N_("Setback from the sides"),
    "rear": N_("Setback from the rear"),
    "band": N_("Building band from the street"),
    "open_soil": N_("Open soil to keep"),
    "parking": N_("Parking places by dwelling"),
    "prospect": N_("Height beyond the width of the street"),
    "height_2": N_("Greatest height beyond the band"),
    "front_share": N_("Setback from the street, share of the height"),
    "side_share": N_("Setback from the sides, share of the height"),
    "rear_share": N_("Setback from the rear, share of the height"),
    "alignment": N_("Alignment on the street"),
    "social_mix": N_("Social housing asked for"),
}
EFFECTS = {
    "forbids": N_("forbids building"),
    "protects": N_("protects what stands there"),
    "bonus": N_("favours housing"),
    "noted": N_("noted, to be read"),
}
STATUSES = {
    "law": N_("law"),
    "published": N_("published"),
    "assumed": N_("assumed"),
    "user": N_("yours"),
    "unknown": N_("unknown"),
}
# {value} and {limit} are written with their unit by views.shared.reasons
REASONS = {
    "no_area": N_("The parcel has no area: its outline is empty."),
    "own_homes_stand": N_("{value} dwellings of the stock stand here."),
    "no_zone": N_("No zone of the local plan covers this parcel: its rules are unknown."),
    "zone_forbids": N_("The zone does not allow housing."),
    "rule_unknown": N_("A rule of the zone is unknown: nothing can be promised."),
    "prescription_forbids": N_("A prescription forbids building on {value} of the parcel."),
    "hazard_forbids": N_("A flood, a quarry or a pollution closes {value} of the parcel."),
    "no_street": N_("No side of the parcel touches a street."),
    "street_too_short": N_("The street front is {value} long: this form needs {limit}."),
    "too_small": N_("The parcel has {value}: this form needs {limit}."),
    "height_too_low": N_("The height allowed is {value}: this form needs {limit}."),
    "footprint_limit": N_("The footprint allowed is {value}: this form needs {limit}."),
    "envelope_empty": N_("Once the setbacks are taken off, nothing is left to build on."),
    "too_narrow": N_("The buildable width is {value}: this form needs {limit}."),
    "too_shallow": N_("The buildable depth is {value}: this form needs {limit}."),
    "too_irregular": N_("What may be built on is too broken in shape for this form."),
    "alignment": N_(
        "The plan asks for the street line: this form has room on the land, but not on that line."
    ),
    "not_for_public": N_("This form is not built for this public."),
    "open_soil": N_("Once the open soil is kept, {value} may be covered: this form needs {limit}."),
    "parking": N_("There are places for {value} dwellings only: this form starts at {limit}."),
    "too_few_dwellings": N_("There is room for {value} dwellings only: this form starts at {limit}."),
}


def word(codes: dict[str, str], code: object) -> str:
    """Return the word for a code in the reader's language; the code itself where nobody named it."""
    if pd.isna(code):
        return _("unknown")
    return _(codes[str(code)]) if str(code) in codes else str(code)
