"""Service charges in EUR/m²/year of living area: like with like, by item, provisions against actuals."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.rates import Rate, ratio, require_columns
from geo.thresholds import gather, threshold

ENERGY_AND_WATER = ("heating", "hot_water", "electricity", "water")
PEER_LEVELS = {
    "heating, lift, caretaker, period": ("heating", "has_lift", "has_caretaker", "built"),
    "heating, lift": ("heating", "has_lift"),
    "heating": ("heating",),
}
SOURCE = "settled charges (decree 82-955 of 9 November 1982)"
RATES = (
    Rate(
        name="charges_eur_m2_year",
        stem="charges",
        part="charges_eur",
        of="charges_m2",
        known="charged",
        out_of="dwellings",
        formula="settled charges / living area",
        unit="EUR incl. VAT/m²/year",
        source=SOURCE,
    ),
    Rate(
        name="charges_without_energy_eur_m2_year",
        stem="charges_without_energy",
        part="charges_without_energy_eur",
        of="charges_m2",
        known="charged",
        out_of="dwellings",
        formula="settled charges other than energy and water / living area",
        unit="EUR incl. VAT/m²/year",
        source=SOURCE,
    ),
    Rate(
        name="provision_gap_eur_m2_year",
        stem="provision_gap",
        part="provision_gap_eur",
        of="provision_m2",
        known="provisioned",
        out_of="dwellings",
        formula="(provisions − settled charges) / living area; above 0 is paid back to tenants",
        unit="EUR incl. VAT/m²/year",
        source=SOURCE,
    ),
    Rate(
        name="charges_excess_eur_m2_year",
        stem="charges_excess",
        part="charges_excess_eur",
        of="charges_excess_m2",
        known="charges_compared",
        out_of="dwellings",
        formula="(settled charges − median of the peers: heating, lift, caretaker, period) / living area",
        unit="EUR incl. VAT/m²/year",
        source=SOURCE,
    ),
)


@dataclass(frozen=True, slots=True)
class ChargeRules:
    """
    Thresholds of charges; each is the reference value ``charges.<its name>``.

    Attributes
    ----------
    least_peers
        A group of fewer residences is no comparison: a wider one is taken (5).
    outlier_z
        Robust z from which a charge stands out (3.5).
    outlier_eur_m2
        And by at least so many EUR/m²/year above the peers (2).
    period_starts
        First years of the periods of construction after the first.
    """

    least_peers: float
    outlier_z: float
    outlier_eur_m2: float
    period_starts: tuple[int, ...]

    @classmethod
    def of(cls, parameters: Mapping[str, float]) -> "ChargeRules":
        """Read the rules among reference values; raises ThresholdError where one is absent."""
        starts = tuple(int(threshold(parameters, f"charges.period_start.{n}")) for n in range(1, 5))
        return gather(cls, parameters, "charges", period_starts=starts)


def living_area_m2(dwellings: pd.DataFrame, index: pd.Index, *, by: str = "residence_id") -> pd.Series:
    """
    Give the living area of residences, m²: dwellings × mean area of those whose area is known.

    Missing where no area is known.
    """
    areas = dwellings["living_area_m2"].astype("Float64").groupby(dwellings[by].to_numpy())
    return (areas.mean() * areas.size()).reindex(index).astype("Float64").rename("living_area_m2")


def settled_year(charges: pd.DataFrame) -> int | None:
    """Return the last year with settled charges; None where there is none."""
    settled = charges.loc[charges["settled_eur_m2_year"].notna(), "year"]
    return None if settled.empty else int(settled.max())


def charges_by_item(
    charges: pd.DataFrame, index: pd.Index, *, year: int, apart: Collection[str] = ENERGY_AND_WATER
) -> pd.DataFrame:
    """
    Lay out a year's charges, a column an item.

    A residence without a row for an item has no such item (no lift, heating paid by each tenant): compare
    totals within peers, or without energy and water, never all with all. An item that is there and not
    settled yet leaves the totals missing.

    Returns
    -------
    pandas.DataFrame
        By residence, EUR incl. VAT/m²/year: each item settled, then ``total``, ``without_energy`` (without
        ``apart``), ``provision`` (of all items, missing where one lacks it). All missing where no row is.
    """
    require_columns(charges, ["residence_id", "year", "item", "settled_eur_m2_year"], "charges")
    rows = charges[charges["year"] == year].reset_index(drop=True)
    settled = rows["settled_eur_m2_year"].astype("Float64")
    table = rows.assign(settled=settled).pivot(index="residence_id", columns="item", values="settled")
    totals = pd.DataFrame(
        {
            "total": _whole_sum(settled, rows["residence_id"]),
            "without_energy": _whole_sum(settled[~rows["item"].isin(list(apart))], rows["residence_id"]),
        }
    )
    totals["without_energy"] = totals["without_energy"].where(totals["total"].notna())
    if "provision_eur_m2_year" in rows.columns:
        totals["provision"] = _whole_sum(rows["provision_eur_m2_year"], rows["residence_id"])
    else:
        totals["provision"] = pd.NA
    return table.join(totals).reindex(index).astype("Float64").rename_axis(columns=None)


def charge_counts(table: pd.DataFrame, area_m2: pd.Series, dwellings: pd.Series) -> pd.DataFrame:
    """
    Turn EUR/m² back into sums that can be added up by area.

    Parameters
    ----------
    table
        What ``charges_by_item`` returned.
    area_m2, dwellings
        Living area and number of dwellings by residence.

    Returns
    -------
    pandas.DataFrame
        ``charges_eur``, ``charges_without_energy_eur``, ``charges_m2`` (missing where charges or area are),
        ``provision_gap_eur``, ``provision_m2``; ``charged`` and ``provisioned`` dwellings.
    """
    charged = area_m2.where(table["total"].notna())
    provisioned = charged.where(table["provision"].notna())
    return pd.DataFrame(
        {
            "charges_eur": table["total"] * charged,
            "charges_without_energy_eur": table["without_energy"] * charged,
            "charges_m2": charged,
            "charged": dwellings.where(charged.notna(), 0),
            "provision_gap_eur": (table["provision"] - table["total"]) * provisioned,
            "provision_m2": provisioned,
            "provisioned": dwellings.where(provisioned.notna(), 0),
        }
    )


def period_of(year_built: pd.Series, rules: ChargeRules) -> pd.Series:
    """Name the period of construction, by its first and last year."""
    starts = rules.period_starts
    names = [f"before {starts[0]}"]
    names += [f"{first}-{later - 1}" for first, later in zip(starts, starts[1:], strict=False)]
    names += [f"{starts[-1]} and after"]
    years = year_built.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    bands = pd.cut(years, [-np.inf, *starts, np.inf], right=False, labels=names)
    return pd.Series(bands, index=year_built.index).astype("string")


def compare(table: pd.DataFrame, residences: pd.DataFrame, rules: ChargeRules) -> pd.DataFrame:
    """
    Set each charge of each residence against its peers'.

    Peers share heating, lift, caretaker and period; where fewer than ``least_peers`` have the item, heating
    and lift; then heating; else there is no comparison. A charge stands out when its robust z
    (``0.6745 × (x − median) / MAD``, Iglewicz and Hoaglin 1993; missing, and met, where more than half the
    peers are equal) and its excess both reach the rules.

    Parameters
    ----------
    table
        What ``charges_by_item`` returned.
    residences
        By ``residence_id``: ``heating``, ``has_lift``, ``has_caretaker``, ``year_built``.

    Returns
    -------
    pandas.DataFrame
        By ``residence_id`` and ``item`` (the totals among them): ``eur_m2_year``, ``peers`` (residences with
        that item, itself included), ``peer_level``, ``median``, ``excess``, ``z``, ``outlier``; the last five
        missing where there is no comparison.
    """
    require_columns(residences, ["heating", "has_lift", "has_caretaker", "year_built"], "residences")
    traits = residences.reindex(table.index).assign(built=lambda frame: period_of(frame["year_built"], rules))
    items = table.drop(columns="provision").rename_axis(index="residence_id", columns="item")
    rows = items.stack().dropna().rename("eur_m2_year").reset_index()
    rows = rows.join(traits[["heating", "has_lift", "has_caretaker", "built"]], on="residence_id")
    rows = rows.assign(peers=0, peer_level=None, median=np.nan, spread=np.nan)
    rows["eur_m2_year"] = rows["eur_m2_year"].astype(float)
    for level, names in PEER_LEVELS.items():
        keys = [rows[name] for name in ("item", *names)]
        told = rows[list(names)].notna().all(axis=1)
        values = rows["eur_m2_year"].where(told)
        size = values.groupby(keys).transform("count")
        median = values.groupby(keys).transform("median")
        spread = (values - median).abs().groupby(keys).transform("median")
        new = told & rows["peer_level"].isna() & (size >= rules.least_peers)
        found = {"peers": size, "peer_level": level, "median": median, "spread": spread}
        rows = rows.assign(**{name: rows[name].mask(new, value) for name, value in found.items()})
    excess = rows["eur_m2_year"] - rows["median"]
    z = 0.6745 * excess / rows["spread"].where(rows["spread"] > 0)
    far = (z >= rules.outlier_z) | (rows["spread"] == 0)
    stands_out = (far & (excess >= rules.outlier_eur_m2)).astype("boolean")
    rows = rows.assign(
        peers=rows["peers"].astype("Int64"),
        peer_level=rows["peer_level"].astype("string"),
        excess=excess,
        z=z,
        outlier=stands_out.mask(rows["median"].isna()),
    )
    columns = ["eur_m2_year", "peers", "peer_level", "median", "excess", "z", "outlier"]
    numbers = dict.fromkeys(["eur_m2_year", "median", "excess", "z"], "Float64")
    return rows.set_index(["residence_id", "item"])[columns].astype(numbers).sort_index()


def outliers(comparison: pd.DataFrame) -> pd.DataFrame:
    """
    List the residences whose charges stand out, and the item that makes them.

    Returns
    -------
    pandas.DataFrame
        By ``residence_id``, the largest excess first: ``item`` (of those that stand out, the one in largest
        excess; of all, where only a total stands out), ``eur_m2_year``, ``median``, ``excess``, ``z`` of
        that item, ``total_excess`` over the peers' total (missing where there is no comparison).
    """
    totals = comparison.index.get_level_values("item").isin(["total", "without_energy"])
    found = comparison["outlier"].fillna(False).astype(bool)
    named = comparison.index.get_level_values("residence_id").isin(
        comparison.index[found].get_level_values("residence_id")
    )
    items = comparison[named & ~totals].reset_index("item")
    ranked = items.assign(first=~items["outlier"].fillna(False).astype(bool)).sort_values(
        ["first", "excess"], ascending=[True, False], na_position="last", kind="stable"
    )
    leading = ranked[~ranked.index.duplicated()]
    total = comparison.xs("total", level="item")["excess"] if totals.any() else pd.Series(dtype="Float64")
    table = leading[["item", "eur_m2_year", "median", "excess", "z"]].assign(
        total_excess=total.reindex(leading.index)
    )
    return table.sort_values("excess", ascending=False, kind="stable")


def excess_counts(comparison: pd.DataFrame, area_m2: pd.Series, dwellings: pd.Series) -> pd.DataFrame:
    """
    Turn the excess over the peers' median into sums that can be added up by area.

    Parameters
    ----------
    comparison
        What ``compare`` returned.
    area_m2, dwellings
        Living area and number of dwellings by residence.

    Returns
    -------
    pandas.DataFrame
        ``charges_excess_eur`` and ``charges_excess_m2`` (missing where there is no comparison),
        ``charges_compared`` dwellings.
    """
    items = comparison.index.get_level_values("item")
    total = comparison.loc[items == "total", "excess"].droplevel("item").reindex(area_m2.index)
    compared = area_m2.where(total.notna())
    return pd.DataFrame(
        {
            "charges_excess_eur": total * compared,
            "charges_excess_m2": compared,
            "charges_compared": dwellings.where(compared.notna(), 0),
        }
    )


def median_by(values: pd.Series, area: pd.Series, weights: pd.Series) -> pd.DataFrame:
    """
    Give the median of residences by area, each weighing its dwellings.

    Returns
    -------
    pandas.DataFrame
        By area: ``median``, ``n`` residences of known value and weight, ``coverage`` (share of dwellings).
    """
    table = pd.DataFrame({"value": values, "area": area, "weight": weights.astype("Float64")})
    known = table.dropna(subset=["value", "weight"]).sort_values("value")
    groups = known.groupby("area")["weight"]
    half = known[groups.cumsum() >= groups.transform("sum") / 2]
    found = pd.DataFrame({"median": half.groupby("area")["value"].first(), "n": groups.size()})
    found = found.reindex(table["area"].dropna().sort_values().unique())
    covered = ratio(groups.sum().reindex(found.index).fillna(0), table.groupby("area")["weight"].sum())
    return found.assign(n=found["n"].fillna(0).astype("Int64"), coverage=covered)


def _whole_sum(values: pd.Series, by: pd.Series) -> pd.Series:
    """Sum by residence; missing where one value is."""
    groups = values.astype("Float64").groupby(by.reindex(values.index))
    whole = groups.count() == groups.size()
    return groups.sum().where(whole)
