"""What stays in memory is set apart from the garbage collector, which Streamlit runs in full after every page."""

import gc
import threading
import time

EVERY_RUNS, EVERY_S = 200, 30.0
_lock = threading.Lock()
_runs, _at_s, _state = 0, float("-inf"), None


def settle(state: object) -> bool:
    """
    Set apart the tables and figures kept for all visitors, once they have been made; say whether it was done.

    Going through them takes a fifth of a second, more than a page does; set apart they cost nothing. It is done
    again when ``state`` (the marks of the store) has changed, not more often than every half minute, and
    now and then for what was made since.
    """
    global _runs, _at_s, _state
    _runs += 1
    due = _runs == 2 or (state != _state and time.monotonic() - _at_s > EVERY_S) or _runs % EVERY_RUNS == 0
    if _runs < 2 or not due or not _lock.acquire(blocking=False):
        return False
    try:
        _at_s, _state = time.monotonic(), state
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        return True
    finally:
        _lock.release()
