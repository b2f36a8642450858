"""The figures of energy and charges: words, definition, source, and the counts each is made of."""

from views.parts.stock.figures import (
    LABELS,
    READ,
    SETTLED,
    Figure,
    letters,
    not_lettable,
    rate,
    rent_at_stake,
)
from views.shared.i18n import N_

HOME = ("residence",)
ALL = (
    # energy
    letters(
        "energy",
        N_("Energy class"),
        N_("The commonest energy class (DPE, the worse of energy and climate) of the labelled dwellings."),
        "dpe",
    ),
    letters(
        "energy_2026",
        N_("Class with the 2026 factor"),
        N_("The same, with electricity counted at 1.9 as from 1 January 2026; no label gets worse."),
        "dpe_after",
    ),
    rate(
        "leaky",
        "energy",
        N_("Classes E, F and G"),
        N_("Dwellings of class E, F or G, out of those with a label."),
        LABELS,
        "leaky_share",
        digits=0,
    ),
    rate(
        "primary_energy",
        "energy",
        N_("Primary energy, kWh/m²"),
        N_("Primary energy of the labels in kWh/m² a year, each weighing its living area."),
        LABELS,
        "ep_kwh_m2_year",
        kind="number",
        digits=0,
        unit=N_("m² labelled"),
    ),
    rate(
        "readings",
        "energy",
        N_("Energy read, kWh/m²"),
        N_(
            "Our readings of the last whole year, kWh by m² of living area: what is used, beside what labels expect."
        ),
        READ,
        "read_kwh_m2_year",
        kind="number",
        digits=0,
        unit=N_("m² read"),
    ),
    rate(
        "emissions",
        "energy",
        N_("Emissions, kgCO2/m²"),
        N_("Emissions of the labels in kgCO2eq/m² a year, each weighing its living area."),
        LABELS,
        "ghg_kg_m2_year",
        kind="number",
        digits=0,
        unit=N_("m² labelled"),
    ),
    not_lettable(
        2025,
        N_("Not to be relet: 2025 (G)"),
        N_("Dwellings of class G, not to be let again since 1 January 2025, out of those with a label."),
    ),
    not_lettable(
        2028,
        N_("Not to be relet: 2028 (F, G)"),
        N_("Dwellings of class F or G, not to be let again from 1 January 2028."),
    ),
    not_lettable(
        2034,
        N_("Not to be relet: 2034 (E, F, G)"),
        N_("Dwellings of class E, F or G, not to be let again from 1 January 2034."),
    ),
    rent_at_stake(
        2025,
        N_("Rent exposed: 2025"),
        N_("Rents of the let dwellings of class G, out of the rents of those labelled."),
    ),
    rent_at_stake(
        2028,
        N_("Rent exposed: 2028"),
        N_("Rents of the let dwellings of class F or G, out of the rents of those labelled."),
    ),
    rent_at_stake(
        2034,
        N_("Rent exposed: 2034"),
        N_("Rents of the let dwellings of class E, F or G, out of the rents of those labelled."),
    ),
    # charges
    rate(
        "charges",
        "charges",
        N_("Charges"),
        N_(
            "Settled charges in € a m² of living area a year; individual heating is paid outside "
            "them: compare like with like."
        ),
        SETTLED,
        "charges_eur_m2_year",
        kind="eur_m2",
        dated=True,
        unit=N_("m² of living area"),
    ),
    rate(
        "charges_excess",
        "charges",
        N_("Against like with like"),
        N_(
            "Settled charges less the median of the residences of the same heating, lift, "
            "caretaker and period, € a m² a year."
        ),
        SETTLED,
        "charges_excess_eur_m2_year",
        kind="eur_m2",
        scale="balance",
        dated=True,
        unit=N_("m² of living area"),
    ),
    rate(
        "charges_without_energy",
        "charges",
        N_("Without energy and water"),
        N_("Settled charges other than heating, hot water, electricity and water."),
        SETTLED,
        "charges_without_energy_eur_m2_year",
        kind="eur_m2",
        dated=True,
        unit=N_("m² of living area"),
    ),
    Figure(
        "charges_outlier",
        "charges",
        N_("Outliers, and their item"),
        N_(
            "The item that makes a residence’s charges stand out from its peers’: robust z from "
            "3.5 and 2 €/m² or more above their median."
        ),
        SETTLED,
        "charges_outlier",
        kind="word",
        scale="words",
        levels=HOME,
    ),
    rate(
        "provision_gap",
        "charges",
        N_("Provisions less actual"),
        N_("Provisions called less charges settled; above 0 is paid back to tenants."),
        SETTLED,
        "provision_gap_eur_m2_year",
        kind="eur_m2",
        scale="balance",
        dated=True,
        unit=N_("m² of living area"),
    ),
)
