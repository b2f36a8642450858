"""Identifiers keep their zeros, their letters and one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import ids

KINDS = (
    ids.department,
    ids.insee_code,
    ids.postcode,
    ids.section,
    ids.parcel_id,
    ids.siren,
    ids.iris,
    ids.qpv,
    ids.ban_id,
    ids.rnb_id,
    ids.interchange,
    ids.landlord_id,
)

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
INSEE = st.one_of(
    st.from_regex(r"(0[1-9]|[1-8][0-9]|9[0-5])[0-9]{3}", fullmatch=True),
    st.from_regex(r"2[AB][0-9]{3}", fullmatch=True),
).filter(lambda code: code != "99999")


@pytest.mark.parametrize(
    ("normalise", "typed", "published"),
    [
        (ids.insee_code, "6029", "06029"),
        (ids.insee_code, "93048.0", "93048"),
        (ids.insee_code, "930010", "93010"),
        (ids.insee_code, "2a004", "2A004"),
        (ids.department, "6", "06"),
        (ids.postcode, " 6150", "06150"),
        (ids.section, " A", "0A"),
        (ids.section, "A", "0A"),
        (ids.section, "0A", "0A"),
        (ids.section, "AB", "AB"),
        (ids.parcel_id, "93048000 A0002", "930480000A0002"),
        (ids.parcel_id, "6029000AB0012", "06029000AB0012"),
        (ids.siren, "488 777 160", "488777160"),
        (ids.siren, "u23691569", "U23691569"),
        (ids.iris, "60290203", "060290203"),
        (ids.qpv, "qp093012", "QP093012"),
        (ids.ban_id, "93010_I7XF1O_00001_BIS", "93010_i7xf1o_00001_bis"),
        (ids.rnb_id, "qbae-6ltx-4321".replace("l", "m"), "QBAE6MTX4321"),
        (ids.interchange, "71167.0", "71167"),
        (ids.landlord_id, "R001\u00a0", "R001"),
        (ids.landlord_id, "0001", "0001"),
    ],
)
def test_each_kind_has_one_spelling(normalise, typed, published):
    assert normalise(typed) == published


@pytest.mark.parametrize(
    ("normalise", "typed"),
    [
        (ids.insee_code, "99999"),
        (ids.insee_code, "Bondy"),
        (ids.rnb_id, "OILU12345678"),
        (ids.landlord_id, "R002'); DROP TABLE residence;--"),
        (ids.landlord_id, ""),
        (ids.parcel_id, "93048"),
        (ids.siren, "12345"),
    ],
)
def test_what_is_no_identifier_is_refused(normalise, typed):
    with pytest.raises(ids.IdError, match="expected"):
        normalise(typed)


@given(st.sampled_from(KINDS), st.text(max_size=20))
def test_any_text_is_normalised_or_refused_and_a_normal_form_stays(normalise, text):
    try:
        once = normalise(text)
    except ids.IdError:
        return
    assert normalise(once) == once


@given(
    INSEE,
    st.text(DIGITS, min_size=3, max_size=3),
    st.text(LETTERS, min_size=1, max_size=2),
    st.integers(0, 9999),
)
def test_a_parcel_built_from_its_columns_is_the_parcel_written_whole(insee, prefix, letters, number):
    built = ids.parcel_id_from(insee, prefix, letters, str(number))
    assert len(built) == 14
    assert ids.parcel_id(f"{insee}{prefix}{letters.rjust(2)}{number:04d}") == built


@given(INSEE)
def test_a_lost_zero_is_restored(insee):
    assert ids.insee_code(insee.lstrip("0") if insee[1] != "0" else insee) == insee


def test_arrondissements_belong_to_their_commune():
    assert [ids.commune_of(code) for code in ("75111", "69383", "13208", "93048")] == [
        "75056",
        "69123",
        "13055",
        "93048",
    ]
