"""Files that enter through the page: their kinds in words, a dry run, the report as tables, the register."""

import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data import importers
from data.importers import KINDS, Limits, Options, Report
from data.schemas import Layout, template
from data.store import Store
from views.jobs import imports as job
from views.jobs.export import to_bytes
from views.shared.i18n import N_, _, language, translate_report
from views.shared.numbers import day, number

SHOWN = 200
WORDS = {
    "stock": N_("Residences (the landlord's stock)"),
    "agencies": N_("Agencies"),
    "sectors": N_("Agency sectors"),
    "occupancy": N_("Occupancy survey (counts by residence)"),
    "households": N_("Households (pseudonymised)"),
    "complaints": N_("Complaints and requests"),
    "energy": N_("Energy readings and labels"),
    "charges": N_("Service charges"),
    "turnovers": N_("Relets (milestones)"),
    "rpls": N_("RPLS (social housing register)"),
    "communes": N_("Communes"),
    "parcels": N_("Cadastre (parcels)"),
    "footprints": N_("Buildings (cadastre, BD TOPO)"),
    "plu": N_("Local plan (PLU)"),
    "addresses": N_("Addresses (BAN)"),
    "stations": N_("Stations"),
    "qpv": N_("Priority districts (QPV)"),
    "iris": N_("Statistical quarters (IRIS)"),
    "owners": N_("Legal persons that own land"),
    "sites": N_("Candidate sites"),
    "rules": N_("Rule book of the local plan"),
    "sales": N_("Property sales (DVF)"),
    "permits": N_("Building permits (SITADEL)"),
    "amenities": N_("Amenities (BPE, OSM)"),
    "brownfields": N_("Brownfields"),
    "risks": N_("Risks (BASIAS)"),
    "dpe": N_("Energy certificates (DPE, ADEME)"),
    "squares": N_("Social housing by square of 200 m (INSEE)"),
    "environment": N_("Maps of noise, heat, slope and hazards"),
}
TABLES = {
    "stock": "residences",
    "rpls": "dwellings",
    "plu": "plu_zones",
    "sites": "drawn_sites",
    "rules": "plan_rules",
}
FIGURES = {
    "added": N_("Added"),
    "changed": N_("Changed"),
    "unchanged": N_("Unchanged"),
    "removed": N_("Removed"),
}
OUTCOMES = {
    "accept": N_("accepted"),
    "accept-normalised": N_("accepted, after stated corrections"),
    "accept-with-warning": N_("accepted, with a warning"),
    "accept-inert": N_("accepted, odd text kept as typed"),
    "reject-rows": N_("some lines refused"),
    "reject-file": N_("file refused"),
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody sent, in memory: nothing of it is kept until it is imported."""

    name: str
    content: bytes


def word_of(kind: str) -> str:
    """Return the words of a kind of file."""
    return _(WORDS[kind]) if kind in WORDS else KINDS[kind].title


def examine(
    store: Store,
    kind: str,
    upload: Upload,
    options: Options,
    *,
    dry_run: bool,
    set_aside: bool = False,
    progress: Callable[[float, str], None] = lambda done, text: None,
) -> Report:
    """Run the import engine on an upload, by the limits of the page; write only when it is no dry run."""
    with tempfile.TemporaryDirectory(prefix="ilot-upload-") as folder:
        path = Path(folder) / safe_name(upload.name)
        path.write_bytes(upload.content)
        return importers.run(
            store, kind, path, dry_run=dry_run, set_aside=set_aside, options=options, progress=progress
        )


def page_options(**chosen: object) -> Options:
    """Return the options of an upload: the page's limits, and what the reader chose."""
    return Options(limits=Limits(), **chosen)


def safe_name(name: str) -> str:
    """Return a file name that stays in its folder: letters, digits, point and dash, its ending kept."""
    stem = re.sub(r"[^\w.-]+", "-", Path(name.replace("\\", "/")).name).strip(".-")
    return stem[-80:] or "file"


def told(report: Report) -> dict:
    """Return the report in the reader's language."""
    return translate_report(report.to_dict(), language())


def faults(report: Mapping) -> pd.DataFrame:
    """Return the refused lines as a table: line, column, value as typed, reason, remedy."""
    names = {
        "line": _("Line"),
        "column": _("Column"),
        "value": _("Value as typed"),
        "reason": _("What is wrong"),
        "remedy": _("What to do"),
    }
    rows = pd.DataFrame(report["faults"], columns=list(names)).astype({"line": "Int64"})
    return rows.fillna({"column": "", "value": ""}).rename(columns=names)


def repeats(report: Mapping) -> bool:
    """Tell whether there are several reasons, and one of them for several lines: then a list by reason helps."""
    return len(report["faults"]) > len({row["rule"] for row in report["faults"]}) > 1


def by_reason(report: Mapping) -> pd.DataFrame:
    """Return how many lines each reason refuses, the commonest first."""
    rows = pd.DataFrame(report["faults"], columns=["rule", "remedy", "reason"])
    counted = rows.groupby("rule", sort=False).agg(
        lines=("rule", "size"), reason=("reason", "first"), remedy=("remedy", "first")
    )
    counted = counted.sort_values("lines", ascending=False, kind="stable")
    names = {"lines": _("Lines"), "reason": _("For instance"), "remedy": _("What to do")}
    return counted[list(names)].rename(columns=names)


def as_csv(report: Mapping) -> bytes:
    """Return all refused lines as CSV, with nothing that a spreadsheet would run."""
    return to_bytes(faults(report), ".csv")


def mapping(report: Mapping) -> pd.DataFrame:
    """
    Return which column was read as what, with the first values as typed.

    Free text and other private columns show no value: the report does not hold any.
    """
    rows = [
        {_("In your file"): header, _("Read as"): name}
        | {str(rank + 1): line.get(header, "") for rank, line in enumerate(report["sample"])}
        for name, header in report["columns"].items()
    ]
    return pd.DataFrame(rows)


def changes(report: Mapping) -> pd.DataFrame:
    """Return what an import adds, changes, leaves and removes, table by table."""
    rows = report["changes_by_table"] or {report["kind"]: report["changes"]}
    named = pd.DataFrame.from_dict(rows, orient="index").reindex(columns=list(FIGURES)).astype("Int64")
    return named.rename(columns={name: _(label) for name, label in FIGURES.items()}).rename_axis(_("Table"))


def state(store: Store) -> pd.DataFrame:
    """
    Return each kind with its rows, the date and source of its last import that still holds.

    Rows that no import brought are the invented town's, where the settings say that it is here.
    """
    register = store.read("imports", columns=["kind", "started_at", "reference_date", "source", "undone_at"])
    standing = register[register["undone_at"].isna()].sort_values("started_at")
    last = standing.drop_duplicates("kind", keep="last").set_index("kind")
    tables = store.tables()
    settings = store.settings()
    made_up = (
        (settings.get("reference_date"), _("Invented data")) if settings.get("invented") else (None, None)
    )
    rows = []
    for kind in KINDS:
        table = TABLES.get(kind, kind)
        count = store.count(table) if table in tables else None
        found = last.loc[kind] if kind in last.index else None
        on, source = made_up if count else (None, None)
        if found is not None:
            on, source = found["reference_date"], found["source"]
        rows.append(
            {
                _("Kind"): word_of(kind),
                _("Rows"): "" if count is None else number(count),
                _("Last import"): _("never") if found is None else day(found["started_at"]),
                _("Situation on"): _day(on),
                _("Source"): _text(source),
            }
        )
    return pd.DataFrame(rows)


def register(store: Store, most: int = 50) -> pd.DataFrame:
    """Return the last imports, the latest first."""
    columns = [
        "kind",
        "file",
        "started_at",
        "outcome",
        "rows",
        "accepted",
        "repaired",
        "refused",
        "undone_at",
    ]
    found = store.read("imports", columns=columns).sort_values("started_at", ascending=False).head(most)
    return pd.DataFrame(
        {
            _("When"): [f"{day(at)} {at:%H:%M}" for at in found["started_at"]],
            _("Kind"): [word_of(kind) if kind in KINDS else kind for kind in found["kind"]],
            _("File"): found["file"].tolist(),
            _("Outcome"): [_(OUTCOMES.get(outcome, outcome)) for outcome in found["outcome"]],
            _("Rows"): found["rows"].tolist(),
            _("Refused"): found["refused"].tolist(),
            _("Undone"): ["" if pd.isna(at) else day(at) for at in found["undone_at"]],
        }
    )


def written_since(store: Store, version: str) -> bool:
    """Return whether a file was written since the register stood at this version."""
    if store.version("imports") == version:
        return False
    last = store.read("imports", columns=["started_at", "outcome"]).sort_values("started_at")
    return bool(len(last)) and last["outcome"].iloc[-1] != "cancelled"


def templates(kind: str) -> dict[str, bytes]:
    """Return the files to fill in, by their ending, made from the layout; none for public files and map layers."""
    layout = layout_of(kind)
    if KINDS[kind].public or layout.shape is not None:
        return {}
    text = template(layout)
    return {".csv": text.encode("utf-8-sig"), ".xlsx": to_bytes(job.template_table(kind), ".xlsx")}


def layout_of(kind: str) -> Layout:
    """Return the neutral layout of a kind: the first one."""
    return KINDS[kind].layouts[0]


def columns(kind: str) -> pd.DataFrame:
    """Return the columns of a kind's neutral layout: name, whether needed, an example, other names read."""
    return pd.DataFrame(
        [
            {
                _("Column"): field.name,
                _("Needed"): _("yes") if field.needed else _("no"),
                _("Example"): field.cell.example,
                _("Also read under"): ", ".join(field.aliases[:6]),
            }
            for field in layout_of(kind).fields
        ]
    )


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)


def _day(value: object) -> str:
    """Return a date as the reader writes it; anything else (a year, a vintage) as it stands."""
    text = _text(value)
    return day(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else text
