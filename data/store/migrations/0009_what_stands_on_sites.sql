-- What stands on each site, from the footprints and the stock; NULL where nobody has surveyed.

ALTER TABLE sites ADD COLUMN built_m2 double precision;
ALTER TABLE sites ADD COLUMN built_share double precision;
ALTER TABLE sites ADD COLUMN standing_floor_m2 double precision;
ALTER TABLE sites ADD COLUMN own_homes bigint;
