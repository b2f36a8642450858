"""The table of residences with every figure as XLSX, and the same as a GeoPackage that QGIS opens coloured."""

import geopandas as gpd
import pandas as pd

from views.jobs import geopackage
from views.jobs.export import workbook
from views.parts.cards import frames
from views.parts.stock.atlas import values
from views.parts.stock.catalogue import FIGURES
from views.parts.stock.figures import FAMILIES, Figure
from views.parts.stock.paint import Style, colours_of
from views.shared import cache
from views.shared.classes import bounds_of, classify, extent
from views.shared.i18n import _
from views.shared.numbers import day
from views.shared.palette import GROUND

PLAIN = ("name", "address", "sector_name", "agency_name", "dwellings", "year_built", "heating", "in_qpv")


def _figures() -> list[Figure]:
    return [figure for family in frames.FAMILIES_SHOWN for figure in frames.of_family(family)]


def table(residences: pd.DataFrame) -> pd.DataFrame:
    """
    Return residences with every figure as it may be told, by the column names of the store.

    ``<column>_n`` is what it was measured on, ``<column>_coverage`` the share known, ``<column>_hidden`` true
    where it is known and may not be told.
    """
    found = frames.table("residence").reindex(residences.index)
    columns = {name: residences[name] for name in PLAIN if name in residences}
    for figure in _figures():
        if figure.column not in found:
            continue
        columns[figure.column] = found[figure.column]
        hidden = found.get(f"{figure.stem}_hidden")
        for what in ("n", "coverage"):
            beside = found.get(f"{figure.stem}_{what}")
            if beside is not None:
                columns[f"{figure.column}_{what}"] = beside.where(found[figure.column].notna())
        if hidden is not None and hidden.fillna(False).any():
            columns[f"{figure.column}_hidden"] = (
                hidden.fillna(False).astype(bool) & found[figure.column].isna()
            )
    made = pd.DataFrame(columns, index=residences.index).rename_axis("residence_id")
    texts = [name for name in made if not pd.api.types.is_numeric_dtype(made[name])]
    return made.assign(
        **{name: made[name].astype("object").where(made[name].notna(), None) for name in texts}
    )


def definitions() -> pd.DataFrame:
    """Return what each column of figures is: family, words, definition, source, what it is measured on."""
    on = cache.reference_date()
    return pd.DataFrame(
        [
            {
                _("Column"): figure.column,
                _("Family"): _(FAMILIES[figure.family]),
                _("Figure"): _(figure.label),
                _("Definition"): _(figure.definition),
                _("Source"): _(figure.source),
                _("Measured on"): _(figure.unit),
                _("Situation"): day(on),
            }
            for figure in _figures()
        ]
    )


def xlsx(residences: pd.DataFrame) -> bytes:
    """Return the table and the definitions of its columns as one workbook."""
    return workbook({_("Residences"): table(residences), _("Definitions"): definitions()})


def gpkg(residences: gpd.GeoDataFrame, figure: Figure, sectors: gpd.GeoDataFrame) -> bytes:
    """Return residences, coloured by a figure, and sectors as a GeoPackage with their styles."""
    points = gpd.GeoDataFrame(table(residences), geometry=residences.geometry, crs=residences.crs)
    located = points[points.geometry.notna()]
    drawn = sectors[sectors.geometry.notna()]
    layers = {"residences": located, "sectors": drawn[["name", "agency_id", "geometry"]]}
    ink = GROUND["light"]["ink"]
    styles = {
        "residences": geopackage.graduated(figure.column, classes(figure), size_by="dwellings"),
        "sectors": geopackage.outlined(ink),
    }
    return geopackage.geopackage(layers, styles)


def classes(figure: Figure) -> list[tuple[float, float, str, str]]:
    """Return the classes of a figure as on the map: bounds, colour, words."""
    whole = values(FIGURES[figure.key], "residence")["value"]
    bounds = bounds_of(whole)
    ramp, of = colours_of(figure, bounds, Style(), "light"), classify(whole, bounds)
    found = []
    for rank, colour in enumerate(ramp):
        low, high = extent(whole, of, bounds, rank)
        words = figure.write(low) if low == high else f"{figure.write(low)} – {figure.write(high)}"
        found.append((float(bounds[rank]), float(bounds[rank + 1]), colour, words))
    return found
