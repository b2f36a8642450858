"""Households without names, each in a known dwelling; read by the mobility analyses, never drawn."""

from collections.abc import Sequence

from data.importers.desk import Desk
from data.importers.findings import FileRefused
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.references import number, refuse_unknown_dwellings
from data.importers.sheet import Sheet
from data.schemas.layout import fold
from data.schemas.people import HOUSEHOLDS

NAMES = {"nom", "name", "titulaire", "locataire", "holder", "tenant"}
COLUMNS = [part.name for part in HOUSEHOLDS.fields]


def check(sheet: Sheet, desk: Desk) -> None:
    """No column is a name; dwellings are known; children are fewer than the persons."""
    for header in sheet.headers:
        if fold(header) in NAMES:
            raise FileRefused("personal_column", lines=[1], column=header, what="name")
    refuse_unknown_dwellings(sheet, desk)
    children, persons = number(sheet, "children"), number(sheet, "persons")
    over = sheet.good & (children >= persons)
    details = [{"persons": int(count)} for count in persons[over]]
    sheet.refuse(over, "children_over_persons", "children", details=details)


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """One row a household."""
    given = [name for name in COLUMNS if name in sheets[0].positions]
    rows = good_frame(sheets[0])[given]
    return Delivery({"households": rows}, {"households": len(rows), "persons": int(rows["persons"].sum())})


IMPORTER = Importer("households", "Households, pseudonymised", (HOUSEHOLDS,), build, check)
