"""The buttons that give sheets and files; each file is made when its button is pressed."""

import re

import pandas as pd
import streamlit as st

from views.jobs import record
from views.parts.sectors import state
from views.parts.sheets import area as area_sheet
from views.parts.sheets import residence as residence_sheet
from views.parts.sheets import tables
from views.parts.stock.figures import Figure
from views.shared import cache, i18n
from views.shared.i18n import _

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GPKG = "application/geopackage+sqlite3"


def residence(line: st.delta_generator.DeltaGenerator, row: pd.Series) -> None:
    """Offer the A4 sheet of a residence."""
    _button(
        line,
        _("Print (A4)"),
        ":material/print:",
        f"residence-{file_name(row.name)}.pdf",
        PDF,
        lambda: residence_sheet.pdf(row),
    )


def area(line: st.delta_generator.DeltaGenerator, level: str, key: str, figure: Figure) -> None:
    """Offer the A3 sheet of a sector, its table, and its layer."""
    name = f"{level}-{file_name(key)}"
    ours = state.residences(level, key)
    sectors = cache.read("sectors")
    _button(
        line,
        _("Print (A3)"),
        ":material/print:",
        f"{name}.pdf",
        PDF,
        lambda: area_sheet.pdf(level, key, figure),
    )
    _button(line, "XLSX", ":material/table:", f"{name}.xlsx", XLSX, lambda: tables.xlsx(ours))
    _button(
        line, "QGIS", ":material/layers:", f"{name}.gpkg", GPKG, lambda: tables.gpkg(ours, figure, sectors)
    )


def file_name(key: object) -> str:
    """Return a key as part of a file's name: letters, digits and dashes only."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", str(key)).strip("-") or "sheet"


def _button(line, label: str, icon: str, name: str, kind: str, make) -> None:
    """Offer a file that is made on demand, outside the run of the page: it must speak the same language."""
    language = i18n.language()

    def made() -> bytes:
        i18n.use(language)
        content = make()
        record.note(cache.store(), None, "file_made", name, None, kind)
        return content

    line.download_button(label, made, name, kind, icon=icon, on_click="ignore", key=f"download-{name}")
