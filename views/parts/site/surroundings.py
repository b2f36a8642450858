"""What the maps, the registers and the amenities tell of a site, criterion by criterion: whose map, of which day."""

import pandas as pd

from planning.decision.surroundings import HAZARDS
from views.parts.site.state import Shown
from views.parts.sites import words
from views.shared import cache, frame
from views.shared.html import Fact
from views.shared.i18n import _
from views.shared.numbers import day

MAPS = {"T2": ("slope",), "T4": HAZARDS, "E1": ("noise",), "E3": ("heat_network",), "E5": ("heat_island",)}
FILES = {"R5": "squares", **dict.fromkeys(("U2", "U3", "U4", "U5"), "amenities")}
ORDER = ("U2", "U3", "U4", "U5", "E1", "E5", "E3", "T2", "T4", "R5")


def told(s: Shown) -> list[Fact]:
    """Return what surrounds the site, in the units of the criteria; a site that the form does not fit has none."""
    if s.site_id not in s.judged.measures.index:
        return []
    measured = s.judged.measures.loc[s.site_id].reindex(ORDER)
    maps = cache.read("environment", geometry=False)
    return [
        Fact(words.name(code), words.measure(code, value), "" if pd.isna(value) else source(code, maps))
        for code, value in measured.items()
    ]


def source(code: str, maps: pd.DataFrame) -> str:
    """Say whose maps a criterion is measured on and the day of the latest, else which file brought its layer."""
    if code in FILES:
        return frame.source(FILES[code])
    used = maps[maps["kind"].isin(MAPS[code])]
    makers = [
        _("invented data") if one == "invented" else str(one) for one in sorted(set(used["source"].dropna()))
    ]
    latest = pd.to_datetime(used["dated_on"]).max()
    if not makers or pd.isna(latest):
        return ", ".join(makers) or frame.source("environment", "risks", "brownfields")
    return _("Map of {day}: {source}").format(day=day(latest), source=", ".join(makers))
