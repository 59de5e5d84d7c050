-- What tasks wrote, a row a line; `line` orders those of one event.
create table task_logs (
    id uuid,
    task_id uuid,
    level text,
    message text,
    "timestamp" timestamptz,
    created_at timestamptz,
    line bigint
);

-- indexes
alter table task_logs add primary key (id);
create index on task_logs (task_id, created_at, line);
