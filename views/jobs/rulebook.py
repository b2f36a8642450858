"""Rule books of a town: versions kept, read, and written by planners."""

import pandas as pd

from data.store import Store
from planning.zoning.rulebook import COLUMNS, RuleBookError, blank, checked, to_csv
from views.jobs import record


class BookChanged(RuleBookError):
    """Somebody else wrote the next version of this rule book first."""


def books(store: Store) -> pd.DataFrame:
    """The rule books kept, each with its last version."""
    rows = store.read("rule_books")
    return rows.sort_values("version").drop_duplicates("document", keep="last").reset_index(drop=True)


def read_book(store: Store, document: str | None = None, *, version: int | None = None) -> pd.DataFrame:
    """
    Return the rules of a rule book; empty where there is none.

    Parameters
    ----------
    document
        By default the one whose last version is the newest.
    version
        The last by default.
    """
    known = store.read("rule_books")
    chosen = document
    if chosen is None and len(known):
        chosen = known.sort_values(["made_at", "version"])["document"].iloc[-1]
    mine = known[known["document"] == chosen]
    if mine.empty:
        return pd.DataFrame(columns=COLUMNS)
    number = int(version or mine["version"].max())
    return store.read("plan_rules", where={"document": chosen, "version": number})[COLUMNS]


def write_book(
    store: Store,
    document: str,
    rows: pd.DataFrame,
    *,
    base_version: int,
    made_by: str | None = None,
    note: str | None = None,
) -> int:
    """
    Write the next version of a rule book, and return its number; earlier versions stay.

    Raises
    ------
    RuleBookError
        If a rule is wrong: the line is named.
    BookChanged
        If the last version is no longer `base_version` (0: a new book).
    """
    book = checked(rows)
    with store.transaction():
        last = store.read("rule_books", where={"document": document})["version"].max()
        last = 0 if pd.isna(last) else int(last)
        if last != base_version:
            raise BookChanged(
                "{document} is at version {last}, yours started from {base_version}: read it again",
                document=document,
                last=last,
                base_version=base_version,
            )
        head = {
            "document": document,
            "version": last + 1,
            "made_at": record.moment(),
            "made_by": made_by,
            "note": note,
        }
        store.write("rule_books", pd.DataFrame([head]), mode="append")
        dated = book.assign(
            document=document,
            version=last + 1,
            valid_from=pd.to_datetime(book["valid_from"], errors="coerce"),
        )
        store.write("plan_rules", dated, mode="append")
    return last + 1


def export_book(store: Store, document: str | None = None) -> str:
    """Return a rule book as CSV (`book_or_blank`)."""
    return to_csv(book_or_blank(store, document))


def book_or_blank(store: Store, document: str | None = None) -> pd.DataFrame:
    """Return a rule book; one to fill in, with the zones of the store, where there is none."""
    book = read_book(store, document)
    if len(book):
        return book
    labels = store.read("plu_zones", columns=["label"], geometry=False)["label"].dropna().unique()
    return blank(sorted(labels))
