"""Text made inert: one function for what goes to Folium or HTML, one for Markdown."""

import re

import pandas as pd

# Folium compiles what it is given as a Jinja template, then writes it inside JavaScript template literals:
# escaping HTML alone is not enough.
ENTITIES = {ord(character): f"&#{ord(character)};" for character in "&<>\"'${}\\%`"}
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
SHORTCODE = re.compile(r":(?=[\w+-]+:|material/)")
LINE_BREAKS = re.compile(r"\s*[\r\n\u2028\u2029]+\s*")


def safe_text(value: object) -> str:
    """Return the text as inert HTML that shows as typed; a missing value is empty."""
    return plain(value).translate(ENTITIES)


def md_text(value: object) -> str:
    """Return the text as inert Markdown that shows as typed; a missing value is empty."""
    one_line = LINE_BREAKS.sub(" ", plain(value))
    return PUNCTUATION.sub(r"\\\1", SHORTCODE.sub(":\u2060", one_line))


def plain(value: object) -> str:
    """Return the value as text; missing (None, NA, NaN) is empty."""
    return "" if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)) else str(value)


def in_sentence(label: str) -> str:
    """Return a label as it stands inside a sentence: without its first capital, unless it is an acronym's."""
    if label[1:2].isupper():
        return label
    return label[:1].lower() + label[1:]
