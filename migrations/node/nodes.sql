-- The machines. Presence (when a node was last heard) is fresher in telemetry.
create table nodes (
    id uuid primary key,
    workspace_id uuid,
    name text,
    description text,
    hostname text,
    os text,
    arch text,
    status text,
    team_id uuid,
    maintenance_mode boolean,
    maintenance_reason text,
    maintenance_started_at timestamptz,
    maintenance_by_user_id uuid,
    notification_email_enabled boolean,
    notification_email_levels jsonb,
    notification_telegram_enabled boolean,
    notification_telegram_levels jsonb,
    root_access_profile text,
    root_access_applied_profile text,
    root_access_sync_status text,
    root_access_updated_at timestamptz,
    root_access_updated_by_user_id uuid,
    root_access_last_applied_at timestamptz,
    root_access_last_error text,
    agent_version text,
    platform_version text,
    kernel_version text,
    last_version_reported_at timestamptz,
    last_seen_at timestamptz,
    created_at timestamptz,
    updated_at timestamptz,
    revision bigint
);

-- indexes
create index on nodes (workspace_id, created_at);
create index on nodes (created_at);
create index on nodes using gin (name public.gin_trgm_ops, hostname public.gin_trgm_ops);
