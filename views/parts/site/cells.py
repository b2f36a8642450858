"""Cells of a workbook that computes: numbers, texts that stay texts, and formulas."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field

import xlsxwriter

COLUMNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass
class Cells:
    """Cells by sheet and address; a text that starts with ``=`` is a formula, but for those of ``texts``."""

    sheets: dict[str, dict[str, float | str]] = field(default_factory=dict)
    bold: set[tuple[str, str]] = field(default_factory=set)
    texts: set[tuple[str, str]] = field(default_factory=set)

    def put(
        self, sheet: str, address: str, content: float | str, *, bold: bool = False, text: bool = False
    ) -> str:
        """Write a cell; return its full address. A ``text`` that came from somebody is never a formula."""
        self.sheets.setdefault(sheet, {})[address] = content
        if text:
            self.texts.add((sheet, address))
        if bold:
            self.bold.add((sheet, address))
        return f"{sheet}!{address}"


def to_bytes(cells: Cells, values: Mapping[tuple[str, str], float] | None = None) -> bytes:
    """Write the workbook as XLSX; ``values`` are shown by readers that do not compute."""
    out = io.BytesIO()
    file = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    strong, plain = file.add_format({"bold": True}), file.add_format()
    money = file.add_format({"num_format": "#,##0.00"})
    for name, contents in cells.sheets.items():
        sheet = file.add_worksheet(name)
        sheet.set_column(0, 0, 46)
        sheet.set_column(1, 16, 15)
        for address, content in contents.items():
            form = strong if (name, address) in cells.bold else plain
            formula = isinstance(content, str) and content.startswith("=")
            if formula and (name, address) not in cells.texts:
                value = (values or {}).get((name, address), "")
                sheet.write_formula(address, content, money, value)
            elif isinstance(content, str):
                sheet.write_string(address, content, form)
            else:
                sheet.write_number(address, content, form if form is strong else plain)
    file.close()
    return out.getvalue()
