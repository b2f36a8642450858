"""DPE classes: the worse of two scales, the 2026 factor, what may not be let again and the rent at stake."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.periods import Day
from geo.rates import Rate, count_by, require_columns
from geo.thresholds import gather, threshold

CLASSES = ("A", "B", "C", "D", "E", "F", "G")
UNLABELLED = "none"
COLUMNS = ["dpe_class", "dpe_date", "ep_kwh_m2", "ghg_kg_m2", "elec_share", "living_area_m2"]
RATES = (
    Rate(
        name="ep_kwh_m2_year",
        stem="ep",
        part="ep_kwh_year",
        of="ep_m2",
        known="ep_dwellings",
        out_of="dwellings",
        formula="primary energy of the labels × living area / living area of those labelled",
        unit="kWh/m²/year",
        source="DPE, five uses",
    ),
    Rate(
        name="ghg_kg_m2_year",
        stem="ghg",
        part="ghg_kg_year",
        of="ghg_m2",
        known="ghg_dwellings",
        out_of="dwellings",
        formula="emissions of the labels × living area / living area of those labelled",
        unit="kgCO2eq/m²/year",
        source="DPE, five uses",
    ),
    Rate(
        name="read_kwh_m2_year",
        stem="read",
        part="read_kwh_year",
        of="read_m2",
        known="read_dwellings",
        out_of="dwellings",
        formula="energy read × living area / living area of the residences read, in the last whole year read",
        unit="kWh/m²/year",
        source="the landlord's own readings",
    ),
)


@dataclass(frozen=True, slots=True)
class EnergyRules:
    """
    Thresholds of energy; each is the reference value ``energy.<its name>``.

    Attributes
    ----------
    table_from_area_m2
        Smaller dwellings have thresholds of their own since 1 July 2024: not recomputed here (40).
    electricity_factor_old, electricity_factor_new, factor_new_from_year
        Primary energy of 1 kWh of electricity (2.3, then 1.9 from 1 January 2026).
    ep_below, ghg_below
        Upper bounds of classes A to F, kWh/m²/year and kgCO2eq/m²/year.
    not_lettable_from_year
        Year on whose 1 January a class may not be let again: G 2025, F 2028, E 2034.
    """

    table_from_area_m2: float
    electricity_factor_old: float
    electricity_factor_new: float
    factor_new_from_year: float
    ep_below: tuple[float, ...]
    ghg_below: tuple[float, ...]
    not_lettable_from_year: Mapping[str, int]

    @classmethod
    def of(cls, parameters: Mapping[str, float]) -> "EnergyRules":
        """Read the rules among reference values; raises ThresholdError where one is absent."""
        scales = {
            f"{scale}_below": tuple(threshold(parameters, f"energy.{scale}_below.{c}") for c in CLASSES[:-1])
            for scale in ("ep", "ghg")
        }
        calendar = {c: int(threshold(parameters, f"energy.not_lettable_from_year.{c}")) for c in "EFG"}
        return gather(cls, parameters, "energy", not_lettable_from_year=calendar, **scales)


def energy_classes(dwellings: pd.DataFrame, rules: EnergyRules) -> pd.DataFrame:
    """
    Class each dwelling on both scales, and simulate the new electricity factor.

    Source: arrêté of 31 March 2021 (double threshold, since 1 July 2021); arrêté of 13 August 2025 (factor).

    Parameters
    ----------
    dwellings
        ``dpe_class``, ``dpe_date``, ``ep_kwh_m2``, ``ghg_kg_m2``, ``elec_share`` (share of the primary energy
        that is electricity, 0 to 1), ``living_area_m2``.

    Returns
    -------
    pandas.DataFrame
        By dwelling: ``label`` (the official class, ``none`` where there is none), ``energy_class``,
        ``climate_class``, ``computed_class`` (the worse of the two; all missing where a value is, or under
        the least area of the table), ``disagrees`` (label and computed class both known and different),
        ``ep_after_kwh_m2`` (``EP × (1 − s) + EP × s × new / old``, for labels made under the old factor),
        ``label_after`` (computed again; the label where it cannot be, or would be worse: no label gets
        worse), ``simulated`` (it could be computed).
    """
    require_columns(dwellings, COLUMNS, "dwellings")
    label = dwellings["dpe_class"].where(dwellings["dpe_class"].isin(CLASSES))
    large = (dwellings["living_area_m2"] >= rules.table_from_area_m2).fillna(False).astype(bool)
    ep = dwellings["ep_kwh_m2"].astype("Float64")
    energy, climate = _scale(ep, rules.ep_below), _scale(dwellings["ghg_kg_m2"], rules.ghg_below)
    computed = _letters(np.maximum(energy, climate), dwellings.index).where(large)
    electric = dwellings["elec_share"].astype("Float64")
    lower = 1 - electric * (1 - rules.electricity_factor_new / rules.electricity_factor_old)
    made = pd.to_datetime(dwellings["dpe_date"])
    changed = pd.Timestamp(year=int(rules.factor_new_from_year), month=1, day=1)
    ep_after = ep * lower.where(made < changed, 1.0).where(made.notna())
    after = _letters(np.maximum(_scale(ep_after, rules.ep_below), climate), dwellings.index).where(large)
    same = (computed == label).fillna(False).astype(bool)
    simulated = same & after.notna()
    return pd.DataFrame(
        {
            "label": label.fillna(UNLABELLED).astype("string"),
            "energy_class": _letters(energy, dwellings.index).where(large),
            "climate_class": _letters(climate, dwellings.index).where(large),
            "computed_class": computed,
            "disagrees": label.notna() & computed.notna() & ~same,
            "ep_after_kwh_m2": ep_after,
            "label_after": after.where(simulated, label.fillna(UNLABELLED)).astype("string"),
            "simulated": simulated,
        }
    )


def lettable_until(label: pd.Series, rules: EnergyRules) -> pd.Series:
    """
    Give the day from which a dwelling may not be let again; a sitting lease is not ended by it.

    Source: law 89-462 of 6 July 1989, art. 6, after law 2021-1104, art. 160 (mainland calendar). Missing for
    classes A to D, which have no such day, and for the unlabelled, whose day is unknown.
    """
    days = {c: pd.Timestamp(year=year, month=1, day=1) for c, year in rules.not_lettable_from_year.items()}
    return pd.to_datetime(label.map(days)).rename("lettable_until")


def energy_counts(
    dwellings: pd.DataFrame, index: pd.Index, rules: EnergyRules, *, on: Day, by: str = "residence_id"
) -> pd.DataFrame:
    """
    Count, by residence, what may not be let again at each date, and the rents concerned.

    Returns
    -------
    pandas.DataFrame
        ``fg`` (classes F and G), ``dpe_disagrees``, ``dpe_simulated``, ``dpe_improved`` (by the new factor),
        ``dpe_after_A`` .. ``dpe_after_none``; for each year of the calendar ``not_lettable_2025`` (labelled
        so that they may not be let again from then), ``not_lettable_2025_after`` (with the new factor),
        ``rent_at_stake_2025_eur`` (monthly rent of those let today); ``blocked_on_day`` (vacant on ``on``,
        and not lettable any more); ``rent_labelled_eur`` and ``rent_labelled`` (dwellings let, labelled, of
        known rent), ``let_rents`` (all let); sums for the mean of both DPE values.
    """
    require_columns(dwellings, ["let_status", "rent_eur_month", by], "dwellings")
    classes = energy_classes(dwellings, rules)
    label, after = classes["label"], classes["label_after"]
    labelled = label != UNLABELLED
    let = (dwellings["let_status"] == "let").fillna(False)
    priced = let & labelled & dwellings["rent_eur_month"].notna()
    empty = dwellings["let_status"].isin(["vacant_offered", "empty_works"])
    flags = {
        "fg": label.isin(["F", "G"]),
        "dpe_disagrees": classes["disagrees"],
        "dpe_simulated": classes["simulated"],
        "dpe_improved": classes["simulated"] & (after < label),
        "blocked_on_day": empty & (lettable_until(label, rules) <= pd.Timestamp(on)),
        "rent_labelled": priced,
        "let_rents": let,
        **{f"dpe_after_{letter}": after == letter for letter in (*CLASSES, UNLABELLED)},
    }
    rents = dwellings["rent_eur_month"].astype("Float64").where(priced, 0.0)
    sums = {"rent_labelled_eur": rents}
    for year, letters in not_lettable(rules).items():
        flags[f"not_lettable_{year}"] = label.isin(letters)
        flags[f"not_lettable_{year}_after"] = after.isin(letters)
        sums[f"rent_at_stake_{year}_eur"] = rents.where(label.isin(letters), 0.0)
    area = dwellings["living_area_m2"].astype("Float64")
    for stem, value, unit in (("ep", "ep_kwh_m2", "kwh"), ("ghg", "ghg_kg_m2", "kg")):
        known = area.notna() & dwellings[value].notna()
        flags[f"{stem}_dwellings"] = known
        sums[f"{stem}_m2"] = area.where(known, 0.0)
        sums[f"{stem}_{unit}_year"] = (area * dwellings[value].astype("Float64")).where(known, 0.0)
    added = pd.DataFrame(sums).groupby(dwellings[by].to_numpy()).sum().reindex(index).astype("Float64")
    return count_by(dwellings, by, flags, index).join(added)


def reading_counts(
    readings: pd.DataFrame, area_m2: pd.Series, dwellings: pd.Series, *, on: Day
) -> pd.DataFrame:
    """
    Turn the landlord's own readings into sums that can be added up by area, for the last whole year before a day.

    Parameters
    ----------
    readings
        ``residence_id``, ``year``, ``kwh_m2_year`` (kWh by m² of living area and year).
    area_m2, dwellings
        Living area and number of dwellings, by residence.

    Returns
    -------
    pandas.DataFrame
        By residence: ``read_kwh_year``, ``read_m2``, ``read_dwellings``; 0 where that year was not read, or the
        area is unknown: a residence of another year is not mixed with the others.
    """
    known = readings[readings["kwh_m2_year"].notna() & (readings["year"] < pd.Timestamp(on).year)]
    last = known[known["year"] == known["year"].max()].set_index("residence_id")["kwh_m2_year"]
    kwh_m2 = last.reindex(area_m2.index).astype("Float64")
    found = kwh_m2.notna() & area_m2.notna()
    counts = {"read_kwh_year": kwh_m2 * area_m2, "read_m2": area_m2, "read_dwellings": dwellings}
    return pd.DataFrame({name: column.astype("Float64").where(found, 0.0) for name, column in counts.items()})


def not_lettable(rules: EnergyRules) -> dict[int, list[str]]:
    """Give, for each year of the calendar, the classes that may not be let again from its 1 January."""
    calendar = rules.not_lettable_from_year
    return {year: [c for c in calendar if calendar[c] <= year] for year in sorted(set(calendar.values()))}


def calendar_rates(columns: Iterable[str]) -> list[Rate]:
    """Make the rates of each year of the calendar whose counts are among these columns."""
    rates = []
    for year in sorted(
        match[1] for name in columns if (match := re.fullmatch(r"not_lettable_(\d{4})", name))
    ):
        rates.append(
            Rate(
                name=f"not_lettable_{year}_share",
                stem=f"not_lettable_{year}",
                part=f"not_lettable_{year}",
                of="labelled",
                known="labelled",
                out_of="dwellings",
                formula=f"dwellings of a class not to be let again from 1 January {year} / labelled",
                source="law 89-462 art. 6, law 2021-1104 art. 160",
            )
        )
        rates.append(
            Rate(
                name=f"rent_at_stake_{year}_share",
                stem=f"rent_at_stake_{year}",
                part=f"rent_at_stake_{year}_eur",
                of="rent_labelled_eur",
                known="rent_labelled",
                out_of="let_rents",
                formula=f"rents of those let and not to be let again from 1 January {year} / rents labelled",
                source="law 89-462 art. 6, law 2021-1104 art. 160; rent roll",
            )
        )
    return rates


def _scale(values: pd.Series, below: tuple[float, ...]) -> np.ndarray:
    """Place values on a scale, 0 for A to 6 for G; NaN where missing."""
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isnan(numbers), np.nan, np.searchsorted(below, numbers, side="right"))


def _letters(places: np.ndarray, index: pd.Index) -> pd.Series:
    """Turn places on a scale into letters."""
    return pd.Series(places, index=index).map(dict(enumerate(CLASSES))).astype("string")
