"""The figures of the atlas, by family: what each is, how it is written, where it comes from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from geo.energy import CLASSES
from geo.indicators import RATES
from views.shared.i18n import N_, _
from views.shared.numbers import number, percent

FAMILIES = {
    "territory": N_("Territories"),
    "occupancy": N_("Occupancy"),
    "flows": N_("Moves"),
    "complaints": N_("Complaints"),
    "categories": N_("By subject"),
    "energy": N_("Energy"),
    "charges": N_("Charges"),
}
LEVELS = {
    "residence": N_("Residence"),
    "sector": N_("Sector"),
    "agency": N_("Agency"),
    "iris": N_("IRIS"),
    "qpv": N_("Priority district"),
}
ALL_LEVELS = tuple(LEVELS)
CASE_WORDS = {
    "over_occupied": N_("1. Over-occupied (area)"),
    "under_occupied": N_("2. Under-occupied"),
    "adapted_left": N_("3. Adapted dwelling left"),
    "disability_need": N_("4. Disability, need not met"),
    "resources": N_("5. Resources above the ceiling"),
    "none": N_("No case told"),
}
SPOT_WORDS = {"hot": N_("Hot spot"), "usual": N_("As elsewhere"), "cold": N_("Cold spot")}


@dataclass(frozen=True, slots=True)
class Figure:
    """
    One figure of the stock.

    Attributes
    ----------
    column
        Its column in the frame of a level (``views.jobs.indicators.figures``, ``views.jobs.marks``).
    stem
        ``<stem>_n`` is what it was measured on, ``<stem>_coverage`` the share known.
    needs
        Counts it is made of, or ``closing`` or ``relet``; empty for what is made once by residence.
    scale
        ``burden`` (much is hot), ``gain`` (much is good), ``balance`` (below and above 0), or ``words``.
    unit
        What is counted in ``<stem>_n``, for people.
    people
        The figure tells of households: the rule of ``geo.suppression`` holds it.
    dated
        It may be computed for an earlier day; the others are known as the stock stands today.
    """

    key: str
    family: str
    label: str
    definition: str
    source: str
    column: str
    stem: str = ""
    needs: frozenset[str] = frozenset()
    kind: str = "share"
    digits: int = 1
    scale: str = "burden"
    unit: str = N_("dwellings")
    levels: tuple[str, ...] = ALL_LEVELS
    people: bool = False
    dated: bool = False
    small: bool = False
    words: Mapping[str, str] = field(default_factory=dict)

    def write(self, value: object) -> str:
        """Write a value in the reader's language, with its unit."""
        return WRITE[self.kind](value, self.digits)


WRITE: dict[str, Callable[[object, int], str]] = {
    "share": percent,
    "number": number,
    "days": lambda value, digits: _("{n} d").format(n=number(value, digits)),
    "eur_m2": lambda value, digits: _("{n} €/m²").format(n=number(value, digits)),
    "eur": lambda value, digits: _("{n} €").format(n=number(value, digits)),
    "word": lambda value, digits: str(value),
}
_RATES = {rate.name: rate for rate in RATES}
REGISTER = N_("Landlord’s register of requests.")
RELETS = N_("Landlord’s register of moves.")
LABELS = N_("Energy labels (DPE) of the dwellings.")
READ = N_("The landlord's own readings of energy.")
SETTLED = N_("Settled charges of the last year known (decree 82-955).")
RPLS = N_("RPLS rules (SDES).")
LAW_RENT = N_("Law 89-462 art. 6, law 2021-1104 art. 160.")


def rate(
    key: str, family: str, label: str, definition: str, source: str, column: str, **more: object
) -> Figure:
    """Make the figure of a rate of ``geo``: its counts are those of the rate."""
    made = _RATES[column]
    needs = frozenset({made.part, made.of, made.known, made.out_of})
    return Figure(key, family, label, definition, source, column, made.stem, needs, **more)


def of_requests(
    key: str, label: str, definition: str, column: str, *, source: str = REGISTER, **more: object
) -> Figure:
    """Make the figure of a rate of requests, for 100 dwellings where nothing else is said."""
    own = {"kind": "number", "unit": N_("dwelling-years")} if column.endswith("_per_100") else {}
    return rate(
        key, "complaints", label, definition, source, column,
        **({"dated": True, "small": True, "digits": 1} | own | more),
    )  # fmt: skip


def spots(key: str, label: str, definition: str, column: str) -> Figure:
    """Make the figure of the hot spots of a kind of requests."""
    return Figure(
        key, "complaints", label, definition, REGISTER, column, kind="word", scale="words",
        levels=("residence",), words=SPOT_WORDS,
    )  # fmt: skip


def delay(
    key: str, family: str, label: str, definition: str, source: str, cases: str, quantile: str
) -> Figure:
    """Make the figure of a delay, read on the survival curve."""
    return Figure(
        key, family, label, definition, source, f"{cases}_{quantile}_days", cases,
        frozenset({cases, "dwellings"}), "days", 0 if cases == "relet" else 1, unit=N_("cases, open ones kept"),
        dated=True, small=True,
    )  # fmt: skip


def norm(key: str, label: str, definition: str, source: str, **more: object) -> Figure:
    """Make the figure of a norm of occupancy, told by the rule on households."""
    return Figure(
        key, "occupancy", label, definition, source, f"{key}_share", key,
        frozenset({key, f"{key}_known", "occupied", "dwellings"}), digits=0, unit=N_("households"), people=True,
        **more,
    )  # fmt: skip


def not_lettable(year: int, label: str, definition: str) -> Figure:
    """Make the figure of what may not be let again from a year on."""
    return Figure(
        f"not_lettable_{year}", "energy", label, definition, LAW_RENT, f"not_lettable_{year}_share",
        f"not_lettable_{year}", frozenset({f"not_lettable_{year}", "labelled", "dwellings"}), digits=0,
    )  # fmt: skip


def rent_at_stake(year: int, label: str, definition: str) -> Figure:
    """Make the figure of the rents exposed from a year on."""
    stem = f"rent_at_stake_{year}"
    return Figure(
        stem, "energy", label, definition, LAW_RENT, f"{stem}_share", stem,
        frozenset({f"{stem}_eur", f"not_lettable_{year}", "rent_labelled_eur", "rent_labelled", "let_rents"}),
        digits=0, unit=N_("€ of rent a month"),
    )  # fmt: skip


def category(code: str, label: str) -> Figure:
    """Make the figure of the requests of one category."""
    return Figure(
        f"category-{code}", "categories", label,
        N_("Requests on this subject in the last twelve months, for 100 dwellings let."), REGISTER,
        f"category_{code}_per_100", f"category_{code}",
        frozenset({f"category_{code}_exposed", "dwelling_years", "status_known", "dwellings"}), "number", 1,
        unit=N_("dwelling-years"), dated=True, small=True,
    )  # fmt: skip


def letters(key: str, label: str, definition: str, stem: str) -> Figure:
    """Make the figure of the commonest energy class."""
    needs = frozenset({*(f"{stem}_{letter}" for letter in CLASSES), "labelled", "dwellings", "leaky"})
    return Figure(
        key, "energy", label, definition, LABELS, f"{stem}_mode", "leaky", needs, "word", scale="words",
        words={letter: letter for letter in CLASSES},
    )  # fmt: skip
