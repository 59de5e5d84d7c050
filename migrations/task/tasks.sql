-- Tasks of agents, with their newest state.
create table tasks (
    id uuid primary key,
    workspace_id uuid,
    node_id uuid,
    target_team_id uuid,
    template_id uuid,
    template_name text,
    type text,
    is_internal boolean,
    payload jsonb,
    status text,
    result jsonb,
    output text,
    output_truncated boolean,
    lease_until timestamptz,
    claimed_by uuid,
    claim_token uuid,
    started_at timestamptz,
    finished_at timestamptz,
    cancel_requested_at timestamptz,
    cancel_reason text,
    created_at timestamptz,
    updated_at timestamptz,
    revision bigint
);

-- indexes
create index on tasks (workspace_id, created_at);
create index on tasks (node_id, created_at);
create index on tasks (created_at);
