"""How many parking places a plan may ask of an operation, by law."""

import math
from collections.abc import Mapping


def parking_cap(
    social_rental: float, other: float, parameters: Mapping[str, float], *, near_station: bool, beds: int = 0
) -> float:
    """
    Most places that a plan may require (code de l'urbanisme L151-34 to L151-36), rounded down.

    Within 500 m of a station, as the crow flies, a State-aided rental dwelling counts for half a place and
    other housing for one; elsewhere the cap holds for social rental only, and the answer is infinite as
    soon as there is other housing. Beds of residences for the elderly and students count by three.
    The Conseil d'Etat (10 Oct 2022, no 452955) let 30 dwellings for sale and 9 social ones, 34.5 places,
    be 34.
    """
    rental = social_rental + beds / parameters["parking_cap.beds_per_dwelling"]
    if not near_station and other:
        return math.inf
    station = "_station" if near_station else ""
    places = rental * parameters[f"parking_cap.social_rental{station}"]
    if other:
        places += other * parameters["parking_cap.other_station"]
    return math.floor(places + 1e-9)
