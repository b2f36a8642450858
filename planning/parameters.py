"""The parameters of a run: numbers by name, with where they come from and a hash that names the whole set."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd


class ParameterError(KeyError):
    """A parameter that a computation needs is not there."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Parameters(Mapping[str, float]):
    """
    A mapping of names to numbers; NaN where the value is unknown or without limit.

    ``status`` says for each name law, published, assumed or user; ``expired`` lists the names whose value is
    out of date on the day asked for.
    """

    values_by_name: Mapping[str, float]
    status: Mapping[str, str] = field(default_factory=dict)
    source: Mapping[str, str] = field(default_factory=dict)
    expired: tuple[str, ...] = ()

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, overrides: Mapping[str, float] | None = None) -> "Parameters":
        """
        Take the rows of `data.reference.load`, then the user's own values.

        Raises
        ------
        ParameterError
            If an override names no parameter.
        """
        values = dict(zip(frame["name"], frame["value"].astype(float), strict=True))
        status = dict(zip(frame["name"], frame["status"], strict=True))
        source = dict(zip(frame["name"], frame["source"], strict=True))
        expired = set(frame.loc[frame["expired"], "name"]) if "expired" in frame else set()
        for name, value in (overrides or {}).items():
            if name not in values:
                raise ParameterError(f"no parameter is called {name!r}: add it to data/reference first")
            values[name], status[name], source[name] = float(value), "user", "entered by the user"
            expired.discard(name)
        return _read_only(values, status, source, tuple(sorted(expired)))

    def __reduce__(self) -> tuple:
        """Travel to another process, as read-only there as here."""
        return _read_only, (dict(self.values_by_name), dict(self.status), dict(self.source), self.expired)

    def __getitem__(self, name: str) -> float:
        try:
            return self.values_by_name[name]
        except KeyError:
            raise ParameterError(f"the parameter {name!r} is absent: add a row to data/reference") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)

    def __contains__(self, name: object) -> bool:
        return name in self.values_by_name

    @property
    def hash(self) -> str:
        """Twelve characters that name this set of values: equal sets have equal hashes."""
        text = "\n".join(f"{name}={value!r}" for name, value in sorted(self.items()))
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def table(self, prefix: str) -> dict[str, float]:
        """Return the values under a prefix by the rest of their name: ``table("footprint_share")["E"]``."""
        start = prefix + "."
        rows = self.values_by_name.items()
        return {name.removeprefix(start): value for name, value in rows if name.startswith(start)}


def _read_only(values: dict, status: dict, source: dict, expired: tuple[str, ...]) -> Parameters:
    return Parameters(*map(MappingProxyType, (values, status, source)), expired)
