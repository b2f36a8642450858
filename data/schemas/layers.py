"""Which layers of a file to read, and as what: by their names first, then by their columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from data.schemas.layout import Layout


@dataclass(frozen=True, slots=True)
class Choice:
    """Layers to read as (layer, layout name); where none fits or several could, `problem` says so."""

    chosen: tuple[tuple[str, str], ...] = ()
    skipped: tuple[str, ...] = ()
    problem: str = ""


def choose_layers(
    layouts: Sequence[Layout],
    layers: Sequence[tuple[str, Sequence[str]]],
    *,
    wanted: str | None,
    several: bool,
) -> Choice:
    """
    Match (layer, headers) pairs with layouts.

    A layout whose pattern names the layer is preferred to one that only finds its columns there. A kind that
    reads one layer takes the one so named; where only the columns speak, it must be the only candidate.
    """
    names = [name for name, _ in layers]
    if wanted is not None:
        layers = [(name, headers) for name, headers in layers if name == wanted]
        if not layers:
            return Choice(skipped=tuple(names), problem="unknown_layer")
    named, fitting = [], []
    for name, headers in layers:
        able = [layout for layout in layouts if not layout.lacking(headers)]
        announced = [layout for layout in able if layout.names_layer(name)]
        if announced:
            named.append((name, announced[0].name))
        elif able:
            fitting.append((name, able[0].name))
    candidates = named or fitting
    if not candidates:
        return Choice(skipped=tuple(names), problem="missing_column")
    if len(candidates) > 1 and not several:
        return Choice(skipped=tuple(names), problem="which_layer")
    taken = {name for name, _ in candidates}
    return Choice(tuple(candidates), tuple(name for name in names if name not in taken))
