"""Write ``reference_operation.xlsx``: twelve dwellings worked by hand, formula by formula, apart from our code.

Run it from the root of the project: ``python -m tests.reference_operation``. Nothing here comes from
``planning``: the test compares the two.
"""

from pathlib import Path

from tests.sheet_formulas import Workbook

PATH = Path(__file__).with_name("reference_operation.xlsx")
YEARS, TESTED, PRODUCTS = 60, 40, ("plai", "plus", "pls")
QUANTITIES = {
    "dwellings": 12,
    "living_area_m2": 780,
    "floor_area_m2": 850,
    "annexes_m2": 60,
    "land_price_eur": 360_000,
    "demolition_m2": 150,
    "pollution_m2": 300,
    "parking_surface": 6,
    "parking_half_buried": 2,
    "parking_underground": 4,
    "plai_dwellings": 4,
    "plus_dwellings": 6,
    "pls_dwellings": 2,
    "market_eur_m2": 6200,
    "equity_eur": 1_150_000,
}
PARAMETERS = {
    "cost.building.small_collective_eur_m2": 2150,
    "cost.external_share": 0.08,
    "cost.connection_eur_dwelling": 3200,
    "cost.parking_surface_eur": 4200,
    "cost.parking_half_buried_eur": 17500,
    "cost.parking_underground_eur": 29000,
    "cost.demolition_eur_m2": 75,
    "cost.pollution_eur_m2": 66,
    "cost.notary_share": 0.07,
    "cost.design_share": 0.11,
    "cost.control_share": 0.02,
    "cost.insurance_share": 0.02,
    "cost.contingency_share": 0.04,
    "cost.management_share": 0.025,
    "cost.development_tax_eur_m2": 45,
    "cost.building_months": 22,
    "cost.bridge_rate_share": 0.03,
    "vat.plai_share": 0.055,
    "vat.plus_share": 0.1,
    "vat.pls_share": 0.1,
    "vat.psla_share": 0.055,
    "vat.brs_share": 0.055,
    "subsidy.state.plai_eur_dwelling": 12_000,
    "subsidy.local.plai_eur_dwelling": 15_000,
    "subsidy.local.plus_eur_dwelling": 14_000,
    "subsidy.employer.plus_eur_dwelling": 9_000,
    "loan.employer.plus_eur_dwelling": 5_000,
    "loan.employer.rate_share": 0.01,
    "index.livret_a_share": 0.017,
    "loan.plai.margin_share": -0.002,
    "loan.plus.margin_share": 0.006,
    "loan.pls.margin_share": 0.0111,
    "loan.plus.progression_share": 0.004,
    "rent.plai.zone_1bis_eur_m2": 5.97,
    "rent.plus.zone_1bis_eur_m2": 6.7,
    "rent.pls.zone_abis_eur_m2": 14.5,
    "rent.markup_share": 0.05,
    "rent.cap_lift_share": 0.25,
    "index.rent_share": 0.013,
    "index.cost_share": 0.018,
    "index.property_tax_share": 0.021,
    "charge.vacancy_share": 0.005,
    "charge.unpaid_share": 0.006,
    "charge.rls_share": 0.065,
    "charge.management_eur_dwelling": 230,
    "charge.upkeep_eur_dwelling": 275,
    "charge.major_works_eur_dwelling": 385,
    "charge.property_tax_eur_dwelling": 850,
    "account.discount_share": 0.03,
    "account.treasury_share": 0,
    "ownership.sale_share": 0.05,
    "ownership.margin_share": 0.05,
    "brs.land_rate_share": 0.03,
    "brs.management_eur_m2": 0.2,
}
BUILDING_YEARS, LAND_YEARS, LAND_TRUST_YEARS, EMPLOYER_YEARS = 40, 50, 60, 40


def workbook() -> Workbook:
    """The whole sheet."""
    book = Workbook()
    ref = _inputs(book)
    _budget(book, ref)
    _plan(book, ref)
    _loans(book, ref)
    _account(book, ref)
    _backwards(book, ref)
    _ownership(book, ref)
    return book


def _inputs(book: Workbook) -> dict[str, str]:
    """One row an input; return the address of each by its name."""
    ref = {}
    for row, (name, value) in enumerate({**QUANTITIES, **PARAMETERS}.items(), start=1):
        book.put("Inputs", f"A{row}", name)
        ref[name] = book.put("Inputs", f"B{row}", value)
    return ref


def _row(book: Workbook, sheet: str, row: int, label: str, *formulas: str) -> None:
    book.put(sheet, f"A{row}", label)
    for column, formula in zip("BCDEFGH", formulas, strict=False):
        book.put(sheet, f"{column}{row}", formula)


def _budget(book: Workbook, ref: dict[str, str]) -> None:
    """Lines in rows 2 to 16: net, VAT rate, VAT, gross; row 18 their sum, row 19 the land lines."""
    r = ref
    vat = (
        "=("
        + "+".join(f"{r[f'{p}_dwellings']}*{r[f'vat.{p}_share']}" for p in PRODUCTS)
        + f")/{r['dwellings']}"
    )
    _row(book, "Budget", 1, "line", "net", "vat rate", "vat", "gross", "product vat", vat)
    building = f"{r['living_area_m2']}*{r['cost.building.small_collective_eur_m2']}"
    parking = "+".join(
        f"{r[f'parking_{kind}']}*{r[f'cost.parking_{kind}_eur']}"
        for kind in ("surface", "half_buried", "underground")
    )
    works = "SUM(B6:B9)"
    lines = [
        ("land_price", r["land_price_eur"], 0),
        ("notary", f"{r['land_price_eur']}*{r['cost.notary_share']}", 0),
        ("demolition", f"{r['demolition_m2']}*{r['cost.demolition_eur_m2']}", 1),
        ("pollution", f"{r['pollution_m2']}*{r['cost.pollution_eur_m2']}", 1),
        ("building", building, 1),
        ("external", f"{building}*{r['cost.external_share']}", 1),
        ("connection", f"{r['dwellings']}*{r['cost.connection_eur_dwelling']}", 1),
        ("parking", parking, 1),
        ("design", f"{works}*{r['cost.design_share']}", 1),
        ("control", f"{works}*{r['cost.control_share']}", 1),
        ("insurance", f"{works}*{r['cost.insurance_share']}", 0),
        ("development_tax", f"{r['floor_area_m2']}*{r['cost.development_tax_eur_m2']}", 0),
        ("contingency", f"{works}*{r['cost.contingency_share']}", 1),
        ("management", f"({works}+B10+B11+B12)*{r['cost.management_share']}", 0),
        ("interest", f"SUM(E2:E15)*{r['cost.bridge_rate_share']}*{r['cost.building_months']}/12/2", 0),
    ]
    for row, (name, net, taxed) in enumerate(lines, start=2):
        rate = "=G1" if taxed else 0
        _row(
            book, "Budget", row, name, f"=ROUND({net},2)", rate, f"=ROUND(B{row}*C{row},2)", f"=B{row}+D{row}"
        )
    _row(book, "Budget", 18, "cost", "", "", "", "=SUM(E2:E16)")
    _row(book, "Budget", 19, "land", "", "", "", "=SUM(E2:E5)")


def _plan(book: Workbook, ref: dict[str, str]) -> None:
    """One column a product (B, C, D) and the whole (E); amounts to the cent."""
    r = ref
    rows = (
        "",
        "dwellings",
        "share",
        "state",
        "local",
        "employer",
        "employer_loan",
        "land_loan",
        "building_loan",
    )
    for row, label in enumerate(rows, start=1):
        book.put("Plan", f"A{row}", label)
    for column, product in zip("BCD", PRODUCTS, strict=True):
        book.put("Plan", f"{column}1", product)
        book.put("Plan", f"{column}2", f"={r[f'{product}_dwellings']}")
        book.put("Plan", f"{column}3", f"={column}2/{r['dwellings']}")
        for row, source in (
            (4, "subsidy.state"),
            (5, "subsidy.local"),
            (6, "subsidy.employer"),
            (7, "loan.employer"),
        ):
            each = r.get(f"{source}.{product}_eur_dwelling", "0")
            book.put("Plan", f"{column}{row}", f"=ROUND({column}2*{each},2)")
        book.put("Plan", f"{column}8", f"=ROUND({column}3*Budget!E19,2)")
        loan = f"{column}3*(Budget!E18-Budget!E19-{r['equity_eur']})-SUM({column}4:{column}7)"
        book.put("Plan", f"{column}9", f"=ROUND({loan},2)")
    for row in range(4, 10):
        book.put("Plan", f"E{row}", f"=SUM(B{row}:D{row})")
    _row(book, "Plan", 10, "equity", "", "", "", "=ROUND(Budget!E18-SUM(E4:E9),2)")
    _row(book, "Plan", 11, "check: plan less cost", "", "", "", "=ROUND(SUM(E4:E10)-Budget!E18,2)")


def _loans(book: Workbook, ref: dict[str, str]) -> None:
    """Seven loans, two columns each (annuity, capital due), years in rows 7 to 66; row 5 is the last capital due."""
    r = ref
    loans = [
        (f"{p}_{k}", f"{'BCD'[i]}{8 if k == 'land' else 9}", p, k)
        for k in ("land", "building")
        for i, p in enumerate(PRODUCTS)
    ]
    loans.append(("employer_loan", "E7", "employer", ""))
    for rank, (name, capital, product, kind) in enumerate(loans):
        due, left = chr(ord("B") + 2 * rank), chr(ord("C") + 2 * rank)
        years = {"land": LAND_YEARS, "building": BUILDING_YEARS}.get(kind, EMPLOYER_YEARS)
        margin = r.get(f"loan.{product}.margin_share")
        rate = f"={r['index.livret_a_share']}+{margin}" if margin else f"={r['loan.employer.rate_share']}"
        growth = f"={r[f'loan.{product}.progression_share']}" if product == "plus" else 0
        for row, content in enumerate(
            (name, rate, growth, f"=Plan!{capital}", f"={left}{6 + years}"), start=1
        ):
            book.put("Loans", f"{due}{row}", content)
        book.put("Loans", f"{left}6", f"={due}4")
        first = f"{due}4*({due}2-{due}3)/(1-((1+{due}3)/(1+{due}2))^{years})"
        for year in range(1, YEARS + 1):
            row = 6 + year
            book.put("Loans", f"A{row}", year)
            annuity = f"={first}*(1+{due}3)^{year - 1}" if year <= years else 0
            book.put("Loans", f"{due}{row}", annuity)
            book.put("Loans", f"{left}{row}", f"={left}{row - 1}*(1+{due}2)-{due}{row}")
    for row, label in enumerate(
        ("loan", "rate", "progression", "capital", "due after the last year", "year"), start=1
    ):
        book.put("Loans", f"A{row}", label)


def _account(book: Workbook, ref: dict[str, str]) -> None:
    """Rent in row 1 (month, m²) and 2 (year); years in rows 5 to 64."""
    r = ref
    useful = f"({r['living_area_m2']}+{r['annexes_m2']}/2)"
    base = f"{r['dwellings']}*20"
    zone = (
        "("
        + "+".join(
            f"Plan!{c}3*{r[name]}"
            for c, name in zip(
                "BCD",
                ("rent.plai.zone_1bis_eur_m2", "rent.plus.zone_1bis_eur_m2", "rent.pls.zone_abis_eur_m2"),
                strict=True,
            )
        )
        + ")"
    )
    asked = f"0.77*(1+{base}/{useful})*(1+{r['rent.markup_share']})"
    capped = (
        f"0.77*(1+{base}/{r['living_area_m2']})*(1+{r['rent.cap_lift_share']})*{r['living_area_m2']}/{useful}"
    )
    _row(book, "Account", 1, "rent a month and m2", f"={zone}*MIN({asked},{capped})")
    _row(book, "Account", 2, "rent of the first year", f"=12*B1*{useful}")
    heads = ["rent", "vacancy", "unpaid", "rls", "management", "upkeep", "major_works", "property_tax"]
    heads += ["land_loan", "building_loan", "employer_loan", "net", "cumulative", "equity flow"]
    for column, head in zip("ABCDEFGHIJKLMNO", ["year", *heads], strict=True):
        book.put("Account", f"{column}3", head)
    book.put("Account", "O4", "=-Plan!E10")
    for year in range(1, YEARS + 1):
        row, loan = 4 + year, 6 + year
        cost = f"{r['dwellings']}*(1+{r['index.cost_share']})^{year - 1}"
        tax = f"{r['dwellings']}*(1+{r['index.property_tax_share']})^{year - 1}"
        cells = [
            year,
            f"=B2*(1+{r['index.rent_share']})^{year - 1}",
            *(f"=-B{row}*{r[f'charge.{name}_share']}" for name in ("vacancy", "unpaid", "rls")),
            f"=-{cost}*{r['charge.management_eur_dwelling']}",
            f"=-{cost}*{r['charge.upkeep_eur_dwelling']}" if year > 3 else 0,
            f"=-{cost}*{r['charge.major_works_eur_dwelling']}" if year > 5 else 0,
            f"=-{tax}*{r['charge.property_tax_eur_dwelling']}" if year > 25 else 0,
            f"=-Loans!B{loan}-Loans!D{loan}-Loans!F{loan}",
            f"=-Loans!H{loan}-Loans!J{loan}-Loans!L{loan}",
            f"=-Loans!N{loan}",
            f"=SUM(B{row}:L{row})",
            f"=SUM(M5:M{row})",
            f"=M{row}",
        ]
        for column, content in zip("ABCDEFGHIJKLMNO", cells, strict=True):
            book.put("Account", f"{column}{row}", content)


def _backwards(book: Workbook, ref: dict[str, str]) -> None:
    """By tested year: rent, annuities per euro, the answers of the year; the worst of them in rows 1 to 6."""
    r = ref
    last = 10 + TESTED
    per_land = "(1+Budget!C2+" + f"{r['cost.notary_share']})"
    interest = f"(1+{r['cost.bridge_rate_share']}*{r['cost.building_months']}/12/2)"
    for column, head in zip(
        "ABCDEFGHI",
        (
            "year",
            "rents kept",
            "building",
            "land",
            "balance",
            "per euro of rent",
            "equity",
            "rent",
            "land price",
        ),
        strict=True,
    ):
        book.put("Backwards", f"{column}10", head)
    building = "+".join(f"Plan!{p}3*Loans!{c}{{row}}/Loans!{c}4" for p, c in zip("BCD", "HJL", strict=True))
    land = "+".join(f"Plan!{p}3*Loans!{c}{{row}}/Loans!{c}4" for p, c in zip("BCD", "BDF", strict=True))
    for year in range(1, TESTED + 1):
        row, account, loan = 10 + year, 4 + year, 6 + year
        before = {column: f"{column}{row - 1}+" if year > 1 else "" for column in "BCD"}
        cells = [
            year,
            f"={before['B']}SUM(Account!B{account}:E{account})",
            f"={before['C']}{building.format(row=loan)}",
            f"={before['D']}{land.format(row=loan)}",
            f"=Account!N{account}",
            f"=B{row}/Account!B2",
            f"=Plan!E10-E{row}/C{row}",
            f"=Account!B2-E{row}/F{row}",
            f"={r['land_price_eur']}+E{row}/(E1*D{row}+E2*C{row})",
        ]
        for column, content in zip("ABCDEFGHI", cells, strict=True):
            book.put("Backwards", f"{column}{row}", content)
    useful = f"({r['living_area_m2']}+{r['annexes_m2']}/2)"
    _row(book, "Backwards", 1, "worst_eur", f"=MIN(E11:E{last})")
    _row(book, "Backwards", 2, "least_equity_eur", f"=MAX(0,MAX(G11:G{last}))")
    _row(book, "Backwards", 3, "equilibrium_rent_eur_m2", f"=MAX(H11:H{last})/12/{useful}")
    _row(book, "Backwards", 4, "highest_land_eur", f"=MIN(I11:I{last})")
    book.put("Backwards", "D1", "land and notary per euro")
    book.put("Backwards", "E1", f"={per_land}")
    book.put("Backwards", "D2", "other cost per euro of land")
    book.put("Backwards", "E2", f"={per_land}*{interest}-E1")
    worth = "+".join(
        f"Account!O{4 + year}/(1+{r['account.discount_share']})^{year}" for year in range(YEARS + 1)
    )
    _row(book, "Backwards", 5, "npv_eur", f"={worth}")
    _row(book, "Backwards", 6, "irr_share", "=IRR(Account!O4:O64,0.02)")


def _ownership(book: Workbook, ref: dict[str, str]) -> None:
    """PSLA and BRS on the same envelope, without VAT on the costs."""
    r = ref
    useful = f"({r['living_area_m2']}+{r['annexes_m2']}/2)"
    interest = f"(1+{r['cost.bridge_rate_share']}*{r['cost.building_months']}/12/2)"
    kept = f"(1-{r['ownership.sale_share']}-{r['ownership.margin_share']})"
    rate = r["brs.land_rate_share"]
    _row(book, "Ownership", 1, "net cost", f"=SUM(Budget!B2:B15)*{interest}")
    _row(book, "Ownership", 2, "net cost without land", f"=SUM(Budget!B4:B15)*{interest}")
    _row(book, "Ownership", 3, "psla_price_eur_m2", f"=B1/{kept}/{useful}")
    _row(
        book,
        "Ownership",
        4,
        "psla_sale_eur_m2",
        f"=B1/{kept}*(1+{r['vat.psla_share']})/{r['living_area_m2']}",
    )
    _row(book, "Ownership", 5, "psla_discount_share", f"=1-B4/{r['market_eur_m2']}")
    _row(
        book, "Ownership", 6, "brs_sale_eur_m2", f"=B2/{kept}*(1+{r['vat.brs_share']})/{r['living_area_m2']}"
    )
    _row(book, "Ownership", 7, "brs_discount_share", f"=1-B6/{r['market_eur_m2']}")
    land = f"SUM(Budget!B2:B3)/{r['living_area_m2']}"
    annuity = f"{land}*{rate}/(1-(1+{rate})^-{LAND_TRUST_YEARS})"
    _row(book, "Ownership", 8, "brs_land_rent_eur_m2", f"={annuity}/12+{r['brs.management_eur_m2']}")


if __name__ == "__main__":
    workbook().save(str(PATH))
