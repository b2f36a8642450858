"""Every code that the engine gives has its words on the screen."""

from planning.capacity.forms import REASONS
from views.shared import codes


def test_every_reason_of_the_site_engine_has_a_sentence():
    assert set(REASONS) - set(codes.REASONS) == set()
