-- Who belongs to which workspace.
create table memberships (
    id uuid primary key,
    workspace_id uuid,
    user_id uuid,
    role text,
    created_at timestamptz,
    updated_at timestamptz,
    revision bigint
);

-- indexes
create index on memberships (workspace_id, created_at);
create index on memberships (user_id);
