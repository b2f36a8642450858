"""What the balance of many operations depends on: their rent, cost and land loan, in one pass (compiled)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numba import njit

from planning.finance.budget import unit_costs
from planning.finance.inputs import KEYS, QUANTITIES, FinanceError
from planning.finance.rents import rent_slopes, zone_rents_eur_m2
from planning.finance.vat import rental_vat_share

READ = (*QUANTITIES, "annexes_m2")
DRIVERS = ("rent", "useful", "free_cost", "free_loan", "cost_eur", "loan")
_LAND = QUANTITIES.index("land_price_eur")


@dataclass(frozen=True)
class Kinds:
    """
    What operations of one form, VAT, lift and zones share, a row a kind; ``code`` tells each operation's kind.

    ``unit_eur`` is what a unit of each quantity adds to the cost, ``land_eur`` to the land loan; ``slope_eur``
    the yearly rent per m² of the area asked for and of the capped one, which counts ``shared_m2`` a dwelling.
    """

    code: np.ndarray
    unit_eur: np.ndarray
    land_eur: np.ndarray
    slope_eur: np.ndarray
    shared_m2: float

    @classmethod
    def rental(cls, operations: pd.DataFrame, parameters: Mapping[str, float], shares: np.ndarray) -> "Kinds":
        """Read what each kind of operation to let shares, once a kind."""
        code, kinds = _coded(operations)
        vat = {renewal: rental_vat_share(parameters, shares, renewal) for renewal in (False, True)}
        priced = {
            key: unit_costs(key[0], parameters, vat[key[1]])
            for key in {(kind["form"], bool(kind["renewal"])) for kind in kinds}
        }
        units = [priced[kind["form"], bool(kind["renewal"])] for kind in kinds]
        slopes = [
            rent_slopes(
                shares @ zone_rents_eur_m2(parameters, kind["rent_zone"], kind["abc_zone"]),
                parameters,
                markup_share=parameters["rent.markup_share"],
                cap_share=parameters["rent.cap_lift_share" if kind["lift"] else "rent.cap_share"],
            )
            for kind in kinds
        ]
        return cls(
            code,
            _table([unit["cost_eur"] for unit in units], len(QUANTITIES)),
            _table([unit["land_eur"] for unit in units], len(QUANTITIES)) * parameters["loan.land_share"],
            _table(slopes, 2) * 12,
            parameters["rent.structure_dwelling_m2"],
        )

    @property
    def land_price_eur(self) -> np.ndarray:
        """What a euro of land price adds to the cost and to the land loan, a row a kind."""
        return np.column_stack([self.unit_eur[:, _LAND], self.land_eur[:, _LAND]])

    def drivers(self, rows: slice, columns: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """
        Drivers of some operations from their columns (`READ`), under the names of `DRIVERS`.

        ``rent`` of the first year, ``useful`` area, ``cost_eur`` and land ``loan``, ``free_cost`` and ``free_loan`` on
        free land. What depends on an unknown quantity is unknown.
        """
        out = np.empty((len(DRIVERS), columns["dwellings"].size))
        free = {name: not self.unit_eur[:, rank].any() for rank, name in enumerate(QUANTITIES)}
        read = (_still(np.zeros(out.shape[1]) if free.get(name) else columns[name]) for name in READ)
        _drive(self.code[rows], *read, self.unit_eur, self.land_eur, self.slope_eur, self.shared_m2, out)
        return dict(zip(DRIVERS, out, strict=True))


def _still(column: np.ndarray) -> np.ndarray:
    """The column as the compiled code takes all of them: in one run, not to be written to."""
    still = np.ascontiguousarray(column).view()
    still.flags.writeable = False
    return still


def _table(rows: list, width: int) -> np.ndarray:
    return np.array(rows, dtype=float).reshape(len(rows), width)


@njit(cache=True, nogil=True)
def _drive(
    code, living, floor, dwellings, demolition, pollution, surface, half_buried, underground, price, annexes,
    unit_eur, land_eur, slope_eur, shared_m2, out,
):  # pragma: no cover (compiled)  # fmt: skip
    """Fill the drivers, one operation after the other: columns in the order of `READ`, spelt out to stay fast."""
    for i in range(code.size):
        cost, land, slope = unit_eur[code[i]], land_eur[code[i]], slope_eur[code[i]]
        useful, shared = living[i] + annexes[i] / 2, shared_m2 * dwellings[i]
        asked, capped = (useful + shared) * slope[0], (living[i] + shared) * slope[1]
        # unknown annexes leave the rent unknown, though the cap does not count them
        out[0, i] = capped if asked > capped else asked
        out[1, i] = useful
        out[2, i] = (
            living[i] * cost[0] + floor[i] * cost[1] + dwellings[i] * cost[2] + demolition[i] * cost[3]
            + pollution[i] * cost[4] + surface[i] * cost[5] + half_buried[i] * cost[6] + underground[i] * cost[7]
        )  # fmt: skip
        out[3, i] = (
            living[i] * land[0] + floor[i] * land[1] + dwellings[i] * land[2] + demolition[i] * land[3]
            + pollution[i] * land[4] + surface[i] * land[5] + half_buried[i] * land[6] + underground[i] * land[7]
        )  # fmt: skip
        out[4, i] = out[2, i] + price[i] * cost[8]
        out[5, i] = out[3, i] + price[i] * land[8]


def _coded(operations: pd.DataFrame) -> tuple[np.ndarray, list[dict]]:
    """Number the kinds of operations (form, VAT, lift, zones), and tell what each is."""
    code, values = np.zeros(len(operations), dtype=np.uint16), []
    for key in KEYS:
        codes, uniques = _codes(operations[key])
        if len(uniques) > 1:
            code *= len(uniques)
            code += codes.astype(np.uint16)
        values.append(uniques)
    sizes = [len(uniques) for uniques in values]
    if math.prod(sizes) > np.iinfo(np.uint16).max:
        raise FinanceError(
            "there are {sizes} distinct values of {columns}: correct these columns", sizes=sizes, columns=KEYS
        )
    seen = np.zeros(math.prod(sizes), dtype=bool)
    _see(code, seen)
    present = np.flatnonzero(seen)
    kinds = [
        {
            key: uniques[rank]
            for key, uniques, rank in zip(KEYS, values, np.unravel_index(kind, sizes), strict=True)
        }
        for kind in present
    ]
    if present.size == seen.size:
        return code, kinds
    renumbered = np.zeros(seen.size, dtype=np.uint16)
    renumbered[present] = np.arange(present.size)
    return renumbered[code], kinds


@njit(cache=True, nogil=True)
def _see(code, seen):  # pragma: no cover (compiled)
    """Tick the codes that come."""
    for i in range(code.size):
        seen[code[i]] = True


def _codes(column: pd.Series) -> tuple[np.ndarray, list]:
    """Number the values of a column from 0."""
    if column.dtype == bool:
        return column.to_numpy().view(np.int8), [False, True]
    if isinstance(column.dtype, pd.CategoricalDtype) and not column.isna().any():
        return column.cat.codes.to_numpy(), list(column.cat.categories)
    codes, uniques = pd.factorize(column, use_na_sentinel=False)
    return codes, list(uniques)
