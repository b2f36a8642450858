"""Which reference values the formulas of a site's workbook read, and the formulas of a budget."""

from collections.abc import Mapping

from planning.finance import Operation
from planning.finance.inputs import PRODUCTS
from planning.finance.plan import GRANTORS


def names_read(one: Operation) -> list[str]:
    """Names of the parameters that the formulas need, in order."""
    plus = "vat.plus_renewal_share" if one.renewal else "vat.plus_share"
    names = [
        f"cost.building.{one.form}_eur_m2",
        *(
            f"cost.{name}"
            for name in (
                "external_share", "connection_eur_dwelling", "parking_surface_eur", "parking_half_buried_eur",
                "parking_underground_eur", "demolition_eur_m2", "pollution_eur_m2", "notary_share", "design_share",
                "control_share", "insurance_share", "contingency_share", "management_share",
                "development_tax_eur_m2", "building_months", "bridge_rate_share",
            )
        ),
        "vat.standard_share", "vat.plai_share", plus, "vat.pls_share", "vat.psla_share", "vat.brs_share",
        *(f"subsidy.{who}.{product}_eur_dwelling" for who in GRANTORS for product in PRODUCTS),
        *(f"loan.employer.{product}_eur_dwelling" for product in PRODUCTS),
        "loan.employer.rate_share", "loan.employer.years", "index.livret_a_share", "loan.land_share",
        *(
            f"loan.{product}.{name}"
            for product in PRODUCTS
            for name in ("margin_share", "building_years", "land_years", "progression_share", "deferral_years")
        ),
        f"rent.plai.zone_{one.rent_zone}_eur_m2", f"rent.plus.zone_{one.rent_zone}_eur_m2",
        f"rent.pls.zone_{one.abc_zone}_eur_m2", "rent.structure_factor", "rent.structure_dwelling_m2",
        "rent.markup_share", "rent.cap_lift_share" if one.lift else "rent.cap_share",
        "index.rent_share", "index.cost_share", "index.property_tax_share",
        *(
            f"charge.{name}"
            for name in (
                "vacancy_share", "unpaid_share", "rls_share", "management_eur_dwelling", "upkeep_eur_dwelling",
                "upkeep_lag_years", "major_works_eur_dwelling", "major_works_lag_years",
                "property_tax_eur_dwelling", "property_tax_exempt_years",
            )
        ),
        "account.discount_share", "account.treasury_share", "ownership.sale_share", "ownership.margin_share",
        "brs.land_rate_share", "brs.land_years", "brs.land_grant_share", "brs.management_eur_m2",
    ]  # fmt: skip
    return list(dict.fromkeys(names))


def net_formulas(r: Mapping[str, str], top: int) -> dict[str, str]:
    """Formulas of the lines of a budget without VAT, by line, set in column B from a row on (land, works, fees)."""
    works, fees = f"SUM(B{top + 4}:B{top + 7})", f"SUM(B{top + 8}:B{top + 10})"
    return {
        "land_price": r["land_price_eur"],
        "notary": f"{r['land_price_eur']}*{r['cost.notary_share']}",
        "demolition": f"{r['demolition_m2']}*{r['cost.demolition_eur_m2']}",
        "pollution": f"{r['pollution_m2']}*{r['cost.pollution_eur_m2']}",
        "building": f"{r['living_area_m2']}*{r['building']}",
        "external": f"{r['living_area_m2']}*{r['building']}*{r['cost.external_share']}",
        "connection": f"{r['dwellings']}*{r['cost.connection_eur_dwelling']}",
        "parking": "+".join(
            f"{r[f'parking_{kind}']}*{r[f'cost.parking_{kind}_eur']}"
            for kind in ("surface", "half_buried", "underground")
        ),
        "design": f"{works}*{r['cost.design_share']}",
        "control": f"{works}*{r['cost.control_share']}",
        "insurance": f"{works}*{r['cost.insurance_share']}",
        "development_tax": f"{r['floor_area_m2']}*{r['cost.development_tax_eur_m2']}",
        "contingency": f"{works}*{r['cost.contingency_share']}",
        "management": f"({works}+{fees})*{r['cost.management_share']}",
    }
