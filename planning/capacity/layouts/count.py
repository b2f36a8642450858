"""How many dwellings a layout holds: by type and floor, with the parking places the plan asks for."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from planning.capacity.dwelling_mix import TYPES, fill_floors
from planning.capacity.forms import Form
from planning.capacity.layouts.place import Trials

COUNTED = ["dwellings", "floors", *[kind.lower() for kind in TYPES]]


def count(
    form: Form, trials: Trials, parking: pd.DataFrame, sites: pd.DataFrame, parameters: Mapping[str, float]
) -> pd.DataFrame:
    """
    Count the dwellings of each layout tried, with the fewest storeys that hold most of them.

    Parking: places in the open first, then under the building, then inside it, where each takes its area
    off the ground floor. Where they are fewer than the plan asks for, dwellings are left out.

    Parameters
    ----------
    parking
        By trial: ``open_places`` that the layout has room for.
    sites
        By position: ``height_m`` (infinite if free), ``parking_norm`` (places a dwelling).

    Returns
    -------
    pandas.DataFrame
        By trial: ``dwellings``, ``floors``, ``t1`` to ``t5``, ``dwellings_free`` (were there no parking to
        find), ``off_mix`` (houses of another type than asked; 0 where the form does not ask), the places by kind,
        and ``counts``: whole numbers by block, floor and type.
    """
    rows = trials.rows
    width, depth = _by_block(form, trials, "width_m"), _by_block(form, trials, "depth_m")
    norm = sites["parking_norm"].to_numpy(dtype=float)[rows["site"]]
    allowed = floors_allowed(form, sites["height_m"].to_numpy(dtype=float)[rows["site"]])
    room = _room(form, width, depth, parking["open_places"].to_numpy(dtype=float), parameters)
    largest = _largest_scheme(form, sites, rows)
    most = np.minimum(_most(room.sum(axis=1), norm), largest)
    best = {name: np.zeros(len(rows)) for name in (*COUNTED, "dwellings_free", "inside")}
    tables = np.zeros((len(rows), form.blocks_max, form.floors_max, len(TYPES)), dtype=np.int64)
    for floors in range(form.floors_min, form.floors_max + 1):
        tried = floors <= allowed
        free = _filled(form, width, depth, floors, largest, np.zeros(len(rows)))
        places = np.floor(np.minimum(free.sum(axis=(1, 2, 3)), most) * np.nan_to_num(norm) + 1e-9)
        inside = np.clip(places - room[:, 0] - room[:, 1], 0, None)
        counts = _filled(form, width, depth, floors, most, inside)
        total = counts.sum(axis=(1, 2, 3))
        better = tried & (total > best["dwellings"])
        kept = counts[better]
        tables[better] = 0
        tables[better, :, : counts.shape[2]] = kept
        best["dwellings_free"][better] = free.sum(axis=(1, 2, 3))[better]
        best["dwellings"][better], best["floors"][better] = total[better], _storeys(kept, floors, form)
        for name, held in zip(COUNTED[2:], kept.sum(axis=(1, 2)).T, strict=True):
            best[name][better] = held
        best["inside"][better] = inside[better]
    best["off_mix"] = _off_mix(form, tables) if form.nearest_mix else np.zeros(len(rows))
    asked = np.floor(best["dwellings"] * np.nan_to_num(norm) + 1e-9)
    opened = np.minimum(asked, room[:, 0])
    best |= {"open": opened, "under": np.minimum(asked - opened, room[:, 1]), "places": asked}
    return pd.DataFrame(best | {"norm": norm, "allowed": allowed, "counts": list(tables)}, index=rows.index)


def floors_allowed(form: Form, height_m: np.ndarray) -> np.ndarray:
    """Whole storeys under the height; a free height leaves the form's own most."""
    return np.floor(np.minimum(height_m / form.storey_m, form.floors_max) + 1e-9)


def floor_areas(form: Form, width_m: np.ndarray, depth_m: np.ndarray, floors: int) -> np.ndarray:
    """
    Floor area of each storey (surface de plancher, code de l'urbanisme R111-22), m²: one more axis, the floors.

    Measured inside the outer walls, the voids of stairs and lifts off above the ground floor, and a flat
    tenth off where inner common parts serve the dwellings.
    """
    inside = width_m * depth_m * (1 - form.wall_share)
    voids = np.ceil(width_m / form.void_every_m - 1e-9) * form.void_m2
    storeys = np.repeat(inside[..., None], floors, axis=-1)
    storeys[..., 1:] -= voids[..., None]
    return np.clip(storeys, 0, None) * (1 - form.deduction_share)


def living_areas(form: Form, width_m: np.ndarray, depth_m: np.ndarray, floors: int) -> np.ndarray:
    """Living area of each storey (CCH R156-1): the floor area less partitions, ducts and, on every floor, stairs."""
    inside = width_m * depth_m * (1 - form.wall_share)
    voids = np.ceil(width_m / form.void_every_m - 1e-9) * form.void_m2
    storey = np.clip(inside - voids, 0, None) * (1 - form.deduction_share) * form.living_share
    return np.repeat(storey[..., None], floors, axis=-1)


def _by_block(form: Form, trials: Trials, column: str) -> np.ndarray:
    """A column of the buildings as a table: a row a trial, a column a building, 0 where there is none."""
    table = np.zeros((len(trials.rows), form.blocks_max))
    table[trials.blocks["trial"], trials.blocks["block"]] = trials.blocks[column]
    return table


def _room(
    form: Form, width: np.ndarray, depth: np.ndarray, open_places: np.ndarray, parameters: Mapping[str, float]
) -> np.ndarray:
    """Places in the open, under the buildings and inside them, by trial."""
    under = np.floor(
        (width * depth).sum(axis=1) * form.underground_levels / parameters["parking.underground_place_m2"]
        + 1e-9
    )
    stalls = width / (form.module_m or parameters["parking.stall_width_m"] + 0.3)
    inside = (
        np.floor(stalls * form.garage_share + 1e-9).sum(axis=1) if form.garage_m2 else np.zeros(len(width))
    )
    return np.stack([open_places, under, inside], axis=1)


def _largest_scheme(form: Form, sites: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    """Most dwellings of the scheme, and of the plots that the site can give to houses."""
    if not form.in_row:
        return np.full(len(rows), form.scheme_max)
    plots = np.floor(sites["area_m2"].to_numpy(dtype=float)[rows["site"]] / form.plot_min_m2)
    return np.minimum(plots, form.scheme_max)


def _most(places: np.ndarray, norm: np.ndarray) -> np.ndarray:
    """Most dwellings that the places serve: a part of a place is not asked for."""
    with np.errstate(divide="ignore", invalid="ignore"):
        served = np.ceil((places + 1) / norm - 1e-9) - 1
    return np.where(norm > 0, served, np.inf)


def _filled(
    form: Form, width: np.ndarray, depth: np.ndarray, floors: int, most: np.ndarray, inside: np.ndarray
) -> np.ndarray:
    """Dwellings by trial, block, floor and type; floors are filled from the ground up, all blocks together."""
    trials, blocks = width.shape
    if form.in_row:
        return _houses(form, width, depth, floors, most, inside)
    living = living_areas(form, width, depth, floors)
    share = width / np.maximum(width.sum(axis=1), 1e-9)[:, None]
    taken = inside[:, None] * share * form.garage_m2
    if form.common_m2:
        guess = np.minimum(living.sum(axis=(1, 2)) / form.dwelling_m2, most)
        taken = taken + guess[:, None] * share * form.common_m2
    living[..., 0] = np.clip(living[..., 0] - taken, 0, None)
    slots = living.transpose(0, 2, 1).reshape(trials, floors * blocks)
    owner = np.tile(np.arange(blocks), floors)
    counts = fill_floors(
        slots,
        np.array(form.sizes_m2),
        np.array(form.shares),
        most,
        building=owner,
        most_a_building=form.dwellings_max,
    )
    return counts.reshape(trials, floors, blocks, len(TYPES)).transpose(0, 2, 1, 3)


def _houses(
    form: Form, width: np.ndarray, depth: np.ndarray, floors: int, most: np.ndarray, inside: np.ndarray
) -> np.ndarray:
    """
    Houses by trial, block and type, kept on the ground floor: one a module of frontage.

    Each house has the living area of its module over all its storeys; the first ones have the garages.
    """
    trials, blocks = width.shape
    each = np.floor(np.minimum(width, form.width_max_m) / form.module_m + 1e-9)
    longest = int(each.max(initial=0))
    home = living_areas(form, np.full_like(depth, form.module_m), depth, floors).sum(axis=-1)
    position = np.arange(longest)
    slots = np.where(position < each[..., None], home[..., None], 0.0).reshape(trials, blocks * longest)
    rank = np.cumsum(slots > 0, axis=1)
    slots = np.where((slots > 0) & (rank <= inside[:, None]), slots - form.garage_m2, slots)
    counts = fill_floors(
        slots,
        np.array(form.sizes_m2),
        np.array(form.shares),
        most,
        building=np.repeat(np.arange(blocks), longest),
        most_a_building=form.dwellings_max,
        one_each=True,
    )
    table = np.zeros((trials, blocks, floors, len(TYPES)), dtype=np.int64)
    table[:, :, 0] = counts.reshape(trials, blocks, longest, len(TYPES)).sum(axis=2)
    return table


def _off_mix(form: Form, counts: np.ndarray) -> np.ndarray:
    """Dwellings of each layout that are of another type than the mix asks for; a part of one by rounding."""
    held = counts.sum(axis=(1, 2))
    asked = held.sum(axis=1, keepdims=True) * (np.array(form.shares) / sum(form.shares))
    return np.round(np.abs(held - asked).sum(axis=1) / 2, 6)


def _storeys(counts: np.ndarray, floors: int, form: Form) -> np.ndarray:
    """Storeys that hold dwellings; a house fills all of its own."""
    if form.in_row:
        return np.full(len(counts), floors)
    used = counts.sum(axis=(1, 3)) > 0
    return np.where(used.any(axis=1), floors - np.argmax(used[:, ::-1], axis=1), floors)
