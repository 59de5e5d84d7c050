-- One-click installs, from the generated command to the running agent.
create table node_installs (
    id uuid primary key,
    workspace_id uuid,
    team_id uuid,
    node_name text,
    description text,
    hostname text,
    node_id uuid,
    status text,
    stage text,
    progress_percent bigint,
    status_message text,
    started_at timestamptz,
    consumed_at timestamptz,
    expires_at timestamptz,
    created_at timestamptz,
    updated_at timestamptz,
    revision bigint
);

-- indexes
create index on node_installs (workspace_id, created_at);
