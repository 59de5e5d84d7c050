-- The registry of read-model sets: which there are and how far each has come, which one is served,
-- and which events an operator took out of a table's way. It outlives every set.

-- Substring search in any set.
create extension if not exists pg_trgm schema public;

create table fleetledger.sets (
    schema text primary key,
    size bigint,
    root bytea,
    state text,
    fingerprint text,
    switch_requested boolean,
    created_at timestamptz
);

create table fleetledger.serving (
    id bigint primary key,
    schema text,
    generation bigint
);

create table fleetledger.quarantine (
    table_name text,
    position bigint,
    at timestamptz,
    primary key (table_name, position)
);
