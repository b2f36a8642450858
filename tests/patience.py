"""How long tests wait for what must come: a wait ends as soon as it does, so only a failure takes so long."""

import re

from data.store import embedded, shared

PATIENCE_S = 120


def with_stores() -> None:
    """Have this process wait long for a store: how soon the application gives up is no matter of the tests."""
    embedded.WAIT_S = shared.WAIT_S = PATIENCE_S
    options = re.sub(r"lock_timeout=\d+s", f"lock_timeout={PATIENCE_S}s", shared.CONNECTION["options"])
    shared.CONNECTION |= {"options": options, "connect_timeout": PATIENCE_S}
