"""From the forms that fit a site to the operations to cost, with what is not known taken from the parameters."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from planning.finance.inputs import require_columns


def operations_of(
    results: pd.DataFrame,
    sites: pd.DataFrame,
    parameters: Mapping[str, float],
    *,
    rent_zone: str,
    abc_zone: str,
    known: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """
    One operation a site and form that fits, as `evaluate_rental` and `evaluate_ownership` take them.

    Parameters
    ----------
    results
        ``site_id``, ``form``, ``fits``, ``dwellings``, ``floors``, ``floor_area_m2``, as the site engine finds them;
        where its layout tells them, ``living_area_m2``, ``useful_area_m2``, ``lift``, ``parking_surface``,
        ``parking_inside`` (garages and ground floors, costed as half buried) and ``parking_underground``.
    sites
        Indexed by ``site_id``: ``area_m2``, ``station_m`` (missing counts as far), ``in_qpv`` (missing counts as
        outside: the dearer VAT).
    known
        By site, where somebody knows them: ``land_price_eur``, ``demolition_m2``, ``pollution_m2``,
        ``market_eur_m2``. Elsewhere the first three are the assumptions ``operation.*`` of the parameters,
        and the market's price is unknown.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``site_id`` and ``form``, in the order of the results; ``assumed`` names the columns taken
        from assumptions, separated by commas.

    Raises
    ------
    FinanceError
        If a column is absent.
    """
    require_columns(results, ("site_id", "form", "fits", "dwellings", "floors", "floor_area_m2"))
    require_columns(sites, ("area_m2", "station_m", "in_qpv"))
    p = parameters
    fitting = results[results["fits"].astype(bool)]
    place = sites.reindex(fitting["site_id"])
    form = fitting["form"]
    dwellings, floor_area = (fitting[name].to_numpy(dtype=float) for name in ("dwellings", "floor_area_m2"))
    area = place["area_m2"].to_numpy(dtype=float)
    near = place["station_m"].to_numpy(dtype=float, na_value=np.nan) <= p["parking_cap.station_m"]
    each = np.where(near, p["parking_cap.social_rental_station"], p["parking_cap.social_rental"])
    places = np.floor(dwellings * each + 1e-9)
    buried = np.round(
        places * form.map(lambda name: p[f"operation.underground_share.{name}"]).to_numpy(dtype=float)
    )
    living = floor_area * form.map(lambda name: p[f"{name}.living_share"]).to_numpy(dtype=float)
    living = _told(fitting, "living_area_m2", living)
    annexes = 2 * (_told(fitting, "useful_area_m2", np.full(len(fitting), np.nan)) - living)
    annexes = np.where(annexes >= 0, annexes, dwellings * p["operation.annexes_m2_dwelling"])
    guesses = {
        "land_price_eur": floor_area * p["operation.land_eur_m2_floor"],
        "demolition_m2": area * p["operation.demolition_share"],
        "pollution_m2": area * p["operation.pollution_share"],
        "market_eur_m2": np.full(len(fitting), np.nan),
    }
    given = _given(known, fitting["site_id"], list(guesses))
    columns = {
        "dwellings": dwellings,
        "living_area_m2": living,
        "floor_area_m2": floor_area,
        "annexes_m2": annexes,
        "parking_surface": _told(fitting, "parking_surface", places - buried),
        "parking_half_buried": _told(fitting, "parking_inside", np.zeros(len(fitting))),
        "parking_underground": _told(fitting, "parking_underground", buried),
        "renewal": place["in_qpv"].astype("boolean").fillna(False).to_numpy(dtype=bool),
        "lift": _told(
            fitting, "lift", fitting["floors"].to_numpy(dtype=float) >= p["operation.lift_from_floors"]
        ).astype(bool),
        "rent_zone": pd.Categorical([rent_zone] * len(fitting)),
        "abc_zone": pd.Categorical([abc_zone] * len(fitting)),
        **{name: np.where(np.isnan(given[name]), guess, given[name]) for name, guess in guesses.items()},
    }
    index = pd.MultiIndex.from_arrays([fitting["site_id"], form], names=["site_id", "form"])
    return pd.DataFrame(columns, index=index).assign(
        form=form.astype("category").to_numpy(), assumed=_assumed(given, index)
    )


def _told(fitting: pd.DataFrame, column: str, otherwise: np.ndarray) -> np.ndarray:
    """What the layout tells, else the assumption."""
    if column not in fitting:
        return otherwise
    told = fitting[column].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isnan(told), otherwise, told)


def _given(known: pd.DataFrame | None, site_ids: pd.Series, names: list[str]) -> dict[str, np.ndarray]:
    """What is known of each site, NaN elsewhere."""
    if known is None:
        return {name: np.full(len(site_ids), np.nan) for name in names}
    table = known.reindex(index=site_ids, columns=names)
    return {name: table[name].to_numpy(dtype=float, na_value=np.nan) for name in names}


def _assumed(given: Mapping[str, np.ndarray], index: pd.Index) -> pd.Series:
    """Names of the columns that are assumptions, by operation."""
    names = ["land_price_eur", "demolition_m2", "pollution_m2"]
    missing = np.isnan(np.array([given[name] for name in names])).T
    texts = [",".join(name for name, lacks in zip(names, row, strict=True) if lacks) for row in missing]
    return pd.Series(texts, index=index, dtype="str")
