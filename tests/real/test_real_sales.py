"""A real file of sales: its 164 lines are 50 sales, and their price is counted once."""

from data.importers import run


def test_the_lines_of_a_sale_count_once(store, shared):
    file = shared / "real" / "formats" / "dvf-geolocalise-33001-2021.csv"
    report = run(store, "sales", file)
    assert (report.written, report.rows, report.refused) == (True, 164, 0)
    assert (report.totals["sales"], report.totals["price_eur"]) == (50, 6_893_237)
    assert (store.count("sales"), store.count("sales", {"insee_code": "33001"})) == (50, 50)
    assert not run(store, "sales", file).changes.any


def test_sales_whose_lines_disagree_on_the_price_are_refused(store, tmp_path):
    file = tmp_path / "dvf.csv"
    file.write_text("id_mutation,date_mutation,valeur_fonciere\nA,2021-01-06,10\nA,2021-01-06,20\n")
    assert {fault["rule"] for fault in run(store, "sales", file).faults} == {"several_prices"}
