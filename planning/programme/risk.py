"""Sites fall through: the programme to expect, its band, and which site to secure next."""

import numpy as np
import pandas as pd

from planning.programme.model import ProgrammeError


def band(chosen: pd.DataFrame, falls_through: pd.Series, *, level: float = 0.8) -> pd.DataFrame:
    """
    Expect the dwellings started each year, when sites fall through one by one.

    The distribution is exact: sites fall through independently, so that it is the convolution of theirs.

    Parameters
    ----------
    chosen
        By ``option_id``: ``start_year``, ``dwellings``.
    falls_through
        Probability of each option, 0 to 1.

    Returns
    -------
    pandas.DataFrame
        By year and ``all``: ``planned``, ``expected``, ``low`` and ``high`` of the central ``level`` band.
    """
    risk = _risk(chosen, falls_through)
    groups = [(year, chosen["start_year"] == year) for year in sorted(chosen["start_year"].unique())]
    rows = {}
    for name, held in [*groups, ("all", pd.Series(True, index=chosen.index))]:
        size = chosen.loc[held, "dwellings"].to_numpy(dtype=int)
        chance = _distribution(size, risk[held.to_numpy()])
        reached = chance.cumsum()
        rows[name] = {
            "planned": int(size.sum()),
            "expected": float(chance @ np.arange(len(chance))),
            "low": int(np.searchsorted(reached, (1 - level) / 2)),
            "high": int(np.searchsorted(reached, (1 + level) / 2 - 1e-12)),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("year")


def reserves(
    chosen: pd.DataFrame, options: pd.DataFrame, falls_through: pd.Series, target: float, *, most: int = 10
) -> pd.DataFrame:
    """
    Rank what to secure next: by how much it lowers the dwellings expected to be short of the target.

    Two ways: securing the land of an operation of the programme (``secure``), or holding a site outside it
    in ``reserve``, to start in the year where it helps most.

    Parameters
    ----------
    target
        Dwellings to start each year.

    Returns
    -------
    pandas.DataFrame
        By ``option_id``: ``action``, ``year``, ``dwellings``, ``short_before``, ``short_after`` (dwellings
        expected to be short over all years), ``gain``; best first.
    """
    risk = pd.Series(_risk(chosen, falls_through), index=chosen.index)
    years = sorted(chosen["start_year"].unique())
    size, year_of = chosen["dwellings"].astype(int), chosen["start_year"]
    spread = {y: _distribution(size[year_of == y].to_numpy(), risk[year_of == y].to_numpy()) for y in years}
    short = {y: _short(spread[y], target) for y in years}
    total, rows = sum(short.values()), []
    for option in chosen.index:
        year = year_of[option]
        sure = risk.where(risk.index != option, 0.0)[year_of == year].to_numpy()
        after = _short(_distribution(size[year_of == year].to_numpy(), sure), target)
        rows.append((option, "secure", year, int(size[option]), total, total - short[year] + after))
    spare = options[~options["site_id"].isin(chosen["site_id"]) & options["dwellings"].notna()]
    for option, row in spare.iterrows():
        best = None
        chance = float(falls_through[option])
        for year in [y for y in years if row["earliest_year"] <= y]:
            one = _distribution(np.array([int(row["dwellings"])]), np.array([chance]))
            after = _short(np.convolve(spread[year], one), target)
            if best is None or short[year] - after > best[1]:
                best = (year, short[year] - after)
        if best:
            rows.append((option, "reserve", best[0], int(row["dwellings"]), total, total - best[1]))
    columns = ["option_id", "action", "year", "dwellings", "short_before", "short_after"]
    table = pd.DataFrame(rows, columns=columns).set_index("option_id")
    table["gain"] = table["short_before"] - table["short_after"]
    table = table.sort_values(["gain", "dwellings"], ascending=False, kind="stable")
    sites = options["site_id"].reindex(table.index)
    return table[~sites.duplicated().to_numpy()].head(most)


def _risk(chosen: pd.DataFrame, falls_through: pd.Series) -> np.ndarray:
    risk = falls_through.reindex(chosen.index).to_numpy(dtype=float)
    if np.isnan(risk).any() or ((risk < 0) | (risk > 1)).any():
        raise ProgrammeError("each operation needs a probability of falling through, from 0 to 1")
    return risk


def _distribution(size: np.ndarray, risk: np.ndarray) -> np.ndarray:
    """Chance of each number of dwellings."""
    chance = np.ones(1)
    for dwellings, falls in zip(size, risk, strict=True):
        longer = np.zeros(len(chance) + dwellings)
        longer[: len(chance)] += falls * chance
        longer[dwellings:] += (1 - falls) * chance
        chance = longer
    return chance


def _short(chance: np.ndarray, target: float) -> float:
    """Dwellings expected to be short of the target."""
    return float(chance @ np.maximum(target - np.arange(len(chance)), 0))
