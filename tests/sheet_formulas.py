"""A spreadsheet small enough to be computed here: cells with formulas, and their values."""

import re
from collections.abc import Iterator

import xlsxwriter

RANGE = re.compile(r"(?:(\w+)!)?\$?([A-Z]{1,2})\$?(\d+):\$?([A-Z]{1,2})\$?(\d+)")
CELL = re.compile(r"(?:(\w+)!)?\$?([A-Z]{1,2})\$?(\d+)(?![\d(])")


def half_up(value: float, digits: float) -> float:
    """Round as a spreadsheet does: halves away from zero."""
    scale = 10 ** int(digits)
    return (1 if value >= 0 else -1) * int(abs(value) * scale + 0.5 + 1e-9) / scale


def internal_rate(flows: list[float], guess: float = 0.1) -> float:
    """Rate at which flows are worth nothing, by halving; spreadsheets want a guess, we do not."""
    low, high = -0.5, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        worth = sum(flow / (1 + middle) ** year for year, flow in enumerate(flows))
        low, high = (middle, high) if worth > 0 else (low, middle)
    return (low + high) / 2


class Workbook:
    """Cells by sheet and address; a text that starts with ``=`` is a formula."""

    def __init__(self) -> None:
        self.cells: dict[str, dict[str, float | str]] = {}
        self._values: dict[tuple[str, str], float | str] = {}

    def put(self, sheet: str, address: str, content: float | str) -> str:
        """Write a cell and return its full address."""
        self.cells.setdefault(sheet, {})[address] = content
        return f"{sheet}!{address}"

    def value(self, sheet: str, address: str) -> float | str:
        """Value of a cell, its formula computed."""
        key = (sheet, address)
        if key not in self._values:
            content = self.cells[sheet].get(address, 0.0)
            formula = isinstance(content, str) and content.startswith("=")
            self._values[key] = self._compute(sheet, content[1:]) if formula else content
        return self._values[key]

    def _compute(self, sheet: str, formula: str) -> float:
        text = RANGE.sub(lambda m: f"area('{m[1] or sheet}','{m[2]}',{m[3]},'{m[4]}',{m[5]})", formula)
        quoted = re.split(r"(area\([^)]*\))", text)
        text = "".join(
            part
            if part.startswith("area(")
            else CELL.sub(lambda m: f"cell('{m[1] or sheet}','{m[2]}{m[3]}')", part)
            for part in quoted
        )
        names = {
            "area": self._area,
            "cell": self.value,
            "SUM": lambda *parts: sum(_flat(parts)),
            "MAX": lambda *parts: max(_flat(parts)),
            "MIN": lambda *parts: min(_flat(parts)),
            "ROUND": half_up,
            "IF": lambda test, yes, no: yes if test else no,
            "IRR": internal_rate,
        }
        return float(eval(text.replace("^", "**"), {"__builtins__": {}}, names))

    def _area(self, sheet: str, left: str, top: int, right: str, bottom: int) -> list[float]:
        columns = [chr(code) for code in range(ord(left), ord(right) + 1)]
        return [self.value(sheet, f"{column}{row}") for row in range(top, bottom + 1) for column in columns]

    def save(self, path: str) -> None:
        """Write an XLSX whose formulas are live and whose values are there for readers that do not compute."""
        book = xlsxwriter.Workbook(path)
        for name, cells in self.cells.items():
            sheet = book.add_worksheet(name)
            sheet.set_column(0, 0, 34)
            for address, content in cells.items():
                if isinstance(content, str) and content.startswith("="):
                    sheet.write_formula(address, content, None, self.value(name, address))
                else:
                    sheet.write(address, content)
        book.close()


def _flat(parts: tuple) -> Iterator[float]:
    for part in parts:
        if isinstance(part, list):
            yield from (value for value in part if not isinstance(value, str))
        else:
            yield part
