"""The public file of certificates (DPE) reaches the labels of the dwellings, counted, and goes again when undone."""

import pytest

from data.importers import Options, run, undo
from views.jobs import indicators

REGISTER = "DEPCOM;CODEPOSTAL;NUMVOIE;TYPVOIE;NOMVOIE;NUMAPPT;ETAGE;NBPIECE;SURFHAB;DPEENERGIE\n"
HOME = "93048;93100;{number};RUE;MOLIERE;{flat};01;3;{area};{label}\n"
HOMES = [(1, 1, 59, "C"), (1, 2, 60, ""), (1, 3, 61, ""), (9, 4, 62, "")]
DPE = (
    "numero_dpe,date_etablissement_dpe,date_fin_validite_dpe,type_batiment,etiquette_dpe,conso_5_usages_par_m2_ep,"
    "emission_ges_5_usages_par_m2,surface_habitable_logement,adresse_ban,code_insee_ban\n"
    "2193E1,2021-08-02,2031-08-01,immeuble,E,301,40,,1 Rue Molière 93100 Montreuil,93048\n"
    "2193E2,2023-08-02,2033-08-01,appartement,D,210,30,61.2,1 Rue Molière 93100 Montreuil,93048\n"
)


@pytest.fixture
def files(tmp_path):
    register, papers = tmp_path / "rpls.csv", tmp_path / "dpe.csv"
    rows = [HOME.format(number=n, flat=f, area=a, label=d) for n, f, a, d in HOMES]
    register.write_text(REGISTER + "".join(rows), encoding="utf-8")
    papers.write_text(DPE, encoding="utf-8")
    return register, papers


def labels(store) -> list[tuple]:
    """Class and its source, by living area."""
    rows = store.read("dwellings", columns=["living_area_m2", "dpe_class", "dpe_source"]).sort_values(
        "living_area_m2"
    )
    return list(rows[["dpe_class", "dpe_source"]].fillna("-").itertuples(index=False, name=None))


AFTER = [("C", "-"), ("E", "building"), ("D", "flat"), ("-", "-")]


@pytest.mark.parametrize("order", ["register first", "certificates first"])
def test_certificates_label_the_dwellings_at_their_address_whichever_comes_first(store, files, order):
    register, papers = files
    kinds = [("rpls", register), ("dpe", papers)]
    for kind, file in kinds if order == "register first" else kinds[::-1]:
        report = run(store, kind, file)
    assert labels(store) == AFTER
    told = next(note for note in report.notes if note["rule"] == "labelled")["params"]
    assert told == {"dwellings": 4, "file": 1, "flat": 1, "building": 1, "without": 1}


def test_the_atlas_counts_the_labels_that_certificates_gave(store, files):
    for kind, file in zip(("rpls", "dpe"), files, strict=True):
        run(store, kind, file)
    row = indicators.run(store, by="stock", on="2026-01-01").iloc[0]
    assert (row["labelled"], row["dpe_E"], row["dpe_D"], row["dpe_none"]) == (3, 1, 1, 1)


def test_the_same_certificates_again_change_nothing_and_an_undo_takes_their_labels_back(store, files):
    run(store, "rpls", files[0])
    run(store, "dpe", files[1])
    assert not run(store, "dpe", files[1]).changes.any
    assert undo(store, kind="dpe").written
    assert labels(store) == [("C", "-"), ("-", "-"), ("-", "-"), ("-", "-")]


def test_a_register_read_by_blocks_is_labelled_too(store, files):
    run(store, "dpe", files[1])
    run(store, "rpls", files[0], options=Options(stream_mb=0, block_mb=6e-4))
    assert labels(store) == AFTER
