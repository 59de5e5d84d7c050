-- Machines that asked to be admitted, and what became of them.
create table enrollments (
    id uuid primary key,
    workspace_id uuid,
    email text,
    hostname text,
    status text,
    node_id uuid,
    expires_at timestamptz,
    created_at timestamptz,
    updated_at timestamptz,
    revision bigint
);

-- indexes
create index on enrollments (created_at);
