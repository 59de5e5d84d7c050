-- What must be told by mail or message, and how that went.
create table outbox (
    id uuid primary key,
    kind text,
    subject_id uuid,
    user_id uuid,
    workspace_id uuid,
    event_id uuid,
    hostname text,
    requested_by text,
    expires_at timestamptz,
    status text,
    attempts bigint,
    next_attempt_at timestamptz,
    last_error text,
    created_at timestamptz,
    updated_at timestamptz
);

-- indexes
create index on outbox (status, next_attempt_at);
