"""What stays in memory is set apart from the garbage collector, which Streamlit runs in full after every page."""

import gc
import threading
import time

FIRST_RUNS, EVERY_RUNS, EVERY_S = (2, 8, 32, 96), 200, 30.0
_lock = threading.Lock()
_runs, _at_s, _state = 0, float("-inf"), None


def settle(state: object) -> bool:
    """
    Set apart the tables and figures kept for all visitors, once they have been made; say whether it was done.

    Going through them takes a fifth of a second, more than a page does; set apart they cost nothing. It is done
    in the first runs, that make most of them, and again when ``state`` (the marks of the store) has changed, not
    more often than every half minute, and now and then for what was made since.
    """
    global _runs, _at_s, _state
    _runs += 1
    changed = state != _state and time.monotonic() - _at_s > EVERY_S
    if _runs < 2 or not (_runs in FIRST_RUNS or _runs % EVERY_RUNS == 0 or changed):
        return False
    _state = state
    return set_apart()


def set_apart() -> bool:
    """Set apart all that is in memory now, unless another thread is at it; say whether it was done."""
    global _at_s
    if not _lock.acquire(blocking=False):
        return False
    try:
        _at_s = time.monotonic()
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        return True
    finally:
        _lock.release()
