"""Sums made in the store itself, by residence: what would be millions of rows comes out as a few thousand."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa

# The same words as geo.complaints, in SQL that both engines run; a property test holds them together.
COMPLAINTS = """
WITH c AS (
    SELECT t.complaint_id, t.residence_id, t.dwelling_id, t.category, t.opened_at, t.closed_at,
        t.opened_at >= {since} AND t.opened_at < {day} AS inside,
        t.category IN ({calm}) AS calm,
        t.closed_at IS NULL AND coalesce(t.status, '') = 'closed' AS undated,
        coalesce(t.closed_at < {day}, FALSE) AS over,
        coalesce(t.closed_at >= {since} AND t.closed_at < {day}, FALSE) AS closed,
        coalesce(t.closed_at >= {since} AND t.closed_at < {last}, FALSE) AS followed,
        t.opened_at + {hours} >= {day} AS in_time_still,
        t.answered_at IS NOT NULL AND t.answered_at < {day} AS answered,
        coalesce(t.answered_at < {day} AND t.answered_at <= t.opened_at + {hours}, FALSE)
        OR coalesce(t.closed_at < {day} AND t.closed_at <= t.opened_at + {hours}, FALSE) AS in_time
    FROM complaints AS t
),
named AS (
    SELECT DISTINCT t.reopened_of AS complaint_id FROM complaints AS t
    WHERE t.reopened_of IS NOT NULL AND t.opened_at < {day}
),
back AS (
    SELECT c.complaint_id FROM c WHERE c.followed AND c.opened_at < {day} AND (
        EXISTS (SELECT 1 FROM named AS n WHERE n.complaint_id = c.complaint_id)
        OR EXISTS (
            SELECT 1 FROM complaints AS l WHERE l.dwelling_id = c.dwelling_id AND l.category = c.category
            AND l.opened_at > c.closed_at AND l.opened_at <= c.closed_at + {days} AND l.opened_at < {day}))
)
SELECT c.residence_id,
    count(*) FILTER (WHERE c.inside) AS complaints,
    count(*) FILTER (WHERE c.inside AND NOT c.calm) AS technical,
    count(*) FILTER (WHERE c.inside AND c.calm) AS tranquillity,
    count(*) FILTER (WHERE c.opened_at < {day} AND NOT c.over AND NOT c.undated) AS open,
    count(*) FILTER (WHERE c.inside AND (c.in_time OR c.answered OR NOT (c.over OR c.in_time_still OR c.undated)))
        AS answer_due,
    count(*) FILTER (WHERE c.inside AND c.in_time) AS answered_in_time,
    count(*) FILTER (WHERE c.closed) AS closed,
    count(*) FILTER (WHERE c.followed) AS closed_followed,
    count(b.complaint_id) AS reopened
FROM c LEFT JOIN back AS b ON b.complaint_id = c.complaint_id
GROUP BY c.residence_id"""
MONTHS = """
SELECT t.residence_id, CAST(date_trunc('month', t.opened_at) AS timestamp) AS month, t.category,
    count(*) AS requests
FROM complaints AS t WHERE t.opened_at >= {since} AND t.opened_at < {day}
GROUP BY 1, 2, 3"""
CASES = """
SELECT t.residence_id, t.opened_at, t.closed_at FROM complaints AS t
WHERE t.opened_at >= {since} AND t.opened_at < {day}
AND NOT (t.closed_at IS NULL AND coalesce(t.status, '') = 'closed')"""
FIRST = "SELECT min(t.opened_at) AS first FROM complaints AS t HAVING count(*) > 0"
LAST_SALE = "SELECT CAST(max(t.sold_on) AS timestamp) AS last FROM sales AS t HAVING count(t.sold_on) > 0"

COUNTED = (
    "complaints", "technical", "tranquillity", "open", "answer_due", "answered_in_time", "closed",
    "closed_followed", "reopened",
)  # fmt: skip
TEXT, TIME, WHOLE = pa.large_string(), pa.timestamp("us"), pa.int64()


class Tallies:
    """What a store counts by itself; it gives ``_bind`` and ``_query``, and these come with them."""

    _bind: Callable[[str], str]
    _query: Callable[[str, Mapping[str, Any], pa.Schema], pa.Table]

    def tally_complaints(
        self,
        *,
        on: pd.Timestamp,
        since: pd.Timestamp,
        first_answer_hours: float,
        reopening_days: float,
        tranquillity: Collection[str],
    ) -> pd.DataFrame:
        """
        Count the requests of each residence, as ``geo.complaints.complaint_counts`` does with its rules.

        Returns
        -------
        pandas.DataFrame
            By ``residence_id``, those with a request: ``complaints`` .. ``reopened``, without what needs the
            exposure.
        """
        calm = {f"calm{rank}": category for rank, category in enumerate(sorted(tranquillity))}
        values = {
            "day": on.to_pydatetime(),
            "since": since.to_pydatetime(),
            "last": (on - pd.Timedelta(days=reopening_days)).to_pydatetime(),
            "hours": pd.Timedelta(hours=first_answer_hours).to_pytimedelta(),
            "days": pd.Timedelta(days=reopening_days).to_pytimedelta(),
        }
        slots = {name: self._bind(name) for name in values} | {"calm": ", ".join(map(self._bind, calm))}
        schema = pa.schema([("residence_id", TEXT), *((name, WHOLE) for name in COUNTED)])
        found = self._query(COMPLAINTS.format(**slots), values | calm, schema).to_pandas()
        return found.set_index("residence_id").sort_index().astype("Int64")

    def tally_months(self, *, on: pd.Timestamp, since: pd.Timestamp) -> pd.DataFrame:
        """Count the requests opened in a period by ``residence_id``, ``month`` (its first day) and ``category``."""
        schema = pa.schema([("residence_id", TEXT), ("month", TIME), ("category", TEXT), ("requests", WHOLE)])
        found = self._query(*self._of_period(MONTHS, on, since), schema).to_pandas()
        return found.sort_values(["residence_id", "month", "category"], ignore_index=True)

    def closing_cases(self, *, on: pd.Timestamp, since: pd.Timestamp) -> pd.DataFrame:
        """Return ``residence_id``, ``opened_at`` and ``closed_at`` of a period, less those closed on no known day."""
        schema = pa.schema([("residence_id", TEXT), ("opened_at", TIME), ("closed_at", TIME)])
        return self._query(*self._of_period(CASES, on, since), schema).to_pandas()

    def first_complaint(self) -> pd.Timestamp | None:
        """Return when the first request was opened; None without any."""
        found = self._query(FIRST, {}, pa.schema([("first", TIME)]))["first"].to_pylist()
        return pd.Timestamp(found[0]) if found else None

    def last_sale(self) -> pd.Timestamp | None:
        """Return the day of the last sale known; None without any."""
        found = self._query(LAST_SALE, {}, pa.schema([("last", TIME)]))["last"].to_pylist()
        return pd.Timestamp(found[0]) if found else None

    def _of_period(self, text: str, on: pd.Timestamp, since: pd.Timestamp) -> tuple[str, dict[str, Any]]:
        values = {"day": on.to_pydatetime(), "since": since.to_pydatetime()}
        return text.format(**{name: self._bind(name) for name in values}), values
