"""Cached reads, keyed by the version of what is read: pages share these frames and never change them."""

import os
import threading
import time
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd

from data import reference
from data.store import Store, open_store
from geo.indicators import derive
from geo.suppression import FIGURES
from planning.parameters import Parameters
from views.jobs import indicators as job
from views.jobs import marks as marks_job
from views.shared.kept import kept

ROOT = Path(__file__).resolve().parents[2]
COUNTED = (
    "residences", "sectors", "dwellings", "households", "occupancy", "communes", "complaints", "turnovers", "charges",
    "energy",
)  # fmt: skip
OLD_S = 2.0  # a part of a page that runs alone for long reads the marks again
_run = threading.local()
_lasting: "Known | None" = None
_opening = threading.Lock()


@dataclass(frozen=True, slots=True)
class Known:
    """Marks and settings of a store as a run of a page read them."""

    store: Store
    writes: int
    read_at_s: float
    versions: dict[str, str]
    settings: dict[str, str]

    def holds(self, kept: Store) -> bool:
        """Say whether a store is as it was read: this process has not written since, nor may another one have."""
        same = self.store is kept and self.writes == kept.writes
        return same and (kept.writes_alone or time.monotonic() - self.read_at_s <= OLD_S)


def store() -> Store:
    """Return the store of this process: one object for every session and for the tiles."""
    with _opening:
        return _opened(os.environ.get("ILOT_STORE"))


@cache
def _opened(url: str | None) -> Store:
    return open_store(url)


def close() -> None:
    """Let go of the store: it is opened again when asked for."""
    with _opening:
        if _opened.cache_info().currsize:
            _opened(os.environ.get("ILOT_STORE")).close()
            _opened.cache_clear()


def begin() -> None:
    """Begin a run of a page: marks and settings are read once in it, and again once this process has written."""
    _run.known = None


def _known() -> Known | None:
    """Return the marks and settings of this run; None outside a page."""
    if not hasattr(_run, "known"):
        return None
    known, kept = _run.known, store()
    if known is None or not known.holds(kept):
        known = _run.known = _read_known(kept)
    return known


def _read_known(kept: Store) -> Known:
    """Read marks and settings; those of a store that this process alone writes hold until it does, for everyone."""
    global _lasting
    if _lasting is not None and kept.writes_alone and _lasting.holds(kept):
        return replace(_lasting, read_at_s=time.monotonic())
    _lasting = Known(kept, kept.writes, time.monotonic(), kept.versions(), kept.settings())
    return _lasting


def versions_now() -> dict[str, str]:
    """
    Return the mark of each table that holds something, as this run knows them.

    Raises
    ------
    StoreError
        If the store cannot be opened or does not answer.
    """
    known = _known()
    return store().versions() if known is None else known.versions


def version(table: str) -> str:
    """Return the mark of a table, which changes when its content does."""
    known = _known()
    return store().version(table) if known is None else known.versions.get(table, "0")


def read(table: str, *, geometry: bool = True) -> pd.DataFrame | gpd.GeoDataFrame:
    """Return a whole table as it is now; the same object as long as it does not change."""
    return _read(os.environ.get("ILOT_STORE"), table, version(table), geometry)


@kept(64)
def _read(url: str | None, table: str, version: str, geometry: bool) -> pd.DataFrame:
    return store().read(table, geometry=geometry)


def versions(*tables: str) -> tuple[str, ...]:
    """Return what changes when one of the tables does: the key of everything made from them."""
    return (os.environ.get("ILOT_STORE") or "", *(version(table) for table in tables))


def settings() -> dict[str, str]:
    """Return the settings of the store."""
    known = _known()
    return store().settings() if known is None else known.settings


def reference_date() -> pd.Timestamp:
    """Return the day the figures speak of: the setting, else today."""
    return pd.Timestamp(settings().get("reference_date") or pd.Timestamp.now().normalize())


def counted(on: pd.Timestamp | None = None) -> job.Counted:
    """Return the stock counted by residence on a day (the reference date by default); raw, to be told by the job."""
    return _counted(versions(*COUNTED), reference_date() if on is None else on)


@kept(4)
def _counted(versions: tuple[str, ...], on: pd.Timestamp) -> job.Counted:
    return job.count(store(), on=on)


def area_of(level: str) -> pd.Series | None:
    """Return the area of each residence at a level: residence, sector, agency, iris, qpv; None for the stock."""
    return _area_of(versions("residences", "sectors", "iris", "qpv"), level)


@kept(16)
def _area_of(versions: tuple[str, ...], level: str) -> pd.Series | None:
    return job.area_of(counted().residences, level, read(level) if level in job.DISTRICTS else None)


def marks(on: pd.Timestamp | None = None) -> pd.DataFrame:
    """Return what is judged residence by residence: hot spots, charges that stand out (see views.jobs.marks)."""
    return _marks(versions(*COUNTED), reference_date() if on is None else on)


@kept(4)
def _marks(versions: tuple[str, ...], on: pd.Timestamp) -> pd.DataFrame:
    return marks_job.residence_marks(_counted(versions, on))


def indicators() -> pd.DataFrame:
    """Return the figures of each residence on the reference date that tell nothing of households."""
    return _indicators(versions(*COUNTED), reference_date())


@kept(4)
def _indicators(versions: tuple[str, ...], on: pd.Timestamp) -> pd.DataFrame:
    people = {*FIGURES, *FIGURES.values(), "occupied", "households"}
    counts = _counted(versions, on).counts
    return derive(counts[[name for name in counts if name not in people]])


def households_told() -> pd.DataFrame:
    """Return what may be told of the households of each residence (see geo.suppression): rounded, or hidden."""
    return _households_told(versions(*COUNTED), reference_date())


@kept(4)
def _households_told(versions: tuple[str, ...], on: pd.Timestamp) -> pd.DataFrame:
    stock = _counted(versions, on)
    return job.figures(stock, job.area_of(stock.residences, "residence"))


def parameters() -> Parameters:
    """Return the dated parameters in force on the reference date."""
    return _parameters(reference_date())


@kept(4)
def _parameters(on: pd.Timestamp) -> Parameters:
    return Parameters.from_frame(_reference(on))


def reference_rows() -> pd.DataFrame:
    """Return the rows of the parameters on the reference date by their name: unit, dates, source, status."""
    return _reference(reference_date()).set_index("name")


@kept(4)
def _reference(on: pd.Timestamp) -> pd.DataFrame:
    return reference.load(on.date())
