"""Cached reads, keyed by the version of what is read: pages share these frames and never change them."""

import os
import threading
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
import streamlit as st

from data import reference
from data.store import Store, open_store
from geo.indicators import residence_indicators
from planning.parameters import Parameters
from views.jobs import indicators as job

ROOT = Path(__file__).resolve().parents[2]
_opening = threading.Lock()


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


def read(table: str, *, geometry: bool = True) -> pd.DataFrame | gpd.GeoDataFrame:
    """Return a whole table as it is now; the same object as long as it does not change."""
    return _read(os.environ.get("ILOT_STORE"), table, store().version(table), geometry)


@st.cache_resource(max_entries=64, show_spinner=False)
def _read(url: str | None, table: str, version: str, geometry: bool) -> pd.DataFrame:
    return store().read(table, geometry=geometry)


def versions(*tables: str) -> tuple[str, ...]:
    """Return what changes when one of the tables does: the key of everything made from them."""
    return (os.environ.get("ILOT_STORE") or "", *(store().version(table) for table in tables))


def settings() -> dict[str, str]:
    """Return the settings of the store."""
    return store().settings()


def reference_date() -> pd.Timestamp:
    """Return the day the figures speak of: the setting, else today."""
    return pd.Timestamp(settings().get("reference_date") or pd.Timestamp.now().normalize())


def indicators() -> pd.DataFrame:
    """Return the figures of each residence on the reference date (see geo.indicators)."""
    return _indicators(versions("residences", "dwellings", "complaints"), reference_date())


@st.cache_resource(max_entries=4, show_spinner=False)
def _indicators(versions: tuple[str, ...], on: pd.Timestamp) -> pd.DataFrame:
    complaints = read("complaints")
    return residence_indicators(
        read("residences", geometry=False), read("dwellings"), None if complaints.empty else complaints, on=on
    )


def households_told() -> pd.DataFrame:
    """Return what may be told of the households of each residence (see geo.suppression): rounded, or hidden."""
    return _households_told(
        versions("residences", "sectors", "dwellings", "households", "occupancy", "communes"),
        reference_date(),
    )


@st.cache_resource(max_entries=4, show_spinner=False)
def _households_told(versions: tuple[str, ...], on: pd.Timestamp) -> pd.DataFrame:
    return job.run(store(), by="residence")


def parameters() -> Parameters:
    """Return the dated parameters in force on the reference date."""
    return _parameters(reference_date())


@st.cache_resource(max_entries=4, show_spinner=False)
def _parameters(on: pd.Timestamp) -> Parameters:
    return Parameters.from_frame(reference.load(on.date()))
