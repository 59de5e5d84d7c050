/*
 * A search of a workspace finds in each group what looking at every row finds, and nothing of another workspace.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/search/search.h"
#include "api/select.h"
#include "migrations/migrate.h"
#include "tests/support/expect.h"
#include "tests/support/postgres.h"

enum { STRANGERS = 3 }; /* texts that nothing contains */

static const struct uuid workspace = {{[6] = 0x70, [8] = 0x80, [15] = 1}};
static struct db *db;
static struct arena *arena;
static struct error error;

/* Three workspaces, of which each row belongs to the one that its number says; nodes that
 * are "ancient", and tasks and events that say "relic", are older than the newest that are looked at. */
static const char fill_script[] =
    "create function n(bigint) returns uuid immutable language sql as\n"
    "    $$select ('00000000-0000-7000-8000-' || lpad(to_hex($1), 12, '0'))::uuid$$;\n"
    "create function w(bigint) returns uuid immutable language sql as $$select n(1 + $1 % 3)$$;\n"
    "create function at(bigint) returns timestamptz immutable language sql as\n"
    "    $$select '2026-01-01'::timestamptz + $1 / 5 * interval '1 second'$$;\n"
    "create function said(bigint) returns text immutable language sql as\n"
    "    $$select $1 || case when $1 % 7 = 0 then ' often' else '' end ||\n"
    "        case when $1 < 60 then ' ancient' else '' end || ' 100%_sure'$$;\n"
    "create function labels(bigint) returns text immutable language sql as\n"
    "    $$select case when $1 % 60 < 3 then 'env=Prod rack=' || $1 when $1 < 9 then 'env=first' else '' end$$;\n"
    "insert into nodes (id, workspace_id, name, hostname, search, label_words, os, arch, status,\n"
    "        created_at)\n"
    "    select n(i), w(i), 'Web ' || i, 'host-' || i, E'web ' || said(i) || E'\\nhost-' || i,\n"
    "        regexp_replace(labels(i), '(\\w+)=(\\w+)', '''\\1'' ''\\1=\\2''', 'g'), 'Linux',\n"
    "        'amd64', 'online', at(i)\n"
    "    from generate_series(1, 1800) i;\n"
    "insert into search_texts (id, workspace_id, kind, text)\n"
    "    select n(i), w(i), 'node',\n"
    "        E'web ' || said(i) || E'\\nhost-' || i || E'\\n' || replace(lower(labels(i)), ' ', E'\\n')\n"
    "    from generate_series(1, 1800) i;\n"
    "insert into search_texts (id, workspace_id, kind, text)\n"
    "    select n(10000 + i), w(i), 'task', E'shell.exec\\njob ' || said(i) ||\n"
    "        case when i >= 300 then ' relic' else '' end\n"
    "    from generate_series(0, 302) i;\n"
    "insert into tasks (id, workspace_id, node_id, type, is_internal, payload, status, text_id, created_at)\n"
    "    select n(i), w(i), n(i % 1800), 'shell.exec', i % 4 = 0,\n"
    "        jsonb_build_object('command', 'job ' || i % 300),\n"
    "        case when i < 30 then 'failed' else 'success' end,\n"
    "        n(10000 + case when i < 100 then 300 + i % 3 else i % 300 end), at(i)\n"
    "    from generate_series(1, 6000) i;\n"
    "insert into search_texts (id, workspace_id, kind, text)\n"
    "    select n(20000 + i), w(i), 'event', E'task.queued\\nqueued for host-' || said(i) ||\n"
    "        case when i >= 600 then ' relic' else '' end\n"
    "    from generate_series(0, 602) i;\n"
    "insert into events (id, workspace_id, node_id, type, severity, message, text_id, created_at)\n"
    "    select n(i), w(i), n(i % 1800), 'task.queued',\n"
    "        case when i < 30 then 'critical' else 'info' end, 'queued',\n"
    "        n(20000 + case when i < 100 then 600 + i % 3 else i % 600 end), at(i)\n"
    "    from generate_series(1, 6000) i;\n";

static const char fill_more_script[] =
    "insert into scheduled_tasks (id, workspace_id, node_id, name, enabled, created_at)\n"
    "    select n(i), w(i), case when i % 2 = 0 then n(i) end, 's', i % 5 <> 0, at(i)\n"
    "    from generate_series(30000, 31500) i;\n"
    "insert into search_texts (id, workspace_id, kind, text)\n"
    "    select n(i), w(i), 'schedule', E'nightly ' || said(i - 30000)\n"
    "    from generate_series(30000, 31500) i;\n"
    "insert into templates (id, workspace_id, name, created_at)\n"
    "    select n(i), w(i), 't', at(i) from generate_series(40000, 40400) i;\n"
    "insert into search_texts (id, workspace_id, kind, text)\n"
    "    select n(i), w(i), 'template', E'restart ' || said(i - 40000)\n"
    "    from generate_series(40000, 40400) i;\n"
    "insert into rolling_runs (id, workspace_id, name, status, created_at)\n"
    "    select n(i), w(i), 'r', 'running', at(i) from generate_series(80000, 81500) i;\n"
    "insert into search_texts (id, workspace_id, kind, text)\n"
    "    select n(i), w(i), 'run', E'upgrade ' || said(i - 80000)\n"
    "    from generate_series(80000, 81500) i;\n"
    "insert into teams (id, workspace_id, name, created_at)\n"
    "    select n(i), w(i), 't', at(i) from generate_series(50000, 51500) i;\n"
    "insert into search_texts (id, workspace_id, kind, text)\n"
    "    select n(i), w(i), 'team', E'crew ' || said(i - 50000)\n"
    "    from generate_series(50000, 51500) i;\n"
    "insert into users (id, email, name) select n(i), 'p', 'p' from generate_series(60000, 61500) i;\n"
    "insert into memberships (id, workspace_id, user_id, role, created_at)\n"
    "    select n(i + 10000), w(i), n(i), 'member', at(i) from generate_series(60000, 61500) i;\n"
    "insert into search_texts (id, kind, text)\n"
    "    select n(i), 'person', E'ada ' || said(i - 60000)\n"
    "    from generate_series(60000, 61500) i;\n"
    "analyze";

static void set_up(void)
{
    AUTO_BUF sql = {0};

    arena = arena_new(64 << 20);
    expect_ok(db_open(make_database(), 10, 0, &db, &error), &error);
    buf_init(&sql, 1 << 20);
    buf_add_c(
        &sql,
        "create extension pg_trgm schema public; create extension btree_gin schema public;\n");
    migrate_tables_sql(&sql);
    migrate_keys_sql(&sql);
    migrate_indexes_sql(&sql);
    buf_add_c(&sql, fill_script);
    buf_add_c(&sql, fill_more_script);
    expect_ok(db_script(db, sql.data, &error), &error);
}

static void tear_down(void)
{
    db_close(db);
    arena_free(arena);
}

static enum status
ask(void *context,
    const struct sql *sql,
    const void *params,
    const void **out_rows,
    size_t *out_count,
    struct error *out_error)
{
    (void)context;
    return db_query(db, sql, params, arena, out_rows, out_count, out_error);
}

static void find(struct uuid where, const char *text, struct list pages[SEARCH_GROUPS])
{
    static const struct search_reader reader = {ask, NULL};
    struct search_question question = {
        .workspace_id = where,
        .q = text_from(text),
        .limit = SEARCH_MOST_HITS,
    };

    expect_ok(search_find(&reader, &question, arena, pages, &error), &error);
}

static size_t count_found(struct uuid where, const char *text)
{
    struct list pages[SEARCH_GROUPS];
    size_t count = 0;

    find(where, text, pages);
    for (size_t place = 0; place < SEARCH_GROUPS; place++)
        count += pages[place].count;
    return count;
}

static struct text ids_found(const char *text, size_t place)
{
    AUTO_BUF ids = {0};
    struct list pages[SEARCH_GROUPS];
    const struct search_row *rows;

    find(workspace, text, pages);
    rows = pages[place].items;
    buf_init(&ids, 1 << 16);
    for (size_t i = 0; i < pages[place].count; i++) {
        char id[UUID_TEXT_SIZE];
        uuid_print(rows[i].id, id);
        buf_printf(&ids, "%s%s", i == 0 ? "" : " ", id);
    }
    return ids.size == 0 ? text_lit("") : text_copy(arena, buf_text(&ids));
}

/* By looking at every row. */
static struct text ids_that_match(const struct search_group *group, const char *pattern)
{
    AUTO_BUF query = {0};
    struct text ids;

    buf_init(&query, 1 << 16);
    buf_printf(
        &query,
        "select coalesce(string_agg(id::text, ' ' order by created_at desc, id desc), '') from (\n"
        "select x.id, x.created_at from %s x where x.workspace_id = n(1) and (\n"
        "    exists (select from search_texts t where t.id = x.%s and t.text like '%s')",
        group->table, group->text_column, pattern);
    if (group->is_of_node)
        buf_printf(
            &query,
            "\n    or exists (select from search_texts t where t.id = x.node_id and t.text like '%s')",
            pattern);
    if (group->names != NULL)
        buf_printf(&query, "\n    or x.%s like '%s'", group->names_column, pattern);
    buf_printf(
        &query, ")\norder by x.created_at desc, x.id desc limit %d) page", (int)SEARCH_MOST_HITS);
    expect_ok(db_value(db, arena, query.data, &ids, &error), &error);
    return ids;
}

static void each_group_finds_what_looking_at_every_row_finds(void)
{
    static const char *const texts[] = {"often",      "ancient",         "relic",       "web 7",
                                        "host-1233",  "job 2",           "failed",      "critical",
                                        "nightly",    "crew 21",         "ada 45",      "RESTART",
                                        "queued for", "env=PROD",        "env=first",   "rack=120",
                                        "upgrade 44", "ancient upgrade", "e 4 ancient", "stranger"};

    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct text pattern = select_pattern(arena, text_from(texts[i]));
        bool finds = false;
        for (size_t place = 0; search_groups[place].name != NULL; place++) {
            struct text expected = ids_that_match(&search_groups[place], pattern.data);
            const char *message = text_format(
                                      arena, "%s of %s: %.*s", search_groups[place].name, texts[i],
                                      TEXT_ARGS(expected))
                                      .data;
            finds = finds || expected.size > 0;
            expect_at(
                text_equal(ids_found(texts[i], place), expected), __FILE__, __LINE__, message);
        }
        expect_at(finds || i >= COUNT_OF(texts) - STRANGERS, __FILE__, __LINE__, texts[i]);
    }
}

static void signs_of_patterns_and_quotes_stand_for_themselves(void)
{
    static const char *const found[] = {"100%_sure", "00%_s"};
    static const char *const not_found[] = {"1%sure", "100__sure",     "100%\\_sure",
                                            "'",      "\"; --",        "\\",
                                            "' 'env", "%' or true --", "prod rack"};

    for (size_t i = 0; i < COUNT_OF(found); i++)
        expect(count_found(workspace, found[i]) > 0);
    for (size_t i = 0; i < COUNT_OF(not_found); i++)
        expect_at(count_found(workspace, not_found[i]) == 0, __FILE__, __LINE__, not_found[i]);
}

/* The trigrams of two letters would be the whole index. */
static void two_letters_are_looked_for_among_the_newest(void)
{
    expect(ids_found("ho", 0).size > 0);  /* host-… */
    expect(ids_found("ci", 0).size == 0); /* ancient */
    expect(ids_found("cie", 0).size > 0);
}

static void a_workspace_without_rows_finds_nothing(void)
{
    static const struct uuid elsewhere = {{[6] = 0x70, [8] = 0x80, [15] = 99}};
    static const char *const texts[] = {"often", "we", "failed", "ada"};

    for (size_t i = 0; i < COUNT_OF(texts); i++)
        expect(count_found(elsewhere, texts[i]) == 0);
}

static const struct test tests[] = {
    TEST(each_group_finds_what_looking_at_every_row_finds),
    TEST(signs_of_patterns_and_quotes_stand_for_themselves),
    TEST(two_letters_are_looked_for_among_the_newest),
    TEST(a_workspace_without_rows_finds_nothing),
};

const struct suite test_search_suite =
    SUITE_WITH("api/search/search", tests, .set_up = set_up, .tear_down = tear_down);
