"""What homes sell for around a site: the median by m² of the nearest sales of its kind, or nothing told."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point, box

from data import reference
from geo.crs import WORKING_CRS
from planning.finance import market_price
from planning.parameters import Parameters

P = Parameters.from_frame(reference.load())
SITE = gpd.GeoDataFrame(geometry=[box(0, 0, 20, 20)], index=pd.Index(["A"], name="site_id"), crs=WORKING_CRS)


def sold(*eur_m2: float, **changes) -> gpd.GeoDataFrame:
    """Flats of 50 m² sold at these prices by m², one every 10 m from the site, on 1 March 2026."""
    rows = pd.DataFrame({"price_eur": [50.0 * each for each in eur_m2]}).assign(
        home_area_m2=50.0, home_kind="flat", nature="Vente", sold_on=pd.Timestamp("2026-03-01"), **changes
    )
    return gpd.GeoDataFrame(rows, geometry=[Point(10 * n, 10) for n in range(len(rows))], crs=WORKING_CRS)


def told(sales, form="small_collective") -> tuple[float, int]:
    return tuple(market_price(SITE, sales, form, P).loc["A"])


def test_the_median_of_the_sales_around_is_told():
    assert told(sold(4000, 6000, 5000, 7000, 5500)) == (5500, 5)
    assert told(sold(4000, 6000, 5000, 7000, 5500, 5600)) == (5550, 6)


def test_under_five_sales_nothing_is_told_but_their_number():
    price, count = told(sold(4000, 6000, 5000, 7000))
    assert (np.isnan(price), count) == (True, 4)


def test_without_any_sale_nothing_is_told():
    assert np.isnan(told(None)[0])
    assert told(sold())[1] == 0


def test_houses_tell_of_townhouses_and_flats_of_the_others():
    homes = sold(4000, 4000, 4000, 4000, 4000, 8000, 8000, 8000, 8000, 8000)
    homes["home_kind"] = ["flat"] * 5 + ["house"] * 5
    assert [told(homes, form)[0] for form in ("intermediate", "townhouse")] == [4000, 8000]


@pytest.mark.parametrize(
    "changes",
    [
        {"nature": "Adjudication"},
        {"home_kind": pd.NA},
        {"home_area_m2": np.nan},
        {"price_eur": np.nan},
        {"price_eur": 1.0},
        {"sold_on": pd.Timestamp("2021-02-28")},
    ],
)
def test_what_is_no_price_of_a_home_is_left_out(changes):
    sales = sold(4000, 6000, 5000, 7000, 5500, 9000)
    for name, value in changes.items():
        sales.loc[5, name] = value
    assert told(sales) == (5500, 5)


def test_a_sale_farther_than_a_kilometre_does_not_count():
    sales = sold(4000, 6000, 5000, 7000, 5500)
    sales.loc[4, "geometry"] = Point(2000, 10)
    assert told(sales)[1] == 4


def test_of_many_sales_the_nearest_fifty_count():
    assert told(sold(*[5000] * 50, *[9000] * 50)) == (5000, 50)


def test_the_years_are_counted_from_the_last_sale_known_anywhere():
    sales = sold(4000, 6000, 5000, 7000, 5500)
    assert (
        market_price(SITE, sales, "intermediate", P, until=pd.Timestamp("2031-03-02")).loc["A", "sales"] == 0
    )
