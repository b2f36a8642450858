"""Map layers: opened in a child process under limits, come back as tables of text with shapes."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from data.importers import vector_helper
from data.importers.findings import FileRefused, Finding
from data.importers.sniff import Limits
from data.importers.table import Table, require_columns
from data.schemas import Layout


def read_vector(
    files: Sequence[Path],
    kind_of_file: str,
    layouts: Sequence[Layout],
    limits: Limits,
    workspace: Path,
    *,
    layer: str | None,
    several: bool,
) -> tuple[list[tuple[Table, Layout]], list[str]]:
    """
    Read the layers that fit the layouts; return them with their layouts, and the names of the layers left out.

    Raises
    ------
    FileRefused
        If the file cannot be opened within the limits, or no layer or too many fit.
    """
    answer = _ask_child(files, kind_of_file, layouts, limits, workspace, layer, several)
    if "rule" in answer:
        raise FileRefused(answer["rule"], **answer["params"])
    if answer["problem"]:
        _explain(answer, layouts, layer)
    by_name = {layout.name: layout for layout in layouts}
    tables = []
    for rank, told in enumerate(answer["layers"]):
        require_columns([by_name[told["layout"]]], told["headers"], 1)
        tables.append((_table(workspace / f"layer-{rank}.arrow", told), by_name[told["layout"]]))
    return tables, answer["skipped"]


def _ask_child(files, kind_of_file, layouts, limits: Limits, workspace: Path, layer, several) -> dict:
    request = workspace / "request.json"
    request.write_text(
        json.dumps(
            {
                "files": [str(file.resolve()) for file in files],
                "format": kind_of_file,
                "layouts": [layout.name for layout in layouts],
                "layer": layer,
                "several": several,
                "rows": limits.rows,
                "seconds": limits.seconds,
                "memory_mb": limits.memory_mb,
            }
        )
    )
    return _served(request, limits)


def _served(request: Path, limits: Limits) -> dict:
    """Answer of the child; a child that dies or takes too long answers that the layer is too much."""
    vector_helper.HELPER.serve(request)
    try:
        return json.loads(request.with_name("index.json").read_text())
    except FileNotFoundError:
        return {"rule": "slow_layer", "params": {"seconds": limits.seconds, "memory_mb": limits.memory_mb}}


def _explain(answer: dict, layouts: Sequence[Layout], layer: str | None) -> None:
    names = ", ".join(name for name, _ in answer["available"])
    if answer["problem"] == "missing_column":
        headers = max((headers for _, headers in answer["available"]), key=len, default=[])
        require_columns(layouts, headers, 1)
    raise FileRefused(answer["problem"], layer=layer, layers=names)


def _table(path: Path, told: dict) -> Table:
    with pa.memory_map(str(path)) as source:
        arrow = pa.ipc.open_file(source).read_all()
    count = arrow.num_rows
    lines = np.arange(1, count + 1)
    cells = pd.DataFrame(
        {
            place: arrow.column(f"c{rank}").to_pandas().astype("str").fillna("")
            for rank, place in enumerate(told["places"])
        },
        index=range(count),
    )
    shapes = None
    faults = []
    if told["has_shapes"]:
        shapes = shapely.from_wkb(arrow.column("wkb").to_numpy(zero_copy_only=False), on_invalid="ignore")
        unreadable = arrow.column("unreadable").to_numpy(zero_copy_only=False)
        if unreadable.any():
            faults.append(Finding("bad_geometry", "refused", "geometry", lines[unreadable]))
    return Table(
        told["name"],
        told["headers"],
        cells,
        lines,
        shapes,
        told["crs"],
        told["encoding"],
        faults,
        line_of_header=1,
    )
