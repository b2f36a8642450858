"""The steps of a file on its way in: what to do before, the verdict, what was guessed, the confirmation, the undo."""

import contextlib
from collections.abc import Callable, Iterator

import pandas as pd
import streamlit as st

from data import importers
from data.importers import Options, Report
from data.schemas.cells import CELL_LENGTH
from data.store import Store
from views.jobs import imports as job
from views.parts.files import imports
from views.parts.files.imports import Upload
from views.shared import html
from views.shared.i18n import _, language, ngettext
from views.shared.numbers import number
from views.shared.text import md_text

LAMBERT = "EPSG:2154"
DONE, ROUND, CHECKED, UNDER_WAY = "data-done", "data-round", "data-checked", "data-under-way"
STOPPED = "data-stopped"


def box() -> str:
    """Return the key of the upload box: a new one after each import, so that it is empty again."""
    return f"data-file-{st.session_state.get(ROUND, 0)}"


def templates(kind: str) -> None:
    """Offer the files to fill in, and the columns."""
    files = imports.templates(kind)
    st.caption(
        _("An empty file with the right columns and one example line:")
        if files
        else _("This kind is read as its publisher gives it: no file to fill in.")
    )
    row = st.container(horizontal=True)
    for ending, content in files.items():
        row.download_button(
            _("Model {ending}").format(ending=ending), content, f"{kind}{ending}", key=f"data-model{ending}"
        )
    with st.popover(_("The columns"), icon=":material/view_column:"):
        st.dataframe(imports.columns(kind), hide_index=True)


def options(kind: str, given: Upload) -> Options:
    """Return how to read the file: as it says, or as the reader chose under the verdict."""
    chosen = st.session_state.get(_key(kind, given), {})
    return imports.page_options(**chosen)


def whole_stock(kind: str, given: Upload) -> None:
    """Ask, of a file of residences, whether it holds all of them: the others then go."""
    if kind != "stock":
        return
    key = _key(kind, given)
    st.checkbox(
        _("This file is the whole stock: residences that it does not hold are removed"),
        key=f"{key}-whole",
        on_change=lambda: _choose(
            key, {"replace": st.session_state[f"{key}-whole"], "accept_removals": False}
        ),
    )


def dry_run(store: Store, kind: str, given: Upload, options: Options) -> Report:
    """Check the file once for each way of reading it, and write nothing."""
    asked = (kind, given.name, hash(given.content), options, store.version("imports"))
    checked = st.session_state.get(CHECKED)
    if checked and checked[0] == asked:
        return checked[1]
    with _stoppable(store, given, _("Checking every line"), writes=False) as progress:
        report = imports.examine(store, kind, given, options, dry_run=True, progress=progress)
    st.session_state[CHECKED] = (asked, report)
    return report


def verdict(told: dict) -> None:
    """Say in one line whether the file is good, and what would change."""
    good, refused = told["good_rows"], told["refused"]
    if told["outcome"] == "reject-file":
        reason = next((fault for fault in told["faults"]), None)
        said = _("This file cannot be taken as it is; nothing was written.")
        st.error(f"{said} {md_text(reason['reason'] if reason else '')}", icon=":material/block:")
        if reason and reason["remedy"]:
            st.markdown(_("**What to do:** {remedy}").format(remedy=md_text(reason["remedy"])))
    elif refused:
        words = ngettext(
            "{refused} line of {rows} is refused.", "{refused} lines of {rows} are refused.", refused
        )
        st.warning(
            words.format(refused=number(refused), rows=number(told["rows"]))
            + " "
            + _("Correct them and send the file again, or write the good lines only."),
            icon=":material/rule:",
        )
    else:
        words = ngettext("{n} line read, and it is good.", "{n} lines read, all are good.", good)
        st.success(
            words.format(n=number(good)) + " " + _("Nothing is written yet."), icon=":material/check_circle:"
        )


def how_many(told: dict) -> None:
    """Head the list of what is refused: things to correct, or the lines for which the file is refused whole."""
    count = len(told["faults"])
    words = (
        ngettext("{n} line concerned", "{n} lines concerned", count)
        if told["outcome"] == "reject-file"
        else ngettext("{n} thing to correct", "{n} things to correct", count)
    )
    st.subheader(words.format(n=number(count)), anchor=False)


def reading(kind: str, told: dict, given: Upload) -> bool:
    """Show how the file was read and what was guessed; return whether the reader agrees with every guess."""
    _offers(kind, told, given)
    agreed = True
    for rank, guess in enumerate(told["guesses"]):
        with st.container(border=True):
            st.markdown(f"{md_text(guess['reason'])} {md_text(guess['remedy'])}")
            st.dataframe(pd.DataFrame(guess["sample"]).rename(columns={"line": _("Line")}), hide_index=True)
            agreed &= st.checkbox(_("Yes, that is right"), key=f"data-guess-{rank}-{hash(given.content)}")
    if told["columns"]:
        with st.expander(_("How your columns were read"), icon=":material/table_chart:"):
            st.dataframe(imports.mapping(told), hide_index=True)
            st.caption(" · ".join(_how(told)))
    return agreed


def confirm(store: Store, kind: str, given: Upload, options: Options, told: dict, *, agreed: bool) -> None:
    """Offer to write what may be written, and write it."""
    if told["outcome"] == "reject-file" or not told["good_rows"]:
        return
    set_aside = bool(told["refused"]) and not imports.KINDS[kind].public
    if not told["refused"]:
        html.figures(
            [(number(told["changes"][name]), _(label).lower(), "") for name, label in imports.FIGURES.items()]
        )
    if not agreed:
        st.caption(_("Confirm how the file was read, above, to go on."))
    label = (
        ngettext(
            "Write the good line and set the others aside",
            "Write the {n} good lines and set the others aside",
            told["good_rows"],
        )
        if set_aside
        else ngettext("Write this line", "Write these {n} lines", told["good_rows"])
    )  # fmt: skip
    if st.button(
        label.format(n=number(told["good_rows"])), type="primary", disabled=not agreed, key="data-write"
    ):
        with _stoppable(store, given, _("Writing"), writes=True) as progress:
            report = imports.examine(
                store, kind, given, options, dry_run=False, set_aside=set_aside, progress=progress
            )
        st.session_state[DONE] = (imports.told(report), report.refused_rows)
        st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
        st.session_state.pop(CHECKED, None)
        st.rerun()


def show_done(store: Store) -> None:
    """Say what the last import or its undoing changed, or that it was stopped, until the next file."""
    _show_stopped(store)
    if DONE not in st.session_state:
        return
    told, refused_rows = st.session_state[DONE]
    with st.container(border=True):
        if not told["written"]:
            st.error(md_text(next((fault["reason"] for fault in told["faults"]), _("Nothing was written."))))
        else:
            st.success(_("Done: {file}").format(file=md_text(told["file"])), icon=":material/task_alt:")
            st.dataframe(imports.changes(told))
            for note in told["notes"]:
                st.caption(md_text(note["reason"]))
        if refused_rows:
            ending = ".geojson" if refused_rows.startswith("{") else ".csv"
            st.download_button(
                _("The lines set aside, to correct and send again"), refused_rows, f"a-corriger{ending}",
                icon=":material/download:",
            )  # fmt: skip
        st.button(_("Close"), on_click=_forget, type="tertiary", key="data-close")


def undo(store: Store) -> None:
    """Offer to take the last import back, where the engine can."""
    last = store.read("imports", columns=["file", "started_at", "undone_at"])
    standing = last[last["undone_at"].isna()].sort_values("started_at")
    if standing.empty or not hasattr(importers, "undo") or not hasattr(job, "undo"):
        return
    with st.popover(_("Undo the last import"), icon=":material/undo:"):
        st.markdown(
            _("The rows that {file} brought or changed will be as they were before it.").format(
                file=md_text(standing["file"].iloc[-1])
            )
        )
        if st.button(_("Undo it"), key="data-undo", type="primary"):
            told = job.undo(store, import_id=str(standing.index[-1]), language=language())
            st.session_state[DONE] = (told, "")
            st.rerun()


@contextlib.contextmanager
def _stoppable(
    store: Store, given: Upload, words: str, *, writes: bool
) -> Iterator[Callable[[float, str], None]]:
    """
    Yield a progress bar with a button that stops the work; what was begun is rolled back.

    Any touch of the page ends the run at the next report of progress: the exception passes through the engine,
    whose transaction ends without a trace. The next run finds the mark and says so.
    """
    st.session_state[UNDER_WAY] = (given.name, store.version("imports"), writes)
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="bottom"):
        bar = st.progress(0.0, text=words)
        st.button(_("Stop"), key=f"data-stop-{writes}", icon=":material/stop_circle:", on_click=_stop)
    yield lambda done, _text: bar.progress(min(max(done, 0.0), 1.0), text=words)
    place.empty()
    st.session_state.pop(UNDER_WAY, None)


def _show_stopped(store: Store) -> None:
    """Say that the work under way was stopped, and whether the file had been written by then."""
    file, version, writes = st.session_state.pop(UNDER_WAY, (None, None, False))
    asked = st.session_state.pop(STOPPED, False)
    if file is None or not (writes or asked):
        return
    if asked and not writes:
        st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    written = imports.written_since(store, version)
    said = (
        _("{file} was already written when you stopped it: you can take it back below.")
        if written
        else _("Stopped: nothing of {file} was written.")
    )
    st.warning(said.format(file=md_text(file)), icon=":material/stop_circle:")


def _offers(kind: str, told: dict, given: Upload) -> None:
    """Offer the choices that answer what was refused: a projection, removals, places to come."""
    found, key = told["counts"], _key(kind, given)
    chosen = dict(st.session_state.get(key, {}))
    if "looks_lambert" in found:
        st.button(
            _("These are metres (Lambert 93, EPSG:2154): read them so"),
            on_click=_choose, args=(key, {"crs": LAMBERT}), type="primary", key="data-lambert",
        )  # fmt: skip
    if chosen.get("crs"):
        st.info(
            _("Coordinates read as {crs}, as you chose.").format(crs=md_text(chosen["crs"])),
            icon=":material/my_location:",
        )
        st.button(_("Read them as degrees"), on_click=_choose, args=(key, {"crs": None}), key="data-degrees")
    if "would_remove" in found:
        st.button(
            _("These removals are meant"),
            on_click=_choose,
            args=(key, {"accept_removals": True}),
            key="data-removals",
        )
    if "no_coordinates" in found:
        st.button(
            _("Keep the residences that have no coordinates"),
            on_click=_choose, args=(key, {"keep_unlocated": True}), key="data-unlocated",
        )  # fmt: skip


def _how(told: dict) -> list[str]:
    """Say how the file was read: its format, encoding, separator, reference system."""
    separators = {";": _("semicolon"), ",": _("comma"), "\t": _("tab"), "|": _("bar")}
    parts = {
        _("Format"): told["format"],
        _("Encoding"): told["encoding"],
        _("Separator"): separators.get(told["separator"], told["separator"]),
        _("Coordinates"): told["crs"],
        _("Compression"): told["compression"],
    }
    return [md_text(f"{name} : {value}"[:CELL_LENGTH]) for name, value in parts.items() if value]


def _key(kind: str, given: Upload) -> str:
    return f"data-options-{kind}-{hash(given.content)}"


def _choose(key: str, chosen: dict) -> None:
    st.session_state[key] = {**st.session_state.get(key, {}), **chosen}
    st.session_state.pop(CHECKED, None)


def _stop() -> None:
    st.session_state[STOPPED] = True


def _forget() -> None:
    with contextlib.suppress(KeyError):
        del st.session_state[DONE]
