"""A small operation and the parameters of a day, for the tests of what operations cost."""

from dataclasses import replace
from datetime import date

import pandas as pd

from data.reference import load
from planning.finance import Operation
from planning.parameters import Parameters

ON = date(2026, 3, 1)
PARAMETERS = Parameters.from_frame(load(ON))

TWELVE = Operation(
    form="small_collective",
    dwellings=12,
    living_area_m2=780,
    floor_area_m2=850,
    land_price_eur=600_000,
    annexes_m2=60,
    demolition_m2=150,
    pollution_m2=300,
    parking_surface=6,
    parking_half_buried=0,
    parking_underground=4,
    plai_share=4 / 12,
    plus_share=6 / 12,
    pls_share=2 / 12,
    renewal=False,
    lift=True,
    rent_zone="1bis",
    abc_zone="abis",
)


def operation(**changes: object) -> Operation:
    """The operation of twelve dwellings, but for some of its values."""
    return replace(TWELVE, **changes)


def parameters(**changes: float) -> Parameters:
    """Parameters of the day, but for some values; ``__`` stands for the dots of their names."""
    overrides = {name.replace("__", "."): value for name, value in changes.items()}
    return Parameters.from_frame(load(ON), overrides)


def default_shares(one: Operation) -> Operation:
    """The same operation with the default split, which the table of many operations takes."""
    plai, plus, pls = (PARAMETERS[f"rental.{name}_share"] for name in ("plai", "plus", "pls"))
    return replace(one, plai_share=plai, plus_share=plus, pls_share=pls)


def table(*operations: Operation, market_eur_m2: float = 6000.0) -> pd.DataFrame:
    """Operations as one frame, with the market's price."""
    frames = [one.frame() for one in operations]
    return pd.concat(frames, ignore_index=True).assign(market_eur_m2=market_eur_m2)
