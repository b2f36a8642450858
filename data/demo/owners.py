"""Invented owners of parcels, legal persons only, in the groups of the land-tax file (MAJIC)."""

import numpy as np
import pandas as pd
import shapely

from data.demo.chance import stream
from data.demo.land import Land


def invented_siren(number: int) -> str:
    """Return nine figures that fail the check of real SIREN numbers: no company has them."""
    head = f"{90_000_000 + number:08d}"
    doubled = [int(c) * (2 if place % 2 else 1) for place, c in enumerate(head)]
    total = sum(d - 9 if d > 9 else d for d in doubled)
    return head + str((15 - total % 10) % 10)


# siren, name, group, legal form
LANDLORD = (invented_siren(1), "OPH de la ville inventée", "5", "OPH")
COMMUNE = (invented_siren(2), "Commune inventée", "4", "COM")
OTHERS = {
    "other_landlord": (invented_siren(3), "HLM Les Toits du Levant", "5", "SA HLM"),
    "mixed": (invented_siren(4), "SEM d'aménagement du Plateau", "6", "SEM"),
    "state": (invented_siren(5), "État", "1", "ETAT"),
    "region": (invented_siren(6), "Région", "2", "REG"),
    "department": (invented_siren(7), "Département", "3", "DEP"),
    "land_agency": (invented_siren(8), "Établissement public foncier inventé", "9", "EPF"),
    "hospital": (invented_siren(9), "Hôpital intercommunal inventé", "9", "EPS"),
}
COMMUNAL_USES = ("park", "wood", "garden", "cemetery", "sport", "school", "public")
OWN_SPARE_PLOTS, COMMUNAL_PLOTS, AGENCY_PLOTS, COMPANY_PLOTS, MIXED_PLOTS = 42, 130, 55, 620, 18


def owners(land: Land, own: pd.Index, seed: int) -> pd.DataFrame:
    """
    Return who owns what, keyed by parcel, SIREN and right; parcels of natural persons have no row.

    Parameters
    ----------
    own
        Parcels on which the landlord's residences stand, and its own spare plots.
    """
    rng, facts = stream(seed, "owners"), land.facts
    taken, rows = set(), []

    def give(parcels, owner: tuple[str, str, str, str]) -> None:
        free = [parcel for parcel in parcels if parcel not in taken]
        taken.update(free)
        rows.extend((parcel, owner[0], "P", *owner[1:]) for parcel in free)

    give(own, LANDLORD)
    schools = facts.index[facts["use"] == "school"]
    give(schools[:3], OTHERS["department"])
    give(schools[3:5], OTHERS["region"])
    give(facts.index[facts["use"] == "public"][1:], OTHERS["hospital"])
    give(facts.index[facts["use"].isin(COMMUNAL_USES)], COMMUNE)
    give(facts.index[facts["use"] == "orchard"][::2], COMMUNE)
    collective = rng.permutation(facts.index[facts["use"] == "collective"])
    give(collective[: len(collective) * 2 // 5], OTHERS["other_landlord"])
    for rank, parcel in enumerate(collective[len(collective) * 2 // 5 :]):
        give([parcel], (invented_siren(1_000 + rank), f"Copropriété inventée n° {rank + 1}", "7", "COPRO"))
    plots = rng.permutation(facts.index[facts["use"] == "plots"])
    cuts = np.cumsum([COMMUNAL_PLOTS, AGENCY_PLOTS, MIXED_PLOTS, 6])
    give(plots[: cuts[0]], COMMUNE)
    give(plots[cuts[0] : cuts[1]], OTHERS["land_agency"])
    give(plots[cuts[1] : cuts[2]], OTHERS["mixed"])
    give(plots[cuts[2] : cuts[3]], OTHERS["state"])
    firms = [
        *facts.index[facts["use"].isin(["activity", "workshop"])],
        *plots[cuts[3] : cuts[3] + COMPANY_PLOTS],
    ]
    for rank, parcel in enumerate(firms):
        give(
            [parcel],
            (
                invented_siren(2_000 + rank),
                f"Société inventée n° {rank + 1}",
                "0",
                "SCI" if rank % 3 else "SARL",
            ),
        )
    table = pd.DataFrame(rows, columns=["parcel_id", "siren", "rights", "name", "owner_group", "legal_form"])
    table["area_m2"] = land.parcels["area_m2"].reindex(table["parcel_id"]).to_numpy()
    return table.sort_values(["parcel_id", "siren", "rights"]).reset_index(drop=True)


def spare_plots(land: Land, estates: np.ndarray, taken: pd.Index, seed: int) -> pd.Index:
    """Return the landlord's spare plots: garages and small car parks beside its estates."""
    rng = stream(seed, "spare plots")
    plots = land.parcels[(land.facts["use"] == "plots") & land.parcels.area.between(420, 2200)]
    plots = plots[~plots.index.isin(taken)]
    distance = shapely.distance(plots.geometry.to_numpy(), shapely.union_all(estates))
    score = distance + rng.uniform(0, 160, len(plots))
    return plots.index[np.argsort(score, kind="stable")[:OWN_SPARE_PLOTS]]
