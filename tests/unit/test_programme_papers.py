"""The programme's workbook: money in millions, texts never formulas, empty values empty."""

import io

import openpyxl
import pandas as pd

from planning.programme import Programme, Targets
from views.parts.programme.papers import xlsx
from views.shared import i18n


def workbook(site: str):
    row = {
        "site_id": site, "form": "townhouse", "tenure": "ownership", "public": "ownership", "dwellings": 12,
        "cost_eur": 2_400_000.0, "equity_eur": 300_000.0, "quality": 0.8, "need": None, "start_year": 2026,
    }  # fmt: skip
    chosen = pd.DataFrame([row], index=pd.Index(["O1"], name="option_id"))
    i18n.use("en")
    try:
        made = xlsx(Programme(chosen, 1.0, 1.0, 0.0), Targets((2026, 2027), 10))
    finally:
        i18n.forget()
    return openpyxl.load_workbook(io.BytesIO(made))


def test_workbook_tells_operations_and_years_in_words_and_millions():
    book = workbook("S1")
    heads, row = ([cell.value for cell in line] for line in book["Operations"].iter_rows())
    told = dict(zip(heads, row, strict=True))
    assert (told["Site"], told["Cost, M€"], told["Cases relieved"]) == ("S1", 2.4, None)
    assert [cell.value for cell in book["Years"]["A"]] == ["Year", 2026, 2027]


def test_site_whose_name_looks_like_a_formula_stays_text():
    cell = workbook("=1+1")["Operations"]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
