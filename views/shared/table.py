"""Tables: the reader's numbers on screen, the real ones underneath, so that sorting stays right."""

from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from views.shared.i18n import _

Column = tuple[str, Callable[[object], str] | None]


def show(
    frame: pd.DataFrame, columns: Mapping[str, Column], *, key: str, on_select: Callable[[], None]
) -> None:
    """
    Show rows of which one can be picked.

    Parameters
    ----------
    columns
        By column of the frame: its title, and how a value is written; None writes text as it is.
    """
    shown = pd.DataFrame(frame[[name for name in columns if name in frame]]).reset_index(drop=True)
    texts = [name for name in shown if columns[name][1] is None]
    shown[texts] = shown[texts].astype("object").where(shown[texts].notna(), _("unknown"))
    written = {columns[name][0]: columns[name][1] for name in shown if columns[name][1]}
    styled = shown.rename(columns={name: columns[name][0] for name in shown}).style.format(written)
    for name in shown:
        hidden = frame.get(f"{name}_hidden")
        if hidden is not None and hidden.any():
            rows = shown.index[hidden.to_numpy(dtype=bool)]
            styled = styled.format(
                lambda _value: _("not shown"), subset=pd.IndexSlice[rows, columns[name][0]]
            )
    st.dataframe(
        styled,
        hide_index=True,
        key=key,
        on_select=on_select,
        selection_mode="single-row",
        height=420,
        row_height=44,
    )
