"""What the finance of an operation is computed from: quantities by column, parameters by name."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from geo.said import SaidError

PRODUCTS = ("plai", "plus", "pls")
QUANTITIES = (
    "living_area_m2",
    "floor_area_m2",
    "dwellings",
    "demolition_m2",
    "pollution_m2",
    "parking_surface",
    "parking_half_buried",
    "parking_underground",
    "land_price_eur",
)
KEYS = ("form", "renewal", "lift", "rent_zone", "abc_zone")
COLUMNS = (*QUANTITIES, "annexes_m2", *KEYS)


class FinanceError(SaidError):
    """An operation cannot be costed as it is described."""


@dataclass(frozen=True, slots=True)
class Operation:
    """
    One operation to cost; a frame of operations has the same columns.

    ``living_area_m2`` is the SHAB, ``annexes_m2`` the listed annexes (half of them count in the useful area),
    ``floor_area_m2`` the SDP; ``pollution_m2`` is soil to treat; ``renewal``: PLUS dwellings at the reduced
    VAT of a renewal district; ``rent_zone``: 1bis or 1; ``abc_zone``: abis, a, b1, b2 or c. NaN is unknown, and
    what depends on it will be unknown: give 0 only where it is known to be none.
    """

    form: str
    dwellings: float
    living_area_m2: float
    floor_area_m2: float
    land_price_eur: float
    annexes_m2: float
    demolition_m2: float
    pollution_m2: float
    parking_surface: float
    parking_half_buried: float
    parking_underground: float
    plai_share: float
    plus_share: float
    pls_share: float
    renewal: bool
    lift: bool
    rent_zone: str
    abc_zone: str

    def frame(self) -> pd.DataFrame:
        """Return the operation as a table of one row."""
        return pd.DataFrame([asdict(self)])

    @property
    def shares(self) -> np.ndarray:
        """Shares of PLAI, PLUS and PLS dwellings."""
        return checked_shares((self.plai_share, self.plus_share, self.pls_share))

    @property
    def useful_area_m2(self) -> float:
        """Living area and half of the annexes."""
        return self.living_area_m2 + self.annexes_m2 / 2


class Reading(Mapping[str, float]):
    """Parameters that remember which of them were read, so that a sheet can say where its figures come from."""

    def __init__(self, parameters: Mapping[str, float]) -> None:
        self._parameters = parameters
        self._read: set[str] = set()

    def __getitem__(self, name: str) -> float:
        value = self._parameters[name]
        self._read.add(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __len__(self) -> int:
        return len(self._parameters)

    def __contains__(self, name: object) -> bool:
        return name in self._parameters

    @property
    def used(self) -> pd.DataFrame:
        """The parameters read so far: ``value``, ``status``, ``source``, ``expired``, indexed by name."""
        status, source = (getattr(self._parameters, column, {}) for column in ("status", "source"))
        names = sorted(self._read)
        out_of_date = expired(self._parameters)
        return pd.DataFrame(
            {
                "value": [self._parameters[name] for name in names],
                "status": [status.get(name, "given") for name in names],
                "source": [source.get(name, "") for name in names],
                "expired": [name in out_of_date for name in names],
            },
            index=pd.Index(names, name="name"),
        )


def expired(parameters: Mapping[str, float]) -> frozenset[str]:
    """Names of the parameters that are out of date; none where the mapping does not know."""
    inner = parameters._parameters if isinstance(parameters, Reading) else parameters
    return frozenset(getattr(inner, "expired", ()))


def checked_shares(shares: tuple[float, float, float]) -> np.ndarray:
    """
    Shares of PLAI, PLUS and PLS as an array.

    Raises
    ------
    FinanceError
        If one is under 0 or they do not make 1.
    """
    values = np.asarray(shares, dtype=float)
    if (values < 0).any() or abs(values.sum() - 1) > 1e-9:
        raise FinanceError(
            "the shares of PLAI, PLUS and PLS are {shares}: they must be 0 or more and make 1", shares=shares
        )
    return values


def require_columns(frame: pd.DataFrame, columns: tuple[str, ...]) -> None:
    """Refuse a frame that lacks columns, naming all of them."""
    absent = [column for column in columns if column not in frame.columns]
    if absent:
        raise FinanceError(
            "the operations lack the columns {absent}: add them (NaN where unknown)", absent=absent
        )
