"""Where PostGIS cannot run, its tests skip and say how to have them; where all is required, they fail."""

import pytest

from tests import fixtures_store


def test_absent_server_skips_with_what_to_install(monkeypatch):
    monkeypatch.delenv("ILOT_REQUIRE_ALL", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"postgresql-15-postgis-3"):
        fixtures_store._absent("no server")


def test_absent_server_fails_where_all_is_required(monkeypatch):
    monkeypatch.setenv("ILOT_REQUIRE_ALL", "1")
    with pytest.raises(pytest.fail.Exception, match=r"postgresql-15-postgis-3"):
        fixtures_store._absent("no server")


@pytest.mark.postgis
def test_server_of_the_tests_is_out_of_the_network(postgis_server):
    with fixtures_store.psycopg.connect(postgis_server.url("postgres")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
