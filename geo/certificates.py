"""Energy certificates (DPE) given to dwellings that have no label of their own, by address; never guessed further."""

import re

import numpy as np
import pandas as pd

from geo.energy import CLASSES
from geo.periods import Day
from geo.rates import require_columns
from geo.words import unaccented

GIVEN = ["dpe_class", "dpe_date", "ep_kwh_m2", "ghg_kg_m2", "elec_share"]
WORDS = {
    "ALL": "ALLEE", "AV": "AVENUE", "AVE": "AVENUE", "BD": "BOULEVARD", "BLD": "BOULEVARD", "BVD": "BOULEVARD",
    "CHE": "CHEMIN", "CHEM": "CHEMIN", "CRS": "COURS", "DR": "DOCTEUR", "GAL": "GENERAL", "GEN": "GENERAL",
    "IMP": "IMPASSE", "MAL": "MARECHAL", "PAS": "PASSAGE", "PASS": "PASSAGE", "PDT": "PRESIDENT", "PL": "PLACE",
    "PROF": "PROFESSEUR", "R": "RUE", "RES": "RESIDENCE", "RTE": "ROUTE", "SQ": "SQUARE", "ST": "SAINT",
    "STE": "SAINTE",
}  # fmt: skip
SMALL = {"A", "AU", "AUX", "D", "DE", "DES", "DU", "ET", "L", "LA", "LE", "LES"}
_SUFFIXES = {"BIS": "B", "TER": "T", "QUATER": "Q", "B": "B", "T": "T", "Q": "Q", "C": "C"}
_NUMBERED = re.compile(r"^0*(\d{1,4})([A-Z]?) (.+)$")
_TOWN = re.compile(r" \d{5}( .*)?$")


def address_key(text: str) -> str | None:
    """
    Fold an address that opens with one number; None where it does not.

    >>> address_key("012 BIS  R DE LA LIBERTE"), address_key("12bis rue de la Liberté 93100 Montreuil")
    ('12 B RUE LIBERTE', '12 B RUE LIBERTE')
    """
    plain = unaccented(text).upper()
    plain = _TOWN.sub(
        "", " ".join(re.sub(r"[^A-Z0-9]+", " ", re.sub(r"(?<=\d)(BIS|TER)\b", r" \1", plain)).split())
    )
    found = _NUMBERED.match(plain)
    if found is None:
        return None
    number, suffix, words = found[1], found[2], found[3].split()
    if not suffix and words[0] in _SUFFIXES and len(words) > 1:
        suffix = _SUFFIXES[words.pop(0)]
    if words[0].isdigit():  # "1-3 rue X": several numbers
        return None
    street = [WORDS.get(word, word) for word in words if word not in SMALL]
    return " ".join(part for part in (number, suffix, *street) if part) if street else None


def in_force(certificates: pd.DataFrame, on: Day) -> pd.DataFrame:
    """Certificates with a class that no other replaces, made by a day and not past it."""
    day = pd.Timestamp(on)
    made, until = pd.to_datetime(certificates["established_on"]), pd.to_datetime(certificates["valid_until"])
    good = certificates["dpe_class"].isin(CLASSES) & ~certificates["replaced"].fillna(False).astype(bool)
    return certificates[good & ~(made > day) & ~(until < day)]


def labels_by_address(dwellings: pd.DataFrame, certificates: pd.DataFrame, *, on: Day) -> pd.DataFrame:
    """
    Label the dwellings that have no label of their own from the certificates at their address.

    A flat's or a house's certificate goes to the one unlabelled dwelling of that address and living area (in whole
    square metres), where both are alone in it; else the latest certificate of the building goes to each dwelling
    of its address. A certificate's share of electricity is not known.

    Parameters
    ----------
    dwellings
        By ``dwelling_id``: ``insee_code``, ``address`` (number and street), ``living_area_m2``, and what a label is
        (`GIVEN`), ``dpe_source``: missing for a label of the landlord's own file.
    certificates
        By ``dpe_id``: the table ``dpe`` of the store.

    Returns
    -------
    pandas.DataFrame
        By dwelling, `GIVEN` and ``dpe_source``: ``flat`` or ``building`` where a certificate speaks, missing where
        the landlord's own label stands, or where there is none. A certificate given earlier that no longer
        holds is taken back.
    """
    require_columns(dwellings, ["insee_code", "address", "living_area_m2", "dpe_source", *GIVEN], "dwellings")
    given = dwellings["dpe_source"].notna()
    labels = dwellings[[*GIVEN, "dpe_source"]].copy()
    labels.loc[given, labels.columns] = None
    bare = dwellings[labels["dpe_class"].isna()]
    valid = in_force(certificates, on).sort_values("established_on", na_position="first", kind="stable")
    place, at = _places(bare["insee_code"], bare["address"]), _places(valid["insee_code"], valid["address"])
    valid = valid.assign(place=at)[at.notna()]
    building = valid["kind"].eq("building")
    flats = _alone(valid[~building], valid.loc[~building, "place"])
    homes = _alone(bare, place)
    flat = homes.map(pd.Series(flats.index, index=flats.to_numpy()))
    last = valid[building].drop_duplicates("place", keep="last")
    whole = place.map(pd.Series(last.index, index=last["place"].to_numpy()))
    for source, number in (("building", whole), ("flat", flat.reindex(bare.index))):
        rows = number.index[number.notna()]
        chosen = certificates.loc[number[rows]]
        for name, column in zip(
            GIVEN[:4], ("dpe_class", "established_on", "ep_kwh_m2", "ghg_kg_m2"), strict=True
        ):
            labels.loc[rows, name] = chosen[column].to_numpy()
        labels.loc[rows, "dpe_source"] = source
    return labels


def _places(insee: pd.Series, addresses: pd.Series) -> pd.Series:
    """Commune and folded address; missing where either is."""
    folded = addresses.map({text: address_key(text) for text in addresses.dropna().unique()})
    return (insee.astype("object") + "|" + folded.astype("object")).where(insee.notna() & folded.notna())


def _alone(rows: pd.DataFrame, place: pd.Series) -> pd.Series:
    """Place and living area in whole m² of the rows that are alone in theirs, by row."""
    area = np.rint(rows["living_area_m2"].to_numpy(dtype=float, na_value=np.nan))
    known = place.notna().to_numpy() & np.isfinite(area)
    keys = pd.Series(place.to_numpy(dtype=object)[known], index=rows.index[known]) + pd.Series(
        [f"|{value:.0f}" for value in area[known]], index=rows.index[known], dtype="object"
    )
    return keys[~keys.duplicated(keep=False)]
