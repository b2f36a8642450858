"""Text that reaches Folium, HTML or Markdown runs nothing and shows as typed."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from views.shared.text import in_sentence, md_text, safe_text

NAMES = [
    "Cour {% Bois",
    "{{7*7}}",
    "${x}",
    "<img src=x onerror=alert(1)>",
    "`",
    "a & b",
    "C:\\n",
    "100 %",
    "{# x #}",
]
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
ACTIVE = re.compile(r"[<>\"'${}\\%`]")


@given(st.text())
def test_safe_text_holds_no_active_character(text):
    assert not ACTIVE.search(safe_text(text))


@given(st.text().filter(lambda text: "\r" not in text and "\0" not in text))
def test_safe_text_shows_as_typed(text):
    assert html.unescape(safe_text(text)) == text


def test_ampersand_is_escaped_once_and_first():
    assert safe_text("&lt;") == "&#38;lt;"


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_missing_text_is_empty(missing):
    assert (safe_text(missing), md_text(missing)) == ("", "")


@pytest.mark.parametrize(
    "name", [*NAMES, "![](https://example.invalid/x.png)", "**gras** _x_ [a](b)", "# titre", "1. un"]
)
def test_markdown_name_has_every_mark_escaped_and_nothing_else_changed(name):
    assert ESCAPED.sub(r"\1", md_text(name)) == name
    assert not re.search(r"[!-/:-@\[-`{-~]", ESCAPED.sub("", md_text(name)))


def test_markdown_name_makes_neither_icon_nor_colour():
    assert ":house:" not in md_text(":house:").replace("\\", "")
    assert md_text(":red[x]") == "\\:red\\[x\\]"


@pytest.mark.parametrize(
    ("label", "inside"), [("Classes E, F et G", "classes E, F et G"), ("IRIS", "IRIS"), ("É", "é"), ("", "")]
)
def test_a_label_inside_a_sentence_loses_its_first_capital_alone(label, inside):
    assert in_sentence(label) == inside
