"""Forget what is private and old: months kept by table, a dry run that counts, a line in the audit for each purge."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from data import reference
from data.store import Store
from data.store.errors import StoreError
from views.jobs.complaints import forget
from views.jobs.record import note as audit

PREFIX = "privacy.keep_"
SUFFIX = "_months"
PRIVATE_KINDS = ("households", "turnovers", "complaints", "occupancy")


@dataclass(frozen=True, slots=True)
class Rule:
    """What is forgotten: `old` finds it, by key, given the day before which it is too old; `forget` does it."""

    name: str
    table: str
    old: Callable[[Store, pd.Timestamp], list]
    forget: Callable[[Store, list], None]


def run(
    store: Store,
    *,
    dry_run: bool = False,
    who: str | None = None,
    today: pd.Timestamp | None = None,
) -> dict:
    """
    Forget private rows older than the months kept for them, in one transaction.

    Parameters
    ----------
    dry_run
        Count what would be forgotten; forget nothing.
    today
        The day to count from; now by default.

    Returns
    -------
    dict
        ``forgotten``: for each rule its ``name``, ``table``, ``months`` kept, the day ``before`` which rows are too
        old, and how many ``rows``; ``dry_run``.
    """
    now = (today or pd.Timestamp.now("UTC").tz_localize(None)).normalize()
    kept = months_kept(store)
    told = []
    with store.transaction():
        for rule in RULES:
            before = now - pd.DateOffset(months=kept[rule.name])
            keys = rule.old(store, before)
            if keys and not dry_run:
                rule.forget(store, keys)
                audit(store, who, "retention", rule.name, len(keys), f"before {before:%Y-%m-%d}")
            months = kept[rule.name]
            told.append(
                {"name": rule.name, "table": rule.table, "months": months, "before": f"{before:%Y-%m-%d}"}
                | {"rows": len(keys)}
            )
        texts = forget(store, parameters=_parameters(), dry_run=dry_run, now=now)
    told += [
        {"name": f"complaint_{name}", "table": f"complaint_{name}", "rows": n} for name, n in texts.items()
    ]
    return {"dry_run": dry_run, "forgotten": told}


def months_kept(store: Store) -> dict[str, int]:
    """Months kept by rule: the landlord's setting (`retention.NAME`), else the proposal of data/reference."""
    settings, proposed = store.settings(), _parameters()
    return {
        rule.name: int(settings.get(f"retention.{rule.name}", proposed[f"{PREFIX}{rule.name}{SUFFIX}"]))
        for rule in RULES
    }


def keep(store: Store, name: str, months: int, *, who: str | None = None) -> None:
    """
    Set how many months a rule keeps; the change is audited.

    Raises
    ------
    StoreError
        If there is no such rule, or the months are not from 1 to 600.
    """
    names = [rule.name for rule in RULES]
    if name not in names:
        raise StoreError(
            "there is no retention rule {name!r}",
            "",
            "the rules are {rules}",
            name=name,
            rules=", ".join(names),
        )
    if not 1 <= months <= 600:
        raise StoreError("{months} months cannot be kept", name, "give 1 to 600 months", months=months)
    with store.transaction():
        store.set_setting(f"retention.{name}", str(months))
        audit(store, who, "retention_set", name, None, f"{months} months")


def _parameters() -> Mapping[str, float]:
    rows = reference.load()
    return dict(zip(rows["name"], rows["value"], strict=True))


def _old_households(store: Store, before: pd.Timestamp) -> list[str]:
    """All of them, once the last file of households is too old: they are renewed together, or not at all."""
    lines = store.read(
        "imports", columns=["finished_at", "undone_at", "outcome"], where={"kind": "households"}
    )
    last = lines.loc[lines["undone_at"].isna() & lines["outcome"].ne("cancelled"), "finished_at"].max()
    if pd.isna(last) or last >= before:
        return []
    return list(store.read("households", columns=[]).index)


def _old_turnovers(store: Store, before: pd.Timestamp) -> list[str]:
    rows = store.read("turnovers", columns=["lease_start_on"])
    return list(rows.index[rows["lease_start_on"] < before])


def _old_complaints(store: Store, before: pd.Timestamp) -> list[str]:
    rows = store.read("complaints", columns=["closed_at", "dwelling_id"])
    return list(rows.index[(rows["closed_at"] < before) & rows["dwelling_id"].notna()])


def _forget_dwelling(store: Store, keys: list[str]) -> None:
    rows = store.read("complaints")
    store.write("complaints", rows.loc[keys].assign(dwelling_id=pd.array([None] * len(keys), dtype="str")))


def _old_occupancy(store: Store, before: pd.Timestamp) -> list[pd.Timestamp]:
    days = store.read("occupancy", columns=[])["reference_date"]
    return [day for day in days if day < before]


def _old_steps(store: Store, before: pd.Timestamp) -> list[str]:
    lines = store.read("imports", columns=["finished_at"], where={"kind": list(PRIVATE_KINDS)})
    old = lines.index[lines["finished_at"] < before]
    steps = store.read("import_steps", columns=[], where={"import_id": list(old)}) if len(old) else None
    return [] if steps is None else list(steps["import_id"])


def _remove(table: str, column: str) -> Callable[[Store, list], None]:
    def remove(store: Store, keys: list) -> None:
        for start in range(0, len(keys), 5_000):
            store.delete(table, {column: list(dict.fromkeys(keys[start : start + 5_000]))})

    return remove


RULES = (
    Rule("households", "households", _old_households, _remove("households", "household_id")),
    Rule("turnovers", "turnovers", _old_turnovers, _remove("turnovers", "turnover_id")),
    Rule("complaint_dwelling", "complaints", _old_complaints, _forget_dwelling),
    Rule("occupancy", "occupancy", _old_occupancy, _remove("occupancy", "reference_date")),
    Rule("undo", "import_steps", _old_steps, _remove("import_steps", "import_id")),
)
