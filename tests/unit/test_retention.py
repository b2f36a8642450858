"""What is private and old is forgotten: counted first, then gone, and told in the audit."""

import pandas as pd
import pytest

import cli
from data.importers import run as import_file
from data.store.errors import StoreError
from views.jobs import retention

TODAY = pd.Timestamp("2026-06-01")
OLD, NEW = pd.Timestamp("2018-01-01"), pd.Timestamp("2026-05-01")


@pytest.fixture
def lived_in(store):
    residence = {"residence_id": "R1", "name": "A", "dwellings": 2, "location": "none", "source": "test"}
    store.write("residences", pd.DataFrame([residence]))
    homes = [{"dwelling_id": f"D{n}", "residence_id": "R1", "source": "test"} for n in (1, 2)]
    store.write("dwellings", pd.DataFrame(homes))
    relets = [
        {
            "turnover_id": f"V{n}",
            "dwelling_id": "D1",
            "residence_id": "R1",
            "keys_back_on": day,
            "lease_start_on": day,
        }
        for n, day in enumerate((OLD, NEW))
    ]
    store.write("turnovers", pd.DataFrame(relets).astype({"lease_start_on": "datetime64[s]"}))
    requests = [
        {"complaint_id": f"C{n}", "residence_id": "R1", "dwelling_id": "D1", "category": "x", "opened_at": day,
         "closed_at": day, "status": "closed"}
        for n, day in enumerate((OLD, NEW))
    ]  # fmt: skip
    store.write("complaints", pd.DataFrame(requests))
    counts = [
        {"residence_id": "R1", "reference_date": day, "occupied": 2}
        for day in (pd.Timestamp("2010-01-01"), NEW)
    ]
    store.write("occupancy", pd.DataFrame(counts))
    return store


def rows(answer) -> dict[str, int]:
    return {rule["name"]: rule["rows"] for rule in answer["forgotten"]}


def test_a_dry_run_counts_and_forgets_nothing(lived_in):
    told = retention.run(lived_in, dry_run=True, today=TODAY)
    assert {"turnovers": 1, "complaint_dwelling": 1, "occupancy": 1}.items() <= rows(told).items()
    assert (lived_in.count("turnovers"), lived_in.count("audit")) == (2, 0)


def test_what_is_too_old_goes_what_is_not_stays_and_the_audit_tells(lived_in):
    tried = retention.run(lived_in, dry_run=True, today=TODAY)
    assert rows(retention.run(lived_in, today=TODAY)) == rows(tried)
    assert list(lived_in.read("turnovers").index) == ["V1"]
    assert lived_in.read("complaints")["dwelling_id"].isna().tolist() == [True, False]
    assert lived_in.count("occupancy") == 1
    assert set(lived_in.read("audit")["object"]) == {"turnovers", "complaint_dwelling", "occupancy"}
    assert not any(rows(retention.run(lived_in, today=TODAY)).values())


def test_households_go_together_once_their_last_file_is_old(lived_in, tmp_path):
    file = tmp_path / "households.csv"
    file.write_text("household_id,dwelling_id,persons\nHa,D1,3\nHb,D2,1\n")
    import_file(lived_in, "households", file)
    assert rows(retention.run(lived_in, dry_run=True))["households"] == 0
    later = pd.Timestamp.now() + pd.DateOffset(months=25)
    assert rows(retention.run(lived_in, today=later))["households"] == 2
    assert lived_in.count("households") == 0


def test_what_would_undo_a_private_import_goes_too(lived_in, tmp_path):
    file = tmp_path / "households.csv"
    file.write_text("household_id,dwelling_id,persons\nHa,D1,3\n")
    import_file(lived_in, "households", file)
    retention.run(lived_in, today=pd.Timestamp.now() + pd.DateOffset(months=7))
    assert lived_in.count("import_steps") == 0


def test_the_months_kept_are_a_setting_and_changing_them_is_audited(lived_in):
    retention.keep(lived_in, "turnovers", 600, who="anna")
    assert retention.months_kept(lived_in)["turnovers"] == 600
    assert rows(retention.run(lived_in, dry_run=True, today=TODAY))["turnovers"] == 0
    assert lived_in.read("audit")[["who", "action", "object"]].values.tolist() == [
        ["anna", "retention_set", "turnovers"]
    ]


@pytest.mark.parametrize(("name", "months"), [("turnovers", 0), ("tenants", 12)])
def test_a_retention_that_cannot_be_is_refused(store, name, months):
    with pytest.raises(StoreError):
        retention.keep(store, name, months)


def test_the_terminal_tells_what_would_be_forgotten(capsys, tmp_path):
    store = str(tmp_path / "store.duckdb")
    assert cli.main(["--store", store, "retention", "--set", "households=12", "--dry-run"]) == 0
    assert "households" in capsys.readouterr().out
