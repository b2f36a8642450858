-- The stock, the land and the sites. Lengths in m, areas in m2, money in EUR, shares from 0 to 1, EPSG:2154.
-- Slots: {geometry:Kind}, {references:table}; a statement that opens with {postgis} is for PostGIS alone.

CREATE TABLE agencies (
    agency_id text PRIMARY KEY,
    name text NOT NULL,
    address text,
    geometry {geometry:Point}
);

CREATE TABLE sectors (
    sector_id text PRIMARY KEY,
    name text NOT NULL,
    agency_id text {references:agencies},
    geometry {geometry:MultiPolygon}
);

-- One row a residence, one sector_id a row: a residence has one sector.
CREATE TABLE residences (
    residence_id text PRIMARY KEY,
    name text NOT NULL,
    address text,
    postcode text CHECK (length(postcode) = 5),
    insee_code text CHECK (length(insee_code) = 5),
    sector_id text {references:sectors},
    agency_id text {references:agencies},
    dwellings bigint NOT NULL CHECK (dwellings >= 0),
    year_built bigint,
    floors bigint CHECK (floors >= 0),
    heating text,
    has_lift boolean,
    has_caretaker boolean,
    in_qpv boolean,
    kind text CHECK (kind IN ('flats', 'houses')),
    location text NOT NULL CHECK (location IN ('measured', 'address', 'none')),
    source text NOT NULL,
    geometry {geometry:Point}
);

CREATE TABLE buildings (
    building_id text PRIMARY KEY,
    residence_id text NOT NULL {references:residences},
    name text,
    stairs bigint CHECK (stairs >= 0),
    floors bigint CHECK (floors >= 0),
    address text,
    raw_text text,
    confidence text CHECK (confidence IN ('column', 'free_text', 'none')),
    geometry {geometry:Point}
);

CREATE TABLE dwellings (
    dwelling_id text PRIMARY KEY,
    residence_id text NOT NULL {references:residences},
    building_id text {references:buildings},
    stair text,
    floor bigint,
    floor_text text,
    number text,
    rooms bigint CHECK (rooms >= 0),
    room_type text,
    living_area_m2 double precision CHECK (living_area_m2 > 0 AND living_area_m2 < 'infinity'),
    year_built bigint,
    financing text,
    financing_label text,
    has_lift boolean,
    adapted text CHECK (adapted IN ('none', 'reachable', 'adaptable', 'adapted')),
    heating text,
    dpe_class text CHECK (dpe_class IN ('A', 'B', 'C', 'D', 'E', 'F', 'G')),
    dpe_date date,
    dpe_energy text,
    ep_kwh_m2 double precision CHECK (ep_kwh_m2 >= 0 AND ep_kwh_m2 < 'infinity'),
    ghg_kg_m2 double precision CHECK (ghg_kg_m2 >= 0 AND ghg_kg_m2 < 'infinity'),
    elec_share double precision CHECK (elec_share >= 0 AND elec_share <= 1),
    let_status text CHECK (let_status IN ('let', 'vacant_offered', 'empty_works', 'association', 'other')),
    vacant_since date,
    rent_eur_month double precision CHECK (rent_eur_month >= 0 AND rent_eur_month < 'infinity'),
    in_qpv boolean,
    insee_code text CHECK (length(insee_code) = 5),
    raw_address text,
    raw_place text,
    source_line bigint,
    source text NOT NULL
);

-- Pseudonymised; never drawn, never in a tile.
CREATE TABLE households (
    household_id text PRIMARY KEY,
    dwelling_id text NOT NULL {references:dwellings},
    persons bigint NOT NULL CHECK (persons > 0),
    children bigint CHECK (children >= 0),
    couple boolean,
    holder_age_band text CHECK (holder_age_band IN ('<30', '30-49', '50-64', '65-74', '75+')),
    rooms_needed bigint CHECK (rooms_needed > 0),
    need_level text CHECK (need_level IN ('none', 'reachable', 'wheelchair')),
    lease_start_year bigint,
    visiting_children bigint CHECK (visiting_children >= 0),
    transfer_wish boolean
);

CREATE TABLE occupancy (
    residence_id text NOT NULL {references:residences},
    reference_date date NOT NULL,
    occupied bigint CHECK (occupied >= 0),
    vacant bigint CHECK (vacant >= 0),
    under_occupied bigint CHECK (under_occupied >= 0),
    over_occupied bigint CHECK (over_occupied >= 0),
    disability_requests bigint CHECK (disability_requests >= 0),
    PRIMARY KEY (residence_id, reference_date)
);

CREATE TABLE complaints (
    complaint_id text PRIMARY KEY,
    residence_id text NOT NULL {references:residences},
    dwelling_id text {references:dwellings},
    place text CHECK (place IN ('dwelling', 'common')),
    category text NOT NULL,
    priority text,
    channel text,
    opened_at timestamp NOT NULL,
    answered_at timestamp,
    closed_at timestamp,
    reopened_of text,
    status text NOT NULL CHECK (status IN ('open', 'answered', 'closed'))
);

CREATE TABLE energy (
    residence_id text NOT NULL {references:residences},
    year bigint NOT NULL,
    dpe_class text CHECK (dpe_class IN ('A', 'B', 'C', 'D', 'E', 'F', 'G')),
    kwh_m2_year double precision CHECK (kwh_m2_year >= 0 AND kwh_m2_year < 'infinity'),
    kg_co2_m2_year double precision CHECK (kg_co2_m2_year >= 0 AND kg_co2_m2_year < 'infinity'),
    PRIMARY KEY (residence_id, year)
);

CREATE TABLE charges (
    residence_id text NOT NULL {references:residences},
    year bigint NOT NULL,
    item text NOT NULL,
    settled_eur_m2_year double precision
        CHECK (settled_eur_m2_year > '-infinity' AND settled_eur_m2_year < 'infinity'),
    provision_eur_m2_year double precision CHECK (provision_eur_m2_year >= 0 AND provision_eur_m2_year < 'infinity'),
    PRIMARY KEY (residence_id, year, item)
);

CREATE TABLE turnovers (
    turnover_id text PRIMARY KEY,
    dwelling_id text NOT NULL {references:dwellings},
    residence_id text NOT NULL {references:residences},
    notice_on date,
    keys_back_on date NOT NULL,
    works_ordered_on date,
    works_accepted_on date,
    allocated_on date,
    lease_start_on date,
    works_class text CHECK (works_class IN ('ordinary', 'heavy')),
    rent_eur_month double precision CHECK (rent_eur_month >= 0 AND rent_eur_month < 'infinity')
);

CREATE TABLE parcels (
    parcel_id text PRIMARY KEY CHECK (length(parcel_id) = 14),
    insee_code text NOT NULL CHECK (length(insee_code) = 5),
    section text NOT NULL,
    number text NOT NULL,
    area_m2 double precision CHECK (area_m2 > 0 AND area_m2 < 'infinity'),
    created date,
    updated date,
    address text,
    geometry {geometry:MultiPolygon}
);

CREATE TABLE plu_zones (
    zone_id text PRIMARY KEY,
    label text NOT NULL,
    label_long text,
    zone_type text,
    document text,
    valid_on text,
    alignment_code text,
    side_code text,
    footprint_class text,
    height_m double precision CHECK (height_m > 0 AND height_m < 'infinity'),
    rules_source text CHECK (rules_source IN ('columns', 'label', 'both', 'none')),
    disagreement text,
    insee_code text CHECK (length(insee_code) = 5),
    geometry {geometry:MultiPolygon}
);

CREATE TABLE plu_prescriptions (
    prescription_id text PRIMARY KEY,
    shape text NOT NULL CHECK (shape IN ('surface', 'line', 'point')),
    label text,
    text text,
    type_code text NOT NULL,
    subtype_code text,
    document text,
    geometry {geometry:Geometry}
);

CREATE TABLE addresses (
    address_id text PRIMARY KEY,
    label text NOT NULL,
    number text,
    suffix text,
    street text,
    postcode text CHECK (length(postcode) = 5),
    insee_code text CHECK (length(insee_code) = 5),
    city text,
    search_key text,
    parcel_id text,
    parcel_distance_m double precision CHECK (parcel_distance_m >= 0 AND parcel_distance_m < 'infinity'),
    parcel_confidence text CHECK (parcel_confidence IN ('inside', 'near', 'snapped', 'none')),
    geometry {geometry:Point}
);

CREATE TABLE stations (
    station_id text PRIMARY KEY,
    name text NOT NULL,
    modes text,
    lines text,
    geometry {geometry:Point}
);

CREATE TABLE qpv (
    qpv_id text PRIMARY KEY,
    name text NOT NULL,
    renewal boolean,
    geometry {geometry:MultiPolygon}
);

CREATE TABLE iris (
    iris_id text PRIMARY KEY,
    name text NOT NULL,
    iris_type text,
    insee_code text CHECK (length(insee_code) = 5),
    geometry {geometry:MultiPolygon}
);

CREATE TABLE owners (
    parcel_id text NOT NULL,
    siren text NOT NULL,
    rights text NOT NULL,
    name text,
    owner_group text,
    legal_form text,
    area_m2 double precision CHECK (area_m2 >= 0 AND area_m2 < 'infinity'),
    PRIMARY KEY (parcel_id, siren, rights)
);

CREATE TABLE streets (
    street_id text PRIMARY KEY,
    name text,
    geometry {geometry:LineString}
);

CREATE TABLE communes (
    insee_code text PRIMARY KEY CHECK (length(insee_code) = 5),
    name text NOT NULL,
    abc_zone text,
    geometry {geometry:MultiPolygon}
);

CREATE TABLE imports (
    import_id text PRIMARY KEY,
    kind text NOT NULL,
    file text NOT NULL,
    sha256 text NOT NULL,
    started_at timestamp NOT NULL,
    finished_at timestamp,
    outcome text NOT NULL,
    rows bigint CHECK (rows >= 0),
    accepted bigint CHECK (accepted >= 0),
    repaired bigint CHECK (repaired >= 0),
    refused bigint CHECK (refused >= 0),
    reference_date text,
    source text,
    report text,
    undone_at timestamp
);

CREATE TABLE sites (
    site_id text PRIMARY KEY,
    insee_code text CHECK (length(insee_code) = 5),
    zone_label text,
    zone_share double precision CHECK (zone_share >= 0 AND zone_share < 'infinity'),
    rules text,
    area_m2 double precision CHECK (area_m2 >= 0 AND area_m2 < 'infinity'),
    street_m double precision CHECK (street_m >= 0 AND street_m < 'infinity'),
    side_m double precision CHECK (side_m >= 0 AND side_m < 'infinity'),
    rear_m double precision CHECK (rear_m >= 0 AND rear_m < 'infinity'),
    street_edges bigint CHECK (street_edges >= 0),
    envelope_m2 double precision CHECK (envelope_m2 >= 0 AND envelope_m2 < 'infinity'),
    station_id text,
    station_name text,
    station_m double precision CHECK (station_m >= 0 AND station_m < 'infinity'),
    in_qpv boolean,
    owner_group text,
    own_land boolean,
    best_form text CHECK (best_form IN ('small_collective', 'intermediate', 'townhouse')),
    dwellings bigint CHECK (dwellings >= 0),
    score double precision CHECK (score > '-infinity' AND score < 'infinity'),
    reason text,
    reason_value double precision CHECK (reason_value > '-infinity' AND reason_value < 'infinity'),
    reason_limit double precision CHECK (reason_limit > '-infinity' AND reason_limit < 'infinity'),
    parameters text,
    computed_at timestamp,
    geometry {geometry:MultiPolygon}
);

CREATE TABLE site_envelopes (
    site_id text PRIMARY KEY {references:sites},
    geometry {geometry:Geometry}
);

CREATE TABLE site_results (
    site_id text NOT NULL {references:sites},
    form text NOT NULL CHECK (form IN ('small_collective', 'intermediate', 'townhouse')),
    fits boolean NOT NULL,
    dwellings bigint CHECK (dwellings >= 0),
    floors bigint CHECK (floors >= 0),
    footprint_m2 double precision CHECK (footprint_m2 >= 0 AND footprint_m2 < 'infinity'),
    floor_area_m2 double precision CHECK (floor_area_m2 >= 0 AND floor_area_m2 < 'infinity'),
    width_m double precision CHECK (width_m >= 0 AND width_m < 'infinity'),
    depth_m double precision CHECK (depth_m >= 0 AND depth_m < 'infinity'),
    reason text,
    reason_value double precision CHECK (reason_value > '-infinity' AND reason_value < 'infinity'),
    reason_limit double precision CHECK (reason_limit > '-infinity' AND reason_limit < 'infinity'),
    score double precision CHECK (score > '-infinity' AND score < 'infinity'),
    part_capacity double precision CHECK (part_capacity > '-infinity' AND part_capacity < 'infinity'),
    part_station double precision CHECK (part_station > '-infinity' AND part_station < 'infinity'),
    part_qpv double precision CHECK (part_qpv > '-infinity' AND part_qpv < 'infinity'),
    part_land double precision CHECK (part_land > '-infinity' AND part_land < 'infinity'),
    parameters text,
    PRIMARY KEY (site_id, form)
);

CREATE TABLE settings (
    name text PRIMARY KEY,
    value text
);

-- The mark of each table's content; a missing row means never written.
CREATE TABLE table_versions (
    name text PRIMARY KEY,
    version text NOT NULL
);

{postgis} CREATE INDEX agencies_geometry ON agencies USING gist (geometry);
{postgis} CREATE INDEX sectors_geometry ON sectors USING gist (geometry);
{postgis} CREATE INDEX residences_geometry ON residences USING gist (geometry);
{postgis} CREATE INDEX buildings_geometry ON buildings USING gist (geometry);
{postgis} CREATE INDEX parcels_geometry ON parcels USING gist (geometry);
{postgis} CREATE INDEX plu_zones_geometry ON plu_zones USING gist (geometry);
{postgis} CREATE INDEX plu_prescriptions_geometry ON plu_prescriptions USING gist (geometry);
{postgis} CREATE INDEX addresses_geometry ON addresses USING gist (geometry);
{postgis} CREATE INDEX stations_geometry ON stations USING gist (geometry);
{postgis} CREATE INDEX qpv_geometry ON qpv USING gist (geometry);
{postgis} CREATE INDEX iris_geometry ON iris USING gist (geometry);
{postgis} CREATE INDEX streets_geometry ON streets USING gist (geometry);
{postgis} CREATE INDEX communes_geometry ON communes USING gist (geometry);
{postgis} CREATE INDEX sites_geometry ON sites USING gist (geometry);
{postgis} CREATE INDEX site_envelopes_geometry ON site_envelopes USING gist (geometry);

{postgis} CREATE INDEX sectors_agency_id ON sectors (agency_id);
{postgis} CREATE INDEX residences_sector_id ON residences (sector_id);
{postgis} CREATE INDEX residences_agency_id ON residences (agency_id);
{postgis} CREATE INDEX buildings_residence_id ON buildings (residence_id);
{postgis} CREATE INDEX dwellings_residence_id ON dwellings (residence_id);
{postgis} CREATE INDEX dwellings_building_id ON dwellings (building_id);
{postgis} CREATE INDEX households_dwelling_id ON households (dwelling_id);
{postgis} CREATE INDEX complaints_residence_id ON complaints (residence_id);
{postgis} CREATE INDEX complaints_dwelling_id ON complaints (dwelling_id);
{postgis} CREATE INDEX turnovers_residence_id ON turnovers (residence_id);
{postgis} CREATE INDEX turnovers_dwelling_id ON turnovers (dwelling_id);
{postgis} CREATE INDEX parcels_insee_code ON parcels (insee_code);
{postgis} CREATE INDEX addresses_parcel_id ON addresses (parcel_id);
