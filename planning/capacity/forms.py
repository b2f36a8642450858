"""The three building forms, what each asks of its site, and why a site refuses one."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planning.capacity.dwelling_mix import TYPES, mean_size_m2
from planning.parameters import Parameters
from planning.publics import mix_of

FORM_NAMES = ("small_collective", "intermediate", "townhouse")
SLACK_M = 0.02
WHOLE = ("floors_min", "floors_max", "dwellings_min", "dwellings_max", "blocks_max", "underground_levels")
RESULT_COLUMNS = [
    "form", "fits", "dwellings", "floors", "footprint_m2", "floor_area_m2", "width_m", "depth_m",
    "reason", "reason_value", "reason_limit",
]  # fmt: skip
LAYOUT_COLUMNS = [
    "t1", "t2", "t3", "t4", "t5", "living_area_m2", "useful_area_m2", "blocks", "lift",
    "parking_places", "parking_surface", "parking_inside", "parking_underground", "open_soil_m2",
]  # fmt: skip
PLACE_COLUMNS = ["corner_x", "corner_y", "along_x", "along_y"]


@dataclass(frozen=True, slots=True)
class Form:
    """
    What a building form asks of its site; lengths in m, areas in m², shares from 0 to 1.

    ``sizes_m2`` and ``shares`` are those of T1 to T5. ``garage_m2`` is what a parking place inside the
    building takes from the ground floor (0: the form has none), ``garage_share`` how much of the front may be
    garages, ``void_m2`` a stair, one every
    ``void_every_m`` of building, ``common_m2`` the shared rooms of a residence by dwelling; ``nearest_mix`` (1 or 0)
    whether, of rows of as many houses, the one nearest the mix is taken.
    """

    name: str
    width_min_m: float
    width_max_m: float
    depth_min_m: float
    depth_max_m: float
    floors_min: int
    floors_max: int
    storey_m: float
    site_min_m2: float
    street_min_m: float
    dwellings_min: int
    dwellings_max: int
    wall_share: float
    living_share: float
    sizes_m2: tuple[float, ...]
    shares: tuple[float, ...]
    blocks_max: int
    spacing_m: float
    deduction_share: float
    void_m2: float
    void_every_m: float
    underground_levels: int
    garage_m2: float
    garage_share: float
    access_m: float
    outdoor_m2: float
    storage_m2: float
    garden_m: float
    lift_from_floors: float
    common_m2: float = 0.0
    scheme_max: float = np.inf
    module_m: float | None = None
    nearest_mix: float = 0
    plot_min_m2: float | None = None
    built_for_public: bool = True

    @classmethod
    def from_parameters(cls, name: str, parameters: Parameters, public: str = "family") -> "Form":
        """Read a form from the parameters ``<name>.*``, with the dwellings and sizes of its public."""
        values: dict = parameters.table(name)
        values["lift_from_floors"] = parameters["operation.lift_from_floors"]
        sizes = parameters.table("dwelling_m2") | parameters.table(f"public.{public}.dwelling_m2")
        mix = mix_of(parameters, name, public)
        values["built_for_public"] = parameters[f"public.{public}.form.{name}"] == 1
        scheme = parameters.table(f"public.{public}")
        if "scheme_min" in scheme:
            values |= {
                "dwellings_min": scheme.get(f"scheme_min.{name}", scheme["scheme_min"]),
                "dwellings_max": scheme.get(f"building_max.{name}", scheme["scheme_max"]),
                "scheme_max": scheme["scheme_max"],
                "common_m2": scheme.get("common_m2", 0.0),
                "lift_from_floors": scheme.get("lift_from_floors", values["lift_from_floors"]),
            }
        for count in WHOLE:
            values[count] = int(values[count])
        return cls(
            name=name,
            sizes_m2=tuple(sizes[kind] for kind in TYPES),
            shares=tuple(mix.get(kind, 0.0) for kind in TYPES),
            **values,
        )

    @property
    def in_row(self) -> bool:
        """Whether it is a row of houses, one a module of frontage, along a street."""
        return self.module_m is not None

    @property
    def dwelling_m2(self) -> float:
        """Mean living area of a dwelling of the mix, m²."""
        return mean_size_m2(
            dict(zip(TYPES, self.sizes_m2, strict=True)), dict(zip(TYPES, self.shares, strict=True))
        )

    @property
    def living_share_of_footprint(self) -> float:
        """Living area of one storey per m² of footprint, stairs apart: walls and common parts taken off."""
        return (1 - self.wall_share) * (1 - self.deduction_share) * self.living_share


def forms(parameters: Parameters, public: str = "family") -> tuple[Form, ...]:
    """The three forms, in the order the landlord prefers them, with the dwellings of a public."""
    return tuple(Form.from_parameters(name, parameters, public) for name in FORM_NAMES)


@dataclass(frozen=True, slots=True)
class Check:
    """One reason why no building of a form is possible; the first that fails is named."""

    reason: str
    fails: Callable[[Form, pd.DataFrame], pd.Series]
    value: Callable[[Form, pd.DataFrame], pd.Series | float] = lambda form, sites: np.nan
    limit: Callable[[Form, pd.DataFrame], pd.Series | float] = lambda form, sites: np.nan


CHECKS: tuple[Check, ...] = (
    Check("not_for_public", lambda form, sites: np.full(len(sites), not form.built_for_public)),
    Check("no_area", lambda form, sites: ~(sites["area_m2"] > 0)),
    Check(
        "own_homes_stand",
        lambda form, sites: sites["own_homes"].gt(0).fillna(False).astype(bool),
        lambda form, sites: sites["own_homes"].astype(float),
    ),
    Check("no_zone", lambda form, sites: sites["zone_label"].isna()),
    Check("zone_forbids", lambda form, sites: sites["housing"].eq(False).fillna(False)),
    Check("rule_unknown", lambda form, sites: sites["housing"].isna() | sites["unknown_rules"].ne("")),
    Check(
        "prescription_forbids",
        lambda form, sites: sites["forbidden_share"] >= sites["veto_share"],
        lambda form, sites: sites["forbidden_share"],
        lambda form, sites: sites["veto_share"],
    ),
    Check(
        "hazard_forbids",
        lambda form, sites: sites["hazard_share"] >= sites["hazard_veto_share"],
        lambda form, sites: sites["hazard_share"],
        lambda form, sites: sites["hazard_veto_share"],
    ),
    Check(
        "no_street",
        lambda form, sites: sites["street_m"] <= 0,
        lambda form, sites: sites["street_m"],
        lambda form, sites: form.street_min_m,
    ),
    Check(
        "too_small",
        lambda form, sites: sites["area_m2"] < form.site_min_m2,
        lambda form, sites: sites["area_m2"],
        lambda form, sites: form.site_min_m2,
    ),
    Check(
        "street_too_short",
        lambda form, sites: sites["street_m"] < form.street_min_m,
        lambda form, sites: sites["street_m"],
        lambda form, sites: form.street_min_m,
    ),
    Check(
        "height_too_low",
        lambda form, sites: sites["height_m"] < form.floors_min * form.storey_m - 1e-9,
        lambda form, sites: sites["height_m"],
        lambda form, sites: form.floors_min * form.storey_m,
    ),
    Check(
        "footprint_limit",
        lambda form, sites: sites["footprint_limit_m2"] < form.width_min_m * form.depth_min_m,
        lambda form, sites: sites["footprint_limit_m2"],
        lambda form, sites: form.width_min_m * form.depth_min_m,
    ),
    Check(
        "open_soil",
        lambda form, sites: sites["soil_limit_m2"] < form.width_min_m * form.depth_min_m,
        lambda form, sites: sites["soil_limit_m2"],
        lambda form, sites: form.width_min_m * form.depth_min_m,
    ),
    Check("envelope_empty", lambda form, sites: ~(sites["envelope_m2"] > 0), lambda form, sites: 0.0),
)
PLACING_REASONS = ("too_narrow", "too_shallow", "too_irregular", "alignment", "parking", "too_few_dwellings")
REASONS = tuple(dict.fromkeys([check.reason for check in CHECKS] + list(PLACING_REASONS)))


def vetoes(form: Form, sites: pd.DataFrame) -> pd.DataFrame:
    """
    Every reason why a form is refused before it is drawn, apart from any criterion: no weight buys one back.

    Returns
    -------
    pandas.DataFrame
        One row a site and failing check, in the order of the checks: ``site_id``, ``form``, ``reason``,
        ``reason_value`` and ``reason_limit`` (missing where the check has no figure).
    """
    rows, reasons, figures = [], [], []
    for check in CHECKS:
        failing = np.flatnonzero(np.asarray(check.fails(form, sites), dtype=bool))
        if len(failing):
            figure = np.empty((len(sites), 2))
            figure[:, 0], figure[:, 1] = check.value(form, sites), check.limit(form, sites)
            rows.append(failing)
            reasons += [check.reason] * len(failing)
            figures.append(figure[failing])
    found = np.concatenate(figures) if figures else np.empty((0, 2))
    return pd.DataFrame(
        {
            "site_id": sites.index[np.concatenate(rows)] if rows else sites.index[:0],
            "form": pd.Series([form.name] * len(reasons), dtype="str"),
            "reason": pd.Series(reasons, dtype="str"),
            "reason_value": found[:, 0],
            "reason_limit": found[:, 1],
        }
    )


def refused(form: Form, sites: pd.DataFrame) -> pd.DataFrame:
    """Sites where a check fails: the first that does, with what is there and what is asked."""
    reason = np.full(len(sites), None, dtype=object)
    value, limit = np.full(len(sites), np.nan), np.full(len(sites), np.nan)
    for check in CHECKS:
        fails = np.asarray(check.fails(form, sites), dtype=bool) & (reason == None)  # noqa: E711
        if not fails.any():
            continue
        reason[fails] = check.reason
        value[fails] = np.broadcast_to(np.asarray(check.value(form, sites), dtype=float), len(sites))[fails]
        limit[fails] = np.broadcast_to(np.asarray(check.limit(form, sites), dtype=float), len(sites))[fails]
    frame = pd.DataFrame({"reason": reason, "reason_value": value, "reason_limit": limit})
    return frame[frame["reason"].notna()]
