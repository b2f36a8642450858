-- Footprints of the buildings that stand: cadastre or BD TOPO. What stands on a site is part of its cost.

CREATE TABLE footprints (
    footprint_id text PRIMARY KEY,
    insee_code text CHECK (length(insee_code) = 5),
    kind text CHECK (kind IN ('solid', 'light')),
    dwellings bigint CHECK (dwellings >= 0),
    floors bigint CHECK (floors >= 0),
    height_m double precision CHECK (height_m >= 0 AND height_m < 'infinity'),
    source text,
    geometry {geometry:MultiPolygon}
);

{postgis} CREATE INDEX footprints_geometry ON footprints USING gist (geometry);
