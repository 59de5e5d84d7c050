-- People with an account, as lists and profiles show them.
create table users (
    id uuid primary key,
    email text,
    name text,
    role text,
    is_active boolean,
    timezone text,
    invite_status text,
    last_invited_at timestamptz,
    activated_at timestamptz,
    critical_event_emails_enabled boolean,
    enrollment_emails_enabled boolean,
    mfa_enabled boolean,
    created_at timestamptz,
    updated_at timestamptz,
    revision bigint
);

-- indexes
create index on users (created_at);
