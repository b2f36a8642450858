"""From layouts tried to plans chosen: the best of each site, no larger than its dwellings need, with its figures."""

import numpy as np
import pandas as pd

from planning.capacity.dwelling_mix import TYPES
from planning.capacity.forms import PLACE_COLUMNS, Form
from planning.capacity.layouts.count import count, floor_areas, living_areas
from planning.capacity.layouts.ground import built_m2, open_places
from planning.capacity.layouts.place import DIRECTION, Land, Trials
from planning.parameters import Parameters

BLOCK_COLUMNS = [
    "plan", "block", "corner_x", "corner_y", *DIRECTION, "width_m", "depth_m", "entrances", "faces_street", "counts",
]  # fmt: skip


def counted(
    form: Form, land: Land, trials: Trials, sites: pd.DataFrame, parameters: Parameters
) -> pd.DataFrame:
    """Each layout tried with its dwellings and places; those without a building are left out."""
    norm = np.nan_to_num(sites["parking_norm"].to_numpy(dtype=float)[trials.rows["site"]])
    places = open_places(form, land, trials, parameters, norm)
    dwellings = count(form, trials, places, sites, parameters)
    number = np.bincount(trials.blocks["trial"].to_numpy(), minlength=len(trials.rows))
    plans = pd.concat([trials.rows, dwellings, places], axis=1)
    return plans.assign(placed_m2=built_m2(trials), blocks=number)[number > 0]


def best(plans: pd.DataFrame) -> pd.DataFrame:
    """
    The plan of each site with most dwellings; of equals, nearest the mix, along a street, simplest, smallest.

    A garage takes from a house what makes a T5 a T4: of rows of as many houses, the one whose places lie in the open
    or whose houses are deep enough for both comes first. Flats share their floors by the mix whatever their depth.
    """
    order = ["site", "dwellings", "off_mix", "street", "lane", "blocks", "placed_m2"]
    ranked = plans.sort_values(order, ascending=[True, False, True, False, True, True, True], kind="stable")
    return ranked.drop_duplicates("site")


def trimmed(form: Form, plans: pd.DataFrame, blocks: pd.DataFrame) -> pd.DataFrame:
    """Buildings no wider than their fullest storey needs; those left without dwellings are not built."""
    tables = np.stack(plans["counts"].to_numpy()) if len(plans) else np.zeros((0, 1, 1, len(TYPES)))
    counts = tables[blocks["plan"], blocks["block"]]
    held = counts.sum(axis=(1, 2))
    width, depth = blocks["width_m"].to_numpy(float), blocks["depth_m"].to_numpy(float)
    if form.in_row:
        needed = held * form.module_m
        doors = held
    else:
        used = (counts * np.array(form.sizes_m2)).sum(axis=2)
        used[:, 0] += _taken(form, plans, blocks)
        voids = np.ceil(width / form.void_every_m - 1e-9) * form.void_m2
        net = used.max(axis=1, initial=0) / ((1 - form.deduction_share) * form.living_share)
        needed = np.clip((net + voids) / (depth * (1 - form.wall_share)), form.width_min_m, width)
        cores = np.ceil(needed / form.void_every_m - 1e-9)
        doors = cores if form.deduction_share else counts[:, 0].sum(axis=1) + cores
    found = blocks.assign(
        width_m=np.minimum(needed, width),
        entrances=np.maximum(doors, 1).astype(int),
        faces_street=(blocks["block"] == 0).to_numpy() & plans["street"].to_numpy(bool)[blocks["plan"]],
        counts=list(counts),
    )
    first = found["block"] == 0
    return found.loc[(held > 0) | first, BLOCK_COLUMNS].reset_index(drop=True)


def _taken(form: Form, plans: pd.DataFrame, blocks: pd.DataFrame) -> np.ndarray:
    """Living area that places and shared rooms take off the ground floor of each building, m²."""
    share = blocks["width_m"] / blocks.groupby("plan")["width_m"].transform("sum")
    lost = plans["inside"] * form.garage_m2 + plans["dwellings"] * form.common_m2
    return (share * lost.to_numpy()[blocks["plan"]]).to_numpy()


def figures(form: Form, plans: pd.DataFrame, blocks: pd.DataFrame, parameters: Parameters) -> dict:
    """The figures of each plan: footprint, floor, living and useful areas, places, lift, first building."""
    owner, count_ = blocks["plan"].to_numpy(), len(plans)
    width, depth = blocks["width_m"].to_numpy(float), blocks["depth_m"].to_numpy(float)
    floors = plans["floors"].to_numpy(float)[owner]
    above = np.arange(form.floors_max) < floors[:, None]
    houses = width / form.module_m if form.in_row else np.ones(len(width))
    unit = width / houses if form.in_row else width
    unit = np.where(houses > 0, unit, 0.0)
    floor = (floor_areas(form, unit, depth, form.floors_max) * above).sum(axis=1) * houses
    living = (living_areas(form, unit, depth, form.floors_max) * above).sum(axis=1) * houses

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(owner, values, count_)

    lost = plans["inside"] * form.garage_m2
    living_m2 = total(living) - lost - plans["dwellings"] * form.common_m2
    upper = np.array([table[:, 1:].sum() for table in plans["counts"]]) if not form.in_row else 0
    outdoor = upper * min(form.outdoor_m2, parameters["annex.outdoor_max_m2"])
    annexes = outdoor + plans["dwellings"] * form.storage_m2
    first = blocks[blocks["block"] == 0]
    return {
        "footprint_m2": total(width * depth),
        "floor_area_m2": total(floor) - lost / form.living_share,
        "living_area_m2": living_m2,
        "useful_area_m2": living_m2 + parameters["annex.share"] * annexes,
        "blocks": np.bincount(owner, minlength=count_),
        "lift": (plans["floors"] >= form.lift_from_floors) & (not form.in_row),
        "parking_places": plans["places"],
        "parking_surface": plans["open"],
        "parking_underground": plans["under"],
        "parking_inside": plans["places"] - plans["open"] - plans["under"],
        **{name: first[name].to_numpy() for name in ("width_m", "depth_m", *PLACE_COLUMNS)},
    }
