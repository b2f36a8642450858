"""Small pieces of HTML for what widgets do not show well; every text passes `safe_text`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import streamlit as st

from views.shared.classes import LegendLine
from views.shared.i18n import _
from views.shared.numbers import number
from views.shared.palette import SUPPRESSED, ink
from views.shared.text import safe_text

NOTE_BESIDE = 45  # a longer note takes a line of its own


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a card: what, how much, and where it comes from or out of how many."""

    label: str
    value: str
    note: str = ""


def facts(lines: Iterable[Fact]) -> None:
    """Show facts as two columns, the note under the value."""
    rows = "".join(_fact(line) for line in lines)
    st.html(f'<dl class="ilot-facts">{rows}</dl>')


def heading(title: str, line: str = "", *, kicker: str = "") -> None:
    """Show the head of a card: a small line over the name, the name, a line under it."""
    over = f'<p class="ilot-kicker">{safe_text(kicker)}</p>' if kicker else ""
    under = f"<p>{safe_text(line)}</p>" if line else ""
    st.html(f'<div class="ilot-heading">{over}<h3>{safe_text(title)}</h3>{under}</div>')


def letters(counts: Sequence[tuple[str, str | None, int]], label: str) -> None:
    """Show how many dwellings are of each letter as one bar, each part as wide as its share, its letter printed."""
    total = sum(count for _letter, _colour, count in counts)
    parts = "".join(
        f'<i style="flex:{count};{f"background:{colour};color:{ink(colour)}" if colour else ""}" '
        f'class="{"" if colour else "is-unknown"}" title="{safe_text(f"{letter}: {number(count)}")}">'
        f"{safe_text(letter) if count >= 0.045 * total else ''}</i>"
        for letter, colour, count in counts
        if count
    )
    words = ", ".join(f"{letter} {number(count)}" for letter, _colour, count in counts if count)
    st.html(
        f'<div class="ilot-letters" role="img" aria-label="{safe_text(f"{label}: {words}")}">{parts}</div>'
    )


def legend(title: str, lines: Sequence[LegendLine], *notes: str) -> None:
    """Show a legend as one strip: a swatch, the bounds of the class, how many it counts."""
    items = "".join(
        f"<li>{_swatch(line)}<span>{safe_text(line.label)}</span> <b>{safe_text(number(line.count))}</b></li>"
        for line in lines
    )
    foot = "".join(f"<p>{safe_text(note)}</p>" for note in notes if note)
    st.html(
        f'<div class="ilot-legend" role="group" aria-label="{safe_text(_("Legend"))}">'
        f"<h4>{safe_text(title)}</h4><ul>{items}</ul>{foot}</div>"
    )


def legend_note(*notes: str) -> None:
    """Show under the legends what a figure is and where it comes from."""
    foot = "".join(f"<p>{safe_text(note)}</p>" for note in notes if note)
    st.html(f'<div class="ilot-legend">{foot}</div>')


def signs(title: str, lines: Sequence[tuple[str, str, str]], *notes: str) -> None:
    """Show what the signs of a layer mean: the look of each (a class of the style sheet), its words, how many."""
    items = "".join(
        f'<li><i class="is-{safe_text(look)}"></i><span>{safe_text(words)}</span> <b>{safe_text(many)}</b></li>'
        for look, words, many in lines
    )
    foot = "".join(f"<p>{safe_text(note)}</p>" for note in notes if note)
    st.html(
        f'<div class="ilot-legend ilot-signs" role="group" aria-label="{safe_text(title)}">'
        f"<h4>{safe_text(title)}</h4><ul>{items}</ul>{foot}</div>"
    )


def columns(parts: Sequence[tuple[str, float, str]], colour: str) -> None:
    """Show a series as upright bars: name, height, its words; the first, the last and the highest are written."""
    most = max((height for _name, height, _words in parts), default=0) or 1
    rises = "".join(
        f'<i style="height:{safe_text(f"{100 * height / most:.1f}")}%;background:{safe_text(colour)}" '
        f'title="{safe_text(f"{name}: {words}")}"></i>'
        for name, height, words in parts
    )
    first, last = (f"{name}: {words}" for name, _height, words in (parts[0], parts[-1]))
    told = "; ".join(f"{name}: {words}" for name, _height, words in parts)
    st.html(
        f'<div class="ilot-columns"><div role="img" aria-label="{safe_text(told)}">{rises}</div>'
        f"<p><span>{safe_text(first)}</span><span>{safe_text(last)}</span></p></div>"
    )


def bars(parts: Sequence[tuple[str, float | None, float, str]]) -> None:
    """Show the parts of a score as bars: name, part, greatest part, its words."""
    rows = "".join(
        f'<div><span>{safe_text(name)}</span><i class="{"" if part is not None else "is-unknown"}">'
        f'<em style="width:{0 if part is None or most <= 0 else 100 * part / most:.1f}%"></em></i>'
        f"<b>{safe_text(words)}</b></div>"
        for name, part, most, words in parts
    )
    st.html(f'<div class="ilot-bars">{rows}</div>')


def verdicts(lines: Sequence[tuple[bool, str, str, str]]) -> None:
    """Show which forms fit: whether, the form, the figure, the sentence."""
    rows = "".join(
        f'<li class="{"fits" if fits else "not"}"><span aria-hidden="true">{"✓" if fits else "–"}</span>'
        f"<div><h5>{safe_text(form)}<b>{safe_text(figure)}</b></h5><p>{safe_text(sentence)}</p></div></li>"
        for fits, form, figure, sentence in lines
    )
    st.html(f'<ul class="ilot-verdicts">{rows}</ul>')


def reasons(good: Sequence[str], bad: Sequence[str]) -> None:
    """Show the reasons for, then those against."""
    lines = [(True, text) for text in good] + [(False, text) for text in bad]
    items = "".join(
        f'<li class="{"is-for" if speaks else "is-against"}"><span aria-hidden="true">{"+" if speaks else "−"}</span>'
        f"<p>{safe_text(text)}</p></li>"
        for speaks, text in lines
    )
    st.html(f'<ul class="ilot-reasons">{items}</ul>')


def section(title: str) -> None:
    """Show the small title of a part of a card."""
    st.html(f'<h4 class="ilot-section">{safe_text(title)}</h4>')


def key_to_drawing(lines: Sequence[tuple[str, str, str]]) -> None:
    """Show what the lines drawn on the map mean: colour, kind of line (or ``area``, ``fill``), words."""
    items = "".join(
        f'<li><i class="{safe_text(kind)}" style="{"background" if kind == "fill" else "border-color"}:'
        f'{safe_text(colour)}"></i>{safe_text(words)}</li>'
        for colour, kind, words in lines
    )
    st.html(f'<ul class="ilot-key">{items}</ul>')


def figures(lines: Sequence[tuple[str, str, str]]) -> None:
    """Show the key figures of a page: the figure, what it is, out of what."""
    items = "".join(
        f"<div><b>{safe_text(figure)}</b><span>{safe_text(words)}</span><small>{safe_text(note)}</small></div>"
        for figure, words, note in lines
    )
    st.html(f'<div class="ilot-figures">{items}</div>')


def sides(heads: Sequence[str], rows: Sequence[tuple[str, Sequence[tuple[str, str, bool]]]]) -> None:
    """Show both sides of a change: by row its name, then before, after and whether after is outside its limits."""
    head = "".join(f"<th>{safe_text(text)}</th>" for text in heads)
    body = "".join(_side(name, cells) for name, cells in rows)
    st.html(f'<table class="ilot-sides"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>')


def upload_words() -> None:
    """Say in the reader's language what Streamlit says in English on its box for files."""
    words = {"--ilot-choose": _("Choose a file"), "--ilot-drop": _("or drop it here")}
    rules = "".join(f'{name}:"{safe_text(text)}";' for name, text in words.items())
    st.html(f"<style>:root{{{rules}}}</style>")


def _side(name: str, cells: Sequence[tuple[str, str, bool]]) -> str:
    figures = "".join(
        f'<td class="{"is-out" if out else ""}"><small>{safe_text(before)}</small> <b>{safe_text(after)}</b></td>'
        for before, after, out in cells
    )
    return f"<tr><th>{safe_text(name)}</th>{figures}</tr>"


def _fact(line: Fact) -> str:
    kind = "is-told" if len(line.note) > NOTE_BESIDE else "is-short"
    note = f"<small>{safe_text(line.note)}</small>" if line.note else ""
    return f'<div class="{kind}"><dt>{safe_text(line.label)}</dt><dd>{safe_text(line.value)}{note}</dd></div>'


def _swatch(line: LegendLine) -> str:
    if line.colour == SUPPRESSED:
        return '<i class="is-suppressed"></i>'
    if line.colour is None:
        return f'<i class="is-unknown">{safe_text(line.letter)}</i>'
    return f'<i style="background:{line.colour};color:{ink(line.colour)}">{safe_text(line.letter)}</i>'


def grid(
    heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]], *, strong: Sequence[int] = ()
) -> None:
    """Show a small table of figures: a name a row, then a figure a column; rows of ``strong`` are set in bold."""
    head = "".join(f"<th>{safe_text(text)}</th>" for text in heads)
    body = "".join(
        f'<tr class="{"is-strong" if rank in strong else ""}"><th>{safe_text(name)}</th>'
        + "".join(f"<td>{safe_text(text)}</td>" for text in cells)
        + "</tr>"
        for rank, (name, cells) in enumerate(rows)
    )
    st.html(f'<table class="ilot-grid"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>')
