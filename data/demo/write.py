"""Writing the invented town in a store, in one transaction."""

from collections.abc import Callable

import pandas as pd

from data.demo import frame
from data.demo.owners import LANDLORD
from data.demo.town import DEFAULT_SEED, ORDER, make, silent

RESULTS = ("site_results", "site_envelopes", "sites")


def frames(seed: int = DEFAULT_SEED) -> dict[str, pd.DataFrame]:
    """Return every table of the invented town, by table name, in an order that respects references."""
    return make(seed).frames


def planted(seed: int = DEFAULT_SEED) -> dict:
    """
    Return what is planted in the town of that seed.

    Keys: ``abnormal_heating``, ``lift_cluster`` (residences), ``lift_building``, ``lift_requests``,
    ``tranquillity_hot_spot`` (residence), ``tranquillity_requests``, ``overloaded_agency``, ``vat_site``
    (parcel), ``vat_district`` (renewal district), ``vat_nearest_m``, ``vat_farthest_m``, ``exchange_cycle``
    (three households, each of whom takes the home of the next).
    """
    return make(seed).truths


def build(
    store, *, seed: int = DEFAULT_SEED, progress: Callable[[float, str], None] = silent
) -> dict[str, int]:
    """
    Replace what the store holds by the invented town, and say in the settings that it is invented.

    Returns
    -------
    dict
        Rows written, by table.
    """
    town = make(seed, progress=lambda done, text: progress(0.6 * done, text))
    counts = {}
    with store.transaction():
        for table in (*RESULTS, *reversed(ORDER)):
            store.delete(table, None)
        for rank, table in enumerate(ORDER):
            progress(0.6 + 0.4 * rank / len(ORDER), table)
            store.write(table, town.frames[table], mode="append")
            counts[table] = len(town.frames[table])
        for name, value in settings(seed).items():
            store.set_setting(name, value)
    progress(1.0, "done")
    return counts


def settings(seed: int) -> dict[str, str]:
    """Return the settings that go with the invented town."""
    return {
        "town": frame.TOWN,
        "invented": "yes",
        "seed": str(seed),
        "reference_date": f"{frame.REFERENCE_DATE:%Y-%m-%d}",
        "insee_code": frame.INSEE_CODE,
        "own_sirens": LANDLORD[0],
    }
