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
    with pd.ExcelWriter(out, engine="openpyxl") as book:
        for name, table in (
            (_("Operations"), _operations(found.chosen)),
            (_("Years"), _years(found, wanted)),
        ):
            table.to_excel(book, sheet_name=name, index=False, freeze_panes=(1, 0))
        for sheet in book.book.worksheets:
            for column in sheet.iter_cols():
                sheet.column_dimensions[column[0].column_letter].width = 4 + max(
                    len(str(cell.value)) for cell in column
                )
                for cell in column:
                    if isinstance(cell.value, str):
                        cell.data_type = "s"
    return out.getvalue()


def _operations(chosen: pd.DataFrame) -> pd.DataFrame:
    """The operations as the workbook has them; money in M€, shares as they are."""
    return pd.DataFrame(
        {
            _("Site"): chosen["site_id"],
            _("Start"): chosen["start_year"].astype(int),
            _("Operation"): [operation(row) for _index, row in chosen.iterrows()],
            _("Tenure"): chosen["tenure"].map(lambda code: word(TENURES, code)),
            _("Dwellings"): chosen["dwellings"].astype(int),
            _("Quality"): chosen["quality"].astype(float).round(3),
            _("Cases relieved"): chosen["need"].astype(float).round(1),
            _("Cost, M€"): (chosen["cost_eur"].astype(float) / 1e6).round(3),
            _("Equity, M€"): (chosen["equity_eur"].astype(float) / 1e6).round(3),
        }
    )


def _years(found: Programme, wanted: Targets) -> pd.DataFrame:
    """Each year against its targets, as the workbook has it."""
    table = against_targets(found, wanted)
    money = (table[["spent_eur", "budget_eur", "equity_eur"]].astype(float) / 1e6).round(3)
    return pd.DataFrame(
        {
            _("Year"): table.index,
            _("Operations"): table["operations"],
            _("Dwellings"): table["dwellings"],
            _("Target"): table["dwellings_target"],
            _("To own"): table["ownership"],
            _("Quality"): table["quality"].astype(float).round(3),
            _("Cases relieved"): table["need"].round(1),
            _("Spent, M€"): money["spent_eur"],
            _("Budget, M€"): money["budget_eur"],
            _("Equity, M€"): money["equity_eur"],
            _("Under way"): table["under_way"],
        }
    )
