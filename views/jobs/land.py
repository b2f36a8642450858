"""Land units, and the edges that people set: computed and kept."""

from collections.abc import Callable, Sequence

import pandas as pd

from data.store import Store
from geo.overrides import edge_keys
from planning.land.units import Assembly, LandUnitError, assemble, land_units, suggestions
from planning.publics import FAMILY, require_public
from planning.zoning.rulebook import RuleBookError
from views.jobs import candidates, record, site_sheet
from views.jobs import sites as site_job
from views.jobs.layouts import laid_out, layout_public

Progress = site_job.Progress


def units(
    store: Store,
    *,
    insee_code: str | None = None,
    public: str = FAMILY,
    progress: Progress = lambda done, text: None,
) -> dict:
    """
    Find the land units of a commune, or of all, evaluate them for a public, and write ``land_units``.

    The units kept of a commune are those of the last public asked; each row names it.

    Returns
    -------
    dict
        ``public``, ``units`` by kind, ``gaining`` (how many hold more together than apart), ``gain`` (dwellings).

    Raises
    ------
    LandUnitError
        If the sites were never laid out for that public: there is nothing to compare with.
    """
    parameters = site_job.site_parameters()
    if layout_public(store, require_public(public)) != public:
        raise LandUnitError(
            "the sites are not laid out for {public}: run `sites --public {public}` first", public=public
        )
    found = []
    codes = site_job.communes(store, insee_code)
    for rank, code in enumerate(codes):
        progress(rank / len(codes), "looking for land units")
        block = site_job.read_block(store, insee_code=code)
        apart = laid_out(store, public, parameters)
        frame = land_units(block, parameters, apart, public=public).assign(computed_at=record.moment())
        store.write("land_units", frame, mode="replace", where={"insee_code": code})
        found.append(frame)
    rows = pd.concat(found)
    gaining = rows[rows["gain"] > 0]
    progress(1.0, "done")
    return {
        "public": public,
        "units": {str(kind): int(count) for kind, count in rows["kind"].value_counts().items()},
        "gaining": len(gaining),
        "gain": int(gaining["gain"].sum()),
        "parameters": parameters.hash,
    }


def together(store: Store, parcel_ids: Sequence[str], *, public: str = FAMILY) -> Assembly:
    """Take parcels of the store together as one site for a public (`planning.land.units.assemble`)."""
    parameters = site_job.site_parameters()
    return assemble(_around(store, parcel_ids), parcel_ids, parameters, public=require_public(public))


def partners(store: Store, parcel_id: str, *, public: str = FAMILY) -> pd.DataFrame:
    """Pairs and triples that hold a parcel, with their gain for a public (`planning.land.units.suggestions`)."""
    parameters = site_job.site_parameters()
    return suggestions(_around(store, [parcel_id]), parcel_id, parameters, public=require_public(public))


def make_one(store: Store, parcel_ids: Sequence[str], name: str, who: str | None) -> str:
    """
    Keep parcels taken together as a site of its own, judged like any outline drawn; return its key.

    Raises
    ------
    LandUnitError
        If they cannot be one site (`planning.land.units.assemble`).
    CandidateError
        If the site has no name, or is too small or too large.
    """
    shape = together(store, parcel_ids).explanation.site["geometry"]
    return candidates.keep_drawing(store, shape, name, who)


def set_edge(
    store: Store,
    site_id: str,
    edge_key: str,
    *,
    kind: str | None = None,
    setback_m: float | None = None,
    note: str | None = None,
    made_by: str | None = None,
) -> pd.DataFrame:
    """
    Keep what somebody knows of an edge of a site: its kind, its setback, or both. It lasts until cleared.

    Parameters
    ----------
    edge_key
        As `planning.sites.explain_site` gives it.

    Returns
    -------
    pandas.DataFrame
        What it changed: dwellings ``before`` and ``after``, by form; missing where the form does not fit.

    Raises
    ------
    RuleBookError
        If the site has no such edge, or the setback is not possible.
    """
    known = site_sheet.explain(store, site_id).edges
    if edge_key not in set(edge_keys(known)):
        raise RuleBookError(
            "the site {site_id} has no edge {edge_key!r}: choose it again", site_id=site_id, edge_key=edge_key
        )
    if setback_m is not None and not 0 <= setback_m < 100:
        raise RuleBookError("a setback of {setback_m} m is not possible: give 0 to 100", setback_m=setback_m)
    row = {"parcel_id": site_id, "edge_key": edge_key, "kind": kind, "setback_m": setback_m}
    row |= {"note": note, "made_by": made_by, "made_at": record.moment()}
    told = f"{edge_key}: {kind or 'kind as typed'}, {'zone setback' if setback_m is None else f'{setback_m:g} m'}"

    def write() -> None:
        store.write("edge_overrides", pd.DataFrame([row]))
        record.note(store, made_by, "edge_set", site_id, 1, told)

    return _changed(store, site_id, write)


def clear_edges(store: Store, site_id: str, *, made_by: str | None = None) -> pd.DataFrame:
    """Forget what people set on the edges of a site: they are typed again; return what changed (`set_edge`)."""

    def forget() -> None:
        gone = store.delete("edge_overrides", {"parcel_id": site_id})
        record.note(store, made_by, "edges_cleared", site_id, gone, None)

    return _changed(store, site_id, forget)


def edges_told(store: Store, site_id: str) -> list[dict]:
    """The edges of a site for scripts: ``edge_key``, kind, length, setback (m), confidence, and whether it was set."""
    edges = site_sheet.explain(store, site_id).edges
    mine = set(edges_set(store, site_id)["edge_key"])
    return [
        {
            "edge_key": row.edge_key, "kind": str(row.kind), "length_m": round(float(row.length_m), 2),
            "setback_m": None if pd.isna(row.setback_m) else float(row.setback_m),
            "confidence": round(float(row.confidence), 2), "set": row.edge_key in mine,
        }
        for row in edges.itertuples()
    ]  # fmt: skip


def edges_set(store: Store, site_id: str) -> pd.DataFrame:
    """The edges of a site that people set."""
    return store.read("edge_overrides", where={"parcel_id": site_id}).reset_index()


def _changed(store: Store, site_id: str, change: Callable[[], None]) -> pd.DataFrame:
    """Dwellings by form before and after a change of a site, which is evaluated again, and kept."""
    before = _held(store, site_id)
    with store.transaction():
        change()
        after = _held(store, site_id) if site_sheet.is_drawn(site_id) else site_job.again(store, site_id)
    return pd.DataFrame({"before": before["dwellings"], "after": after["dwellings"]}).astype("Int64")


def _held(store: Store, site_id: str) -> pd.DataFrame:
    """What each form holds on a site, as its rules and edges now are."""
    return site_sheet.explain(store, site_id).results.set_index("form")


def _around(store: Store, parcel_ids: Sequence[str]):
    """The block of the parcels around some of the store."""
    chosen = store.read("parcels", where={"parcel_id": list(parcel_ids)})
    absent = [name for name in parcel_ids if name not in chosen.index]
    if absent:
        raise KeyError(f"no parcel {absent[0]!r} in the store")
    xmin, ymin, xmax, ymax = chosen.total_bounds
    reach = site_job.NEIGHBOURS_M
    return site_job.read_block(store, within=(xmin - reach, ymin - reach, xmax + reach, ymax + reach))
