-- What stands around the stock and the sites, from public files: permits, former industry, brownfields, amenities,
-- energy certificates. Unknown is NULL: the 0 of a file that means "not given" never enters.

CREATE TABLE permits (
    permit_id text PRIMARY KEY,
    kind text NOT NULL,
    insee_code text CHECK (length(insee_code) = 5),
    state text CHECK (state IN ('granted', 'cancelled', 'started', 'completed')),
    granted_on date,
    started_on date,
    completed_on date,
    applicant text,
    siren text,
    legal_category text,
    address text,
    parcels text,
    parcel_id text,
    land_area_m2 double precision CHECK (land_area_m2 > 0 AND land_area_m2 < 'infinity'),
    new_building boolean,
    purpose text,
    floors bigint CHECK (floors >= 0),
    dwellings bigint CHECK (dwellings >= 0),
    dwellings_houses bigint CHECK (dwellings_houses >= 0),
    dwellings_flats bigint CHECK (dwellings_flats >= 0),
    dwellings_demolished bigint CHECK (dwellings_demolished >= 0),
    dwellings_social bigint CHECK (dwellings_social >= 0),
    dwellings_social_ownership bigint CHECK (dwellings_social_ownership >= 0),
    living_area_m2 double precision CHECK (living_area_m2 >= 0 AND living_area_m2 < 'infinity'),
    premises_area_m2 double precision CHECK (premises_area_m2 >= 0 AND premises_area_m2 < 'infinity'),
    geometry {geometry:Point}
);

CREATE TABLE risks (
    risk_id text PRIMARY KEY,
    register text NOT NULL,
    name text,
    activities text,
    state text CHECK (state IN ('active', 'ended', 'unknown')),
    address text,
    insee_code text CHECK (length(insee_code) = 5),
    located_by text CHECK (located_by IN ('number', 'street', 'commune', 'unknown')),
    geometry {geometry:Point}
);

CREATE TABLE brownfields (
    brownfield_id text PRIMARY KEY,
    name text,
    kind text,
    status text,
    address text,
    insee_code text CHECK (length(insee_code) = 5),
    updated_on date,
    land_area_m2 double precision CHECK (land_area_m2 > 0 AND land_area_m2 < 'infinity'),
    parcels text,
    buildings bigint CHECK (buildings >= 0),
    built_area_m2 double precision CHECK (built_area_m2 >= 0 AND built_area_m2 < 'infinity'),
    soil text,
    owner_kind text,
    zone_type text,
    zone_label text,
    geometry {geometry:Geometry}
);

CREATE TABLE amenities (
    amenity_id text PRIMARY KEY,
    kind text NOT NULL,
    code text NOT NULL,
    name text,
    insee_code text CHECK (length(insee_code) = 5),
    capacity bigint CHECK (capacity >= 0),
    quality text CHECK (quality IN ('good', 'fair', 'poor', 'unknown')),
    source text NOT NULL,
    geometry {geometry:Point}
);

CREATE TABLE dpe (
    dpe_id text PRIMARY KEY,
    established_on date,
    valid_until date,
    replaces text,
    replaced boolean NOT NULL,
    of_building text,
    kind text CHECK (kind IN ('house', 'flat', 'building')),
    dpe_class text CHECK (dpe_class IN ('A', 'B', 'C', 'D', 'E', 'F', 'G')),
    ghg_class text CHECK (ghg_class IN ('A', 'B', 'C', 'D', 'E', 'F', 'G')),
    ep_kwh_m2 double precision CHECK (ep_kwh_m2 >= 0 AND ep_kwh_m2 < 'infinity'),
    ef_kwh_m2 double precision CHECK (ef_kwh_m2 >= 0 AND ef_kwh_m2 < 'infinity'),
    ghg_kg_m2 double precision CHECK (ghg_kg_m2 >= 0 AND ghg_kg_m2 < 'infinity'),
    cost_eur_year double precision CHECK (cost_eur_year >= 0 AND cost_eur_year < 'infinity'),
    year_built bigint,
    period text,
    living_area_m2 double precision CHECK (living_area_m2 > 0 AND living_area_m2 < 'infinity'),
    dwellings bigint CHECK (dwellings >= 0),
    heating_energy text,
    heating text,
    address text,
    ban_id text,
    ban_score double precision,
    insee_code text CHECK (length(insee_code) = 5),
    rnb_id text,
    geometry {geometry:Point}
);

{postgis} CREATE INDEX permits_geometry ON permits USING gist (geometry);
{postgis} CREATE INDEX risks_geometry ON risks USING gist (geometry);
{postgis} CREATE INDEX brownfields_geometry ON brownfields USING gist (geometry);
{postgis} CREATE INDEX amenities_geometry ON amenities USING gist (geometry);
{postgis} CREATE INDEX dpe_geometry ON dpe USING gist (geometry);
