-- What an import found in place, so that it can be taken back; and who is importing (PostGIS; DuckDB has one process).

-- `added` and `earlier` are Arrow streams (zstd, base64): the keys that came, and the rows as they were before.
CREATE TABLE import_steps (
    import_id text NOT NULL,
    part bigint NOT NULL,
    table_name text NOT NULL,
    added text,
    earlier text,
    PRIMARY KEY (import_id, part)
);

{postgis} CREATE TABLE import_lock (
    name text PRIMARY KEY,
    who text NOT NULL,
    since timestamp NOT NULL
);
