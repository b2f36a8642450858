"""Certificates (DPE) given to dwellings by address: one's own first, then the building's, never further."""

import pandas as pd
import pytest

from geo.certificates import address_key, in_force, labels_by_address

ON = "2026-01-01"


def dwellings(*rows) -> pd.DataFrame:
    """Dwellings of (address, living area, class, source of the class)."""
    frame = pd.DataFrame(
        rows, columns=["address", "living_area_m2", "dpe_class", "dpe_source"], dtype="object"
    )
    frame.index = pd.Index([f"D{rank}" for rank in range(1, len(rows) + 1)], name="dwelling_id")
    empty = dict.fromkeys(("dpe_date", "ep_kwh_m2", "ghg_kg_m2", "elec_share"))
    return frame.assign(insee_code="93048", living_area_m2=frame["living_area_m2"].astype(float), **empty)


def certificates(*rows) -> pd.DataFrame:
    """Certificates of (address, kind, living area, class, day)."""
    frame = pd.DataFrame(rows, columns=["address", "kind", "living_area_m2", "dpe_class", "established_on"])
    frame.index = pd.Index([f"C{rank}" for rank in range(1, len(rows) + 1)], name="dpe_id")
    more = {
        "insee_code": "93048",
        "replaced": False,
        "valid_until": pd.NaT,
        "ep_kwh_m2": 210.0,
        "ghg_kg_m2": 40.0,
    }
    return frame.assign(established_on=pd.to_datetime(frame["established_on"]), **more)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("012 BIS  R DE LA LIBERTÉ", "12 B RUE LIBERTE"),
        ("12bis rue de la Liberté 93100 Montreuil", "12 B RUE LIBERTE"),
        ("2 Bd du Puits", "2 BOULEVARD PUITS"),
        ("8 place du 8 mai 1945 75010 Paris", "8 PLACE 8 MAI 1945"),
        ("rue Molière", None),
        ("1-3 rue Molière", None),
    ],
)
def test_an_address_is_folded_as_registers_and_certificates_write_it(typed, folded):
    assert address_key(typed) == folded


def test_a_flats_own_certificate_goes_before_that_of_its_building():
    homes = dwellings(("1 rue A", 52.3, None, None), ("1 rue A", 60, None, None))
    found = labels_by_address(
        homes,
        certificates(
            ("1 Rue A 93100 Montreuil", "flat", 52.0, "F", "2023-01-01"),
            ("1 Rue A", "building", 900, "D", "2022-01-01"),
        ),
        on=ON,
    )
    assert found[["dpe_class", "dpe_source"]].to_numpy().tolist() == [["F", "flat"], ["D", "building"]]


def test_two_flats_of_one_size_share_no_certificate_of_one():
    homes = dwellings(("1 rue A", 52, None, None), ("1 rue A", 52, None, None))
    found = labels_by_address(homes, certificates(("1 rue A", "flat", 52, "F", "2023-01-01")), on=ON)
    assert found["dpe_class"].isna().all()


def test_the_landlords_own_label_stands():
    found = labels_by_address(
        dwellings(("1 rue A", 52, "C", None)),
        certificates(("1 rue A", "building", 900, "G", "2023-01-01")),
        on=ON,
    )
    assert found.loc["D1", "dpe_class"] == "C"
    assert pd.isna(found.loc["D1", "dpe_source"])


def test_a_label_once_given_is_taken_back_when_its_certificate_has_gone():
    found = labels_by_address(
        dwellings(("1 rue A", 52, "G", "building")),
        certificates(("2 rue A", "building", 900, "G", "2023-01-01")),
        on=ON,
    )
    assert found.loc["D1"].isna().all()


def test_of_several_certificates_of_a_building_the_latest_in_force_speaks():
    papers = certificates(
        ("1 rue A", "building", 900, "G", "2022-01-01"),
        ("1 rue A", "building", 900, "E", "2024-01-01"),
        ("1 rue A", "building", 900, "B", "2024-06-01"),
        ("1 rue A", "building", 900, "A", "2027-01-01"),
    )
    papers.loc["C3", "replaced"] = True
    assert labels_by_address(dwellings(("1 rue A", 52, None, None)), papers, on=ON)["dpe_class"].tolist() == [
        "E"
    ]
    papers["valid_until"] = pd.Timestamp("2025-12-31")
    assert in_force(papers, ON).empty
