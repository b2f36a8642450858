"""Rules written in a zone's label, as in the PLUi of Est Ensemble: `UC48C16`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_LABEL = re.compile(r"^(U[A-Z][a-z]?\d?)(\d)(\d)([A-Z])(\d+|nr|b\d)$")


@dataclass(frozen=True, slots=True)
class ZoneLabel:
    """A label taken apart: zone, and codes of alignment, side limits, footprint class and height (text)."""

    zone: str
    alignment_code: str
    side_code: str
    footprint_class: str
    height: str

    @property
    def rules(self) -> Mapping[str, str]:
        """Its four rules by the names of the columns."""
        names = ("footprint_class", "height", "alignment_code", "side_code")
        return {name: getattr(self, name) for name in names}


def decode(label: str) -> ZoneLabel | None:
    """
    Take a label apart; None where it follows no such pattern (`N`, `UP Bd1`).

    >>> decode("UC48C16")
    ZoneLabel(zone='UC', alignment_code='4', side_code='8', footprint_class='C', height='16')
    """
    found = _LABEL.fullmatch(label.strip())
    return ZoneLabel(*found.groups()) if found else None
