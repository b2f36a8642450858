"""For whom one builds: the publics of the landlord, and what each asks of a site beside its dwellings."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from planning.parameters import Parameters

FAMILY, OWNERSHIP = "family", "ownership"
PUBLICS = (
    FAMILY, "elderly", "disabled", "young_workers", "students", "migrant_workers", "insertion", "emergency",
    OWNERSHIP,
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


def mix_of(parameters: Mapping[str, float], form: str, public: str) -> dict[str, float]:
    """Share of each type: the public's mix in the form, else its mix in any, else the form's usual one; else none."""
    for prefix in (f"public.{public}.mix.{form}.", f"public.{public}.mix.", f"mix.{form}."):
        shares = {
            name.removeprefix(prefix): share for name, share in parameters.items() if name.startswith(prefix)
        }
        if shares:
            return shares
    return {}


def worth(results: pd.DataFrame, parameters: Mapping[str, float], public: str) -> np.ndarray:
    """Dwellings of each result, counted for their worth to a public: ``public.<public>.form_worth.<form>``, else 1."""
    each = {
        form: parameters.get(f"public.{public}.form_worth.{form}", 1.0) for form in results["form"].unique()
    }
    return results["dwellings"].to_numpy(float, na_value=np.nan) * results["form"].map(each).to_numpy(float)


def best_forms(results: pd.DataFrame, parameters: Mapping[str, float], public: str) -> pd.Series:
    """
    Form that suits a public best on each site: most dwellings, each counted for its worth in that form.

    Parameters
    ----------
    results
        ``site_id``, ``form``, ``fits``, ``dwellings``; the first of equal forms is taken.

    Returns
    -------
    pandas.Series
        Form by ``site_id``, of the sites that take one.
    """
    fitting = results[results["fits"].astype(bool)]
    ranked = fitting.assign(held=worth(fitting, parameters, public)).sort_values(
        "held", ascending=False, kind="stable"
    )
    return ranked.drop_duplicates("site_id").set_index("site_id")["form"]


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
