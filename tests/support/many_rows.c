/*
 * Rows by generate_series, then indexes, then statistics: the order in which a rebuild does it.
 * The first workspace has the even rows; some values are common, but stand in odd rows only.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/many_rows.h"

#include "core/base/buf.h"
#include "migrations/migrate.h"
#include "migrations/tables.h"

static const char fill_script[] =
    "set synchronous_commit = off; set maintenance_work_mem = '256MB';\n"
    "create function n(bigint) returns uuid immutable parallel safe language sql as\n"
    "    $$select ('00000000-0000-7000-8000-' || lpad(to_hex($1), 12, '0'))::uuid$$;\n"
    "create function at(bigint) returns timestamptz immutable parallel safe language sql as\n"
    "    $$select '2026-01-01'::timestamptz + $1 * interval '1 second'$$;\n"
    "create function w(bigint) returns uuid immutable parallel safe language sql as\n"
    "    $$select n(case when $1 % 2 = 0 then 1 else $1 % 100 end)$$;\n"
    "insert into workspaces (id, name, slug, is_default, is_archived, second_factor_required,\n"
    "    created_at)\n"
    "    select n(i), 'w' || i, 'w' || i, i = 1, i % 10 = 0, false, at(i)\n"
    "    from generate_series(0, 2000) i;\n"
    "insert into memberships (id, workspace_id, user_id, role, created_at)\n"
    "    select n(i), n(i), n(7), 'member', at(i) from generate_series(1, 3) i;\n"
    "insert into memberships (id, workspace_id, user_id, role, created_at)\n"
    "    values (n(500), n(1500), n(8), 'member', at(500));\n"
    "insert into memberships (id, workspace_id, user_id, role, created_at)\n"
    "    select n(i), w(i), n(i), 'member', at(i) from generate_series(1000, 21000) i;\n"
    "insert into users (id, email, name, role, is_active, created_at)\n"
    "    select n(i), 'p' || i || '@example.org', 'p' || i, 'user', true, at(i)\n"
    "    from generate_series(1, 21000) i;\n"
    "insert into teams (id, workspace_id, name, created_at)\n"
    "    select n(i), w(i), 't' || i, at(i) from generate_series(1, 20000) i;\n"
    "insert into team_members (id, team_id, workspace_id, user_id, created_at)\n"
    "    select n(i), n(i % 20000 + 1), w(i % 20000 + 1), n(i), at(i)\n"
    "    from generate_series(1, 100000) i;\n"
    "insert into nodes (id, workspace_id, name, hostname, search, label_words, status, team_id,\n"
    "        maintenance_mode, created_at)\n"
    "    select n(i), w(i), 'Node ' || i, 'host-' || i || '.example.org',\n"
    "        'node ' || i || E'\\nhost-' || i || '.example.org',\n"
    "        case when i % 5000 in (1, 2) then 'rare'\n"
    "        when i % 2 = 1 and i % 100 <> 1 then 'elsewhere'\n"
    "        else 'usual' end,\n"
    "        case when i % 2 = 1 then 'online' else 'offline' end,\n"
    "        case when i % 3 = 0 then n(i % 20000 + 1) end, i % 4 = 1, at(i)\n"
    "    from generate_series(1, 200000) i;\n"
    "insert into tasks (id, workspace_id, node_id, target_team_id, rolling_run_id, type, is_internal,\n"
    "        payload, text_id, status, created_at)\n"
    "    select n(i), w(i), n(i % 20000), case when i % 7 = 0 then n(i % 20000 + 1) end,\n"
    "        case when i % 9 = 0 then n(i % 20000) end, 'shell',\n"
    "        i % 10 = 3, '{}', n(10000000 + i % 20000), case when i % 5000 in (1, 2) then 'queued'\n"
    "        when i % 100 = 4 then 'running' when i % 2 = 1 then 'failed' else 'success' end, at(i)\n"
    "    from generate_series(1, 1000000) i;\n"
    "insert into task_logs (id, task_id, level, message, created_at, line)\n"
    "    select n(i), n(case when i % 2 = 0 then 2 else i % 1000 end), 'info', 'x', at(i), 0\n"
    "    from generate_series(1, 400000) i;\n"
    "insert into events (id, workspace_id, node_id, type, severity, message, text_id, created_at)\n"
    "    select n(i), w(i), n(i % 20000), case when i % 5000 in (1, 2) then 'rare'\n"
    "        when i % 2 = 1 then 'elsewhere' else 'usual' end,\n"
    "        case when i % 5000 in (1, 2) then 'critical'\n"
    "        when i % 2 = 1 then 'warning' else 'info' end, 'x', n(20000000 + i % 20000), at(i)\n"
    "    from generate_series(1, 400000) i;\n"
    "insert into holds (id, kind, reason, placed_at, is_released)\n"
    "    select n(i), 'person', 'x', at(i), i % 100 <> 3 from generate_series(1, 100000) i;\n"
    "insert into audit_logs (id, scope, workspace_id, actor_type, actor_user_id,\n"
    "        actor_email_snapshot, action, target_type, created_at)\n"
    "    select n(i), case when i % 5 = 0 then 'platform' else 'workspace' end,\n"
    "        case when i % 5 <> 0 then w(i) end, 'user', n(i % 20000),\n"
    "        'p' || i % 20000 || '@example.org',\n"
    "        case when i % 5000 in (1, 2, 5) then 'rare.action'\n"
    "        when i % 2 = 1 then 'elsewhere' else 'usual.action' || i % 40 end,\n"
    "        case when i % 5000 in (1, 2, 5) then 'rare'\n"
    "        when i % 2 = 1 then 'elsewhere' else 'usual' end, at(i)\n"
    "    from generate_series(1, 400000) i;\n";

/* "elsewhere": of half of them, and of none of the first workspace. */
static const char fill_texts_script[] =
    "insert into search_texts (id, workspace_id, kind, text)\n"
    "    select n(i), w(i), 'node',\n"
    "        'node ' || i || case when i % 2 = 1 then ' elsewhere' else '' end\n"
    "    from generate_series(1, 200000) i;\n"
    "insert into search_texts (id, workspace_id, kind, text)\n"
    "    select n(10000000 + i), w(i), 'task',\n"
    "        E'shell\\nrun job ' || i || case when i % 2 = 1 then ' elsewhere' else '' end\n"
    "    from generate_series(0, 19999) i;\n"
    "insert into search_texts (id, workspace_id, kind, text)\n"
    "    select n(20000000 + i), w(i), 'event',\n"
    "        E'usual\\nof job ' || i || case when i % 2 = 1 then ' elsewhere' else '' end\n"
    "    from generate_series(0, 19999) i;\n"
    "insert into search_texts (id, workspace_id, kind, text)\n"
    "    select n(30000000 + i), w(i), 'team', 't' || i from generate_series(1, 20000) i;\n"
    "insert into search_texts (id, kind, text)\n"
    "    select n(40000000 + i), 'person', 'p' || i || E'\\np' || i || '@example.org'\n"
    "    from generate_series(1, 21000) i;\n";

static const char fill_more_script[] =
    "insert into audit_actors (id, scope, workspace_id, actor_user_id, actor_email_snapshot)\n"
    "    select gen_random_uuid(), scope, workspace_id, actor_user_id, actor_email_snapshot\n"
    "    from audit_logs group by 2, 3, 4, 5;\n"
    "insert into templates (id, workspace_id, name, task_type, payload_template, is_archived,\n"
    "        created_at)\n"
    "    select n(i), w(i), 't' || i, 'shell.exec', '{}', i % 4 = 0, at(i)\n"
    "    from generate_series(1, 20000) i;\n"
    "insert into scheduled_tasks (id, workspace_id, node_id, owner_user_id, name, command, run_as_root,\n"
    "        cadence, minute, timezone, timezone_source, enabled, sorted_by, created_at, updated_at)\n"
    "    select n(i), w(i), n(i % 20000), n(i % 20000), 's' || i, 'true', false, 'hourly', 0, 'UTC',\n"
    "        'workspace', i % 4 <> 0, at(i), at(i), at(i)\n"
    "    from generate_series(1, 20000) i;\n"
    "insert into rolling_runs (id, workspace_id, owner_user_id, name, status, type, payload, canary,\n"
    "        wave_size, pause_seconds, most_failures, reach_seconds, targets, pending, active, succeeded,\n"
    "        failed, not_reached, skipped, cancelled, waves, created_at, updated_at)\n"
    "    select n(i), w(i), n(i % 2000), 'r' || i,\n"
    "        case when i % 4 = 0 then 'running' else 'completed' end, 'shell.exec', '{}', 0, 1, 0, 0, 60,\n"
    "        1, 0, 0, 1, 0, 0, 0, 0, 1, at(i), at(i)\n"
    "    from generate_series(1, 20000) i;\n"
    "insert into rolling_targets (id, rolling_run_id, workspace_id, node_id, number, status, updated_at)\n"
    "    select n(i), n(case when i % 2 = 0 then 2 else i % 20000 end), w(i), n(i % 20000), i,\n"
    "        case when i % 50 = 0 then 'failed' else 'succeeded' end, at(i)\n"
    "    from generate_series(1, 400000) i;\n"
    "insert into rollouts (id, target_version, status, rollback, created_at, updated_at)\n"
    "    select n(i), '1.1.0', 'completed', false, at(i), at(i)\n"
    "    from generate_series(1, 20000) i;\n"
    "insert into rollout_targets (id, rollout_id, node_id, workspace_id, node_name_snapshot,\n"
    "        target_version, status, progress_percent, sequence, created_at, updated_at)\n"
    "    select n(i), n(i % 20000), n(i % 20000), w(i), 'web', '1.1.0', 'completed', 100, i, at(i), at(i)\n"
    "    from generate_series(1, 100000) i;\n"
    "insert into selections (id, workspace_id, name, selector, created_at, updated_at)\n"
    "    select n(i), w(i), 's' || i, 'env', at(i), at(i) from generate_series(1, 20000) i;\n"
    "insert into upgrades (id, step, status, version, release_id, released_at, sha256, binary_url,\n"
    "        requested_at)\n"
    "    select n(i), 'download', 'completed', '1.1.0', 'a', '2026', 'b', 'c', at(i)\n"
    "    from generate_series(1, 20000) i;\n"
    "insert into channels (id, workspace_id, name, kind, is_enabled, digest_seconds, created_at,\n"
    "        updated_at)\n"
    "    select n(i), w(i), 'c' || i, 'webhook', true, 0, at(i), at(i)\n"
    "    from generate_series(1, 20000) i;\n"
    "insert into channel_lists select n(i), jsonb_build_array(n(i)) from generate_series(1, 100) i;\n"
    "insert into outbox (id, kind, workspace_id, channel_id, status, attempts, created_at, updated_at)\n"
    "    select n(i), 'webhook', w(i), n(case when i % 2 = 0 then 2 else i % 20000 end),\n"
    "        'delivered', 1, at(i), at(i)\n"
    "    from generate_series(1, 100000) i;\n"
    "insert into secrets (id, workspace_id, name, version, rotated_at, created_at, updated_at)\n"
    "    select n(i), w(i), 's' || i, 1, at(i), at(i), at(i) from generate_series(1, 20000) i;\n"
    "insert into terminal_sessions (id, workspace_id, node_id, status, created_at)\n"
    "    select n(i), w(i), n(case when i % 2 = 0 then 2 else i % 20000 end), 'closed', at(i)\n"
    "    from generate_series(1, 40000) i;\n"
    "insert into terminal_session_chunks (id, session_id, direction, seq, position, size,\n"
    "        created_at)\n"
    "    select n(i), n(case when i % 2 = 0 then 2 else i % 1000 end), 'stdout', i, i, 1, at(i)\n"
    "    from generate_series(1, 400000) i;\n";

static const char fill_access_script[] =
    "insert into sessions (id, user_id, method, created_at, last_used_at, expires_at, ends_at)\n"
    "    select n(i), n(i % 2000), 'password', at(i), at(i), at(i), at(i)\n"
    "    from generate_series(1, 100000) i;\n"
    "insert into api_tokens (id, user_id, name, scope, created_at, expires_at)\n"
    "    select n(i), n(i % 2000), 't' || i, 'read', at(i), at(i)\n"
    "    from generate_series(1, 100000) i;\n"
    "insert into security_keys (id, user_id, name, created_at)\n"
    "    select n(i), n(i % 2000), 'k' || i, at(i) from generate_series(1, 40000) i;\n"
    "insert into devices (id, user_id, name, created_at, trusted_until)\n"
    "    select n(i), n(i % 2000), 'd' || i, at(i), at(i) from generate_series(1, 40000) i;\n"
    "insert into providers (id, slug, name, issuer, client_id, discovery_url, scopes, enabled, created_at,\n"
    "        updated_at)\n"
    "    select n(i), 'p' || i, 'p' || i, 'https://id', 'c', 'https://id/d', '[]', true, at(i), at(i)\n"
    "    from generate_series(1, 20000) i;\n"
    "insert into role_grants (id, user_id, role, status, not_before, serial, root_key, created_at)\n"
    "    select n(i), n(i % 2000), 'platform_auditor',\n"
    "        case when i % 5000 in (1, 2) then 'revoked' when i % 2 = 1 then 'expired'\n"
    "        else 'active' end, at(i), i, 'k', at(i)\n"
    "    from generate_series(1, 40000) i;\n";

enum status many_rows_make(struct db *db, struct error *error)
{
    enum status status = db_script(
        db, "create extension pg_trgm schema public; create extension btree_gin schema public",
        error);
    AUTO_BUF tables = {0};
    AUTO_BUF indexes = {0};

    buf_init(&tables, 1 << 20);
    buf_init(&indexes, 1 << 20);
    migrate_tables_sql(&tables);
    migrate_keys_sql(&indexes);
    migrate_indexes_sql(&indexes);
    if (status == STATUS_OK)
        status = db_script(db, tables.data, error);
    if (status == STATUS_OK)
        status = db_script(db, fill_script, error);
    if (status == STATUS_OK)
        status = db_script(db, fill_more_script, error);
    if (status == STATUS_OK)
        status = db_script(db, fill_access_script, error);
    if (status == STATUS_OK)
        status = db_script(db, fill_texts_script, error);
    if (status == STATUS_OK)
        status = db_script(db, indexes.data, error);
    return status == STATUS_OK ? db_script(db, "vacuum (analyze)", error) : status;
}
