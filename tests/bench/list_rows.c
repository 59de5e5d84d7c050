/*
 * One "insert into … select … from generate_series" a table, with its indexes made afterwards.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/list_rows.h"

#include "core/base/must.h"
#include "core/db/db.h"
#include "migrations/tables.h"

#include <string.h>

enum { STATEMENT_BYTES = 64 << 10 };

static const char *const filled[] = {"nodes", "tasks", "task_logs", "events", "audit_logs"};

/* An id that grows with its number, as those of the server do with time. */
#define ID_OF(space, number)                                                                       \
    "('00000000-0000-7000-" space "-' || lpad(to_hex(" number "), 12, '0'))::uuid"
#define WORDS(words, number) "(array[" words "])[1 + " number "]"

/* So many different ones share the rows that each has 120. */
#define MANY "(n / 120)"

/* Of tasks and events, 2,000 different ones, each of one workspace. */
#define TEXT_OF_ROW ID_OF("d000", "i % 2000")

/* Columns that mean something; `i` is the row's number from 1, `n` the number of rows. */
static const struct {
    const char *column;
    const char *value; /* SQL */
} meanings[] = {
    {"id", ID_OF("8000", "i")},
    {"workspace_id", "case when i % 2 = 0 then (select id from measured_workspace) else " ID_OF(
                         "b000", "i % 20") " end"},
    {"node_id", ID_OF("8000", "1 + (i - 1) % " MANY)},
    {"task_id", "case when i % 2 = 0 then '" LIST_ROWS_TASK
                "'::uuid else " ID_OF("8000", "3 + i / 100") " end"},
    {"team_id", "case when i % 10 = 0 then " ID_OF("a000", "1 + i % 3") " end"},
    {"target_team_id", "case when i % 10 = 0 then " ID_OF("a000", "1 + i % 3") " end"},
    {"rolling_run_id", "case when i % 10 = 0 then " ID_OF("a000", "1 + i % 3") " end"},
    {"label_words", "case when i % " MANY " = 0 then 'env=prod' else 'env=test' end"},
    {"created_at", "now() - (n - i) * interval '1 second'"},
    {"updated_at", "now() - (n - i) * interval '1 second'"},
    {"timestamp", "now() - (n - i) * interval '1 second'"},
    {"name", "case when i % " MANY " = 0 then '" LIST_ROWS_SEARCH "-' else 'web-' end || i"},
    {"hostname", "'host-' || i || '.example.com'"},
    {"search", "case when i % " MANY " = 0 then '" LIST_ROWS_SEARCH
               "-' else 'web-' end || i || E'\\nhost-' || i || '.example.com'"},
    {"type", WORDS("'task.created', 'node.online', 'node.offline'", "i % 3")},
    {"scope", WORDS("'workspace', 'platform'", "i % 2")},
    {"actor_type", WORDS("'user', 'agent', 'system'", "i % 3")},
    {"actor_user_id", ID_OF("c000", "i % " MANY)},
    {"actor_email_snapshot", "'person.' || i % " MANY " || '@example.com'"},
    {"action", WORDS("'task.created', 'node.created', 'task.cancelled', 'user.updated'", "i % 4")},
    {"target_type", WORDS("'task', 'node', 'task', 'user'", "i % 4")},
    {"message", "'application-' || i % 1000 || ': waiting until it answers its health check'"},
    {"text_id", TEXT_OF_ROW},
    {"payload", "'{\"command\": \"systemctl restart application.service\"}'::jsonb"},
};

static void add_names(const char *const *names, struct buf *out)
{
    size_t count = 0;

    while (names[count] != NULL)
        count++;
    buf_printf(out, "case when i %% " MANY " = 0 then '%s' else (array[", names[count - 1]);
    for (size_t i = 0; i + 1 < count; i++)
        buf_printf(out, "%s'%s'", i == 0 ? "" : ", ", names[i]);
    buf_printf(out, "])[1 + i %% %zu] end", count - 1);
}

/* What a column without a meaning has, by its kind. */
static void add_plain(const struct field *field, struct buf *out)
{
    if (field->kind == KIND_ENUM)
        add_names(field->names, out);
    else if (field->kind == KIND_BOOL)
        buf_add_c(out, "i % 100 = 0");
    else if (field->kind == KIND_INT64)
        buf_add_c(out, "i");
    else if ((field->flags & REQUIRED) == 0)
        buf_add_c(out, "null");
    else if (field->kind == KIND_TEXT)
        buf_add_c(out, "'text ' || i");
    else if (field->kind == KIND_LIST)
        buf_add_c(out, "'[]'::jsonb");
    else if (field->kind == KIND_TIMESTAMP)
        buf_add_c(out, "now()");
    else
        buf_add_c(out, "'{}'::jsonb");
}

static void add_value(const struct field *field, struct buf *out)
{
    for (size_t i = 0; i < COUNT_OF(meanings); i++) {
        if (strcmp(meanings[i].column, field->name) == 0) {
            buf_add_c(out, meanings[i].value);
            return;
        }
    }
    add_plain(field, out);
}

/* The indexes of the server's own making, but for the primary key: put aside while the table is
 * filled, which is several times as fast. */
static const char put_aside[] = "create temporary table put_aside as\n"
                                "select indexname, indexdef from pg_indexes\n"
                                "where schemaname = current_schema() and tablename = '%s'\n"
                                "    and indexname not in (select conname from pg_constraint);\n"
                                "do $$ declare i record; begin\n"
                                "    for i in select indexname from put_aside loop\n"
                                "        execute format('drop index %%I', i.indexname);\n"
                                "    end loop;\n"
                                "end $$;\n";
static const char put_back[] = ";\nset maintenance_work_mem = '256MB';\n"
                               "do $$ declare i record; begin\n"
                               "    for i in select indexdef from put_aside loop\n"
                               "        execute i.indexdef;\n"
                               "    end loop;\n"
                               "end $$;\n"
                               "drop table put_aside;\n"
                               "analyze %s";

static void add_insert(const struct table *table, const struct list_rows *order, struct buf *out)
{
    buf_printf(out, "insert into %s (", table->name);
    table_print_columns(table, NULL, out);
    buf_printf(
        out, ")\nwith measured_workspace as (select '%.*s'::uuid as id)\nselect ",
        TEXT_ARGS(order->workspace));
    for (size_t i = 0; i < shape_count(table->shape); i++) {
        buf_add_c(out, i == 0 ? "" : ",\n    ");
        add_value(shape_field_at(table->shape, i), out);
    }
    buf_printf(
        out, "\nfrom generate_series(1, %lld) as i, (select %lld as n) as total",
        (long long)order->count, (long long)order->count);
}

static enum status fill_table(
    struct db *db, const struct table *table, const struct list_rows *order, struct error *error)
{
    AUTO_BUF sql = {0};

    buf_init(&sql, STATEMENT_BYTES);
    buf_printf(&sql, put_aside, table->name);
    add_insert(table, order, &sql);
    buf_printf(&sql, put_back, table->name);
    must(!buf_is_full(&sql));
    return db_script(db, sql.data, error);
}

static enum status fill_tables(struct db *db, const struct list_rows *order, struct error *error)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && table_catalog[i] != NULL; i++) {
        for (size_t k = 0; status == STATUS_OK && k < COUNT_OF(filled); k++) {
            if (strcmp(table_catalog[i]->name, filled[k]) == 0)
                status = fill_table(db, table_catalog[i], order, error);
        }
    }
    return status;
}

static enum status enter_set(struct db *db, const struct site *site, struct error *error)
{
    const char *schema = NULL;
    enum status status = site_schema(site, &schema, error);

    if (status != STATUS_OK)
        return status;
    return db_script(
        db, text_format(site->arena, "set search_path to %s, public", schema).data, error);
}

/* Who acted, in each of the trails that were filled. */
static const char fill_actors[] =
    "insert into audit_actors (id, scope, workspace_id, actor_user_id, actor_email_snapshot)\n"
    "select gen_random_uuid(), trail.* from (\n"
    "    select 'platform', null::uuid, actor_user_id, actor_email_snapshot\n"
    "    from audit_logs where scope = 'platform' group by 3, 4\n"
    "    union all\n"
    "    select 'workspace', workspace_id, actor_user_id, actor_email_snapshot\n"
    "    from audit_logs where workspace_id is not null group by 2, 3, 4) trail;\n"
    "analyze audit_actors";

/* What a search looks through: of nodes their names; what tasks and events say. */
static const char fill_texts[] =
    "insert into search_texts (id, workspace_id, kind, text)\n"
    "select id, workspace_id, 'node', search from nodes on conflict do nothing;\n"
    "insert into search_texts (id, workspace_id, kind, text)\n"
    "select distinct on (text_id) text_id, workspace_id, 'task',\n"
    "    E'shell.exec\\nsystemctl restart application-' || right(text_id::text, 4) || '.service'\n"
    "from tasks where text_id is not null order by text_id on conflict do nothing;\n"
    "analyze search_texts";

enum status list_rows_fill(const struct list_rows *order, struct error *error)
{
    struct db *db = NULL;
    enum status status = db_open(order->site->conninfo, 10, 0, &db, error);

    if (status == STATUS_OK)
        status = enter_set(db, order->site, error);
    if (status == STATUS_OK)
        status = fill_tables(db, order, error);
    if (status == STATUS_OK)
        status = db_script(db, fill_actors, error);
    if (status == STATUS_OK)
        status = db_script(db, fill_texts, error);
    for (size_t i = 0; status == STATUS_OK && i < order->script_count; i++)
        status = db_script(db, order->scripts[i], error);
    db_close(db);
    return status;
}
