"""Households without names, and the milestones of relets: each row in a known dwelling, in order, or refused."""

import pandas as pd
import pytest

from data.importers import read_file, run

HOUSEHOLDS = "household_id,dwelling_id,persons,children,couple,holder_age_band,transfer_wish"
TURNOVERS = "turnover_id,dwelling_id,residence_id,notice_on,keys_back_on,lease_start_on"


@pytest.fixture
def lived_in(store):
    residence = {"residence_id": "R1", "name": "A", "dwellings": 2, "location": "none", "source": "test"}
    store.write("residences", pd.DataFrame([residence]))
    dwellings = [{"dwelling_id": f"D{n}", "residence_id": "R1", "source": "test"} for n in (1, 2)]
    store.write("dwellings", pd.DataFrame(dwellings))
    return store


@pytest.fixture
def table(tmp_path):
    def write(header, *rows):
        file = tmp_path / "table.csv"
        file.write_text("\n".join([header, *rows]), encoding="utf-8")
        return file

    return write


def rules(report):
    return [fault["rule"] for fault in report.faults]


def test_households_are_written_by_their_random_key(lived_in, table):
    report = run(
        lived_in, "households", table(HOUSEHOLDS, "Ha,D1,3,1,oui,30-49,non", "Hb,D2,1,0,non,75+,oui")
    )
    kept = lived_in.read("households")
    assert (report.outcome, report.totals["persons"]) == ("accept", 4)
    assert kept["transfer_wish"].tolist() == [False, True]


def test_a_household_nowhere_or_of_children_alone_is_refused(lived_in, table):
    report = run(lived_in, "households", table(HOUSEHOLDS, "Ha,D9,3,1,oui,30-49,non", "Hb,D2,2,2,non,<30,"))
    assert rules(report) == ["unknown_dwelling", "children_over_persons"]


@pytest.mark.parametrize(
    "column",
    [
        "nom",
        "date_naissance",
        "telephone",
        "email",
        "Prénom conjoint",
        "E-mail 2",
        "Tél.",
        "N° Sécu",
        "N° sécurité sociale",
        "First name",
        "Surname",
        "Phone number",
        "Date of birth",
        "SSN",
        "Ressources",
        "Handicap",
        "Nationalité",
        "IBAN",
    ],
)
def test_a_file_of_households_with_a_personal_column_is_refused_whole(table, column):
    report = read_file("households", table(f"{HOUSEHOLDS},{column}", "Ha,D1,3,1,oui,30-49,non,x")).report
    assert rules(report) == ["personal_column"]


def test_a_relet_without_lease_is_counted_as_vacant(lived_in, table):
    rows = ("V1,D1,R1,2025-01-02,2025-02-01,2025-04-01", "V2,D2,R1,,01/03/2025,")
    report = run(lived_in, "turnovers", table(TURNOVERS, *rows))
    assert (report.written, report.totals["still_vacant"]) == (True, 1)
    assert lived_in.read("turnovers")["lease_start_on"].isna().tolist() == [False, True]


def test_trade_of_the_works_is_read_in_french_and_stays_unknown_where_not_told(lived_in, table):
    head = "id_relocation,dwelling_id,residence_id,keys_back_on,corps_d_etat"
    run(lived_in, "turnovers", table(head, "V1,D1,R1,2025-01-01,Plomberie", "V2,D1,R1,2025-06-01,"))
    told = lived_in.read("turnovers")["trade"]
    assert told["V1"] == "plumbing"
    assert told.isna()["V2"]


def test_milestones_out_of_order_are_refused_with_their_dates(lived_in, table):
    report = run(lived_in, "turnovers", table(TURNOVERS, "V1,D1,R1,,2025-02-01,2025-01-01"))
    assert rules(report) == ["milestones_out_of_order"]
    assert "keys_back_on (2025-02-01)" in report.faults[0]["reason"]
