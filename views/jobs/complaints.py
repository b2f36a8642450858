"""The light register of complaints of the field: drafts, sent once, followed, and their free text forgotten."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import pandas as pd

from data.importers.inert import personal_rows
from data.store import Store, StoreError
from geo.said import SaidError
from views.jobs.record import note as audit
from views.jobs.record import now as _now
from views.jobs.record import one_row as _row

SOURCE = "field"
CHANNEL = "tablet"
PLACES = ("dwelling", "common")
PRIORITIES = ("normal", "urgent")
NEXT = {"open": ("answered", "closed"), "answered": ("closed",), "closed": ("reopened",)}
NEEDED = ("residence_id", "category", "place", "priority")
HOUR, DAY = pd.Timedelta(hours=1), pd.Timedelta(days=1)


class ComplaintError(SaidError):
    """A complaint that cannot be sent or moved on: what, and what to do."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A complaint being written; its key becomes the complaint's, so that it cannot be sent twice."""

    draft_id: str
    residence_id: str | None = None
    category: str | None = None
    place: str | None = None
    priority: str | None = "normal"
    note: str = ""

    @property
    def complaint_id(self) -> str:
        """Return the key that the complaint has, or will have."""
        return f"F-{self.draft_id}"

    @property
    def missing(self) -> list[str]:
        """List what is still to be said before it can be sent."""
        return [name for name in NEEDED if not getattr(self, name)]

    @property
    def blank(self) -> bool:
        """Whether nothing was said yet."""
        return not (self.residence_id or self.category or self.place or self.note.strip())


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a draft: the complaint, and whether it was there already."""

    complaint_id: str
    already: bool


def new_draft(residence_id: str | None = None) -> Draft:
    """Return an empty draft, with a key of its own."""
    return Draft(uuid.uuid4().hex[:16], residence_id)


def keep(store: Store, device: str, draft: Draft, *, now: pd.Timestamp | None = None) -> None:
    """Keep a draft for its device: a refresh, a lost connection or a restart finds it again."""
    row = {"device": device, "changed_at": now or _now(), "content": json.dumps(asdict(draft))}
    store.write("complaint_drafts", _row("draft_id", draft.draft_id, row))


def find(store: Store, device: str) -> Draft | None:
    """Return the last draft of a device that was not sent; None where there is none."""
    rows = store.read("complaint_drafts", where={"device": device})
    if rows.empty:
        return None
    content = json.loads(rows.sort_values("changed_at", kind="stable")["content"].iloc[-1])
    return Draft(**content)


def drop(store: Store, draft: Draft) -> None:
    """Throw a draft away."""
    store.delete("complaint_drafts", {"draft_id": draft.draft_id})


def is_sent(store: Store, draft: Draft) -> bool:
    """Say whether a draft was sent already."""
    return bool(store.count("complaints", {"complaint_id": draft.complaint_id}))


def send(store: Store, draft: Draft, who: str | None = None, *, now: pd.Timestamp | None = None) -> Sent:
    """
    Write the complaint of a draft, once: whoever sends it again is told that it is there.

    The free text goes to a table of its own; the draft goes away; the record says who sent it.

    Raises
    ------
    ComplaintError
        If something is still to be said, or the residence is not in the store.
    """
    if draft.missing:
        raise ComplaintError(
            "the complaint lacks {missing}: say it, then send", missing=", ".join(draft.missing)
        )
    if draft.place not in PLACES or draft.priority not in PRIORITIES:
        raise ComplaintError(
            "place {place!r}, urgency {urgency!r}: choose one of the list",
            place=draft.place,
            urgency=draft.priority,
        )
    if not store.count("residences", {"residence_id": draft.residence_id}):
        raise ComplaintError(
            "residence {residence!r} is not in the store: choose another", residence=draft.residence_id
        )
    key, at = draft.complaint_id, now or _now()
    row = {
        "residence_id": draft.residence_id,
        "place": draft.place,
        "category": draft.category,
        "priority": draft.priority,
        "channel": CHANNEL,
        "opened_at": at,
        "status": "open",
        "source": SOURCE,
    }
    try:
        with store.transaction():
            if is_sent(store, draft):
                drop(store, draft)
                return Sent(key, already=True)
            store.write("complaints", _row("complaint_id", key, row), mode="append")
            if draft.note.strip():
                text = {"note": draft.note.strip(), "written_at": at}
                store.write("complaint_notes", _row("complaint_id", key, text), mode="append")
            drop(store, draft)
            audit(store, who, "complaint_opened", key, 1, None)
    except StoreError:
        if is_sent(store, draft):
            return Sent(key, already=True)
        raise
    return Sent(key, already=False)


def advance(
    store: Store,
    complaint_id: str,
    to: str,
    who: str | None = None,
    *,
    parameters: Mapping[str, float],
    now: pd.Timestamp | None = None,
) -> str:
    """
    Move a complaint on: ``answered``, ``closed`` or ``reopened``; return the key of the one now followed.

    A complaint that is reopened stays closed as it was, and a new one names it: no day of closing is lost.
    Asking twice for the same changes nothing the second time.

    Raises
    ------
    ComplaintError
        If it is unknown, kept by the landlord's own system, or cannot go there from where it stands.
    """
    at = now or _now()
    with store.transaction():
        rows = store.read("complaints", where={"complaint_id": complaint_id})
        if rows.empty:
            raise ComplaintError(
                "complaint {complaint_id!r} is not in the store: refresh the list", complaint_id=complaint_id
            )
        row = rows.iloc[0]
        if row["source"] != SOURCE:
            raise ComplaintError(
                "complaint {complaint_id!r} is followed in the landlord's own system",
                complaint_id=complaint_id,
            )
        again = following(complaint_id)
        if to == "reopened" and store.count("complaints", {"complaint_id": again}):
            return again
        if row["status"] == to:
            return complaint_id
        if to not in NEXT[row["status"]]:
            raise ComplaintError(
                "complaint {complaint_id!r} is {status}: it cannot become {to}",
                complaint_id=complaint_id,
                status=row["status"],
                to=to,
            )
        if to == "reopened":
            back = {"opened_at": at, "reopened_of": complaint_id, "status": "open"}
            blank = {"answered_at": pd.NaT, "closed_at": pd.NaT}
            fresh = rows.assign(**back, **blank).rename(index={complaint_id: again})
            store.write("complaints", fresh.rename_axis("complaint_id"), mode="append")
        else:
            stamp = {"answered": "answered_at", "closed": "closed_at"}[to]
            store.write("complaints", rows.assign(**{"status": to, stamp: at}))
        if to == "closed":
            _keep_note_until(store, complaint_id, at + pd.DateOffset(months=_months(parameters)))
        audit(store, who, f"complaint_{to}", complaint_id, 1, again if to == "reopened" else None)
    return again if to == "reopened" else complaint_id


def following(complaint_id: str) -> str:
    """Return the key of what reopens a complaint: ``F-ab``, ``F-ab.2``, ``F-ab.3``."""
    stem, _dot, rank = complaint_id.partition(".")
    return f"{stem}.{int(rank or 1) + 1}"


def open_ones(
    store: Store,
    residences: list[str],
    *,
    on: pd.Timestamp,
    answer_hours: float,
    now: pd.Timestamp | None = None,
) -> pd.DataFrame:
    """
    List the complaints not closed of some residences, overdue first.

    Parameters
    ----------
    on
        Reference date of what was imported: a complaint of the landlord's system has the age it had then. One
        of the field has the age it has now.
    answer_hours
        Hours for a first answer: an unanswered complaint that is older is overdue.

    Returns
    -------
    pandas.DataFrame
        By ``complaint_id``: the columns of the table, ``age_hours``, ``overdue``, ``in_field``; overdue first,
        then urgent, then the oldest. Those of the landlord's system opened after ``on`` are left out.
    """
    rows = store.read("complaints", where={"status": ["open", "answered"], "residence_id": residences})
    in_field = (rows["source"] == SOURCE).fillna(False).astype(bool)
    at = pd.Series(pd.Timestamp(on), index=rows.index).mask(in_field, now or _now())
    age = ((at - rows["opened_at"]) / HOUR).astype("float64")
    table = rows.assign(age_hours=age, in_field=in_field)
    table = table[table["in_field"] | (table["age_hours"] >= 0)]
    overdue = (table["status"] == "open") & (table["age_hours"] > answer_hours)
    urgent = (table["priority"] == "urgent").fillna(False).astype(bool)
    ranked = table.assign(overdue=overdue.astype(bool), _urgent=urgent)
    return ranked.sort_values(
        ["overdue", "_urgent", "age_hours"], ascending=[False, False, False], kind="stable"
    ).drop(columns="_urgent")


def closed_lately(store: Store, residences: list[str], *, days: int, now: pd.Timestamp | None = None):
    """List the complaints of the field closed in the last days and not reopened, the last first."""
    rows = store.read("complaints", where={"status": "closed", "source": SOURCE, "residence_id": residences})
    since = (now or _now()) - days * DAY
    reopened = store.read("complaints", columns=["reopened_of"], where={"source": SOURCE})["reopened_of"]
    kept = rows[(rows["closed_at"] >= since) & ~rows.index.isin(reopened.dropna())]
    return kept.sort_values("closed_at", ascending=False, kind="stable")


def read_note(store: Store, complaint_id: str, who: str | None = None, *, again: bool = False) -> str:
    """Return the free text of a complaint, and record that it was read unless it is ``again``; empty without one."""
    rows = store.read("complaint_notes", where={"complaint_id": complaint_id})
    if rows.empty:
        return ""
    if not again:
        audit(store, who, "complaint_note_read", complaint_id, 1, None)
    return str(rows["note"].iloc[0])


def with_notes(store: Store, complaint_ids: list[str]) -> set[str]:
    """Return which complaints have a free text."""
    if not complaint_ids:
        return set()
    return set(store.read("complaint_notes", columns=[], where={"complaint_id": complaint_ids}).index)


def seems_personal(text: str) -> bool:
    """Say whether a text seems to speak of a person: phone, e-mail, name, health, flat (``data.importers``)."""
    return bool(personal_rows(pd.Series([text or ""]))[0])


def forget(
    store: Store, *, parameters: Mapping[str, float], dry_run: bool = False, now: pd.Timestamp | None = None
) -> dict[str, int]:
    """
    Forget the free texts whose time is over, those of complaints that are gone, and the drafts left behind.

    Returns
    -------
    dict
        ``notes`` and ``drafts``: how many are forgotten, or would be (``dry_run``).
    """
    at = now or _now()
    notes = store.read("complaint_notes", columns=["keep_until"])
    there = store.read("complaints", columns=[], where={"complaint_id": list(notes.index)}).index
    over = (notes["keep_until"] < at.normalize()) | ~notes.index.isin(there)
    drafts = store.read("complaint_drafts", columns=["changed_at"])
    left = drafts["changed_at"] < at - float(parameters["complaints.draft_days"]) * DAY
    found = {"notes": list(notes.index[over]), "drafts": list(drafts.index[left])}
    if not dry_run and any(found.values()):
        with store.transaction():
            store.delete("complaint_notes", {"complaint_id": found["notes"]})
            store.delete("complaint_drafts", {"draft_id": found["drafts"]})
            audit(store, None, "complaint_texts_forgotten", "retention", len(found["notes"]), None)
    return {name: len(keys) for name, keys in found.items()}


def changed(draft: Draft, **said: object) -> Draft:
    """Return the draft with what was just said."""
    return replace(draft, **said)


def _keep_note_until(store: Store, complaint_id: str, day: pd.Timestamp) -> None:
    notes = store.read("complaint_notes", where={"complaint_id": complaint_id})
    if len(notes):
        store.write("complaint_notes", notes.assign(keep_until=day.normalize()))


def _months(parameters: Mapping[str, float]) -> int:
    return int(parameters["complaints.note_months"])
