/*
 * A list by a selector shows the nodes whose labels the matcher of the write side says, whatever labels and selectors
 * are: random ones, over few keys and values so that they meet.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node/node_resources.h"
#include "api/resource_sql.h"
#include "core/base/buf.h"
#include "core/label/selector.h"
#include "migrations/migrate.h"
#include "tests/support/expect.h"
#include "tests/support/postgres.h"

enum { NODES = 600, SELECTORS = 300, PAGE = 50, WORKSPACES = 2 };

static const char *const keys[] = {"env", "tier", "rack", "agent/os", "in"};
static const char *const values[] = {"", "prod", "test", "A.b-c_1"};

static struct db *db;
static struct arena *arena;
static struct error error;
static uint64_t state;
static struct list labels_of[NODES];

/* The same ones each time (Knuth's MMIX generator). */
static size_t pick(size_t below)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t)(state >> 33) % below;
}

static struct list random_labels(void)
{
    struct label *labels = arena_array(arena, COUNT_OF(keys), sizeof(*labels));
    size_t count = 0;

    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        if (pick(2) == 0)
            labels[count++] =
                (struct label){text_from(keys[i]), text_from(values[pick(COUNT_OF(values))])};
    }
    return (struct list){labels, label_sort(labels, count)};
}

static void add_condition(struct buf *out)
{
    const char *key = keys[pick(COUNT_OF(keys))];
    const char *one = values[pick(COUNT_OF(values))];
    const char *other = values[pick(COUNT_OF(values))];

    switch (pick(6)) {
    case 0:
        buf_add_c(out, key);
        break;
    case 1:
        buf_printf(out, "!%s", key);
        break;
    case 2:
        buf_printf(out, "%s=%s", key, one);
        break;
    case 3:
        buf_printf(out, "%s!=%s", key, one);
        break;
    case 4:
        buf_printf(out, "%s in (%s,%s)", key, one, other);
        break;
    default:
        buf_printf(out, "%s notin (%s,%s)", key, one, other);
        break;
    }
}

static struct text random_selector(void)
{
    AUTO_BUF out = {0};
    size_t count = 1 + pick(4);

    buf_init(&out, 4096);
    for (size_t i = 0; i < count; i++) {
        buf_add_c(&out, i == 0 ? "" : ",");
        add_condition(&out);
    }
    return text_copy(arena, buf_text(&out));
}

static void add_node(struct buf *sql, size_t i)
{
    struct text words;

    labels_of[i] = random_labels();
    words = label_set_words(arena, labels_of[i]);
    buf_printf(
        sql,
        "insert into nodes (id, workspace_id, name, hostname, status, maintenance_mode, search,\n"
        "        label_words, created_at)\n"
        "values (n(%zu), n(%zu), 'n', 'h', 'online', false, 'n', $q$%.*s$q$,\n"
        "    '2026-01-01'::timestamptz + %zu * interval '1 second');\n",
        i, 1 + i % WORKSPACES, TEXT_ARGS(words), i);
}

static void set_up(void)
{
    AUTO_BUF sql = {0};

    arena = arena_new(64 << 20);
    state = 1;
    expect_ok(db_open(make_database(), 10, 0, &db, &error), &error);
    buf_init(&sql, 4 << 20);
    buf_add_c(
        &sql, "create extension pg_trgm schema public; create extension btree_gin schema public;\n"
              "create function n(bigint) returns uuid immutable language sql as\n"
              "    $$select ('00000000-0000-7000-8000-' || lpad(to_hex($1), 12, '0'))::uuid$$;\n");
    migrate_tables_sql(&sql);
    migrate_keys_sql(&sql);
    migrate_indexes_sql(&sql);
    for (size_t i = 0; i < NODES; i++)
        add_node(&sql, i);
    expect_ok(db_script(db, sql.data, &error), &error);
}

static void tear_down(void)
{
    db_close(db);
    arena_free(arena);
}

static size_t field_named(const struct resource *resource, const char *name)
{
    size_t n = 0;

    while (!text_is(text_from(resource->filters[n].name), name))
        n++;
    return n;
}

/* Which node a row is, by its number. */
static size_t number_of(struct uuid id)
{
    return (size_t)id.bytes[14] << 8 | id.bytes[15];
}

static void expect_same(const struct selector *selector, struct text text)
{
    const struct shape *shape = resource_input_shape(&node_resource, true, arena);
    const struct field *id = shape_field(resource_view(&node_resource), text_lit("id"));
    struct resource_input *input = arena_take(arena, shape->size);
    size_t filter = field_named(&node_resource, "selector");
    const char *rows = NULL;
    size_t count = 0;
    size_t shown = 0;
    struct sql sql;

    shape_clear(shape, input);
    input->limit = PAGE;
    input->offset = 0;
    input->workspace_id = (struct uuid){{[6] = 0x70, [8] = 0x80, [15] = 1}};
    *(struct text *)field_in(resource_filter_field(&node_resource, shape, filter), input) = text;
    *(struct text *)field_in(resource_pattern_field(shape, filter), input) =
        selector_query(selector, arena);
    sql = resource_list_sql(&node_resource, shape, input, arena);
    expect_ok(db_query(db, &sql, input, arena, (const void **)&rows, &count, &error), &error);
    for (size_t i = NODES; i-- > 0 && shown < PAGE;) {
        if (i % WORKSPACES != 0 || !selector_matches(selector, labels_of[i]))
            continue;
        expect_at(shown < count, __FILE__, __LINE__, text_c(arena, text));
        expect_at(
            number_of(*(const struct uuid *)field_at(
                id, rows + shown * resource_view(&node_resource)->size)) == i,
            __FILE__, __LINE__, text_c(arena, text));
        shown++;
    }
    expect_at(shown == count, __FILE__, __LINE__, text_c(arena, text));
}

static void a_list_shows_what_the_matcher_says(void)
{
    for (int i = 0; i < SELECTORS; i++) {
        struct text text = random_selector();
        struct text why = {NULL, 0};
        struct selector selector;
        expect_at(
            selector_read(text, arena, &selector, &why), __FILE__, __LINE__, text_c(arena, text));
        expect_same(&selector, text);
    }
}

static const struct test tests[] = {
    TEST(a_list_shows_what_the_matcher_says),
};

const struct suite test_selectors_suite =
    SUITE_WITH("lists/selectors", tests, .set_up = set_up, .tear_down = tear_down);
