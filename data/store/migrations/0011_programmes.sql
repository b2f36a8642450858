-- Programmes of operations and their versions; what the mobility adviser decided of each exchange.

CREATE TABLE programmes (
    programme_id text PRIMARY KEY,
    name text NOT NULL,
    made_at timestamp NOT NULL,
    made_by text
);

-- The optimistic lock is the key: of two writers of one next version, the second is refused.
CREATE TABLE programme_versions (
    programme_id text NOT NULL {references:programmes},
    version bigint NOT NULL CHECK (version >= 1),
    made_at timestamp NOT NULL,
    made_by text,
    content text NOT NULL,
    PRIMARY KEY (programme_id, version)
);

-- Pseudonymised, for the adviser alone; `takes` is a household or a vacant dwelling, missing where one withdraws.
CREATE TABLE exchange_decisions (
    decision_id text PRIMARY KEY,
    decided_at timestamp NOT NULL,
    decided_by text,
    kind text NOT NULL CHECK (kind IN ('accepted', 'refused', 'withdrawn')),
    move text,
    household_id text,
    takes text,
    undone_at timestamp
);
