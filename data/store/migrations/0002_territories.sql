-- Territory plans, their versions and drafts, what was published, and the record of who did what.

-- A plan shares residences among areas: agencies, or sectors. `branched_from` names the plan it was copied from.
CREATE TABLE territory_plans (
    plan_id text PRIMARY KEY,
    name text NOT NULL,
    level text NOT NULL CHECK (level IN ('agency', 'sector')),
    branched_from text,
    made_at timestamp NOT NULL,
    made_by text
);

-- The optimistic lock is the key: of two writers of one next version, the second is refused.
CREATE TABLE territory_versions (
    plan_id text NOT NULL {references:territory_plans},
    version bigint NOT NULL CHECK (version >= 1),
    made_at timestamp NOT NULL,
    made_by text,
    content text NOT NULL,
    PRIMARY KEY (plan_id, version)
);

-- Work under way: it survives a refresh and a restart. `plan_id` and `base_version` say what it started from.
CREATE TABLE territory_drafts (
    draft_id text PRIMARY KEY,
    level text NOT NULL CHECK (level IN ('agency', 'sector')),
    plan_id text {references:territory_plans},
    base_version bigint,
    changed_at timestamp NOT NULL,
    content text NOT NULL
);

-- `before` holds what the stock was, so that a publication can be undone to the letter.
CREATE TABLE territory_publications (
    publication_id text PRIMARY KEY,
    plan_id text,
    version bigint,
    level text NOT NULL CHECK (level IN ('agency', 'sector')),
    name text NOT NULL,
    published_at timestamp NOT NULL,
    published_by text,
    before text NOT NULL,
    after text NOT NULL,
    undone_at timestamp
);

-- Rows are only ever added.
CREATE TABLE audit (
    audit_id text PRIMARY KEY,
    done_at timestamp NOT NULL,
    who text,
    action text NOT NULL,
    object text,
    rows bigint,
    detail text
);
