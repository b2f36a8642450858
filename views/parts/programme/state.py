"""What the page of the programme holds: the ground read once, the programme under the visitor's hand."""

import os

import pandas as pd
import streamlit as st

from planning.programme import Programme, Targets, what_if
from views.jobs import programme as job
from views.shared import cache

TABLES = (
    "sites",
    "site_results",
    "households",
    "dwellings",
    "residences",
    "candidate_versions",
    "sectors",
    "qpv",
)
MADE = "programme-made"


def ground() -> job.Ground:
    """The options of today's sites; the same object as long as the store does not change."""
    return _ground(os.environ.get("ILOT_STORE"), cache.versions(*TABLES), job.first_year(cache.store()))


@st.cache_resource(max_entries=2, show_spinner=False)
def _ground(url: str | None, versions: tuple[str, ...], first_year: int) -> job.Ground:
    return job.ground(cache.store(), first_year)


def made() -> dict | None:
    """The programme in hand: ``found``, ``wanted``, ``weights``, ``relaxed``, ``first`` (before any change)."""
    return st.session_state.get(MADE)


def reopen() -> None:
    """Open the programme that was saved last, for a visitor who has made none yet."""
    if MADE in st.session_state:
        return
    saved = job.versions(cache.store())
    if len(saved):
        key, version = saved.index[0]
        found, wanted, weights = job.open_programme(cache.store(), key, int(version))
        keep(found, wanted, weights, saved=(key, int(version)))


def make(wanted: Targets, weights: dict[str, float]) -> None:
    """Choose anew; pins and removals are let go."""
    found, relaxed = job.choose(ground(), wanted, weights)
    keep(found, wanted, weights, relaxed)


def keep(found: Programme, wanted: Targets, weights: dict[str, float], relaxed=None, **saved) -> None:
    """Hold a programme, with what it was saved as: ``saved``, a key and a version."""
    st.session_state[MADE] = {
        "found": found, "first": found, "kept": found, "wanted": wanted, "weights": weights,
        "relaxed": pd.DataFrame() if relaxed is None else relaxed, **saved,
    }  # fmt: skip


def save(name: str | None = None) -> None:
    """Write the programme in hand: under a new name, else as the next version of what it was saved as."""
    held = made()
    key, version = held.get("saved", (None, None))
    saved = job.save(
        cache.store(), held["found"], held["wanted"], held["weights"], None, name=name,
        programme_id=key, base_version=version,
    )  # fmt: skip
    st.session_state[MADE] = held | {"saved": saved, "kept": held["found"]}


def change(*, pin: str | None = None, year: int | None = None, remove: str | None = None) -> None:
    """Pin or remove an operation, and mend the programme around it."""
    held = made()
    found: Programme = held["found"]
    pinned, removed = dict(found.pinned), list(found.removed)
    if pin:
        pinned[pin] = year
    if remove:
        pinned.pop(remove, None)
        removed.append(remove)
    wanted = held["wanted"]
    mended = what_if(found, ground().options, wanted, held["weights"], pinned=pinned, removed=removed)
    st.session_state[MADE] = held | {"found": mended}
