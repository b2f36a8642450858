"""Cached reads, keyed by the version of what is read: pages share these frames and never change them."""

import os
import threading
import time
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
import streamlit as st

from data import reference
from data.store import Store, open_store
from geo.indicators import derive
from geo.suppression import FIGURES
from planning.parameters import Parameters
from views.jobs import indicators as job
from views.jobs import marks as marks_job

ROOT = Path(__file__).resolve().parents[2]
COUNTED = (
    "residences", "sectors", "dwellings", "households", "occupancy", "communes", "complaints", "turnovers", "charges",
)  # fmt: skip
OLD_S = 2.0  # a part of a page that runs alone for long reads the marks again
_run = threading.local()
_opening = threading.Lock()
_counting = threading.Lock()


@dataclass(frozen=True, slots=True)
class Known:
    """Marks and settings of a store as a run of a page read them."""

    store: Store
    writes: int
    read_at_s: float
    versions: dict[str, str]
    settings: dict[str, str]

    def is_old(self) -> bool:
        """Say whether another process may have written since."""
        return time.monotonic() - self.read_at_s > OLD_S


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
    if known is None or known.store is not kept or known.writes != kept.writes or known.is_old():
        known = _run.known = Known(kept, kept.writes, time.monotonic(), kept.versions(), kept.settings())
    return known


def version(table: str) -> str:
    """Return the mark of a table, which changes when its content does."""
    known = _known()
    return store().version(table) if known is None else known.versions.get(table, "0")


def read(table: str, *, geometry: bool = True) -> pd.DataFrame | gpd.GeoDataFrame:
    """Return a whole table as it is now; the same object as long as it does not change."""
    return _read(os.environ.get("ILOT_STORE"), table, version(table), geometry)


@st.cache_resource(max_entries=64, show_spinner=False)
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


@st.cache_resource(max_entries=4, show_spinner=False)
def _counted(versions: tuple[str, ...], on: pd.Timestamp) -> job.Counted:
    with _counting:  # several visitors at once wait for one count
        return _counted_once(versions, on)


@lru_cache(maxsize=4)
def _counted_once(versions: tuple[str, ...], on: pd.Timestamp) -> job.Counted:
    return job.count(store(), on=on)


def area_of(level: str) -> pd.Series | None:
    """Return the area of each residence at a level: residence, sector, agency, iris, qpv; None for the stock."""
    return _area_of(versions("residences", "sectors", "iris", "qpv"), level)


@st.cache_resource(max_entries=16, show_spinner=False)
def _area_of(versions: tuple[str, ...], level: str) -> pd.Series | None:
    return job.area_of(counted().residences, level, read(level) if level in job.DISTRICTS else None)


def marks(on: pd.Timestamp | None = None) -> pd.DataFrame:
    """Return what is judged residence by residence: hot spots, charges that stand out (see views.jobs.marks)."""
    return _marks(versions(*COUNTED), reference_date() if on is None else on)


@st.cache_resource(max_entries=4, show_spinner=False)
def _marks(versions: tuple[str, ...], on: pd.Timestamp) -> pd.DataFrame:
    return marks_job.residence_marks(_counted(versions, on))


def indicators() -> pd.DataFrame:
    """Return the figures of each residence on the reference date that tell nothing of households."""
    return _indicators(versions(*COUNTED), reference_date())


@st.cache_resource(max_entries=4, show_spinner=False)
def _indicators(versions: tuple[str, ...], on: pd.Timestamp) -> pd.DataFrame:
    people = {*FIGURES, *FIGURES.values(), "occupied", "households"}
    counts = _counted(versions, on).counts
    return derive(counts[[name for name in counts if name not in people]])


def households_told() -> pd.DataFrame:
    """Return what may be told of the households of each residence (see geo.suppression): rounded, or hidden."""
    return _households_told(versions(*COUNTED), reference_date())


@st.cache_resource(max_entries=4, show_spinner=False)
def _households_told(versions: tuple[str, ...], on: pd.Timestamp) -> pd.DataFrame:
    stock = _counted(versions, on)
    return job.figures(stock, job.area_of(stock.residences, "residence"))


def parameters() -> Parameters:
    """Return the dated parameters in force on the reference date."""
    return _parameters(reference_date())


@st.cache_resource(max_entries=4, show_spinner=False)
def _parameters(on: pd.Timestamp) -> Parameters:
    return Parameters.from_frame(reference.load(on.date()))
