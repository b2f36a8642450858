-- Sites somebody follows, sites that are no parcel, weights and rankings kept.

-- An outline drawn on the map or imported: judged like a parcel, kept apart from the cadastre.
CREATE TABLE drawn_sites (
    drawn_id text PRIMARY KEY,
    name text NOT NULL,
    source text NOT NULL CHECK (source IN ('drawn', 'imported')),
    made_at timestamp NOT NULL,
    made_by text,
    geometry {geometry:MultiPolygon}
);

CREATE TABLE candidates (
    candidate_id text PRIMARY KEY,
    site_id text NOT NULL,
    name text NOT NULL,
    made_at timestamp NOT NULL,
    made_by text
);

-- The optimistic lock is the key: of two writers of one next version, the second is refused.
CREATE TABLE candidate_versions (
    candidate_id text NOT NULL {references:candidates},
    version bigint NOT NULL CHECK (version >= 1),
    made_at timestamp NOT NULL,
    made_by text,
    status text NOT NULL CHECK (status IN ('spotted', 'studied', 'negotiating', 'dropped')),
    notes text,
    content text NOT NULL,
    PRIMARY KEY (candidate_id, version)
);

CREATE TABLE site_weights (
    weights_id text PRIMARY KEY,
    name text NOT NULL,
    form text NOT NULL,
    public text NOT NULL,
    made_at timestamp NOT NULL,
    made_by text,
    content text NOT NULL
);

-- A ranking as it was read: `parameters` names the reference values, `content` holds weights, points and the best sites.
CREATE TABLE ranking_runs (
    run_id text PRIMARY KEY,
    made_at timestamp NOT NULL,
    made_by text,
    form text NOT NULL,
    public text NOT NULL,
    parameters text NOT NULL,
    sites bigint NOT NULL,
    content text NOT NULL
);
