"""The list of the figures of the atlas, one entry each: words, definition, source, and the counts it is made of."""

from geo.occupancy import CASES, NORMS
from views.parts.stock import costs
from views.parts.stock.figures import (
    CASE_WORDS,
    REGISTER,
    RELETS,
    RPLS,
    Figure,
    category,
    delay,
    norm,
    of_requests,
    rate,
    spots,
)
from views.shared.codes import CATEGORIES
from views.shared.i18n import N_

CASE_COUNTS = frozenset(
    {*(f"case_{c}" for c in (*CASES, "none", "unknown")), "households", "occupied", "dwellings"}
)
HOME, LAW = ("residence",), N_("CCH art. L442-5-2.")
_ALL = (
    Figure(
        "sector",
        "territory",
        N_("Sectors"),
        N_("The sector each residence belongs to."),
        N_("Landlord."),
        "sector_name",
        kind="word",
        scale="words",
        levels=HOME,
    ),
    # occupancy
    Figure(
        "cases",
        "occupancy",
        N_("The five cases of the law"),
        N_(
            "The case of CCH L442-5-2 that most households of the place are in; each household "
            "counts in its first case in the law’s order."
        ),
        LAW,
        "case_mode",
        "cases",
        CASE_COUNTS,
        "word",
        scale="words",
        unit=N_("households"),
        people=True,
        words=CASE_WORDS,
    ),
    norm(
        "under_occupied",
        N_("Under-occupied"),
        N_(
            "Households with at least two rooms more than persons, of the occupied dwellings "
            "whose household is known."
        ),
        N_("CCH art. L621-2."),
    ),
    norm(
        "strongly_under_occupied",
        N_("Strongly under-occupied"),
        N_("Households with at least three rooms more than persons."),
        N_("Usage of the field, not a law."),
    ),
    norm(
        "over_occupied_area",
        N_("Over-occupied by area (law)"),
        N_("Dwellings smaller than the least area the law gives for so many persons."),
        N_("CCH art. L822-10 and R822-25."),
    ),
    norm(
        "overcrowded_insee",
        N_("Overcrowded (INSEE norm)"),
        N_(
            "Homes with fewer rooms than the INSEE norm needs, or enough rooms and under 18 m² a "
            "person: another notion than the law’s."
        ),
        N_("INSEE."),
    ),
    norm(
        "enforceable",
        N_("Enforceable under-occupation"),
        N_(
            "Under-occupied households that the law lets the landlord move: tense territory, "
            "outside a priority district, no exemption of age or disability."
        ),
        N_("CCH art. L442-3-1."),
    ),
    norm(
        "accessibility_short",
        N_("Access: need not met (A)"),
        N_("Households whose need of access is above what their dwelling offers."),
        N_("CCH art. L442-5-2, case 4."),
    ),
    norm(
        "adapted_unneeded",
        N_("Access: adapted, no need (B)"),
        N_("Households without a need who live in an adapted dwelling."),
        N_("CCH art. L442-5-2, case 3."),
    ),
    norm(
        "elderly_warning",
        N_("Elderly above the 2nd floor, no lift"),
        N_("Lease-holders of 70 or more above the second floor without a lift: an early warning."),
        N_("Our early warning, not a law."),
    ),
    # moves
    rate(
        "vacancy",
        "flows",
        N_("Vacancy"),
        N_("Vacant and offered, out of the dwellings let or offered (RPLS)."),
        RPLS,
        "vacancy_rate",
    ),
    rate(
        "vacancy_over_3m",
        "flows",
        N_("Vacancy over 3 months"),
        N_("Vacant and offered for more than three months, out of the dwellings let or offered."),
        RPLS,
        "vacancy_over_3m_rate",
    ),
    rate(
        "mobility",
        "flows",
        N_("Mobility rate"),
        N_(
            "Moves in during the year, out of the dwellings let or offered for a year or more; "
            "new deliveries are left out."
        ),
        RPLS,
        "mobility_rate",
        dated=True,
    ),
    rate(
        "turnover",
        "flows",
        N_("Turnover"),
        N_("Keys given back during the year, out of the dwellings managed: not the mobility rate."),
        N_("Usage of landlords."),
        "turnover_rate",
        dated=True,
    ),
    delay(
        "relet_median",
        "flows",
        N_("Relet: median"),
        N_(
            "Days from keys back to the next lease: half of the relets take less. Dwellings still"
            " empty are kept (Kaplan-Meier)."
        ),
        RELETS,
        "relet",
        "median",
    ),
    delay(
        "relet_p90",
        "flows",
        N_("Relet: nine in ten"),
        N_("Days from keys back to the next lease that nine relets in ten stay under (Kaplan-Meier)."),
        RELETS,
        "relet",
        "p90",
    ),
    rate(
        "rent_lost",
        "flows",
        N_("Rent lost, a dwelling and year"),
        N_("Rent of the days between keys back and lease, a year and dwelling managed."),
        RELETS,
        "rent_lost_eur_per_dwelling_year",
        kind="eur",
        digits=0,
        dated=True,
        unit=N_("dwelling-years"),
    ),
    # complaints
    of_requests(
        "complaints",
        N_("Requests for 100 dwellings"),
        N_("Requests of the last twelve months for 100 dwellings let."),
        "complaints_per_100",
        digits=0,
    ),
    of_requests(
        "technical",
        N_("Technical, for 100 dwellings"),
        N_("Requests other than tranquillity, for 100 dwellings let."),
        "technical_per_100",
        digits=0,
    ),
    of_requests(
        "tranquillity",
        N_("Tranquillity, for 100 dwellings"),
        N_(
            "Requests on noise, squatting of common parts and incivility, for 100 dwellings let; "
            "never added to technical ones."
        ),
        "tranquillity_per_100",
    ),
    Figure(
        "months",
        "complaints",
        N_("Month by month"),
        N_(
            "Requests opened in each month, for 100 dwellings let a year; move the slider under "
            "the map, or play it."
        ),
        REGISTER,
        "complaints_per_100",
        "complaints",
        frozenset({"complaints_exposed", "dwelling_years", "status_known", "dwellings"}),
        "number",
        0,
        unit=N_("dwelling-years"),
        levels=HOME,
        small=True,
    ),
    of_requests(
        "first_answer",
        N_("First answer within 48 h"),
        N_("Requests answered within 48 hours, out of those whose answer is due."),
        "first_answer_share",
        digits=0,
        scale="gain",
        unit=N_("requests"),
    ),
    delay(
        "closing_median",
        "complaints",
        N_("Closing: median"),
        N_(
            "Days from opening to closing: half of the requests take less. Open ones are kept (Kaplan-Meier)."
        ),
        REGISTER,
        "closing",
        "median",
    ),
    delay(
        "closing_p90",
        "complaints",
        N_("Closing: nine in ten"),
        N_("Days from opening to closing that nine requests in ten stay under (Kaplan-Meier)."),
        REGISTER,
        "closing",
        "p90",
    ),
    of_requests(
        "reopened",
        N_("Reopened"),
        N_("Closed requests that came back within 30 days, out of those closed for 30 days."),
        "reopened_share",
        unit=N_("requests"),
        source=N_("Register; 30 days is a working assumption."),
    ),
    of_requests(
        "backlog",
        N_("Backlog, for 100 dwellings"),
        N_("Requests open on the day, of whatever age, for 100 dwellings let."),
        "open_per_100",
        unit=N_("dwellings"),
    ),
    spots(
        "hot_spots",
        N_("Hot spots: technical"),
        N_(
            "Residences whose neighbourhood within 300 m has more technical requests than chance "
            "allows (Getis-Ord Gi*, rates shrunken, 5 % false discoveries)."
        ),
        "technical_spot",
    ),
    spots(
        "tranquillity_hot_spots",
        N_("Hot spots: tranquillity"),
        N_(
            "Residences whose neighbourhood within 300 m has more requests on tranquillity than "
            "chance allows (Getis-Ord Gi*, rates shrunken, 5 % false discoveries)."
        ),
        "tranquillity_spot",
    ),
    *(category(code, words) for code, words in CATEGORIES.items()),
    *costs.ALL,
)
FIGURES = {figure.key: figure for figure in _ALL}
DEFAULT = "sector"
assert set(NORMS) <= set(FIGURES)


def of_family(family: str) -> list[str]:
    """Return the keys of the figures of a family, in the order of the chooser."""
    return [key for key, figure in FIGURES.items() if figure.family == family]
