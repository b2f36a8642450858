"""One figure by one level, told by the rules of privacy, ready to be drawn, listed and charted; kept while it holds."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geo.indicators import dpe_mode
from geo.occupancy import CASES
from views.jobs import indicators as job
from views.parts.stock import frames
from views.parts.stock.catalogue import FIGURES
from views.parts.stock.figures import Figure
from views.shared import cache
from views.shared.kept import kept

NO_CASE = "none"


@dataclass(frozen=True, slots=True)
class Among:
    """The residences that pass the filters, and a mark that names them; ``ids`` is None for all of them."""

    ids: pd.Index | None
    mark: int

    @classmethod
    def of(cls, shown: pd.DataFrame, whole: pd.DataFrame) -> "Among":
        """Name the residences shown."""
        if len(shown) == len(whole):
            return cls(None, 0)
        return cls.these(shown.index)

    @classmethod
    def these(cls, ids: pd.Index) -> "Among":
        """Name some residences."""
        return cls(ids, hash(tuple(ids)))


EVERYONE = Among(None, 0)


def values(
    figure: Figure, level: str, among: Among = EVERYONE, on: pd.Timestamp | None = None
) -> pd.DataFrame:
    """
    Return a figure by area of a level.

    Returns
    -------
    pandas.DataFrame
        By area (``residence_id``, ``sector_id``, ..): ``name``, ``dwellings``, ``value`` (a number, or a code
        where the figure is one of words; missing where unknown or not told), ``n`` (what it was measured on),
        ``coverage`` (0 to 1), ``hidden`` (known, and not told). Areas without a residence shown are left out.
    """
    day = cache.reference_date() if on is None else on
    return _values(cache.versions(*cache.COUNTED), day, figure.key, level, among.mark, among)


@kept(256)
def _values(
    versions: tuple[str, ...], on: pd.Timestamp, key: str, level: str, mark: int, _among: Among
) -> pd.DataFrame:
    figure = FIGURES[key]
    stock = cache.counted(on)
    area = cache.area_of(level)
    if not figure.needs:
        return _judged(figure, area, _among, on)
    needs = figure.needs | {"dwellings"}
    table = job.figures(stock, area, _among.ids, only=needs)
    table = table[table.index.notna()]
    found = pd.DataFrame(index=table.index)
    found["dwellings"] = table.get("dwellings")
    found["value"] = _codes(figure, table) if figure.scale == "words" else table.get(figure.column)
    found["n"] = table.get(f"{figure.stem}_n", _asked(figure, table))
    found["coverage"] = table.get(f"{figure.stem}_coverage")
    found["hidden"] = _hidden(figure, table)
    small = (table["dwellings"] < least()).fillna(False).astype(bool) & figure.small & found["value"].notna()
    found = found.assign(value=found["value"].mask(small), hidden=found["hidden"] | small)
    found.loc[found["hidden"], "n"] = pd.NA
    return named(found, level)


def _judged(figure: Figure, area: pd.Series, among: Among, on: pd.Timestamp) -> pd.DataFrame:
    """Return what is judged by residence for the whole stock, whatever the filters."""
    stock = cache.counted(on)
    chosen = area.index if among.ids is None else among.ids
    found = pd.DataFrame({"dwellings": stock.counts["dwellings"]}).loc[chosen]
    source = cache.marks(on) if figure.column in cache.marks(on) else sector_names(stock.residences)
    found["value"] = source[figure.column].reindex(chosen)
    return named(found.assign(n=pd.NA, coverage=pd.NA, hidden=False), "residence")


def sector_names(residences: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the name of the sector of each residence."""
    names = cache.read("sectors", geometry=False)["name"]
    return pd.DataFrame({"sector_name": residences["sector_id"].map(names)})


def named(found: pd.DataFrame, level: str) -> pd.DataFrame:
    """Put the name of each area first."""
    names = cache.read(job.NAMED_IN[level], geometry=level == "residence")["name"]
    found.insert(0, "name", names.reindex(found.index).astype("object").fillna(""))
    return found


def total(figure: Figure, among: Among = EVERYONE, on: pd.Timestamp | None = None) -> pd.Series | None:
    """Return the figure of all the residences shown as one; None for what is judged one by one."""
    if not figure.needs:
        return None
    day = cache.reference_date() if on is None else on
    return _total(cache.versions(*cache.COUNTED), day, figure.key, among.mark, among)


@kept(256)
def _total(versions: tuple[str, ...], on: pd.Timestamp, key: str, mark: int, _among: Among) -> pd.Series:
    figure = FIGURES[key]
    table = job.figures(cache.counted(on), None, _among.ids, only=figure.needs | {"dwellings"})
    coded = _codes(figure, table) if figure.scale == "words" else table.get(figure.column)
    found = pd.DataFrame(
        {
            "value": coded,
            "n": table.get(f"{figure.stem}_n", _asked(figure, table)),
            "coverage": table.get(f"{figure.stem}_coverage"),
            "hidden": _hidden(figure, table),
            "dwellings": table.get("dwellings"),
        },
        index=table.index,
    )
    return found.iloc[0]


def cases(among: Among = EVERYONE) -> pd.Series:
    """
    Return the households of all that is shown by case of CCH L442-5-2, rounded; missing where not told.

    Resources are missing: incomes are not kept.
    """
    return _cases(cache.versions(*cache.COUNTED), cache.reference_date(), among.mark, among)


@kept(64)
def _cases(versions: tuple[str, ...], on: pd.Timestamp, mark: int, _among: Among) -> pd.Series:
    row = job.figures(cache.counted(on), None, _among.ids, only=FIGURES["cases"].needs).iloc[0]
    counts = row.reindex([f"case_{case}" for case in CASES]).astype("Float64")
    return counts.set_axis(CASES).where(counts.index != "case_resources")


def least() -> int:
    """Fewest dwellings, or households, of a figure by residence (``privacy.least_households``)."""
    return int(cache.parameters()["privacy.least_households"])


def _codes(figure: Figure, table: pd.DataFrame) -> pd.Series:
    if not figure.needs <= set(table.columns):  # no household, no label: nothing is known
        return pd.Series(pd.NA, index=table.index, dtype="object")
    if figure.column == "case_mode":
        return case_mode(table)
    return dpe_mode(table, figure.column.removesuffix("_mode"))


def case_mode(table: pd.DataFrame) -> pd.Series:
    """
    Return the case of CCH L442-5-2 that most households are in, as told; ``none`` where none is told.

    Of equals, the first in the law's order; missing where households are unknown or not told.
    """
    counts = table[[f"case_{case}" for case in CASES if f"case_{case}" in table]].astype("Float64")
    numbers = counts.fillna(0).to_numpy(dtype=float)
    codes = pd.Series([CASES[i] for i in numbers.argmax(axis=1)], index=table.index, dtype="object")
    told = codes.where(numbers.max(axis=1) > 0, NO_CASE)
    known = (table["households"].astype("Float64") > 0).fillna(False).astype(bool)
    return told.where(known & ~_case_hidden(table))


def _case_hidden(table: pd.DataFrame) -> pd.Series:
    names = [f"case_{case}_hidden" for case in CASES if f"case_{case}_hidden" in table]
    return table[names].all(axis=1) if names else pd.Series(False, index=table.index)


def _hidden(figure: Figure, table: pd.DataFrame) -> pd.Series:
    if figure.column == "case_mode":
        return _case_hidden(table)
    return table.get(f"{figure.stem}_hidden", pd.Series(False, index=table.index)).astype(bool)


def _asked(figure: Figure, table: pd.DataFrame) -> pd.Series:
    """Return what a figure without a rate was measured on."""
    name = {"cases": "households", "leaky": "labelled"}.get(figure.stem, "dwellings")
    return table.get(name, pd.Series(pd.NA, index=table.index))


@kept(64, lambda among: (*cache.versions("complaints"), cache.reference_date(), among.mark))
def requests_by_month(among: Among) -> pd.DataFrame:
    """Return the requests opened, by the first day of the month: ``technical`` and ``tranquillity``."""
    rows = frames.by_month()
    if among.ids is not None:
        rows = rows[rows["residence_id"].isin(among.ids)]
    subject = (rows["category"] == "tranquillity").map({True: "tranquillity", False: "technical"})
    opened = rows.groupby(["month", subject])["requests"].sum().unstack()
    return opened.reindex(columns=["technical", "tranquillity"]).fillna(0)
