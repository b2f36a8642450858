"""The French catalogue: every English string of the screens has its French one, with the same blanks."""

import ast
import contextvars
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from data import reference
from data.importers.messages import GUESSES, RULES
from planning.zoning import rulebook
from views.shared import i18n
from views.shared.numbers import day, interval, number, percent, quantity, signed

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = sorted((ROOT / "views" / "locale" / "fr" / "LC_MESSAGES").glob("*.po"))
SHOWN_SUBJECTS = ("zoning",)


def first_texts(call: ast.Call, count: int) -> list[str]:
    return [a.value for a in call.args[:count] if isinstance(a, ast.Constant) and isinstance(a.value, str)]


@cache
def nodes(folder: str) -> list[ast.AST]:
    """Return all that the code of a folder is made of, read once for the tests of this file."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / folder).rglob("*.py"))
    return [node for tree in trees for node in ast.walk(tree)]


@pytest.fixture(scope="module", autouse=True)
def _read_once() -> Iterator[None]:
    yield
    for told in (nodes, said_errors, marked):
        told.cache_clear()


def calls(folder: str, names: set[str]) -> Iterator[ast.Call]:
    return (node for node in nodes(folder) if called(node) in names)


@cache
def marked() -> set[str]:
    """Return the strings of the pages marked for translation."""
    single = {text for call in calls("views", {"_", "N_"}) for text in first_texts(call, 1)}
    plural = {text for call in calls("views", {"ngettext"}) for text in first_texts(call, 2)}
    return single | plural


def steps() -> set[str]:
    """Return what the progress bars say: the last text of each report of progress in a job."""
    found = set()
    for folder in ("planning", "data/demo", "views/jobs"):
        for call in calls(folder, {"progress", "step"}):
            found |= {
                text for text in first_texts(call, len(call.args))[-1:] if " " in text or text == "done"
            }
    return found


def reports() -> set[str]:
    """Return the sentences of the import reports."""
    rules = [*RULES.values(), *GUESSES.values()]
    return {text for rule in rules for text in (rule.reason, rule.remedy) if text}


@cache
def said_errors() -> set[str]:
    """Return what cannot be done, and what to do about it, as errors tell it in the reader's language."""
    found = set(rulebook.FAULTS.values())
    for call in of_said_errors():
        texts = [*call.args[:1], *call.args[2:3]]
        texts += [word.value for word in call.keywords if word.arg == "remedy"]
        found |= {
            p.value for text in texts for p in ast.walk(text) if isinstance(p, ast.Constant) and p.value
        }
    for call in calls("data/store", {"_refuse"}):
        found |= set(first_texts(call, len(call.args)))
    return found


def of_said_errors() -> Iterator[ast.Call]:
    """Yield each making of an error told in the reader's language; where its class has words of its own, those."""
    floors = ("geo", "planning", "data", "views")
    classes = [node for floor in floors for node in nodes(floor) if isinstance(node, ast.ClassDef)]
    names, known = {"SaidError"}, 0
    while known != len(names):
        known = len(names)
        names |= {c.name for c in classes if names & {getattr(base, "id", "") for base in c.bases}}
    own = {c.name: [n for n in ast.walk(c) if called(n) == "__init__"] for c in classes if c.name in names}
    yield from (call for found in own.values() for call in found)
    speak = {name for name in names if not own.get(name)}
    yield from (call for floor in floors for call in calls(floor, speak))


def called(node: ast.AST) -> str:
    return getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""


def test_errors_of_the_screen_leave_their_blanks_to_be_filled_after_the_translation():
    texts = [text for call in of_said_errors() for text in (*call.args[:1], *call.args[2:3])]
    assert [ast.unparse(text) for text in texts if isinstance(text, ast.JoinedStr)] == []


def sources() -> set[str]:
    """Return where the rules shown on a site's card come from."""
    parameters = reference.load()
    return set(parameters.loc[parameters["subject"].isin(SHOWN_SUBJECTS), "source"])


@pytest.fixture(scope="module")
def french() -> dict[str, str]:
    pairs = {}
    for _file, ids, texts, fuzzy in written():
        pairs |= dict(zip(ids, texts, strict=True)) if not fuzzy else {}
    return pairs


def written():
    """Yield each message of each file: its English and its French forms."""
    for file in CATALOGUE:
        for message in i18n.read_catalogue(file, "fr"):
            if message.id:
                plural = isinstance(message.id, tuple)
                ids, texts = (message.id, message.string) if plural else ((message.id,), (message.string,))
                yield file.name, ids, texts, message.fuzzy


def test_a_string_has_one_french_whatever_the_file():
    said = {}
    for _file, ids, texts, _fuzzy in written():
        for text, translation in zip(ids, texts, strict=True):
            said.setdefault(text, set()).add(translation)
    assert {text: found for text, found in said.items() if len(found) > 1} == {}


@pytest.mark.parametrize("part", [marked, steps, reports, said_errors, sources])
def test_every_string_shown_has_its_french_one(part, french):
    assert sorted(text for text in part() if not french.get(text)) == []


def test_french_keeps_the_blanks_of_the_english(french):
    def blanks(text):
        return sorted(name for _, name, _, _ in Formatter().parse(text) if name)

    assert {text: said for text, said in french.items() if blanks(text) != blanks(said)} == {}


def test_catalogue_holds_nothing_that_nobody_shows(french):
    shown = marked() | steps() | reports() | said_errors() | sources() | words_of_reports()
    assert sorted(set(french) - shown) == []


def words_of_reports() -> set[str]:
    """Return the English words that fill the blanks of reports: kinds of identifiers, shapes, systems."""
    texts = (file.read_text(encoding="utf-8") for file in CATALOGUE)
    return {found for text in texts for found in re.findall(r'#: report\nmsgid "(.*)"', text)}


def test_french_is_the_language_of_those_who_choose_none():
    assert contextvars.Context().run(i18n.language) == "fr"


def test_numbers_and_dates_are_written_as_the_reader_writes_them():
    i18n.use("fr")
    french = (
        number(1234.56, 1),
        percent(0.1234),
        quantity(12345, "m²"),
        day("2026-03-04"),
        interval(0.1, 0.25, 0, 100),
    )
    assert french == ("1\u202f234,6", "12,3\u00a0%", "12\u202f345\u00a0m²", "04/03/2026", "10\u00a0–\u00a025")
    contextvars.copy_context().run(_english)


def _english():
    i18n.use("en")
    assert (number(1234.56, 1), percent(0.1234), day("2026-03-04")) == ("1,234.6", "12.3%", "04/03/2026")


def test_a_negative_number_has_a_true_minus_and_a_change_its_sign():
    i18n.use("fr")
    assert [number(-4.2, 1), percent(-0.04, 0)] == ["−4,2", "−4\u00a0%"]
    assert [signed(value) for value in (12.4, -3, 0, -0.2)] == ["+12", "−3", "0", "0"]


def test_a_missing_number_is_said_and_never_zero():
    i18n.use("fr")
    assert {number(None), percent(float("nan")), quantity(None, "m"), day(None)} == {"inconnu"}
