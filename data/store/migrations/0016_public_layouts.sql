-- The whole layout of a site for a public, as for families: social ownership is ranked and costed on its own.
-- What was kept had no floor area, no parking and no binding rule, so it goes: evaluate the sites again.

DELETE FROM site_publics;
ALTER TABLE site_publics ADD COLUMN footprint_m2 double precision;
ALTER TABLE site_publics ADD COLUMN floor_area_m2 double precision;
ALTER TABLE site_publics ADD COLUMN width_m double precision;
ALTER TABLE site_publics ADD COLUMN depth_m double precision;
ALTER TABLE site_publics ADD COLUMN useful_area_m2 double precision;
ALTER TABLE site_publics ADD COLUMN blocks bigint;
ALTER TABLE site_publics ADD COLUMN parking_places bigint;
ALTER TABLE site_publics ADD COLUMN parking_surface bigint;
ALTER TABLE site_publics ADD COLUMN parking_inside bigint;
ALTER TABLE site_publics ADD COLUMN parking_underground bigint;
ALTER TABLE site_publics ADD COLUMN open_soil_m2 double precision;
ALTER TABLE site_publics ADD COLUMN binding text;
ALTER TABLE site_publics ADD COLUMN binding_step double precision;
ALTER TABLE site_publics ADD COLUMN binding_unit text;
ALTER TABLE site_publics ADD COLUMN binding_gain bigint;
ALTER TABLE site_publics ADD COLUMN score double precision;
