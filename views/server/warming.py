"""What the first visitor would wait for, made as the server starts: libraries read, the stock counted, its cards."""

import threading
from contextlib import suppress


def start() -> threading.Thread:
    """Begin in a thread of its own; the first visitors wait for what it is making, and make the rest."""
    thread = threading.Thread(target=_make, name="warming", daemon=True)
    thread.start()
    return thread


def _make() -> None:
    # what fails here fails again on the page, which says so
    with suppress(Exception):
        from views.parts.cards import frames as cards
        from views.parts.stock import frames as stock
        from views.shared import cache, settled

        if cache.store().count("residences"):
            for make in (stock.stock, stock.bounds, stock.entries, cards.warm, cache.marks):
                make()
            settled.set_apart()
