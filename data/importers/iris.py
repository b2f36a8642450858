"""IRIS: the statistical districts of INSEE, whole communes at a time."""

from collections.abc import Sequence

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.sheet import Sheet
from data.schemas.public import IRIS


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """One row an IRIS; the file replaces those of the communes that it holds."""
    rows = good_frame(sheets[0], sheets[0].shapes)
    rows["insee_code"] = rows["insee"].fillna(rows["iris_id"].str[:5])
    iris = rows[["iris_id", "name", "iris_type", "insee_code", "geometry"]]
    return Delivery(
        {"iris": iris}, {"iris": len(iris)}, {"iris": tuple(sorted(rows["iris_id"].str[:5].unique()))}
    )


IMPORTER = Importer("iris", "IRIS", (IRIS,), build, public=True)
