"""The words of the screens: English in the code, French by default through the gettext catalogue."""

import gettext
import io
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages import catalog, mofile, pofile

from data.importers.messages import GUESSES, RULES, Rule, sentence
from geo.said import SaidError

LANGUAGES = {"fr": "Français", "en": "English"}
DEFAULT = "fr"
FINDINGS = ("faults", "repairs", "warnings", "notes")
LOCALE = Path(__file__).resolve().parent.parent / "locale"

_chosen: ContextVar[str | None] = ContextVar("language", default=None)


def use(language: str) -> None:
    """Speak this language until the end of the run."""
    _chosen.set(language if language in LANGUAGES else DEFAULT)


def forget() -> None:
    """Speak again the language of the session, or French."""
    _chosen.set(None)


def language() -> str:
    """Return the language of this run: the one in use, else the session's, else French."""
    return _chosen.get() or _of_session() or DEFAULT


def _(message: str) -> str:
    """Return the message in the language of this run."""
    return translate(message, language())


def ngettext(singular: str, plural: str, n: int) -> str:
    """Return the singular or the plural that suits ``n``, in the language of this run."""
    return _catalogue(language()).ngettext(singular, plural, n)


def N_(message: str) -> str:  # noqa: N802 (gettext's own name)
    """Mark a message for the catalogue; it is translated where it is shown."""
    return message


def translate(message: str, language: str) -> str:
    """Return the message in a language; as it stands where that language lacks it."""
    return _catalogue(language).gettext(message) if message else message


def error_words(error: Exception, spoken: str | None = None) -> str:
    """Return what cannot be done, and what to do about it, in a language (by default that of this run)."""
    if not isinstance(error, SaidError):
        return str(error) or type(error).__name__
    return error.said(lambda text: translate(text, spoken or language()))


def translate_report(report: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return the report of an import with its reasons and remedies in a language; all else as it is."""
    told = {kind: [_told(row, language) for row in report.get(kind, ())] for kind in FINDINGS}
    guesses = [
        guess | _sentences(GUESSES[guess["what"]], {"value": guess["value"]}, language)
        for guess in report.get("guesses", ())
    ]
    return {**report, **{kind: rows for kind, rows in told.items() if kind in report}, "guesses": guesses}


def _told(row: Mapping[str, Any], language: str) -> dict[str, Any]:
    blanks = {"value": row.get("value"), "column": row.get("column"), **row.get("params", {})}
    return {**row, **_sentences(RULES[row["rule"]], blanks, language)}


def _sentences(rule: Rule, blanks: Mapping[str, Any], language: str) -> dict[str, str]:
    """Fill the two sentences of a rule; a word of ours among the blanks is translated too, and a unit in bounds."""
    filled = {
        name: translate(text, language) if isinstance(text, str) else text for name, text in blanks.items()
    }
    if blanks.get("unit") and "bounds" in blanks:
        filled["bounds"] = blanks["bounds"].replace(blanks["unit"], filled["unit"])
    return {
        "reason": sentence(translate(rule.reason, language), filled),
        "remedy": sentence(translate(rule.remedy, language), filled),
    }


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """Return the catalogue of a language: all its files, one a subject, as one."""
    files = sorted((LOCALE / language / "LC_MESSAGES").glob("*.po"))
    if not files:
        return gettext.NullTranslations()
    whole = read_catalogue(files[0], language)
    for file in files[1:]:
        for message in read_catalogue(file, language):
            if message.id and message.id not in whole:
                whole[message.id] = message
    compiled = io.BytesIO()
    mofile.write_mo(compiled, whole)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def read_catalogue(file: Path, language: str) -> catalog.Catalog:
    """Return one file of a catalogue."""
    with file.open("rb") as opened:
        return pofile.read_po(opened, locale=language)


def _of_session() -> str | None:
    """Return the language of the visitor's session; None outside a page (a terminal, a job, a test)."""
    streamlit = sys.modules.get("streamlit")
    if streamlit is None or not streamlit.runtime.scriptrunner.get_script_run_ctx(suppress_warning=True):
        return None
    return streamlit.session_state.get("language")
