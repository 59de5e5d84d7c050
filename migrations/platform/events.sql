-- System events: what operators are told of.
create table events (
    id uuid,
    workspace_id uuid,
    node_id uuid,
    type text,
    severity text,
    message text,
    metadata jsonb,
    created_at timestamptz
);

-- indexes
alter table events add primary key (id);
create index on events (workspace_id, created_at);
create index on events (node_id, created_at);
create index on events (created_at);
