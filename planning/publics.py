"""For whom one builds: the publics of the landlord, and what each asks of a site beside its dwellings."""

import pandas as pd

from planning.parameters import Parameters

PUBLICS = (
    "family", "elderly", "disabled", "young_workers", "students", "migrant_workers", "insertion", "emergency",
)  # fmt: skip


class UnknownPublic(ValueError):
    """No public has this name."""


def require_public(public: str) -> str:
    """Return the public, or say which there are."""
    if public not in PUBLICS:
        raise UnknownPublic(f"no public is called {public!r}: use one of {', '.join(PUBLICS)}")
    return public


def linear(amount: pd.Series, *, poor: float, good: float) -> pd.Series:
    """Value 0 at ``poor``, 1 at ``good``, straight between and flat beyond; missing stays missing."""
    return ((amount.astype(float) - poor) / (good - poor)).clip(0, 1)


def needs(public: str, parameters: Parameters) -> dict[str, float]:
    """What a public asks for (``data/reference/publics.csv``): scheme sizes, lift, ground floor, slope, station."""
    return {name: value for name, value in parameters.table(f"public.{public}").items() if "." not in name}


def site_criteria(sites: pd.DataFrame, public: str, parameters: Parameters) -> pd.DataFrame:
    """
    Value of the place for a public, 0 to 1, missing where unknown.

    Parameters
    ----------
    sites
        By ``site_id``: ``station_m``; ``slope_share`` where somebody measured it.

    Returns
    -------
    pandas.DataFrame
        ``station_value`` and ``slope_value`` by ``site_id``; families ask for nothing here.
    """
    asked = needs(public, parameters)
    found = pd.DataFrame(index=sites.index, columns=["station_value", "slope_value"], dtype=float)
    for name, column, unit in (("station", "station_m", "m"), ("slope", "slope_share", "share")):
        poor, good = asked.get(f"{name}_poor_{unit}"), asked.get(f"{name}_good_{unit}")
        if poor is not None and column in sites:
            found[f"{name}_value"] = linear(sites[column], poor=poor, good=good)
    return found
