"""The workbook of a site: its formulas, computed apart, give the page's figures; its texts stay texts."""

import io

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from planning.finance import assess_rental, evaluate_direct, evaluate_ownership
from tests.operations import PARAMETERS, operation, parameters
from tests.sheet_formulas import Workbook
from views.jobs.site_sheet import Study
from views.parts.site import workbook
from views.parts.site.cells import to_bytes

FIGURES = (
    "cost_eur", "equity_eur", "rent_eur_m2", "worst_eur", "least_equity_eur", "equilibrium_rent_eur_m2",
    "highest_land_eur", "npv_eur", "irr_share",
)  # fmt: skip
OWNED = (
    "psla_price_eur_m2",
    "psla_sale_eur_m2",
    "brs_price_eur_m2",
    "brs_sale_eur_m2",
    "brs_land_rent_eur_m2",
)
CENT_BY_LINE = 0.2


def study(one, p=PARAMETERS, equity=None, sold=None) -> Study:
    sold = sold or one
    frame = sold.frame().assign(market_eur_m2=6000.0)
    owned = pd.concat(
        [evaluate_ownership(frame, p).iloc[0], evaluate_direct(frame, p, np.array([True])).iloc[0]]
    )
    rental = assess_rental(one, p, equity_eur=equity)
    return Study(one, sold, ("land_price_eur",), rental, None, owned, rental.used, None)


def computed(one, p=PARAMETERS, equity=None, sold=None):
    found = study(one, p, equity, sold)
    book = workbook.build(found, p, found.rental.figures["equity_eur"], ["=1+1", "site"])
    live = Workbook()
    live.cells = book.cells.sheets
    return found, book, live


CASES = {
    "twelve": {},
    "free land": {"land_price_eur": 0.0},
    "dear land": {"land_price_eur": 3e6},
    "houses": {"form": "townhouse", "lift": False},
    "renewal": {"renewal": True},
    "one product": {"plai_share": 0.0, "plus_share": 1.0, "pls_share": 0.0},
    "zone 1": {"rent_zone": "1", "abc_zone": "a"},
}


@pytest.mark.parametrize("case", CASES)
def test_the_formulas_give_the_figures_of_the_page(case):
    found, book, live = computed(operation(**CASES[case]))
    told = {name: found.rental.figures[name] for name in FIGURES} | found.owned[list(OWNED)].to_dict()
    for name, expected in told.items():
        assert live.value(*book.answers[name]) == pytest.approx(expected, abs=CENT_BY_LINE, rel=1e-6), name


def test_each_tenure_has_the_formulas_of_its_own_layout():
    sold = operation(dwellings=10, living_area_m2=700.0, floor_area_m2=790.0, land_price_eur=450_000.0)
    found, book, live = computed(operation(), sold=sold)
    assert found.rental.figures["cost_eur"] == pytest.approx(live.value(*book.answers["cost_eur"]), abs=1)
    for name in ("owned_cost_eur", *OWNED):
        assert live.value(*book.answers[name]) == pytest.approx(found.owned[name], rel=1e-6), name


def test_the_formulas_follow_treasury_deferral_and_lags():
    p = parameters(account__treasury_share=0.01, loan__plus__deferral_years=2, charge__upkeep_lag_years=7)
    found, book, live = computed(operation(), p)
    for name in ("worst_eur", "least_equity_eur", "npv_eur"):
        assert live.value(*book.answers[name]) == pytest.approx(found.rental.figures[name], abs=CENT_BY_LINE)


def test_the_plan_closes_and_every_year_is_that_of_the_account():
    found, book, live = computed(operation())
    assert live.value(book.names["plan"], "E11") == pytest.approx(0, abs=1e-9)
    last = [live.value(book.names["account"], f"N{4 + year}") for year in range(1, 61)]
    assert last == pytest.approx(found.rental.account["cumulative"].tolist(), abs=CENT_BY_LINE)


def test_changing_an_input_moves_the_answer():
    _found, book, live = computed(operation())
    before = live.value(*book.answers["cost_eur"])
    inputs = book.cells.sheets[book.names["inputs"]]
    row = next(address for address, content in inputs.items() if content == "land_price_eur")
    inputs["B" + row[1:]] += 100_000
    after = Workbook()
    after.cells = book.cells.sheets
    assert after.value(*book.answers["cost_eur"]) > before + 100_000


def test_the_file_holds_live_formulas_with_the_figures_of_the_page_and_inert_texts():
    found, book, _live = computed(operation())
    content = to_bytes(book.cells, workbook.values(book, found))
    formulas, values = (load_workbook(io.BytesIO(content), data_only=shown) for shown in (False, True))
    sheet, address = book.answers["cost_eur"]
    assert formulas[sheet][address].value == "=SUM(E2:E16)"
    assert values[sheet][address].value == pytest.approx(found.rental.figures["cost_eur"])
    first = formulas[book.names["inputs"]]["A1"]
    assert (first.value, first.data_type) == ("=1+1", "s")


def test_a_direct_sale_out_of_the_zone_bears_the_full_vat():
    frame = operation().frame().assign(market_eur_m2=6000.0)
    near, far = (evaluate_direct(frame, PARAMETERS, np.array([inside])).iloc[0] for inside in (True, False))
    assert near["direct_price_eur_m2"] == far["direct_price_eur_m2"]
    assert far["direct_sale_eur_m2"] / near["direct_sale_eur_m2"] == pytest.approx(1.2 / 1.055)
    assert pd.isna(near["direct_ceiling_eur_m2"])
