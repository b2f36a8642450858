"""The figures that the invented town is drawn with: a dated file, read once."""

from functools import cache

import pandas as pd

from data.demo import frame


@cache
def table() -> pd.DataFrame:
    """Return the parameters by name: value, unit, valid_from, source, status (published or assumed)."""
    return pd.read_csv(frame.HERE / "parameters.csv", index_col="name")


def parameter(name: str) -> float:
    """
    Return the value of one parameter.

    Raises
    ------
    KeyError
        If the file has no parameter of that name.
    """
    try:
        return float(table().at[name, "value"])
    except KeyError:
        raise KeyError(f"no parameter {name!r} in data/demo/parameters.csv") from None


def family(prefix: str) -> dict[str, float]:
    """Return the parameters whose name starts with ``prefix.``, by what follows it, in the file's order."""
    rows = table()["value"]
    return {
        name.removeprefix(prefix + "."): float(rows[name])
        for name in rows.index
        if name.startswith(prefix + ".")
    }
