-- Who did what, as auditors read it. Scope "evidence" holds what no list of the clients shows.
create table audit_logs (
    id uuid,
    scope text,
    workspace_id uuid,
    actor_type text,
    actor_user_id uuid,
    actor_email_snapshot text,
    action text,
    target_type text,
    target_id text,
    target_label text,
    ip_address text,
    user_agent text,
    changes jsonb,
    metadata jsonb,
    created_at timestamptz
);

-- indexes
alter table audit_logs add primary key (id);
create index on audit_logs (workspace_id, created_at);
create index on audit_logs (scope, created_at);
