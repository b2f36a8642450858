"""Rows that speak of residences and dwellings: each must be known, by its code."""

import numpy as np
import pandas as pd

from data.importers.desk import Desk
from data.importers.sheet import Sheet


def refuse_unknown_residences(sheet: Sheet, desk: Desk) -> pd.DataFrame | None:
    """
    Refuse rows whose residence the store does not have; return the store's residences, indexed by their code.

    Without a store there is nothing to compare with: None comes back, and nothing is refused.
    """
    residences = desk.lookup("residences", columns=["dwellings"])
    if residences is None:
        return None
    codes = sheet.frame["residence_id"]
    unknown = sheet.good & codes.notna().to_numpy() & ~codes.isin(residences.index).to_numpy()
    sheet.refuse(unknown, "unknown_residence", "residence_id")
    return residences


def refuse_unknown_dwellings(sheet: Sheet, desk: Desk) -> None:
    """Refuse rows that name a dwelling which the store does not have."""
    codes = sheet.frame["dwelling_id"]
    named = sorted(codes.dropna().unique())
    known = desk.lookup("dwellings", columns=[], where={"dwelling_id": named}) if named else None
    if known is not None:
        unknown = sheet.good & codes.notna().to_numpy() & ~codes.isin(known.index).to_numpy()
        sheet.refuse(unknown, "unknown_dwelling", "dwelling_id")


def number(sheet: Sheet, name: str) -> np.ndarray:
    """A figure of each row as float; NaN where it is missing, which no comparison holds for."""
    return sheet.frame[name].to_numpy(dtype=float, na_value=np.nan)
