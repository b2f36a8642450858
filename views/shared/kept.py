"""What is made once for all visitors: kept while its arguments hold, found again without work."""

import inspect
import threading
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

Made = TypeVar("Made")


def kept(
    most: int, key: Callable[..., tuple] | None = None
) -> Callable[[Callable[..., Made]], Callable[..., Made]]:
    """
    Keep the last ``most`` results of a function for every visitor.

    ``key`` says, from the same arguments, what tells results apart; by default all arguments do, but those whose
    name begins with ``_``. Whoever asks for what is being made waits for it. It does for small keys what Streamlit's
    own cache does, without looking into each argument at each of the twenty questions of a page.
    """

    def keeping(make: Callable[..., Made]) -> Callable[..., Made]:
        names = list(inspect.signature(make).parameters)
        telling = [rank for rank, name in enumerate(names) if not name.startswith("_")]
        of = key or (lambda *arguments: tuple(arguments[rank] for rank in telling))
        results: dict[tuple, Any] = {}
        making = threading.RLock()

        @wraps(make)
        def ask(*arguments: object, **named: object) -> Made:
            about = of(*arguments, **named)
            try:
                return results[about]
            except KeyError:
                pass
            with making:
                if about not in results:
                    made = make(*arguments, **named)
                    while len(results) >= most:  # the oldest goes
                        results.pop(next(iter(results)), None)
                    results[about] = made
                return results[about]

        return ask

    return keeping
