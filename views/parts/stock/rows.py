"""The table under the map: the same rows, with what each figure was measured on; picking one finds it on the map."""

import pandas as pd
import streamlit as st

from views.parts.stock import picks
from views.parts.stock.atlas import Among, values
from views.parts.stock.controls import View
from views.parts.stock.paint import write
from views.shared import cache, selection
from views.shared.i18n import _, ngettext
from views.shared.numbers import number, percent
from views.shared.table import show as show_table

TABLE = "stock_table"


def table(view: View, shown: pd.DataFrame, among: Among, picked: str | None) -> None:
    """Offer the rows of the map as a table, made when it is opened, best known first."""
    rows = values(view.figure, view.level, among)
    label = ngettext("The same {n} row as a table", "The same {n} rows as a table", len(rows))
    drawer = st.expander(
        label.format(n=number(len(rows))),
        icon=":material/table_rows:",
        key=f"{TABLE}-open",
        on_change="rerun",
    )
    if not drawer.open:
        return
    written = written_rows(view, rows, shown, among)
    ordered = written.sort_values("value", ascending=False, na_position="last", kind="stable")
    if picked in ordered.index:
        ordered = pd.concat([ordered.loc[[picked]], ordered.drop(index=picked)])
    st.session_state[f"{TABLE}-keys"] = list(ordered.index)
    st.session_state[f"{TABLE}-level"] = view.level
    with drawer:
        show_table(ordered, columns(view), key=TABLE, on_select=pick)


def written_rows(view: View, rows: pd.DataFrame, shown: pd.DataFrame, among: Among) -> pd.DataFrame:
    """Return the rows as the table lists them: words instead of codes, places and addresses beside."""
    found = rows.assign(value_hidden=rows["hidden"])
    if view.figure.scale == "words":
        found["value"] = rows["value"].map(lambda code: write(view.figure, code), na_action="ignore")
    if view.second is not None and view.level == "residence":
        found["second"] = _second(view, shown)
    if view.second is not None and view.level != "residence":
        found["second"] = values(view.second, view.level, among)["value"].reindex(rows.index)
    if view.level == "residence":
        places = shown.reindex(rows.index)
        found = found.assign(
            address=places["address"], sector_name=places["sector_name"], year_built=places["year_built"]
        )
    return found


def _second(view: View, shown: pd.DataFrame) -> pd.Series:
    """Return the second figure of the area of each residence."""
    area = cache.area_of(view.second_level).reindex(shown.index)
    found = area.map(values(view.second, view.second_level)["value"])
    if view.second.scale == "words":
        return found.map(lambda code: write(view.second, code), na_action="ignore")
    return found


def columns(view: View) -> dict[str, tuple]:
    """Return the columns of the table: title and how a value is written."""
    figure, second = view.figure, view.second
    own = {
        "name": (_("Residence") if view.level == "residence" else _("Name"), None),
        "address": (_("Address"), None),
        "sector_name": (_("Sector"), None),
        "dwellings": (_("Dwellings"), number),
        "year_built": (_("Built"), lambda year: _("unknown") if pd.isna(year) else str(int(year))),
    }
    figures = {
        "value": (_(figure.label), None if figure.scale == "words" else figure.write),
        "n": (_("Measured on ({unit})").format(unit=_(figure.unit)), number),
        "coverage": (_("Coverage"), lambda share: percent(share, 0)),
    }
    if second is not None:
        title = _(second.label) + (" " if second.label == figure.label else "")
        figures["second"] = (title, None if second.scale == "words" else second.write)
    return own | figures


def pick() -> None:
    """Pick the row selected in the table: the map goes there."""
    rows = st.session_state[TABLE]["selection"]["rows"]
    if not rows:
        return
    key, level = st.session_state[f"{TABLE}-keys"][rows[0]], st.session_state[f"{TABLE}-level"]
    if level == "residence":
        selection.select("residence", key, look=True)
    else:
        picks.pick_area(level, key, look=True)
