-- Who belongs to which team.
create table team_members (
    id uuid primary key,
    team_id uuid,
    workspace_id uuid,
    user_id uuid,
    created_at timestamptz
);

-- indexes
create index on team_members (team_id, created_at);
create index on team_members (user_id);
