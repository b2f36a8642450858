"""Which tenures meet the share of social dwellings that a plan asks for."""

import math

import pytest

from planning.finance.mix import TENURES, meets
from tests.operations import PARAMETERS


@pytest.mark.parametrize(
    ("tenure", "met"), [("rental", True), ("psla", True), ("brs", True), ("direct", False)]
)
def test_an_ordinary_sale_alone_misses_a_share_of_social_dwellings(tenure, met):
    assert meets(tenure, 0.3, PARAMETERS) is met


def test_every_tenure_meets_a_plan_that_asks_for_none():
    assert all(meets(tenure, 0.0, PARAMETERS) for tenure in TENURES)


def test_what_nobody_has_read_is_neither_met_nor_missed():
    assert meets("direct", math.nan, PARAMETERS) is None
