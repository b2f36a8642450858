"""The invented town holds the figures it was drawn with, its planted truths, and the same bytes each time."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from data.demo import frame
from data.demo.parameters import family, parameter
from data.demo.truths import suits, takes
from geo.insee import occupation_level

ROOT = Path(__file__).resolve().parents[2]
SEEDS = (93048, 7)
TODAY = pd.Timestamp("2026-01-01")
SMALL = (
    "communes",
    "stations",
    "agencies",
    "sectors",
    "residences",
    "turnovers",
    "charges",
    "complaints",
    "parcels",
)


@pytest.fixture(scope="module", params=SEEDS)
def town(request, made):
    return made(request.param)


@pytest.fixture(scope="module")
def homes(town):
    """Each household beside its dwelling."""
    return town.frames["households"].join(town.frames["dwellings"], on="dwelling_id")


def digest(frames) -> str:
    """Return a mark of all values and shapes, table by table."""
    mark = hashlib.sha256()
    for name, table in frames.items():
        plain = table.drop(columns="geometry", errors="ignore")
        mark.update(f"{name} {plain.index.name} {plain.dtypes.to_dict()}".encode())
        mark.update(pd.util.hash_pandas_object(plain).to_numpy().tobytes())
        if "geometry" in table.columns:
            mark.update(b"".join(shapely.to_wkb(table["geometry"].to_numpy(), byte_order=1)))
    return mark.hexdigest()


def share(flags) -> float:
    return float(np.mean(np.asarray(flags, dtype=float)))


# the same each time


def test_same_seed_gives_the_same_bytes_in_another_process(made):
    code = "from data import demo; from tests.property.test_demo import digest; print(digest(demo.frames(7)))"
    env = os.environ | {"PYTHONHASHSEED": "12345", "OMP_NUM_THREADS": "1"}
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True)
    assert run.stdout.strip() == digest(made(7).frames), run.stderr


def test_another_seed_gives_another_town(made):
    first, second = made(93048).frames, made(7).frames
    assert [name for name in SMALL if first[name].equals(second[name])] == ["communes", "stations"]


# the ground


def test_parcels_are_as_many_as_in_the_real_town_and_most_are_of_a_suburb(town):
    area = town.frames["parcels"].area
    assert 13_500 <= len(area) <= 14_500
    assert share(area.between(120, 800)) > 0.8
    assert 220 < area.median() < 400


def test_parcels_do_not_overlap(town):
    shapes = town.frames["parcels"].geometry.to_numpy()
    assert shapely.area(shapes).sum() == pytest.approx(shapely.union_all(shapes).area, rel=1e-7)
    assert shapely.is_valid(shapes).all()


def test_streets_lie_between_parcels(town):
    parcels = shapely.union_all(town.frames["parcels"].geometry.to_numpy())
    axes = town.frames["streets"].geometry.to_numpy()
    assert shapely.length(shapely.intersection(axes, parcels)).sum() < 0.002 * shapely.length(axes).sum()


def test_parcel_numbers_are_cadastral(town):
    parcels = town.frames["parcels"]
    made = [f"{p.insee_code}000{p.section:0>2}{int(p.number):04d}" for p in parcels.itertuples()]
    assert made == list(parcels.index)
    assert parcels.index.is_unique
    assert (parcels["updated"] >= parcels["created"]).all()


def test_every_parcel_lies_in_zones(town):
    zones = shapely.union_all(town.frames["plu_zones"].geometry.to_numpy())
    assert zones.area == pytest.approx(frame.outline().area, rel=1e-6)
    assert set(town.frames["plu_zones"]["height_m"].dropna()) >= {10, 13, 16, 19, 22}


@pytest.mark.parametrize(
    "table", ["parcels", "plu_zones", "plu_prescriptions", "sectors", "iris", "qpv", "streets"]
)
def test_shapes_are_valid_flat_and_not_empty(town, table):
    shapes = town.frames[table].geometry
    assert shapes.crs == "EPSG:2154"
    assert shapes.is_valid.all()
    assert not shapes.is_empty.any()
    assert not shapes.has_z.any()


def test_addresses_are_linked_to_their_parcel(town):
    addresses, parcels = town.frames["addresses"], town.frames["parcels"].geometry
    linked = parcels.loc[addresses["parcel_id"]].to_numpy()
    measured = shapely.distance(addresses.geometry.to_numpy(), linked)
    assert 13_000 <= len(addresses) <= 14_500
    assert addresses["label"].is_unique
    assert (measured <= 25).all()
    assert np.quantile(np.abs(measured - addresses["parcel_distance_m"].to_numpy()), 0.9) < 0.5


# territories


@pytest.mark.parametrize("table", ["sectors", "iris"])
def test_areas_tile_the_town_without_gap_or_overlap(town, table):
    shapes = town.frames[table].geometry.to_numpy()
    whole = shapely.union_all(shapes)
    assert shapely.area(shapes).sum() == pytest.approx(whole.area, rel=1e-9)
    assert whole.symmetric_difference(frame.outline()).within(frame.outline().boundary.buffer(0.02))


def test_every_sector_is_one_piece_of_one_agency(town):
    sectors = town.frames["sectors"]
    assert [len(shape.geoms) for shape in sectors.geometry] == [1] * len(sectors)
    assert set(sectors["agency_id"]) == set(town.frames["agencies"].index)
    assert sectors["agency_id"].value_counts().between(3, 4).all()


def test_every_residence_stands_in_its_one_sector(town):
    residences, sectors = town.frames["residences"], town.frames["sectors"]
    pairs = residences.sjoin(sectors[["geometry"]], predicate="within")
    assert list(pairs.index) == list(residences.index)
    assert (pairs["sector_id_left"] == pairs["sector_id_right"]).all()
    assert (residences["sector_id"].map(sectors["agency_id"]) == residences["agency_id"]).all()


def test_priority_districts_hold_the_wanted_share(town):
    residences, districts = town.frames["residences"], town.frames["qpv"]
    inside = residences.intersects(shapely.union_all(districts.geometry.to_numpy()))
    assert (inside == residences["in_qpv"]).all()
    assert share(town.frames["dwellings"]["in_qpv"]) == pytest.approx(parameter("qpv_share"), abs=0.03)


def test_residences_stand_on_the_landlords_own_land(town):
    owners, parcels = town.frames["owners"], town.frames["parcels"]
    own = parcels[parcels.index.isin(owners.loc[owners["legal_form"] == "OPH", "parcel_id"])]
    assert len(town.frames["residences"].sjoin(own[["geometry"]], predicate="within")) == 154
    assert set(owners["owner_group"]) == {"0", "1", "2", "3", "4", "5", "6", "7", "9"}


# the stock


def test_stock_is_of_the_landlords_size(town):
    residences, dwellings = town.frames["residences"], town.frames["dwellings"]
    assert len(dwellings) == residences["dwellings"].sum() == 11_872
    assert (
        dwellings["residence_id"].value_counts().reindex(residences.index) == residences["dwellings"]
    ).all()
    assert len(residences) == 154
    large = residences["dwellings"] > 250
    assert large.sum() == 14
    assert residences.loc[large, "dwellings"].sum() == pytest.approx(0.52 * 11_872, abs=2)
    assert residences["name"].is_unique


@pytest.mark.parametrize(
    ("column", "wanted", "tolerance"),
    [("room_type", "type", 0.001), ("dpe_class", "dpe", 0.001), ("heating", "heating", 0.02)],
)
def test_shares_of_dwellings_are_those_of_the_parameters(town, column, wanted, tolerance):
    found = town.frames["dwellings"][column].value_counts(normalize=True)
    target = pd.Series(family(wanted)) / 100
    assert (found.reindex(target.index).fillna(0) - target).abs().max() < tolerance


def test_ages_of_the_stock_are_those_of_the_parameters(town):
    year = town.frames["dwellings"]["year_built"]
    for period, percent in family("period").items():
        first, last = (int(y) for y in period.split("-"))
        assert share(year.between(first, last)) == pytest.approx(percent / 100, abs=0.015)


def test_energy_class_is_the_worse_of_the_two_values(town):
    labelled = town.frames["dwellings"].dropna(subset=["dpe_class"])
    worst = np.maximum(
        np.searchsorted([70, 110, 180, 250, 330, 420], labelled["ep_kwh_m2"].astype(float), side="right"),
        np.searchsorted([6, 11, 30, 50, 70, 100], labelled["ghg_kg_m2"].astype(float), side="right"),
    )
    assert (np.array(list("ABCDEFG"))[worst] == labelled["dpe_class"]).all()
    assert share(town.frames["dwellings"]["dpe_class"].isna()) == pytest.approx(0.12, abs=0.001)


def test_areas_and_rents_are_near_the_landlords_means(town):
    dwellings = town.frames["dwellings"]
    assert dwellings["living_area_m2"].mean() == pytest.approx(62.8, abs=0.6)
    assert (dwellings["rent_eur_month"] / dwellings["living_area_m2"]).mean() == pytest.approx(5.9, abs=0.25)


# who lives there


def test_no_dwelling_is_both_occupied_and_vacant(town):
    dwellings, households = town.frames["dwellings"], town.frames["households"]
    assert households["dwelling_id"].is_unique
    assert set(households["dwelling_id"]) == set(dwellings.index[dwellings["let_status"] == "let"])
    empty = dwellings["let_status"].isin(["vacant_offered", "empty_works"])
    assert (dwellings["vacant_since"].notna() == empty).all()


def test_occupation_is_that_of_the_parameters(homes):
    spare = homes["rooms"] - homes["persons"] - homes["visiting_children"]
    level = occupation_level(
        homes["rooms"], homes["rooms_needed"], homes["persons"], homes["living_area_m2"],
        studio_area_m2=25, area_per_person_m2=18,
    )  # fmt: skip
    least = np.array([0, 9, 16, 25, 34, 43, 52, 61, 70])[homes["persons"].clip(upper=8)]
    assert share(spare >= 2) == pytest.approx(0.195, abs=0.005)
    assert share(spare >= 3) == pytest.approx(0.045, abs=0.006)
    assert share(level.str.startswith("overcrowded")) == pytest.approx(0.255, abs=0.015)
    assert share(homes["living_area_m2"] < least) < 0.002
    assert homes["persons"].mean() == pytest.approx(2.59, abs=0.02)


def test_half_of_the_under_occupants_are_elderly(homes):
    elderly = homes["holder_age_band"].isin(["65-74", "75+"])
    assert share(elderly) == pytest.approx(0.24, abs=0.005)
    assert share(elderly[homes["rooms"] >= homes["persons"] + 2]) == pytest.approx(0.5, abs=0.02)


def test_needs_and_adapted_homes_are_those_of_the_parameters(homes):
    assert share(homes["need_level"] == "reachable") == pytest.approx(0.06, abs=0.001)
    assert share(homes["need_level"] == "wheelchair") == pytest.approx(0.015, abs=0.001)
    assert share(homes.loc[homes["adapted"] == "adapted", "need_level"] == "none") == pytest.approx(
        0.35, abs=0.08
    )
    assert share(homes["transfer_wish"]) == pytest.approx(0.12, abs=0.003)


def test_occupancy_counts_are_those_of_the_households(town, homes):
    occupancy = town.frames["occupancy"].set_index("residence_id")
    counted = homes["persons"] + homes["visiting_children"]
    under = (homes["rooms"] >= counted + 2).groupby(homes["residence_id"]).sum()
    assert (occupancy["under_occupied"] == under.reindex(occupancy.index, fill_value=0)).all()
    assert occupancy["occupied"].sum() == len(homes)


# who comes and goes


def test_vacancy_is_that_of_the_department(town):
    dwellings = town.frames["dwellings"]
    market = dwellings["let_status"].isin(["let", "vacant_offered"])
    vacant = dwellings["let_status"] == "vacant_offered"
    long = vacant & ((TODAY - dwellings["vacant_since"]).dt.days > 91)
    assert vacant.sum() / market.sum() == pytest.approx(0.019, abs=0.002)
    assert long.sum() / market.sum() == pytest.approx(0.009, abs=0.0025)


def test_turnovers_give_the_mobility_and_the_vacancy(town):
    turnovers, dwellings = town.frames["turnovers"], town.frames["dwellings"]
    market = dwellings["let_status"].isin(["let", "vacant_offered"]).sum()
    moved_in = turnovers["lease_start_on"].dt.year.value_counts() / market
    still_open = turnovers.loc[turnovers["lease_start_on"].isna(), "dwelling_id"]
    assert moved_in.loc[[2023, 2024, 2025]].to_numpy() == pytest.approx(0.048, abs=0.004)
    assert sorted(still_open) == sorted(dwellings.index[dwellings["let_status"] == "vacant_offered"])


def test_dates_of_a_turnover_follow_each_other(town):
    turnovers = town.frames["turnovers"]
    assert (turnovers["notice_on"] < turnovers["keys_back_on"]).all()
    for earlier, later in (
        ("keys_back_on", "works_ordered_on"), ("works_ordered_on", "works_accepted_on"),
        ("works_accepted_on", "lease_start_on"), ("allocated_on", "lease_start_on"),
    ):  # fmt: skip
        known = turnovers.dropna(subset=[earlier, later])
        assert (known[earlier] <= known[later]).all()
    assert (
        turnovers.drop(
            columns=["dwelling_id", "residence_id", "works_class", "rent_eur_month", "trade"]
        ).max()
        <= TODAY
    ).all()


def test_leases_begin_after_the_building_and_with_the_last_turnover(town, homes):
    assert (homes["lease_start_year"] >= homes["year_built"]).all()
    last = town.frames["turnovers"].groupby("dwelling_id")["lease_start_on"].max().dt.year.dropna()
    moved = homes[homes["dwelling_id"].isin(last.index)]
    assert (moved["lease_start_year"].to_numpy() == last.loc[moved["dwelling_id"]].to_numpy()).all()


# what they ask and pay


def test_requests_are_as_many_as_the_parameters_say(town):
    complaints, let = town.frames["complaints"], len(town.frames["households"])
    assert len(complaints) / let / 3 == pytest.approx(1.2, abs=0.03)
    shares = complaints["category"].value_counts(normalize=True)
    assert (shares - pd.Series(family("category")) / 100).abs().max() < 0.01


def test_requests_have_seasons_delays_and_reopenings(town):
    complaints = town.frames["complaints"]
    month = complaints["opened_at"].dt.month
    heating = complaints["category"] == "heating"
    assert share(month[heating].isin([6, 7, 8])) < 0.08 < share(month[~heating].isin([6, 7, 8]))
    closing = (complaints["closed_at"] - complaints["opened_at"]).groupby(complaints["category"]).median()
    assert closing["lift"] < closing["plumbing"] < closing["tranquillity"] < closing["damp"]
    assert share(complaints["reopened_of"].notna()) == pytest.approx(0.08, abs=0.015)
    origin = complaints.loc[complaints["reopened_of"].dropna()]
    again = complaints.dropna(subset=["reopened_of"])
    assert (again["opened_at"].to_numpy() > origin["closed_at"].to_numpy()).all()
    assert (again["residence_id"].to_numpy() == origin["residence_id"].to_numpy()).all()


def test_dates_of_a_request_follow_each_other_and_make_its_status(town):
    complaints = town.frames["complaints"]
    known = complaints.dropna(subset=["answered_at", "closed_at"])
    assert (known["opened_at"] <= known["answered_at"]).all()
    assert (known["answered_at"] <= known["closed_at"]).all()
    assert (complaints["opened_at"] < TODAY).all()
    assert ((complaints["status"] == "closed") == complaints["closed_at"].notna()).all()


def test_charges_of_the_last_year_are_not_settled_yet(town):
    charges = town.frames["charges"]
    assert (charges["settled_eur_m2_year"].isna() == (charges["year"] == 2025)).all()
    common = charges[(charges["year"] == 2024) & (charges["item"] != "heating")]
    flats = town.frames["residences"].query("kind == 'flats'").index
    total = common.groupby("residence_id")["settled_eur_m2_year"].sum().reindex(flats)
    assert 16 < total.median() < 20


def test_only_residences_with_a_lift_pay_for_one(town):
    charges, residences = town.frames["charges"], town.frames["residences"]
    payers = set(charges.loc[charges["item"] == "lift", "residence_id"])
    assert payers == set(residences.index[residences["has_lift"]])


# planted truths


def test_one_residence_pays_twice_what_its_peers_pay_for_heating(town):
    charges, residences = town.frames["charges"], town.frames["residences"]
    paid = charges[(charges["year"] == 2024) & (charges["item"] == "heating")]
    paid = paid.set_index("residence_id")["settled_eur_m2_year"]
    peers = paid[residences["heating"].reindex(paid.index) == "collective_gas"]
    assert paid.idxmax() == town.truths["abnormal_heating"]
    assert peers.max() > 1.5 * peers.drop(town.truths["abnormal_heating"]).quantile(0.98)


@pytest.mark.parametrize(
    ("truth", "category"), [("lift_cluster", "lift"), ("tranquillity_hot_spot", "tranquillity")]
)
def test_troubles_stand_out_among_residences_of_some_size(town, truth, category):
    complaints, residences = town.frames["complaints"], town.frames["residences"]
    recent = complaints[(complaints["category"] == category) & (complaints["opened_at"] >= "2025-01-01")]
    rate = (
        recent["residence_id"].value_counts().reindex(residences.index, fill_value=0)
        / residences["dwellings"]
    )
    rate = rate[residences["dwellings"] >= 30]
    assert rate.idxmax() == town.truths[truth]
    assert rate.max() > 2.5 * rate.nlargest(2).iloc[1]


def test_one_agency_is_overloaded(town):
    complaints, residences = town.frames["complaints"], town.frames["residences"]
    agency = residences["agency_id"]
    dwellings = residences["dwellings"].groupby(agency).sum()
    requests = complaints["residence_id"].map(agency).value_counts()
    closing = (
        (complaints["closed_at"] - complaints["opened_at"])
        .groupby(complaints["residence_id"].map(agency))
        .median()
    )
    load = dwellings + 0.25 * requests / 3
    assert (
        load.idxmax()
        == closing.idxmax()
        == (requests / dwellings).idxmax()
        == town.truths["overloaded_agency"]
    )


def test_one_site_fails_the_vat_test_by_ten_metres_only(town):
    site = town.frames["parcels"].geometry[town.truths["vat_site"]]
    districts = town.frames["qpv"]
    district = districts.geometry[town.truths["vat_district"]]
    assert districts.at[town.truths["vat_district"], "renewal"]
    assert site.intersects(district.buffer(300))
    assert not site.within(district.buffer(500, quad_segs=64))
    assert site.within(district.buffer(510.1, quad_segs=64))
    assert not any(site.within(d.buffer(300)) for d in districts.geometry)
    assert town.truths["vat_farthest_m"] == pytest.approx(510, abs=0.05)


def test_three_households_can_only_move_in_a_ring(town, homes):
    wishing = homes[homes["transfer_wish"]]
    ring = list(town.truths["exchange_cycle"])
    for one, following in zip(ring, [*ring[1:], ring[0]], strict=True):
        assert takes(homes.loc[one], homes.loc[[following]]).all()
        swaps = takes(homes.loc[one], wishing) & suits(wishing, homes.loc[[one]])
        assert swaps.sum() == 0
