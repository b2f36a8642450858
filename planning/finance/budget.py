"""The cost of an operation, line by line, each with its VAT."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from planning.finance.inputs import QUANTITIES, Operation
from planning.finance.vat import line_vat_shares, rental_vat_share

LAND_LINES = ("land_price", "notary", "demolition", "pollution")
WORKS_LINES = ("building", "external", "connection", "parking")
FEE_LINES = ("design", "control", "insurance", "development_tax", "contingency", "management")
LINES = (*LAND_LINES, *WORKS_LINES, *FEE_LINES)
GROUPS = {
    **dict.fromkeys(LAND_LINES, "land"),
    **dict.fromkeys(WORKS_LINES, "works"),
    **dict.fromkeys(FEE_LINES, "fees"),
    "interest": "interest",
}


def net_lines(
    form: str, quantities: Mapping[str, np.ndarray], parameters: Mapping[str, float]
) -> dict[str, np.ndarray]:
    """
    Each line of the cost excluding VAT and interest, in EUR, for operations of one form.

    Every line is proportional to the quantities (`QUANTITIES`), so that the sum of two operations costs
    the sum of their costs.
    """
    q, p = quantities, parameters
    building = q["living_area_m2"] * p[f"cost.building.{form}_eur_m2"]
    lines = {
        "land_price": q["land_price_eur"],
        "notary": q["land_price_eur"] * p["cost.notary_share"],
        "demolition": q["demolition_m2"] * p["cost.demolition_eur_m2"],
        "pollution": q["pollution_m2"] * p["cost.pollution_eur_m2"],
        "building": building,
        "external": building * p["cost.external_share"],
        "connection": q["dwellings"] * p["cost.connection_eur_dwelling"],
        "parking": q["parking_surface"] * p["cost.parking_surface_eur"]
        + q["parking_half_buried"] * p["cost.parking_half_buried_eur"]
        + q["parking_underground"] * p["cost.parking_underground_eur"],
    }
    works = sum(lines[line] for line in WORKS_LINES)
    lines |= {
        "design": works * p["cost.design_share"],
        "control": works * p["cost.control_share"],
        "insurance": works * p["cost.insurance_share"],
        "development_tax": q["floor_area_m2"] * p["cost.development_tax_eur_m2"],
        "contingency": works * p["cost.contingency_share"],
    }
    managed = works + lines["design"] + lines["control"] + lines["insurance"]
    return lines | {"management": managed * p["cost.management_share"]}


def interest_share(parameters: Mapping[str, float]) -> float:
    """Capitalised interest per euro of the other lines: half the cost is drawn, on average, while building."""
    return parameters["cost.bridge_rate_share"] * parameters["cost.building_months"] / 12 / 2


def operation_budget(operation: Operation, parameters: Mapping[str, float]) -> pd.DataFrame:
    """
    Budget of a rental operation to the cent.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``line``: ``group`` (land, works, fees, interest), ``net_eur``, ``vat_share``, ``vat_eur``,
        ``gross_eur``; unknown where a quantity is. The cost is the sum of ``gross_eur``.
    """
    quantities = {name: np.float64(getattr(operation, name)) for name in QUANTITIES}
    product_vat = rental_vat_share(parameters, operation.shares, operation.renewal)
    net = pd.Series(net_lines(operation.form, quantities, parameters), dtype=float).round(2)
    rates = pd.Series(line_vat_shares(parameters, (*LINES, "interest"), product_vat))
    before = net + (net * rates[list(LINES)]).round(2)
    net["interest"] = round(before.sum(skipna=False) * interest_share(parameters), 2)
    vat = (net * rates).round(2)
    return pd.DataFrame(
        {
            "group": pd.Series(GROUPS)[net.index],
            "net_eur": net,
            "vat_share": rates[net.index],
            "vat_eur": vat,
            "gross_eur": (net + vat).round(2),
        }
    ).rename_axis("line")


def cost_per_unit(form: str, parameters: Mapping[str, float], product_vat_share: float) -> pd.DataFrame:
    """`unit_costs` as a table, indexed by quantity."""
    units = unit_costs(form, parameters, product_vat_share)
    return pd.DataFrame(units, index=pd.Index(QUANTITIES, name="quantity"))


def unit_costs(form: str, parameters: Mapping[str, float], product_vat_share: float) -> dict[str, np.ndarray]:
    """
    What one unit of each quantity costs, all lines together: the budget is proportional.

    Returns
    -------
    dict
        In the order of `QUANTITIES`: ``cost_eur`` (with VAT and interest), ``land_eur`` (land lines with VAT),
        ``net_eur`` (without VAT, with interest) and ``site_eur`` (land price and notary, without VAT nor
        interest). Their product with an operation's quantities is its budget before rounding.
    """
    units = dict(zip(QUANTITIES, np.eye(len(QUANTITIES)), strict=True))
    net = net_lines(form, units, parameters)
    rates = line_vat_shares(parameters, (*LINES, "interest"), product_vat_share)
    gross = {line: net[line] * (1 + rates[line]) for line in LINES}
    financed = 1 + interest_share(parameters) * (1 + rates["interest"])
    return {
        "cost_eur": sum(gross.values()) * financed,
        "land_eur": sum(gross[line] for line in LAND_LINES),
        "net_eur": sum(net.values()) * (1 + interest_share(parameters)),
        "site_eur": net["land_price"] + net["notary"],
    }
