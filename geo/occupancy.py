"""Who lives in what: the law's five cases, each norm under its own name, accessibility, enforceability."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.insee import occupation_level
from geo.periods import Day
from geo.rates import Rate, count_by, keyed, require_columns
from geo.thresholds import gather, threshold

AGE_BANDS = {"<30": (0, 29), "30-49": (30, 49), "50-64": (50, 64), "65-74": (65, 74), "75+": (75, np.inf)}
NEED_LEVELS = {"none": 0, "reachable": 1, "wheelchair": 3}
DWELLING_LEVELS = {"none": 0, "reachable": 1, "adaptable": 2, "adapted": 3}
CASES = ("over_occupied", "under_occupied", "adapted_left", "disability_need", "resources")
NORMS = {
    "under_occupied": ("rooms − persons > 1", "CCH L621-2"),
    "strongly_under_occupied": ("rooms − persons ≥ 3", "usage of the field"),
    "over_occupied_area": ("living area < least area for the persons", "CCH L822-10, R822-25"),
    "overcrowded_insee": ("rooms < need, or enough rooms and too little area a person", "INSEE"),
    "enforceable": ("under-occupied, tense territory, no exemption (age, disability, QPV)", "CCH L442-3-1"),
    "accessibility_short": ("need of access above the dwelling's level", "CCH L442-5-2, case 4"),
    "adapted_unneeded": ("adapted dwelling, no need in the household", "CCH L442-5-2, case 3"),
    "elderly_warning": ("old, high above the ground, no lift", "early warning, not legal"),
}
RATES = tuple(
    Rate(
        name=f"{norm}_share",
        stem=norm,
        part=norm,
        of=f"{norm}_known",
        known=f"{norm}_known",
        out_of="occupied",
        formula=f"{formula}; of occupied dwellings whose household is known",
        source=source,
    )
    for norm, (formula, source) in NORMS.items()
)


@dataclass(frozen=True, slots=True)
class OccupancyRules:
    """
    Thresholds of occupancy; each is the reference value ``occupancy.<its name>``.

    Attributes
    ----------
    under_occupied_over_rooms
        CCH L621-2: rooms above persons by more than this (1).
    strong_from_rooms
        Usage: rooms above persons by this or more (3).
    insee_studio_area_m2, insee_area_per_person_m2
        INSEE: one person in one room of this area is not overcrowded (25); enough rooms with less than this
        a person is overcrowded (18).
    enforceable_over_age
        CCH L442-3-1: tenants older than this are exempt (65).
    elderly_from_age, elderly_over_floor
        Our early warning: from this age, above this floor, without a lift (70, 2).
    min_area_m2
        CCH R822-25, formerly CSS D542-14: least living area for 1, 2, .. 8 persons and more (9 .. 70).
    """

    under_occupied_over_rooms: float
    strong_from_rooms: float
    insee_studio_area_m2: float
    insee_area_per_person_m2: float
    enforceable_over_age: float
    elderly_from_age: float
    elderly_over_floor: float
    min_area_m2: tuple[float, ...]

    @classmethod
    def of(cls, parameters: Mapping[str, float]) -> "OccupancyRules":
        """Read the rules among reference values; raises ThresholdError where one is absent."""
        areas = tuple(threshold(parameters, f"occupancy.min_area_{n}_m2") for n in range(1, 9))
        return gather(cls, parameters, "occupancy", min_area_m2=areas)


def occupancy_status(
    households: pd.DataFrame,
    dwellings: pd.DataFrame,
    rules: OccupancyRules,
    *,
    tense: bool | pd.Series | None = None,
) -> pd.DataFrame:
    """
    Judge each household's dwelling by each rule, side by side.

    Parameters
    ----------
    households
        By ``household_id``: ``dwelling_id``, ``persons``, ``holder_age_band``, ``rooms_needed`` (INSEE norm),
        ``need_level``, ``visiting_children`` (none declared where missing). Optional exact flags settle what
        bands and minimised data cannot: ``holder_over_65`` (older than L442-3-1 says), ``holder_over_70`` (as
        old as the early warning says), ``resources_above_ceiling``, ``profession_rooms``.
    dwellings
        By ``dwelling_id``: ``residence_id``, ``rooms``, ``living_area_m2``, ``adapted``, ``in_qpv``,
        ``floor``, ``has_lift``.
    tense
        Whether the territory is one of tension between supply and demand (CCH L442-3-1): one answer, or one by
        ``dwelling_id``; None is unknown.

    Returns
    -------
    pandas.DataFrame
        By ``household_id``: ``dwelling_id``, ``residence_id``, and, true, false or missing (not computable):

        - ``under_occupied``: rooms − persons > 1 (L621-2); visiting children count, rooms needed for a
          profession do not. ``strongly_under_occupied``: rooms − persons ≥ 3 (usage).
        - ``over_occupied_area``: living area < least area for the persons of the home (L822-10, R822-25).
        - ``insee_level``, ``overcrowded_insee``, ``accentuated_insee``: see ``geo.insee``.
        - ``accessibility_short`` (mismatch A): need above the dwelling's level; ``short_but_adaptable`` where
          works would answer it. ``adapted_unneeded`` (mismatch B): adapted, and no need in the household.
        - ``elderly_warning``: holder of the age of the warning or more, above its floor, no lift. Not legal.
          Missing where the age band or the lift leaves a doubt.
        - ``exempt_by_age``, and ``age_in_doubt``: the band holds the age of the law and no flag settles
          it. A doubtful household counts as exempt, so that nobody is wrongly pressed to leave.
        - ``enforceable``: under-occupied, tense territory, not exempt by age, no disability, not in a
          priority district (L442-3-1).
        - ``over_occupied``, ``adapted_left``, ``disability_need``, ``resources``: with ``under_occupied``,
          the five cases of CCH L442-5-2; ``cases`` how many are true; ``case`` the first true in the law's
          order, else ``none``, or ``unknown`` where one of the first four is missing. ``resources`` is
          missing unless its flag is given: incomes are not kept.
    """
    homes = _join(households, dwellings)
    rooms = homes["rooms"].astype("Int64") - _column(homes, "profession_rooms", "Int64").fillna(0)
    persons = homes["persons"].astype("Int64")
    counted = persons + homes["visiting_children"].astype("Int64").fillna(0)
    over_65, in_doubt = exempt_by_age(homes, rules.enforceable_over_age)
    need = homes["need_level"].map(NEED_LEVELS).astype("Int64")
    level = homes["adapted"].map(DWELLING_LEVELS).astype("Int64")
    insee = occupation_level(
        rooms,
        homes["rooms_needed"],
        persons,
        homes["living_area_m2"],
        studio_area_m2=rules.insee_studio_area_m2,
        area_per_person_m2=rules.insee_area_per_person_m2,
    )
    under = rooms - counted > rules.under_occupied_over_rooms
    short = need > level
    known_tense = pd.NA if tense is None else tense
    if isinstance(tense, pd.Series):
        known_tense = tense.reindex(homes["dwelling_id"]).astype("boolean").set_axis(homes.index)
    status = pd.DataFrame(
        {
            "dwelling_id": homes["dwelling_id"],
            "residence_id": homes["residence_id"],
            "under_occupied": under,
            "strongly_under_occupied": rooms - counted >= rules.strong_from_rooms,
            "over_occupied_area": homes["living_area_m2"].astype("Float64") < least_area_m2(persons, rules),
            "insee_level": insee,
            "overcrowded_insee": insee.str.startswith("overcrowded").astype("boolean"),
            "accentuated_insee": (insee == "overcrowded_accentuated").astype("boolean"),
            "accessibility_short": short,
            "short_but_adaptable": short & (level == DWELLING_LEVELS["adaptable"]),
            "adapted_unneeded": (level == DWELLING_LEVELS["adapted"]) & (need == 0),
            "elderly_warning": elderly_warning(homes, rules),
            "exempt_by_age": over_65,
            "age_in_doubt": in_doubt,
            "enforceable": under & known_tense & ~over_65 & (need == 0) & ~homes["in_qpv"],
        }
    )
    return status.assign(**five_cases(status, _column(homes, "resources_above_ceiling", "boolean")))


def five_cases(status: pd.DataFrame, resources: pd.Series) -> dict[str, pd.Series]:
    """Name the cases of CCH L442-5-2, count those that are true, keep the first in the law's order."""
    named = {
        "over_occupied": status["over_occupied_area"],
        "adapted_left": status["adapted_unneeded"],
        "disability_need": status["accessibility_short"],
        "resources": resources,
    }
    table = status[["under_occupied"]].assign(**named)[list(CASES)]
    true = table.fillna(False).to_numpy(dtype=bool)
    uncertain = table[list(CASES[:4])].isna().any(axis=1).to_numpy()
    first = np.array(CASES, dtype=object)[true.argmax(axis=1)]
    case = np.where(true.any(axis=1), first, np.where(uncertain, "unknown", "none"))
    categories = pd.Categorical(case, categories=[*CASES, "none", "unknown"])
    return named | {
        "cases": pd.Series(true.sum(axis=1), index=status.index),
        "case": pd.Series(categories, index=status.index),
    }


def least_area_m2(persons: pd.Series, rules: OccupancyRules) -> pd.Series:
    """Least living area for so many persons (CCH R822-25), m²; the last value for all larger homes."""
    table = dict(enumerate(rules.min_area_m2, start=1))
    return persons.clip(upper=len(table)).map(table).astype("Float64")


def older_than(homes: pd.DataFrame, age: float, *, or_equal: bool = False) -> pd.Series:
    """Say from the holder's age band whether he is older than ``age``; missing where the band holds both."""
    low = homes["holder_age_band"].map({band: ages[0] for band, ages in AGE_BANDS.items()}).astype("Float64")
    high = homes["holder_age_band"].map({band: ages[1] for band, ages in AGE_BANDS.items()}).astype("Float64")
    surely = low >= age if or_equal else low > age
    never = high < age if or_equal else high <= age
    return surely.mask(~surely & ~never)


def exempt_by_age(homes: pd.DataFrame, age: float) -> tuple[pd.Series, pd.Series]:
    """Say who is older than L442-3-1 says, and whose band leaves a doubt (counted as older)."""
    known = _column(homes, "holder_over_65", "boolean").fillna(older_than(homes, age))
    in_doubt = known.isna() & homes["holder_age_band"].notna()
    return known.mask(in_doubt, True), in_doubt


def elderly_warning(homes: pd.DataFrame, rules: OccupancyRules) -> pd.Series:
    """Flag the old above the warning's floor with no lift; missing where one of the three is unknown."""
    by_band = older_than(homes, rules.elderly_from_age, or_equal=True)
    old = _column(homes, "holder_over_70", "boolean").fillna(by_band)
    high = homes["floor"].astype("Int64") > rules.elderly_over_floor
    return old & high & ~homes["has_lift"]


def occupancy_counts(
    households: pd.DataFrame,
    dwellings: pd.DataFrame,
    index: pd.Index,
    rules: OccupancyRules,
    *,
    tense: bool | pd.Series | None = None,
    by: str = "residence_id",
) -> pd.DataFrame:
    """
    Count households by rule and by case, for each residence (or another column of ``dwellings``).

    Counts: ``occupied`` (dwellings let, or of unknown status with a household), ``households`` (known, in
    those), each of ``NORMS`` and ``<norm>_known`` (computable), ``age_in_doubt``, ``case_<case>``.
    Figures on too few households must be hidden by whoever shows them: ``_n`` is there for that.
    """
    dwellings = keyed(dwellings, "dwelling_id", "dwellings")
    require_columns(dwellings, ["let_status", by], "dwellings")
    # as objects: half a million of Arrow's strings are looked up one by one
    lived_in = dwellings.index.astype("object").isin(households["dwelling_id"].astype("object"))
    let = dwellings["let_status"]
    occupied = (let == "let") | (let.isna() & lived_in)
    status = occupancy_status(households, dwellings[occupied.to_numpy(dtype=bool)], rules, tense=tense)
    flags = {"households": status["case"].notna(), "age_in_doubt": status["age_in_doubt"]}
    for norm in NORMS:
        flags |= {norm: status[norm], f"{norm}_known": status[norm].notna()}
    flags |= {f"case_{case}": status["case"] == case for case in status["case"].cat.categories}
    groups = dwellings[by].reindex(status["dwelling_id"]).set_axis(status.index).to_frame()
    counts = count_by(groups, by, flags, index)
    counts.insert(0, "occupied", count_by(dwellings, by, {"occupied": occupied}, index)["occupied"])
    return counts.fillna(0).where(counts["occupied"].notna())


def survey_counts(survey: pd.DataFrame, index: pd.Index, *, on: Day) -> pd.DataFrame:
    """
    Take the counts of the last occupancy survey of each residence, where households are not known one by one.

    Parameters
    ----------
    survey
        ``residence_id``, ``reference_date``, ``occupied``, ``under_occupied`` (L621-2), ``over_occupied``
        (L822-10, by area).

    Returns
    -------
    pandas.DataFrame
        ``occupied``, ``under_occupied``, ``over_occupied_area`` and their ``_known``; missing where no survey
        was made by ``on``. The other norms need households.
    """
    columns = ["residence_id", "reference_date", "occupied", "under_occupied", "over_occupied"]
    require_columns(survey, columns, "occupancy")
    past = survey[survey["reference_date"] <= pd.Timestamp(on)].sort_values("reference_date")
    last = past.drop_duplicates("residence_id", keep="last").set_index("residence_id").reindex(index)
    counts = {"occupied": last["occupied"].astype("Int64")}
    for norm, column in (("under_occupied", "under_occupied"), ("over_occupied_area", "over_occupied")):
        counts[norm] = last[column].astype("Int64")
        known = counts["occupied"].where(counts[norm].notna(), 0)
        counts[f"{norm}_known"] = known.where(counts["occupied"].notna())
    return pd.DataFrame(counts)


def _column(frame: pd.DataFrame, name: str, dtype: str) -> pd.Series:
    """Read an optional column; all missing where it is absent."""
    if name in frame.columns:
        return frame[name].astype(dtype)
    return pd.Series(pd.NA, index=frame.index, dtype=dtype)


def _join(households: pd.DataFrame, dwellings: pd.DataFrame) -> pd.DataFrame:
    """Put each household beside its dwelling; those whose dwelling is elsewhere are left out."""
    ours = ["dwelling_id", "persons", "holder_age_band", "rooms_needed", "need_level", "visiting_children"]
    theirs = ["residence_id", "rooms", "living_area_m2", "adapted", "in_qpv", "floor", "has_lift"]
    households = keyed(households, "household_id", "households")
    dwellings = keyed(dwellings, "dwelling_id", "dwellings")
    require_columns(households, ours, "households")
    require_columns(dwellings, theirs, "dwellings")
    own = [name for name in households.columns if name not in theirs]
    homes = households[own].join(dwellings[theirs], on="dwelling_id", how="inner")
    return homes.astype({"in_qpv": "boolean", "has_lift": "boolean"})
