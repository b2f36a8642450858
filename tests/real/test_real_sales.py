"""A real file of sales: its 164 lines are 50 sales, and their price is counted once."""

import numpy as np

from data.importers import run


def test_the_lines_of_a_sale_count_once(store, shared):
    file = shared / "real" / "formats" / "dvf-geolocalise-33001-2021.csv"
    report = run(store, "sales", file)
    assert (report.written, report.rows, report.refused) == (True, 164, 0)
    assert (report.totals["sales"], report.totals["price_eur"]) == (50, 6_893_237)
    assert (store.count("sales"), store.count("sales", {"insee_code": "33001"})) == (50, 50)
    assert not run(store, "sales", file).changes.any


def test_homes_stand_again_beside_each_kind_of_land_and_count_once(store, shared):
    """41 lines are 35 homes: a house beside three kinds of land is one, three flats told once are three."""
    run(store, "sales", shared / "real" / "formats" / "dvf-geolocalise-33001-2021.csv")
    sales = store.read("sales")[["homes", "home_kind", "home_area_m2"]]
    assert sales.loc["2021-547818"].tolist() == [1, "house", 129]
    assert sales.loc["2021-527270"].tolist() == [3, "flat", 147]
    assert sales["homes"].sum() == 35


def test_a_shop_sold_with_its_flat_tells_no_price_by_area(store, tmp_path):
    file = tmp_path / "dvf.csv"
    head = "id_mutation,date_mutation,nature_mutation,valeur_fonciere,id_parcelle,type_local,surface_reelle_bati\n"
    shop = "A,2021-01-06,Vente,300000,330010000B2328,"
    file.write_text(f"{head}{shop}Appartement,50\n{shop}Local industriel. commercial ou assimilé,80\n")
    run(store, "sales", file)
    sale = store.read("sales").loc["A"]
    assert (sale["homes"], sale["home_kind"], np.isnan(sale["home_area_m2"])) == (1, "flat", True)


def test_sales_whose_lines_disagree_on_the_price_are_refused(store, tmp_path):
    file = tmp_path / "dvf.csv"
    file.write_text("id_mutation,date_mutation,valeur_fonciere\nA,2021-01-06,10\nA,2021-01-06,20\n")
    assert {fault["rule"] for fault in run(store, "sales", file).faults} == {"several_prices"}
