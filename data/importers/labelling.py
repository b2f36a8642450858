"""Dwellings without a label of their own take that of a certificate (DPE, ADEME) at their address; how many is told."""

import pandas as pd

from data.importers.findings import Finding
from data.importers.journal import Journal
from data.store.interface import Changes, Store
from geo.certificates import GIVEN, labels_by_address

KINDS = ("dpe", "rpls")


def relabel(store: Store, journal: Journal) -> tuple[Changes, list[Finding]]:
    """Give the dwellings of each commune the labels of its certificates; return what changed, and what to tell."""
    certificates = store.read("dpe", geometry=False)
    day = store.settings().get("reference_date") or pd.Timestamp.now("UTC").strftime("%Y-%m-%d")
    changes = Changes()
    counts = dict.fromkeys(("dwellings", "file", "flat", "building", "without"), 0)
    for insee, here in certificates.groupby("insee_code"):
        dwellings = _of_commune(store, insee)
        labels = labels_by_address(dwellings, here, on=day)
        changed = _differs(labels, dwellings)
        if changed.any():
            rows = dwellings.drop(columns="address").loc[changed].assign(**labels.loc[changed])
            changes += journal.write("dwellings", rows)
        counts["dwellings"] += len(labels)
        counts["without"] += int(labels["dpe_class"].isna().sum())
        for source in ("flat", "building"):
            counts[source] += int(labels["dpe_source"].eq(source).sum())
    if not counts["dwellings"]:
        return changes, []
    counts["file"] = counts["dwellings"] - sum(counts[name] for name in ("flat", "building", "without"))
    return changes, [Finding("labelled", "note", params=counts)]


def _of_commune(store: Store, insee: str) -> pd.DataFrame:
    """Dwellings of a commune with their address: their own, else their residence's."""
    dwellings = store.read("dwellings", where={"insee_code": insee})
    own = dwellings["raw_address"]
    if own.notna().all():
        return dwellings.assign(address=own)
    residences = store.read("residences", columns=["address"], where={"insee_code": insee}, geometry=False)
    return dwellings.assign(address=own.fillna(dwellings["residence_id"].map(residences["address"])))


def _differs(labels: pd.DataFrame, dwellings: pd.DataFrame) -> pd.Series:
    pairs = ((labels[name], dwellings[name]) for name in [*GIVEN, "dpe_source"])
    same = [(new.eq(old) | (new.isna() & old.isna())).fillna(False).astype(bool) for new, old in pairs]
    return ~pd.concat(same, axis=1).all(axis=1)
