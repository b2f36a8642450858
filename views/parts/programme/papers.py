"""The programme on paper and in a workbook."""

import io

import pandas as pd

from planning.programme import Programme, Targets, against_targets
from views.parts.programme.words import TENURES, operation
from views.parts.sheets.words import foot, subtitle
from views.shared.codes import word
from views.shared.i18n import _
from views.shared.numbers import number, percent
from views.shared.pdf import Sheet


def pdf(found: Programme, wanted: Targets, spread: pd.DataFrame) -> bytes:
    """Return the programme as the bytes of a PDF: targets, band, operations by year."""
    sheet = Sheet(foot=foot())
    sheet.text_line(_("Programme of operations"), 19, bold=True)
    sheet.text_line(subtitle(), 8, soft=True)
    sheet.text_line(
        _("At most {gap} better programmes could be; sites fall through by assumption.").format(
            gap=percent(found.gap_pct / 100)
        ),
        9,
    )
    sheet.ln(2)
    table = against_targets(found, wanted)
    heads = ["", _("Dwellings"), _("Target"), _("To own"), _("Quality"), _("Expected"), _("Band, 80 %")]
    rows = [
        [
            str(year), number(row["dwellings"]), number(row["dwellings_target"]), number(row["ownership"]),
            percent(row["quality"], 0), number(spread["expected"].get(year)),
            f"{number(spread['low'].get(year))} - {number(spread['high'].get(year))}",
        ]
        for year, row in table.iterrows()
    ]  # fmt: skip
    sheet.rows(heads, rows, (1, 1, 1, 1, 1, 1, 1.6), size=9)
    sheet.ln(4)
    heads = [_("Site"), _("Start"), _("Operation"), _("Tenure"), _("Dwellings"), _("Cost, M€"), _("Quality")]
    rows = [
        [
            row["site_id"], str(int(row["start_year"])), operation(row), word(TENURES, row["tenure"]),
            number(row["dwellings"]), number(row["cost_eur"] / 1e6, 1), percent(row["quality"], 0),
        ]
        for _index, row in found.chosen.iterrows()
    ]  # fmt: skip
    sheet.rows(heads, rows, (1.4, 0.6, 2.5, 1.1, 0.9, 0.9, 0.8), size=8)
    return sheet.made()


def xlsx(found: Programme, wanted: Targets) -> bytes:
    """Return the programme as a workbook: one sheet of operations, one of years; texts are never formulas."""
    out = io.BytesIO()
    years = against_targets(found, wanted).reset_index()
    with pd.ExcelWriter(out, engine="openpyxl") as book:
        found.chosen.reset_index().to_excel(book, sheet_name="operations", index=False)
        years.to_excel(book, sheet_name="years", index=False)
        for sheet in book.book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str):
                        cell.data_type = "s"
    return out.getvalue()
