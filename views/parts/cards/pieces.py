"""Small pieces of HTML of cards and sector pages: figures side by side, months, intervals; every text is inert."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import streamlit as st

from views.parts.cards import frames
from views.parts.cards.frames import Told
from views.parts.stock.figures import FAMILIES, Figure
from views.shared.i18n import _
from views.shared.numbers import number, percent
from views.shared.text import safe_text

CSS = Path(__file__).with_name("cards.css")
FULL = 0.995


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere that figures are told of: its level, its key, and what its column is called."""

    level: str
    key: str
    label: str


def style() -> None:
    """Give the page the style of these pieces."""
    st.html(CSS)


def families(places: Sequence[Place], *, opened: Sequence[str] = ()) -> None:
    """Show each family of figures as a part that opens, a line a figure, a column a place, the first one in bold."""
    rows = [frames.row_of(place.level, place.key) for place in places]
    labels = [place.label for place in places]
    st.html("".join(_family(name, labels, rows, is_open=name in opened) for name in frames.FAMILIES_SHOWN))


def _family(name: str, labels: Sequence[str], rows: Sequence[Mapping[str, object]], *, is_open: bool) -> str:
    heads = "".join(f"<th scope='col'>{safe_text(label)}</th>" for label in labels)
    figures = frames.of_family(name)
    lines = "".join(_line(figure, rows) for figure in figures)
    sources = dict.fromkeys(_(figure.source) for figure in figures if figure.source)
    foot = _("Source: {sources}").format(sources=" ".join(sources))
    return (
        f'<details class="ilot-family"{" open" if is_open else ""}><summary>{safe_text(_(FAMILIES[name]))}'
        f"</summary><table><thead><tr><th></th>{heads}</tr></thead><tbody>{lines}</tbody></table>"
        f"<p>{safe_text(foot)}</p></details>"
    )


def unfold(title: str, rows: Sequence[tuple[str, ...]]) -> None:
    """Show a part that opens on a table of words; nothing where it has no row."""
    if not rows:
        return
    body = "".join(
        f"<tr><th scope='row'>{safe_text(first)}</th>"
        + "".join(f"<td>{safe_text(text)}</td>" for text in others)
        + "</tr>"
        for first, *others in rows
    )
    st.html(
        f'<details class="ilot-family"><summary>{safe_text(title)}</summary>'
        f"<table><tbody>{body}</tbody></table></details>"
    )


def measured(found: Told) -> str:
    """Write what a figure was measured on: how many, and how much of it is known where it is not all."""
    if pd.isna(found.n):
        return ""
    many = _("n = {n}").format(n=number(found.n))
    if pd.isna(found.coverage) or found.coverage >= FULL:
        return many
    return f"{many} · {_('{share} known').format(share=percent(found.coverage, 0))}"


def months(counts: pd.Series, label: str) -> None:
    """Show requests by month as upright bars; the first, the last and the highest month are written."""
    most = max(int(counts.max()), 1)
    bars = "".join(
        f'<i style="height:{100 * count / most:.0f}%" title="{safe_text(f"{_month(month)}: {number(count)}")}"></i>'
        for month, count in counts.items()
    )
    peak = counts.idxmax()
    told = _("{label}: from {first} to {last}, at most {most} in {peak}").format(
        label=label,
        first=_month(counts.index[0]),
        last=_month(counts.index[-1]),
        most=number(counts.max()),
        peak=_month(peak),
    )
    st.html(
        f'<div class="ilot-months"><div role="img" aria-label="{safe_text(told)}">{bars}</div>'
        f"<p><span>{safe_text(_month(counts.index[0]))}</span>"
        f"<span>{safe_text(_('most: {n} in {month}').format(n=number(counts.max()), month=_month(peak)))}</span>"
        f"<span>{safe_text(_month(counts.index[-1]))}</span></p></div>"
    )


def parts(counts: pd.Series, label: str) -> None:
    """Show how many dwellings are of each type as one bar, each part as wide as its share."""
    total = max(int(counts.sum()), 1)
    shades = len(counts)
    body = "".join(
        f'<i style="flex:{int(count)};--shade:{rank / max(shades - 1, 1):.2f}" '
        f'title="{safe_text(f"{name}: {number(count)}")}">{safe_text(name) if count >= 0.07 * total else ""}</i>'
        for rank, (name, count) in enumerate(counts.items())
        if count
    )
    words = ", ".join(f"{name} {number(count)}" for name, count in counts.items() if count)
    st.html(
        f'<div class="ilot-parts"><div role="img" aria-label="{safe_text(f"{label}: {words}")}">{body}</div>'
        f"<p>{safe_text(words)}</p></div>"
    )


def beside(rows: Sequence[tuple[str, str, str, str, bool]], heads: tuple[str, str]) -> None:
    """Show figures beside their peers': name, ours, theirs, a note, whether ours stands out."""
    body = "".join(
        f'<tr class="{"is-out" if out else ""}"><th scope="row">{safe_text(name)}'
        f"{f'<small>{safe_text(note)}</small>' if note else ''}</th>"
        f"<td><b>{safe_text(ours)}</b></td><td>{safe_text(theirs)}</td></tr>"
        for name, ours, theirs, note, out in rows
    )
    head = "".join(f"<th scope='col'>{safe_text(text)}</th>" for text in heads)
    st.html(
        f'<table class="ilot-beside"><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table>'
    )


def ranks(rows: Sequence[tuple[str, str, str, float, float, float, str]], most: float, middle: float) -> None:
    """
    Show a ranking with its uncertainty: a point and the line of its interval on one scale.

    Each row: rank, name, words of the value, value, low, high (missing: no line), a note. ``most`` ends the
    scale, ``middle`` marks the figure of the whole.
    """
    span = most or 1

    def at(value: float) -> float:
        return 100 * min(max(float(value) / span, 0), 1)

    body = "".join(
        f'<li><span class="rank">{safe_text(rank)}</span><span class="name">{safe_text(name)}'
        f"{f'<small>{safe_text(note)}</small>' if note else ''}</span>"
        f'<span class="scale"><u style="left:{at(middle):.1f}%"></u>'
        + (
            f'<em style="left:{at(low):.1f}%;width:{max(at(high) - at(low), 0.5):.1f}%"></em>'
            if pd.notna(low) and pd.notna(high)
            else ""
        )
        + f'<i style="left:{at(value):.1f}%"></i></span><b>{safe_text(words)}</b></li>'
        for rank, name, words, value, low, high, note in rows
    )
    st.html(f'<ol class="ilot-ranks">{body}</ol>')


def _line(figure: Figure, rows: Sequence[Mapping[str, object]]) -> str:
    found = [frames.told(figure, row) for row in rows]
    cells = "".join(
        f'<td class="{"is-hidden" if one.hidden else ""}">'
        f"{f'<b>{safe_text(one.value)}</b>' if rank == 0 else safe_text(one.value)}</td>"
        for rank, one in enumerate(found)
    )
    note = measured(found[0]) if not found[0].hidden else _("too few to be told")
    small = f"<small>{safe_text(note)}</small>" if note else ""
    return (
        f'<tr><th scope="row" title="{safe_text(_(figure.definition))}">{safe_text(_(figure.label))}{small}</th>'
        f"{cells}</tr>"
    )


def _month(period: pd.Period) -> str:
    return f"{period.month:02d}/{period.year}"
