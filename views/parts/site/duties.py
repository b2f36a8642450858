"""What the plan and the law ask of each tenure of an operation: the share of social dwellings, the parking places."""

import json
import math

import pandas as pd

from planning.finance.mix import TENURES, meets, social_share
from planning.finance.parking import parking_cap
from views.parts.site.state import Shown
from views.shared import cache
from views.shared.i18n import _
from views.shared.numbers import number, percent


def rows(s: Shown) -> list[tuple[str, list[str]]]:
    """Return the lines of the duties of each tenure: to let, PSLA, BRS, direct sale."""
    return [
        (_("Share of social dwellings asked for"), mix(s)),
        (_("Parking places asked for (and lacking)"), parking(s)),
    ]


def mix(s: Shown) -> list[str]:
    """Write whether each tenure meets the share of social dwellings; one that does not is vetoed, with its reason."""
    asked = _share_asked(s)
    if asked is None:
        return [_("none known")] * len(TENURES)
    if math.isnan(asked):
        return [_("asked, share unknown")] * len(TENURES)
    told = []
    for tenure in TENURES:
        share = percent(social_share(tenure, cache.parameters()), 0)
        words = (
            _("met: {share}") if meets(tenure, asked, cache.parameters()) else _("vetoed: {share} of {asked}")
        )
        told.append(words.format(share=share, asked=percent(asked, 0)))
    return told


def parking(s: Shown) -> list[str]:
    """
    Write the places that may be asked of each tenure: the plan's norm, under the cap of the law for that tenure.

    The lower cap is that of dwellings let with the help of the State; away from stations an owner's dwelling has none.
    """
    station = s.row["station_m"]
    near = bool(pd.notna(station) and station <= cache.parameters()["parking_cap.station_m"])
    norm = _rule(s, "parking")
    told = []
    for tenure in TENURES:
        laid = s.let if tenure == "rental" else s.own
        if not laid["fits"]:
            told.append("–")
            continue
        dwellings = int(laid["dwellings"])
        asked = math.nan if norm is None else norm * dwellings
        let, owned = (dwellings, 0) if tenure == "rental" else (0, dwellings)
        cap = parking_cap(let, owned, cache.parameters(), near_station=near)
        places = math.floor(min(asked, cap) + 1e-9) if norm is not None else cap
        told.append(_("no cap") if math.isinf(places) else _places(places, laid["parking_places"]))
    return told


def _places(asked: float, laid: object) -> str:
    """Write how many are asked for, and how many of them the layout lacks."""
    lacking = 0 if pd.isna(laid) else asked - float(laid)
    return number(asked) + (f" (−{number(lacking)})" if lacking > 0 else "")


def _share_asked(s: Shown) -> float | None:
    """The share asked for; missing where a prescription asks for one that nobody has read; None where none is known."""
    asked = _rule(s, "social_mix")
    if asked is not None:
        return asked
    told = json.loads(s.found.site["rules"]).get("prescriptions", [])
    return math.nan if any(one["effect"] == "bonus" for one in told) else None


def _rule(s: Shown, name: str) -> float | None:
    value = json.loads(s.found.site["rules"]).get(name, {}).get("value")
    return None if value is None else float(value)
