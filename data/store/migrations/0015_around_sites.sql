-- What the score of a site reads of its surroundings: social dwellings by square of 200 m, maps of noise, heat, slope
-- and hazards. Unknown is NULL.

CREATE TABLE squares (
    square_id text PRIMARY KEY,
    insee_codes text,
    households double precision CHECK (households >= 0 AND households < 'infinity'),
    social double precision CHECK (social >= 0 AND social < 'infinity'),
    imputed boolean,
    geometry {geometry:MultiPolygon}
);

CREATE TABLE environment (
    feature_id text PRIMARY KEY,
    kind text NOT NULL
        CHECK (kind IN ('noise', 'heat_network', 'heat_island', 'slope', 'clay', 'quarry', 'flood', 'pollution')),
    value double precision CHECK (value >= 0 AND value < 'infinity'),
    label text,
    source text,
    dated_on date,
    geometry {geometry:Geometry}
);

{postgis} CREATE INDEX squares_geometry ON squares USING gist (geometry);
{postgis} CREATE INDEX environment_geometry ON environment USING gist (geometry);
