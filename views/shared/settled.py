"""What stays in memory is set apart from the garbage collector, which Streamlit runs in full after every page."""

import gc
import threading
import time
from collections.abc import Callable

FIRST_RUNS, EVERY_RUNS, EVERY_S = (2, 8, 32, 96), 200, 30.0
REST_S = 1.5  # after a page has begun: it has been sent by then, and is being read
_lock = threading.Lock()
_runs, _at_s, _state = 0, float("-inf"), None


def settle(state: object) -> bool:
    """
    Set apart the tables and figures kept for all visitors, once they have been made; say whether it will be done.

    Going through them takes a fifth of a second, more than a page does; set apart they cost nothing. It is done
    in the first runs, that make most of them, and again when ``state`` (the marks of the store) has changed, not
    more often than every half minute, and now and then for what was made since: always after the page, while its
    reader is looking at it.
    """
    global _runs, _at_s, _state
    _runs += 1
    changed = state != _state and time.monotonic() - _at_s > EVERY_S
    if _runs < 2 or not (_runs in FIRST_RUNS or _runs % EVERY_RUNS == 0 or changed):
        return False
    _state, _at_s = state, time.monotonic()
    after_the_page(set_apart)
    return True


def after_the_page(act: Callable[[], object]) -> None:
    """Do something a moment later, in a thread of its own that does not keep the server from stopping."""
    timer = threading.Timer(REST_S, act)
    timer.daemon = True
    timer.start()


def set_apart() -> bool:
    """Set apart all that is in memory now, unless another thread is at it; say whether it was done."""
    if not _lock.acquire(blocking=False):
        return False
    try:
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        return True
    finally:
        _lock.release()
