"""What the sites of the store give each public: its own layouts where the engine has them, else those of families."""

from collections.abc import Mapping

import pandas as pd

from data.store import Store
from planning.publics import FAMILY, OWNERSHIP


def other_tenure(public: str) -> str:
    """The public of the other tenure: whoever rents is set beside ownership, and ownership beside families."""
    return FAMILY if public == OWNERSHIP else OWNERSHIP


def laid_out(store: Store, public: str, p: Mapping[str, float], *, form: str | None = None) -> pd.DataFrame:
    """Return what each form gives a public on the sites of the store (of one form, or of all): rows by ``site_id``."""
    where = {} if form is None else {"form": form}
    rows = store.read("site_results", where=where or None)
    if public == FAMILY or rows.empty:
        return rows
    told = store.read("site_publics", where=where | {"public": public})
    parts = [
        for_public(mine, told[told["form"] == name], name, public, p)
        for name, mine in rows.groupby("form", sort=False)
    ]
    return pd.concat(parts, ignore_index=True)


def layout_public(store: Store, public: str) -> str:
    """Whose layouts stand for a public: its own where the engine laid them out, else those of families."""
    return public if store.count("site_publics", {"public": public}) else FAMILY


def for_public(
    results: pd.DataFrame, told: pd.DataFrame, form: str, public: str, p: Mapping[str, float]
) -> pd.DataFrame:
    """
    Results of a form for a public: those that the engine found for it, else those of families that it may use.

    A form that is not built for the public, or a site under its least scheme, does not fit.
    """
    if public == "family":
        return results
    if len(told):
        rows, found = results.set_index("site_id"), told.set_index("site_id")
        kept = [name for name in found if name in rows and name not in ("form", "parameters")]
        rows = rows.loc[rows.index.intersection(found.index)]
        return rows.assign(**{name: found[name].reindex(rows.index) for name in kept}).reset_index()
    fits = results["fits"].astype(bool)
    if p.get(f"public.{public}.form.{form}") == 0:
        return results.assign(fits=False, reason=results["reason"].where(~fits, "not_for_public"))
    least = p.get(f"public.{public}.scheme_min")
    few = fits & (results["dwellings"] < (least or 0)).fillna(False).astype(bool)
    return results.assign(
        fits=fits & ~few,
        reason=results["reason"].where(~few, "too_few_dwellings"),
        reason_value=results["reason_value"].where(~few, results["dwellings"].astype(float)),
        reason_limit=results["reason_limit"].where(~few, least),
    )
