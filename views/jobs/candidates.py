"""Sites that somebody follows: kept with a status and notes, versioned; outlines drawn; weights and rankings kept."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from data.store import Store, StoreError
from geo.crs import WORKING_CRS
from geo.said import SaidError
from planning.publics import OWNERSHIP
from views.jobs.record import note, now

STATUSES = ("spotted", "studied", "negotiating", "dropped")
KNOWN = ("land_price_eur", "demolition_m2", "pollution_m2", "market_eur_m2")
FOLLOWED_COLUMNS = [
    "site_id", "name", "form", "public", "tenure", "status", "notes", "version", "made_at", "made_by", "run_id",
]  # fmt: skip
LEAST_M2, MOST_M2 = 50.0, 200_000.0


class CandidateError(SaidError):
    """What was asked of a candidate cannot be done: the message says what and what to do."""


class CandidateConflict(CandidateError):
    """Somebody saved the next version first; ``theirs`` is what they saved."""

    def __init__(self, version: int, who: str | None, theirs: pd.Series) -> None:
        super().__init__(
            "version {version} was saved by {who} in the meantime", version=version, who=who or "?"
        )
        self.version, self.who, self.theirs = version, who, theirs


@dataclass(frozen=True, slots=True)
class Candidate:
    """
    A followed site as somebody has it in hand; ``version`` is the one it was read from, 0 for a new one.

    ``known`` holds what they know of the land (`KNOWN`), ``run_id`` the ranking it was found in. ``form`` and
    ``public`` are the question it is followed for; None where nobody said.
    """

    candidate_id: str
    site_id: str
    name: str
    version: int
    status: str
    notes: str
    known: Mapping[str, float]
    form: str | None = None
    run_id: str | None = None
    public: str | None = None


def candidates(store: Store) -> pd.DataFrame:
    """
    Last version of each followed site, by ``candidate_id``, newest first.

    Beside its columns: ``form``, ``public`` and ``tenure`` (rental, ownership), the question it is followed for, and
    ``run_id``; missing where nobody said.
    """
    heads, versions = store.read("candidates"), store.read("candidate_versions")
    last = (
        versions.sort_values("version").drop_duplicates("candidate_id", keep="last").set_index("candidate_id")
    )
    frame = questioned(heads[["site_id", "name"]].join(last, how="inner"))
    return frame.sort_values("made_at", ascending=False, kind="stable")


def of_site(store: Store, site_id: str) -> Candidate | None:
    """The candidate of a site, as last saved; None where nobody follows it."""
    found = candidates(store)
    found = found[found["site_id"] == site_id]
    return None if found.empty else _candidate(found.index[0], found.iloc[0])


def questioned(versions: pd.DataFrame) -> pd.DataFrame:
    """Add to versions what their content says of the question: ``form``, ``public``, ``tenure`` and ``run_id``."""
    kept = [json.loads(text) for text in versions["content"]]
    told = {name: [content.get(name) for content in kept] for name in ("form", "public", "run_id")}
    told["tenure"] = [tenure(public) for public in told["public"]]
    return versions.assign(**{name: pd.array(values, dtype="str") for name, values in told.items()})


def tenure(public: str | None) -> str | None:
    """Return the tenure of a public: ownership is one by itself, the others rent; None where nobody said whom."""
    if public is None:
        return None
    return "ownership" if public == OWNERSHIP else "rental"


def followed(store: Store) -> pd.DataFrame:
    """Return the followed sites as they leave the store: place, question, status, notes, who, when, which ranking."""
    return candidates(store)[FOLLOWED_COLUMNS]


def history(store: Store, candidate_id: str) -> pd.DataFrame:
    """Every version of a followed site, newest first, with its question (`questioned`)."""
    rows = questioned(store.read("candidate_versions", where={"candidate_id": candidate_id}))
    return rows.sort_values("version", ascending=False)


def begin(
    site_id: str, name: str, *, form: str | None = None, public: str | None = None, run_id: str | None = None
) -> Candidate:
    """A candidate not saved yet, followed for a form and a public."""
    return Candidate(uuid.uuid4().hex, site_id, name, 0, "spotted", "", {}, form, run_id, public)


def save(store: Store, one: Candidate, who: str | None) -> Candidate:
    """
    Keep the next version of a candidate.

    Raises
    ------
    CandidateError
        If the status or a figure is not allowed.
    CandidateConflict
        If somebody saved that version first: nothing is written, and what they saved comes with the error.
    """
    _require_sound(one)
    if one.version == 0 and (already := of_site(store, one.site_id)):
        raise CandidateConflict(already.version, None, candidates(store).loc[already.candidate_id])
    moment, version = now(), one.version + 1
    content = {"known": dict(one.known), "form": one.form, "public": one.public, "run_id": one.run_id}
    row = {
        "candidate_id": one.candidate_id, "version": version, "made_at": moment, "made_by": who,
        "status": one.status, "notes": one.notes, "content": json.dumps(content),
    }  # fmt: skip
    head = {"site_id": one.site_id, "name": one.name, "made_at": moment, "made_by": who}
    try:
        with store.transaction():
            if version == 1:
                store.write("candidates", _row("candidate_id", one.candidate_id, head), mode="append")
            store.write("candidate_versions", pd.DataFrame([row]), mode="append")
            note(store, who, "candidate_saved", one.site_id, 1, f"version {version}: {one.status}")
    except StoreError:
        taken = {"candidate_id": one.candidate_id, "version": version}
        if not store.count("candidate_versions", taken):
            raise
        theirs = candidates(store).loc[one.candidate_id]
        raise CandidateConflict(int(theirs["version"]), theirs["made_by"], theirs) from None
    return replace(one, version=version)


def keep_drawing(
    store: Store, shape: BaseGeometry, name: str, who: str | None, *, source: str = "drawn"
) -> str:
    """
    Keep an outline that is no parcel, EPSG:2154; return its key (``D`` and seven figures).

    Raises
    ------
    CandidateError
        If the outline is crossed, too small or too large to be a site, or has no name.
    """
    if not name.strip():
        raise CandidateError("the site has no name: give it one")
    if (
        shape is None
        or shape.is_empty
        or not shape.is_valid
        or shape.geom_type not in ("Polygon", "MultiPolygon")
    ):
        raise CandidateError(
            "the outline crosses itself or has fewer than three corners: draw it again, corner after corner"
        )
    if not LEAST_M2 <= shape.area <= MOST_M2:
        raise CandidateError(
            "the outline has {area:.0f} m²: draw between {least:.0f} and {most:.0f} m²",
            area=shape.area,
            least=LEAST_M2,
            most=MOST_M2,
        )
    parts = shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])
    with store.transaction():
        taken = store.read("drawn_sites", columns=[], geometry=False).index
        rank = max((int(key[1:]) for key in taken if key[1:].isdecimal()), default=0) + 1
        key = f"D{rank:07d}"
        row = gpd.GeoDataFrame(
            {"name": [name.strip()], "source": [source], "made_at": [now()], "made_by": [who]},
            index=pd.Index([key], name="drawn_id"), geometry=[parts], crs=WORKING_CRS,
        )  # fmt: skip
        store.write("drawn_sites", row, mode="append")
        note(store, who, "site_drawn", key, 1, name.strip())
    return key


def keep_weights(
    store: Store,
    name: str,
    form: str,
    public: str,
    weights: Mapping[str, float],
    points: Mapping,
    who: str | None,
) -> str:
    """Keep a set of weights and moved points under a name; return its key."""
    if not name.strip():
        raise CandidateError("the weights have no name: give them one")
    key = uuid.uuid4().hex
    content = json.dumps({"weights": dict(weights), "points": dict(points)})
    row = {
        "name": name.strip(), "form": form, "public": public, "made_at": now(), "made_by": who, "content": content,
    }  # fmt: skip
    store.write("site_weights", _row("weights_id", key, row), mode="append")
    return key


def kept_weights(store: Store, form: str, public: str) -> pd.DataFrame:
    """Weights kept for a form and a public, newest first."""
    rows = store.read("site_weights", where={"form": form, "public": public})
    return rows.sort_values("made_at", ascending=False)


def keep_run(
    store: Store, run_id: str, *, form: str, public: str, parameters: str, best: pd.DataFrame, sites: int,
    weights: Mapping[str, float], points: Mapping, who: str | None,
) -> bool:  # fmt: skip
    """Keep a ranking under the hash that names it; return False where it was kept already."""
    if store.count("ranking_runs", {"run_id": run_id}):
        return False
    content = {
        "weights": dict(weights),
        "points": {name: list(map(list, found)) for name, found in points.items()},
        "best": [[str(key), round(float(row["score"]), 6)] for key, row in best.iterrows()],
    }
    row = {
        "made_at": now(), "made_by": who, "form": form, "public": public, "parameters": parameters,
        "sites": sites, "content": json.dumps(content),
    }  # fmt: skip
    store.write("ranking_runs", _row("run_id", run_id, row), mode="append")
    return True


def _require_sound(one: Candidate) -> None:
    if one.status not in STATUSES:
        raise CandidateError(
            "no status is called {status!r}: choose one of {known}",
            status=one.status,
            known=", ".join(STATUSES),
        )
    for name, value in one.known.items():
        if name not in KNOWN or not 0 <= float(value) < 1e10:
            raise CandidateError(
                "{name} = {value}: give a figure of 0 or more for one of {known}",
                name=name,
                value=value,
                known=", ".join(KNOWN),
            )


def _candidate(key: str, row: pd.Series) -> Candidate:
    content = json.loads(row["content"])
    return Candidate(
        str(key), row["site_id"], row["name"], int(row["version"]), row["status"],
        "" if pd.isna(row["notes"]) else row["notes"], content.get("known", {}), content.get("form"),
        content.get("run_id"), content.get("public"),
    )  # fmt: skip


def _row(key: str, value: str, columns: dict) -> pd.DataFrame:
    return pd.DataFrame([columns], index=pd.Index([value], name=key))
