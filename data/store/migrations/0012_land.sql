-- What a layout holds and what binds it; land units; edges and rule books that people set.

ALTER TABLE site_results ADD COLUMN t1 bigint;
ALTER TABLE site_results ADD COLUMN t2 bigint;
ALTER TABLE site_results ADD COLUMN t3 bigint;
ALTER TABLE site_results ADD COLUMN t4 bigint;
ALTER TABLE site_results ADD COLUMN t5 bigint;
ALTER TABLE site_results ADD COLUMN living_area_m2 double precision;
ALTER TABLE site_results ADD COLUMN useful_area_m2 double precision;
ALTER TABLE site_results ADD COLUMN blocks bigint;
ALTER TABLE site_results ADD COLUMN lift boolean;
ALTER TABLE site_results ADD COLUMN parking_places bigint;
ALTER TABLE site_results ADD COLUMN parking_surface bigint;
ALTER TABLE site_results ADD COLUMN parking_inside bigint;
ALTER TABLE site_results ADD COLUMN parking_underground bigint;
ALTER TABLE site_results ADD COLUMN open_soil_m2 double precision;
ALTER TABLE site_results ADD COLUMN binding text;
ALTER TABLE site_results ADD COLUMN binding_step double precision;
ALTER TABLE site_results ADD COLUMN binding_unit text;
ALTER TABLE site_results ADD COLUMN binding_gain bigint;

-- The same sites for another public than families: what fits, by form.
CREATE TABLE site_publics (
    site_id text NOT NULL,
    form text NOT NULL,
    public text NOT NULL,
    fits boolean NOT NULL,
    dwellings bigint CHECK (dwellings >= 0),
    floors bigint CHECK (floors >= 0),
    t1 bigint, t2 bigint, t3 bigint, t4 bigint, t5 bigint,
    living_area_m2 double precision,
    lift boolean,
    reason text,
    reason_value double precision,
    reason_limit double precision,
    station_value double precision,
    parameters text,
    PRIMARY KEY (site_id, form, public)
);

-- Adjacent parcels that could be one site. `parcels` are their ids, a comma between; `gain` is together less apart.
CREATE TABLE land_units (
    unit_id text PRIMARY KEY,
    insee_code text,
    kind text NOT NULL CHECK (kind IN ('landlord', 'public', 'owner', 'chosen')),
    parcels text NOT NULL,
    parcel_count bigint NOT NULL CHECK (parcel_count >= 1),
    owners bigint,
    owner text,
    area_m2 double precision NOT NULL,
    form text,
    dwellings bigint CHECK (dwellings >= 0),
    dwellings_apart bigint CHECK (dwellings_apart >= 0),
    gain bigint,
    parking_land boolean,
    computed_at timestamp,
    parameters text,
    geometry {geometry:MultiPolygon}
);

-- An edge that somebody typed otherwise than the engine, or whose setback was read on the spot. It lasts.
CREATE TABLE edge_overrides (
    parcel_id text NOT NULL,
    edge_key text NOT NULL,
    kind text CHECK (kind IN ('street', 'side', 'rear')),
    setback_m double precision CHECK (setback_m >= 0 AND setback_m < 'infinity'),
    note text,
    made_by text,
    made_at timestamp NOT NULL,
    PRIMARY KEY (parcel_id, edge_key)
);

-- The optimistic lock is the key: of two writers of one next version of a rule book, the second is refused.
CREATE TABLE rule_books (
    document text NOT NULL,
    version bigint NOT NULL CHECK (version >= 1),
    made_at timestamp NOT NULL,
    made_by text,
    note text,
    PRIMARY KEY (document, version)
);

-- One rule of a zone, in the words of the CNIG standard for written rules (SRU level 2). A missing value is unknown.
CREATE TABLE plan_rules (
    document text NOT NULL,
    version bigint NOT NULL,
    zone_label text NOT NULL,
    rule text NOT NULL,
    band text NOT NULL,
    edge text NOT NULL,
    value double precision,
    height_share double precision,
    unit text NOT NULL,
    article text,
    page text,
    valid_from date,
    confidence text NOT NULL CHECK (confidence IN ('read', 'interpreted', 'assumed', 'unknown')),
    source text,
    PRIMARY KEY (document, version, zone_label, rule, band, edge)
);

{postgis} CREATE INDEX land_units_geometry ON land_units USING gist (geometry);
