"""Layouts of the files that enter, declared once."""

from collections.abc import Iterable

from data.schemas import (
    environment,
    footprints,
    landlord,
    market,
    people,
    public,
    rpls,
    rules,
    squares,
    surroundings,
)
from data.schemas.layout import Field, Layout, Place, document, template

__all__ = ["LAYOUTS", "Field", "Layout", "Place", "document", "layouts_named", "template"]

LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for module in (
        landlord,
        people,
        public,
        market,
        rpls,
        footprints,
        surroundings,
        environment,
        rules,
        squares,
    )
    for layout in vars(module).values()
    if isinstance(layout, Layout)
}


def layouts_named(names: Iterable[str]) -> list[Layout]:
    """Return layouts by their names, in the order asked."""
    return [LAYOUTS[name] for name in names]
