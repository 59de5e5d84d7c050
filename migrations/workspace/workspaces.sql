-- Workspaces, and which of them is the default one.
create table workspaces (
    id uuid primary key,
    name text,
    slug text,
    default_timezone text,
    created_by_user_id uuid,
    is_archived boolean,
    is_default boolean,
    automation_email_enabled boolean,
    automation_telegram_enabled boolean,
    automation_telegram_bot_token text,
    automation_telegram_chat_id text,
    automation_email_levels jsonb,
    automation_telegram_levels jsonb,
    created_at timestamptz,
    updated_at timestamptz,
    revision bigint
);

create table default_workspace (
    id uuid primary key,
    workspace_id uuid
);

-- indexes
create index on workspaces (created_at);
