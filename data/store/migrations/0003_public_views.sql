-- What a role that may not see small cells reads: counts on households hidden under eleven, and rounded to five.
-- The same rule as geo/suppression.py; the least number is data/reference/privacy.csv's, and may only be raised
-- by the setting `privacy.least_households`. A sector adds up the residences told and no other, so that no
-- subtraction gives a hidden one away.

CREATE VIEW occupancy_public AS
SELECT
    residence_id, reference_date, occupied, vacant,
    CASE WHEN occupied >= least THEN CAST(floor(under_occupied / 5.0 + 0.5) * 5 AS bigint) END AS under_occupied,
    CASE WHEN occupied >= least THEN CAST(floor(over_occupied / 5.0 + 0.5) * 5 AS bigint) END AS over_occupied,
    CASE WHEN occupied >= least THEN CAST(floor(disability_requests / 5.0 + 0.5) * 5 AS bigint) END
        AS disability_requests,
    coalesce(occupied < least AND occupied > 0, true) AS hidden
FROM occupancy
CROSS JOIN (
    SELECT greatest(11, coalesce(max(CAST(value AS bigint)), 11)) AS least
    FROM settings WHERE name = 'privacy.least_households'
) AS rule;

CREATE VIEW occupancy_by_sector_public AS
SELECT
    residences.sector_id, occupancy.reference_date,
    CAST(sum(occupancy.occupied) AS bigint) AS occupied,
    CAST(floor(sum(occupancy.under_occupied) / 5.0 + 0.5) * 5 AS bigint) AS under_occupied,
    CAST(floor(sum(occupancy.over_occupied) / 5.0 + 0.5) * 5 AS bigint) AS over_occupied,
    CAST(floor(sum(occupancy.disability_requests) / 5.0 + 0.5) * 5 AS bigint) AS disability_requests,
    count(*) AS residences_told
FROM occupancy
JOIN residences ON residences.residence_id = occupancy.residence_id
JOIN occupancy_public AS told
  ON told.residence_id = occupancy.residence_id AND told.reference_date = occupancy.reference_date
WHERE NOT told.hidden
GROUP BY residences.sector_id, occupancy.reference_date;
