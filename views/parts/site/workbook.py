"""The sums of a site as a workbook: inputs in cells, everything else a live formula with the page's figure beside."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from planning.finance.budget import LINES
from planning.finance.inputs import PRODUCTS, QUANTITIES
from planning.finance.plan import GRANTORS
from planning.finance.solve import Balance, equity_limit
from views.jobs.site_sheet import Study
from views.parts.site.cells import COLUMNS, Cells
from views.parts.site.formula_inputs import names_read, net_formulas
from views.parts.site.labels import LINE_WORDS, ROW_WORDS, SOURCE_WORDS
from views.shared.i18n import N_, _

SHEETS = {
    "inputs": N_("Inputs"),
    "budget": N_("Budget"),
    "plan": N_("Financing"),
    "loans": N_("Loans"),
    "account": N_("Account"),
    "backwards": N_("Answers"),
    "ownership": N_("Ownership"),
    "sources": N_("Sources"),
}


@dataclass(frozen=True)
class Book:
    """A workbook and where its answers stand: the page's name of a figure to (sheet, address)."""

    cells: Cells
    answers: dict[str, tuple[str, str]]
    names: dict[str, str]


def build(study: Study, p: Mapping[str, float], equity_eur: float, heading: list[str]) -> Book:
    """
    Lay out the sums of a study as formulas.

    The formulas of the answers hold while each product keeps a building loan (the usual case); where the equity
    needed spares one, the page's own figure stands in their place, and says so.

    Parameters
    ----------
    equity_eur
        Equity asked, EUR.
    heading
        Lines over the inputs: which site, which form, when, from what.
    """
    names = {key: _(word) for key, word in SHEETS.items()}
    book = Book(Cells(), {}, names)
    ref = _inputs(book, study, p, equity_eur, heading)
    _budget(book, ref, p)
    _plan(book, ref)
    _loans(book, ref, int(p["account.years"]))
    _account(book, ref, int(p["account.years"]))
    _backwards(book, ref, int(p["account.test_years"]))
    _beyond(book, study, p)
    _ownership(book, study, ref)
    _sources(book, study)
    return book


def values(book: Book, study: Study) -> dict[tuple[str, str], float]:
    """The page's own figures by cell, for readers that do not compute: answers, budget, plan and account."""
    rental, names = study.rental, book.names
    told = {**(rental.figures if rental else {}), **study.owned.to_dict()}
    found = {
        place: float(told[name]) for name, place in book.answers.items() if told.get(name) == told.get(name)
    }
    if rental is None:
        return found
    columns = ("net_eur", "vat_share", "vat_eur", "gross_eur")
    for row, line in enumerate((*LINES, "interest"), start=2):
        for letter, column in zip("BCDE", columns, strict=True):
            found[names["budget"], f"{letter}{row}"] = float(rental.budget.at[line, column])
    amounts = rental.plan.set_index(["source", "product"])["amount_eur"]
    for row, source in enumerate((*GRANTORS, "employer_loan", "land_loan", "building_loan"), start=3):
        for letter, product in zip("BCD", PRODUCTS, strict=True):
            found[names["plan"], f"{letter}{row}"] = float(amounts[source, product])
        found[names["plan"], f"E{row}"] = float(amounts[source].sum())
    for year, line in rental.account.iterrows():
        for letter, value in zip(COLUMNS[1:], line[list(ROW_WORDS)], strict=False):
            found[names["account"], f"{letter}{4 + int(year)}"] = float(value)
    return found


def _table(book: Book, key: str, row: int, *contents: float | str, bold: bool = False) -> None:
    for column, content in zip(COLUMNS, contents, strict=False):
        if content != "":
            book.cells.put(book.names[key], f"{column}{row}", content, bold=bold)


def _answer(book: Book, name: str, key: str, row: int, label: str, formula: str) -> None:
    """Put an answer under its label, and remember where."""
    _table(book, key, row, label, formula)
    book.answers[name] = (book.names[key], f"B{row}")


def _inputs(
    book: Book, study: Study, p: Mapping[str, float], equity: float, heading: list[str]
) -> dict[str, str]:
    """The quantities, then every parameter that the sums read; return the address of each by name."""
    sheet = book.names["inputs"]
    for row, line in enumerate(heading, start=1):
        book.cells.put(sheet, f"A{row}", line, bold=row == 1, text=True)
    start = len(heading) + 2
    one = study.operation
    quantities = {name: float(getattr(one, name)) for name in (*QUANTITIES, "annexes_m2")}
    quantities |= {f"{product}_share": float(getattr(one, f"{product}_share")) for product in PRODUCTS}
    quantities["equity_eur"] = float(equity)
    ref = {}
    _table(book, "inputs", start, _("Figure"), _("Value"), _("Status"), bold=True)
    for name, value in quantities.items():
        start += 1
        told = _("assumed") if name in study.assumed else _("of the site")
        _table(book, "inputs", start, name, value, told)
        ref[name] = f"{sheet}!$B${start}"
    for name in (*QUANTITIES, "annexes_m2"):
        ref[f"sold.{name}"] = ref[name]
        if study.sold not in (None, one):
            start += 1
            told = _("assumed") if name in study.assumed else _("of the layout to own")
            _table(book, "inputs", start, f"{name} · {_('to own')}", float(getattr(study.sold, name)), told)
            ref[f"sold.{name}"] = f"{sheet}!$B${start}"
    status, expired = getattr(p, "status", {}), set(getattr(p, "expired", ()))
    start += 1
    for name in names_read(study.operation):
        start += 1
        told = str(status.get(name, "")) + (" · " + _("out of date") if name in expired else "")
        _table(book, "inputs", start, name, float(p[name]), told)
        ref[name] = f"{sheet}!$B${start}"
    plus = "vat.plus_renewal_share" if one.renewal else "vat.plus_share"
    ref["vat.plus"] = ref[plus]
    ref["building"] = ref[f"cost.building.{one.form}_eur_m2"]
    zones = {"plai": one.rent_zone, "plus": one.rent_zone, "pls": one.abc_zone}
    for product, zone in zones.items():
        ref[f"rent.{product}"] = ref[f"rent.{product}.zone_{zone}_eur_m2"]
    ref["cap"] = ref["rent.cap_lift_share" if one.lift else "rent.cap_share"]
    return ref


def _budget(book: Book, r: Mapping[str, str], p: Mapping[str, float]) -> None:
    """Lines in rows 2 to 16, their sum in 18, the land in 19; the VAT of the products in G1."""
    vat = "=" + "+".join(
        f"{r[f'{product}_share']}*{r['vat.plus'] if product == 'plus' else r[f'vat.{product}_share']}"
        for product in PRODUCTS
    )
    heads = (_("Line"), _("Net, €"), _("VAT rate"), _("VAT, €"), _("Gross, €"), _("VAT of the products"))
    _table(book, "budget", 1, *heads, vat, bold=True)
    net = net_formulas(r, 2) | {
        "interest": f"SUM(E2:E15)*{r['cost.bridge_rate_share']}*{r['cost.building_months']}/12/2"
    }
    rates = ("=0", "=$G$1", f"={r['vat.standard_share']}")
    for row, line in enumerate((*LINES, "interest"), start=2):
        rate = rates[int(p[f"vat.kind.{line}"])]
        _table(
            book, "budget", row, _(LINE_WORDS[line]), f"=ROUND({net[line]},2)", rate, f"=ROUND(B{row}*C{row},2)",
            f"=ROUND(B{row}+D{row},2)",
        )  # fmt: skip
    _table(book, "budget", 18, _("Cost price, VAT included"), "", "", "", "=SUM(E2:E16)", bold=True)
    _table(book, "budget", 19, _("of which land"), "", "", "", "=SUM(E2:E5)")
    book.answers["cost_eur"] = (book.names["budget"], "E18")


def _plan(book: Book, r: Mapping[str, str]) -> None:
    """One column a product (B, C, D), their sum in E; to the cent."""
    budget = book.names["budget"]
    _table(book, "plan", 1, _("Source"), *(product.upper() for product in PRODUCTS), _("Total, €"), bold=True)
    rows = ("share", *GRANTORS, "employer_loan", "land_loan", "building_loan")
    for row, name in enumerate(rows, start=2):
        cells = []
        for column, product in zip("BCD", PRODUCTS, strict=True):
            share = f"{column}2"
            here = f"{share}*{r['dwellings']}"
            formula = {
                "share": f"={r[f'{product}_share']}",
                "employer_loan": f"=ROUND({here}*{r[f'loan.employer.{product}_eur_dwelling']},2)",
                "land_loan": f"=ROUND({share}*{budget}!$E$19*{r['loan.land_share']},2)",
                "building_loan": f"=ROUND({share}*({budget}!$E$18-{budget}!$E$19*{r['loan.land_share']}"
                f"-{r['equity_eur']})-SUM({column}3:{column}7),2)",
            }.get(name)
            cells.append(formula or f"=ROUND({here}*{r[f'subsidy.{name}.{product}_eur_dwelling']},2)")
        total = "" if name == "share" else f"=SUM(B{row}:D{row})"
        label = _("Share of the dwellings") if name == "share" else _(SOURCE_WORDS[name])
        _table(book, "plan", row, label, *cells, total)
    _table(
        book,
        "plan",
        10,
        _(SOURCE_WORDS["equity"]),
        "",
        "",
        "",
        f"=ROUND({budget}!E18-SUM(E3:E9),2)",
        bold=True,
    )
    _table(
        book, "plan", 11, _("Check: plan less cost (0)"), "", "", "", f"=ROUND(SUM(E3:E10)-{budget}!E18,2)"
    )
    book.answers["equity_eur"] = (book.names["plan"], "E10")


def _loans(book: Book, r: Mapping[str, str], years: int) -> None:
    """Seven loans, two columns each (annuity, capital left), by the capital left at each year."""
    plan, sheet = book.names["plan"], book.names["loans"]
    loans = [
        (f"{product}_{kind}", f"{'BCD'[i]}{8 if kind == 'land' else 9}", product, kind)
        for kind in ("land", "building")
        for i, product in enumerate(PRODUCTS)
    ]
    loans.append(("employer_loan", "E7", "employer", ""))
    heads = (_("Loan"), _("Rate"), _("Progression"), _("Years"), _("Deferral"), _("Capital, €"))
    for row, head in enumerate(heads, start=1):
        book.cells.put(sheet, f"A{row}", head, bold=True)
    for rank, (name, capital, product, kind) in enumerate(loans):
        due, left = COLUMNS[1 + 2 * rank], COLUMNS[2 + 2 * rank]
        own = product in PRODUCTS
        rate = (
            f"={r['index.livret_a_share']}+{r[f'loan.{product}.margin_share']}"
            if own
            else f"={r['loan.employer.rate_share']}"
        )
        top = (
            name.replace("_", " ").upper(),
            rate,
            f"={r[f'loan.{product}.progression_share']}" if own else "=0",
            f"={r[f'loan.{product}.{kind}_years']}" if own else f"={r['loan.employer.years']}",
            f"={r[f'loan.{product}.deferral_years']}" if own else "=0",
            f"={plan}!{capital}",
        )
        for row, content in enumerate(top, start=1):
            book.cells.put(sheet, f"{due}{row}", content)
        book.cells.put(sheet, f"{left}7", f"={due}6")
        for year in range(1, years + 1):
            row = 7 + year
            book.cells.put(sheet, f"A{row}", year)
            still = f"MAX(1,{due}$4-A{row}+1)"
            spread = (
                f"IF(({due}$2>{due}$3)+({due}$2<{due}$3)>0,({due}$2-{due}$3)/"
                f"(1-((1+{due}$3)/(1+{due}$2))^{still}),(1+{due}$2)/{still})"
            )
            paid = f"IF(A{row}>{due}$4,0,IF(A{row}>{due}$5,{left}{row - 1}*{spread},{left}{row - 1}*{due}$2))"
            book.cells.put(sheet, f"{due}{row}", f"={paid}")
            book.cells.put(sheet, f"{left}{row}", f"={left}{row - 1}*(1+{due}$2)-{due}{row}")


def _account(book: Book, r: Mapping[str, str], years: int) -> None:
    """Rent of the first year in rows 1 and 2; the years from row 5; income positive, charges negative."""
    plan, loans = book.names["plan"], book.names["loans"]
    useful = f"({r['living_area_m2']}+{r['annexes_m2']}/2)"
    shared = f"{r['dwellings']}*{r['rent.structure_dwelling_m2']}"
    zone = "(" + "+".join(f"{plan}!{c}2*{r[f'rent.{n}']}" for c, n in zip("BCD", PRODUCTS, strict=True)) + ")"
    asked = f"({useful}+{shared})*(1+{r['rent.markup_share']})"
    capped = f"({r['living_area_m2']}+{shared})*(1+{r['cap']})"
    month = f"={zone}*{r['rent.structure_factor']}*MIN({asked},{capped})/{useful}"
    _answer(book, "rent_eur_m2", "account", 1, _("Rent, €/m² of useful area a month"), month)
    _table(book, "account", 2, _("Rents of the first year, €"), f"=12*B1*{useful}")
    heads = [_(word) for word in ROW_WORDS.values()]
    _table(book, "account", 3, _("Year"), *heads, _("Flow of the equity"), _("Discounted"), bold=True)
    _table(book, "account", 4, "0", *[""] * 13, f"=-{plan}!E10", "=O4")
    for year in range(1, years + 1):
        row, loan = 4 + year, 7 + year
        cost = f"-{r['dwellings']}*(1+{r['index.cost_share']})^(A{row}-1)*"
        tax = f"-{r['dwellings']}*(1+{r['index.property_tax_share']})^(A{row}-1)*"
        before = "B2" if year == 1 else f"B{row - 1}*(1+{r['index.rent_share']})"
        carried = "" if year == 1 else f"N{row - 1}*(1+{r['account.treasury_share']})+"
        _table(
            book, "account", row, year, f"={before}",
            *(f"=-B{row}*{r[f'charge.{name}_share']}" for name in ("vacancy", "unpaid", "rls")),
            f"={cost}{r['charge.management_eur_dwelling']}",
            f"=IF(A{row}>{r['charge.upkeep_lag_years']},{cost}{r['charge.upkeep_eur_dwelling']},0)",
            f"=IF(A{row}>{r['charge.major_works_lag_years']},{cost}{r['charge.major_works_eur_dwelling']},0)",
            f"=IF(A{row}>{r['charge.property_tax_exempt_years']},{tax}{r['charge.property_tax_eur_dwelling']},0)",
            f"=-{loans}!B{loan}-{loans}!D{loan}-{loans}!F{loan}",
            f"=-{loans}!H{loan}-{loans}!J{loan}-{loans}!L{loan}",
            f"=-{loans}!N{loan}",
            f"=SUM(B{row}:L{row})", f"={carried}M{row}", f"=M{row}",
            f"=O{row}/(1+{r['account.discount_share']})^A{row}",
        )  # fmt: skip


def _backwards(book: Book, r: Mapping[str, str], tested: int) -> None:
    """What the worst tested year asks for: least equity, equilibrium rent, highest land price."""
    b, plan, loans, account = (book.names[key] for key in ("budget", "plan", "loans", "account"))
    last = 13 + tested
    useful = f"({r['living_area_m2']}+{r['annexes_m2']}/2)"
    _answer(book, "worst_eur", "backwards", 1, _("Balance of the worst year, €"), f"=MIN(E14:E{last})")
    _answer(book, "least_equity_eur", "backwards", 2, _("Least equity, €"), f"=MAX(0,MAX(G14:G{last}))")
    rent = f"=MAX(H14:H{last})/12/{useful}"
    _answer(book, "equilibrium_rent_eur_m2", "backwards", 3, _("Equilibrium rent, €/m² a month"), rent)
    land = f"=IF(MAX(0,MAX(J14:J{last}))>{plan}!E10,{plan}!E10-MAX(0,MAX(J14:J{last})),MIN(I14:I{last}))"
    _answer(book, "highest_land_eur", "backwards", 4, _("Highest price of the land, €"), land)
    worth = f"=SUM({account}!P4:P{4 + int(_years(book))})"
    _answer(book, "npv_eur", "backwards", 5, _("Net present value of the equity, €"), worth)
    _answer(
        book,
        "irr_share",
        "backwards",
        6,
        _("Rate of return of the equity"),
        f"=IRR({account}!O4:O{4 + int(_years(book))},0.02)",
    )
    per_land = f"((1+{b}!C2)+{r['cost.notary_share']}*(1+{b}!C3))"
    interest = f"({r['cost.bridge_rate_share']}*{r['cost.building_months']}/12/2*(1+{b}!C16))"
    _table(book, "backwards", 8, _("Land loan per € of land"), f"={per_land}*{r['loan.land_share']}")
    _table(book, "backwards", 9, _("Other cost per € of land"), f"={per_land}*(1+{interest})-B8")
    heads = (
        _("Year"), _("Rents kept"), _("Annuities per € of building loan"), _("Annuities per € of land loan"),
        _("Balance"), _("Per € of rent"), _("Equity"), _("Rent"), _("Price of land"), _("Equity on free land"),
    )  # fmt: skip
    _table(book, "backwards", 13, *heads, bold=True)
    factor = f"*(1+{r['account.treasury_share']})+"
    for year in range(1, tested + 1):
        row, line, loan = 13 + year, 4 + year, 7 + year
        before = {c: f"{c}{row - 1}{factor}" if year > 1 else "" for c in "BCD"}
        building, ground = (
            "+".join(
                f"{plan}!{p}$2*{loans}!{c}{loan}/MAX(0.01,{loans}!{c}$6)"
                for p, c in zip("BCD", columns, strict=True)
            )
            for columns in ("HJL", "BDF")
        )
        _table(
            book, "backwards", row, year, f"={before['B']}SUM({account}!B{line}:E{line})", f"={before['C']}{building}",
            f"={before['D']}{ground}", f"={account}!N{line}", f"=B{row}/{account}!B$2", f"={plan}!E$10-E{row}/C{row}",
            f"={account}!B$2-E{row}/F{row}", f"={r['land_price_eur']}+E{row}/(B$8*D{row}+B$9*C{row})",
            f"=G{row}-{r['land_price_eur']}*(B$8*D{row}+B$9*C{row})/C{row}",
        )  # fmt: skip


def _beyond(book: Book, study: Study, p: Mapping[str, float]) -> None:
    """Put the page's figures where the equity needed spares a whole building loan: no formula of a cell says them."""
    if study.rental is None:
        return
    one, f = study.operation, study.rental.figures
    land = (
        study.rental.budget.loc[study.rental.budget["group"] == "land", "gross_eur"].sum()
        * p["loan.land_share"]
    )
    limit = equity_limit(
        Balance.of(p, one.shares), np.array([float(one.dwellings)]), np.array([f["cost_eur"] - land])
    )[0]
    if max(f["least_equity_eur"], f["equity_eur"]) <= limit:
        return
    for name in ("least_equity_eur", "equilibrium_rent_eur_m2", "highest_land_eur"):
        sheet, address = book.answers[name]
        book.cells.put(sheet, address, float(f[name]) if np.isfinite(f[name]) else _("none is enough"))
        book.cells.put(sheet, f"C{address[1:]}", _("computed by Îlot: a loan is wholly spared"))


def _years(book: Book) -> int:
    """Years of the account, as laid out."""
    return max(
        int(address[1:]) - 4 for address in book.cells.sheets[book.names["account"]] if address[0] == "A"
    )


def _ownership(book: Book, study: Study, ref: Mapping[str, str]) -> None:
    """PSLA and BRS on the layout to own, without VAT on the costs: its budget in rows 12 to 25."""
    if study.sold is None:
        _table(book, "ownership", 1, _("The layout to own does not fit."))
        return
    r = ref | {name: ref[f"sold.{name}"] for name in (*QUANTITIES, "annexes_m2")}
    useful = f"({r['living_area_m2']}+{r['annexes_m2']}/2)"
    interest = f"(1+{r['cost.bridge_rate_share']}*{r['cost.building_months']}/12/2)"
    kept = f"(1-{r['ownership.sale_share']}-{r['ownership.margin_share']})"
    rate = r["brs.land_rate_share"]
    label = _("Cost without VAT, €")
    _answer(book, "owned_cost_eur", "ownership", 1, label, f"=SUM(B12:B25)*{interest}")
    _table(book, "ownership", 2, _("Cost without VAT nor land, €"), f"=SUM(B14:B25)*{interest}")
    _table(book, "ownership", 11, _("Line"), _("Net, €"), bold=True)
    net = net_formulas(r, 12)
    for row, line in enumerate(LINES, start=12):
        _table(book, "ownership", row, _(LINE_WORDS[line]), f"={net[line]}")
    rows = {
        "psla_price_eur_m2": (_("PSLA, €/m² of useful area, net"), f"=B1/{kept}/{useful}"),
        "psla_sale_eur_m2": (
            _("PSLA, €/m² of living area, VAT included"),
            f"=B1/{kept}*(1+{r['vat.psla_share']})/{r['living_area_m2']}",
        ),
        "brs_price_eur_m2": (_("BRS, €/m² of useful area, net"), f"=B2/{kept}/{useful}"),
        "brs_sale_eur_m2": (
            _("BRS, €/m² of living area, VAT included"),
            f"=B2/{kept}*(1+{r['vat.brs_share']})/{r['living_area_m2']}",
        ),
        "brs_land_rent_eur_m2": (
            _("Ground rent, €/m² of living area a month"),
            f"={r['land_price_eur']}*(1+{r['cost.notary_share']})*(1-{r['brs.land_grant_share']})/{r['living_area_m2']}"
            f"*{rate}/(1-(1+{rate})^-{r['brs.land_years']})/12+{r['brs.management_eur_m2']}",
        ),
    }
    for row, (name, (label, formula)) in enumerate(rows.items(), start=4):
        _answer(book, name, "ownership", row, label, formula)


def _sources(book: Book, study: Study) -> None:
    """Where each reference value comes from."""
    sheet = book.names["sources"]
    _table(book, "sources", 1, _("Figure"), _("Value"), _("Status"), _("Source"), bold=True)
    for row, (name, one) in enumerate(study.used.iterrows(), start=2):
        status = str(one["status"]) + (" · " + _("out of date") if one["expired"] else "")
        for column, content in zip("ACD", (str(name), status, str(one["source"])), strict=True):
            book.cells.put(sheet, f"{column}{row}", content, text=True)
        book.cells.put(sheet, f"B{row}", float(one["value"]))
