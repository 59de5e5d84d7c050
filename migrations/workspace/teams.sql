-- The teams of workspaces.
create table teams (
    id uuid primary key,
    workspace_id uuid,
    name text,
    description text,
    created_at timestamptz,
    updated_at timestamptz,
    revision bigint
);

-- indexes
create index on teams (workspace_id, created_at);
