/*
 * Rows folded in memory are those that PostgreSQL has, at any moment and of every table; and the steps of
 * a fold are where folds that stop one event apart differ.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/notification_events.h"
#include "eventlog/events/workspace_events.h"
#include "eventlog/ledger_index.h"
#include "migrations/identity/users.h"
#include "migrations/migrate.h"
#include "migrations/node/nodes.h"
#include "migrations/notification/outbox.h"
#include "migrations/tables.h"
#include "migrations/workspace/workspaces.h"
#include "projections/fold.h"
#include "projections/projector.h"
#include "tests/support/draw.h"
#include "tests/support/expect.h"
#include "tests/support/forget.h"
#include "tests/support/projected.h"
#include "tests/support/story.h"

enum {
    CHAPTERS = 4,
    MOMENTS = 10,
    MOST_IDS = 4000, /* of one table */
    TABLES = 40,     /* at least as many as there are */
    ARENA_BYTES = 64 << 20,
    INTERLUDE = 8, /* random events after each chapter */
    MOST_APART =
        30 /* events that the index is behind or ahead, each of which is read for each row */
};

static struct projected *p;
static struct db *beside_db;
static struct build *beside; /* "set_beside" gets the folded rows */
static struct ledger_index *lagging;
static uint64_t random_state;

static uint64_t draw(uint64_t below)
{
    return draw_below(&random_state, below);
}

static void set_up(void)
{
    struct error error;

    random_state = 7;
    p = make_projected();
    expect_ok(db_open(p->conninfo, 10, 0, &beside_db, &error), &error);
    expect_ok(
        build_open(beside_db, "set_beside", p->ledger->log, p->ledger->keyring, &beside, &error),
        &error);
    expect_ok(build_rebuild(beside, 0, NULL, NULL, &error), &error);
    expect_ok(ledger_index_open(p->ledger->home, p->ledger->log, false, &lagging, &error), &error);
}

static void tear_down(void)
{
    ledger_index_close(lagging);
    build_close(beside);
    db_close(beside_db);
    end_projected(p);
}

static void given_default(const struct cast *cast)
{
    const struct workspace_changed changed = {
        .workspace_id = cast->workspace, .is_default = OPT_TRUE};

    given_event(p->ledger, &workspace_changed_event, cast->workspace, cast->workspace, &changed);
}

static void given_name(const struct cast *cast)
{
    const struct user_updated updated = {
        .user_id = cast->admin,
        .name = {.text = draw(2) == 0 ? text_lit("Ada") : text_lit("Augusta")}};

    given_event(p->ledger, &user_updated_event, cast->admin, UUID_NONE, &updated);
}

static void given_maintenance(const struct cast *cast)
{
    const struct node_maintenance_entered entered = {cast->other, text_lit("disks")};
    const struct node_maintenance_left left = {cast->other};

    if (draw(2) == 0)
        given_event(
            p->ledger, &node_maintenance_entered_event, cast->other, cast->workspace, &entered);
    else
        given_event(p->ledger, &node_maintenance_left_event, cast->other, cast->workspace, &left);
}

/* A node of a workspace that wants messages of what happens to it. */
static void given_watched_node(struct uuid workspace, struct uuid node)
{
    static const struct enum_value warning[] = {{SEVERITY_WARNING}};
    const struct workspace_created created = {
        .workspace_id = workspace,
        .name = text_lit("Watched"),
        .slug = text_lit("watched"),
        .default_timezone = text_lit("UTC"),
        .automation_email_enabled = OPT_TRUE,
        .automation_email_levels = {warning, COUNT_OF(warning)},
        .automation_telegram_enabled = OPT_TRUE,
        .automation_telegram_bot_token = {.text = text_lit("11:bot")},
        .automation_telegram_chat_id = text_lit("42"),
        .automation_telegram_levels = {warning, COUNT_OF(warning)},
    };
    const struct node_added added = {
        .node_id = node,
        .workspace_id = workspace,
        .name = text_lit("web"),
        .hostname = text_lit("web"),
        .os = text_lit("linux"),
        .arch = text_lit("amd64"),
        .source = {SOURCE_OPERATOR},
    };

    given_event(p->ledger, &workspace_created_event, workspace, workspace, &created);
    given_event(p->ledger, &node_added_event, node, workspace, &added);
}

static const struct cast watched = {
    .workspace = {{1, 2, 3, 4, 5, 6, 0x70, 8, 0x80, 10}},
    .other = {{1, 2, 3, 4, 5, 6, 0x70, 8, 0x80, 11}}};

/* A chapter, then what may happen to those of all chapters so far. */
static void given_story(void)
{
    static void (*const happen[])(const struct cast *cast) = {
        given_default, given_name, given_maintenance};

    given_opening(p->ledger);
    given_watched_node(watched.workspace, watched.other);
    for (unsigned chapter = 0; chapter < CHAPTERS; chapter++) {
        given_chapter(p->ledger, chapter);
        given_maintenance(&watched);
        for (int i = 0; i < INTERLUDE; i++) {
            const struct cast cast = make_cast((unsigned)draw(chapter + 1));
            happen[draw(COUNT_OF(happen))](&cast);
        }
    }
    given_committed(p->ledger);
}

static void given_indexed(uint64_t size)
{
    struct error error;
    size_t added = 0;

    expect_ok(ledger_index_catch_up(lagging, size, &added, &error), &error);
}

/* As far as that, but for some events. */
static void given_indexed_about(uint64_t size)
{
    uint64_t wanted = size + draw(2 * MOST_APART);
    uint64_t least = ledger_index_size(lagging) + MOST_APART;

    if (wanted > least)
        given_indexed(wanted - least);
}

static struct fold_result fold_of(const struct fold *fold, struct arena *arena)
{
    const struct fold_sources sources = {p->ledger->log, lagging, p->ledger->keyring};
    struct fold_result result = {0};
    struct error error;

    expect_ok(fold_row(&sources, fold, arena, &result, &error), &error);
    return result;
}

/* Every id that a table ever showed. */
struct known_ids {
    struct uuid ids[MOST_IDS];
    size_t count;
};

struct id_row {
    struct uuid id;
};
static const struct field id_row_fields[] = {
    {UUID(id_row, id), .flags = REQUIRED, .doc = "Id of a row."},
};
static const struct shape id_row_shape = SHAPE(id_row, "A row's id.");

static bool knows(const struct known_ids *known, struct uuid id)
{
    for (size_t i = 0; i < known->count; i++) {
        if (uuid_equal(known->ids[i], id))
            return true;
    }
    return false;
}

static void learn_ids(struct known_ids *known, const struct table *table)
{
    const struct sql sql = {
        .name = text_format(p->arena, "ids_of_%s", table->name).data,
        .text = text_format(p->arena, "select id from %s", table->name).data,
        .row = &id_row_shape,
    };
    const void *rows = NULL;
    size_t count = 0;
    struct error error;

    expect_ok(db_query(p->db, &sql, NULL, p->arena, &rows, &count, &error), &error);
    for (size_t i = 0; i < count; i++) {
        struct uuid id = ((const struct id_row *)rows)[i].id;
        if (knows(known, id))
            continue;
        expect(known->count < MOST_IDS);
        known->ids[known->count++] = id;
    }
}

/* Writes the folded rows of a table to the set beside. */
static size_t fold_table(const struct known_ids *known, const struct table *table, uint64_t size)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    AUTO_ARENA scratch = arena_new(ARENA_BYTES);
    const void **rows = arena_array(arena, known->count + 1, sizeof(*rows));
    size_t count = 0;
    size_t untraceable = 0;
    struct error error;

    for (size_t i = 0; i < known->count; i++) {
        const struct fold fold = {
            .table = table, .key = known->ids[i], .size = size, .opens_personal = true};
        struct fold_result result = fold_of(&fold, arena);
        untraceable += !result.is_traceable;
        if (result.row != NULL)
            rows[count++] = result.row;
    }
    if (count > 0)
        expect_ok(db_insert(beside_db, table, rows, count, scratch, &error), &error);
    return untraceable;
}

static void empty_beside(void)
{
    AUTO_BUF sql = {0};
    struct error error;

    buf_init(&sql, 1 << 20);
    migrate_truncate_sql(&sql);
    expect_ok(db_script(beside_db, sql.data, &error), &error);
}

/* Rows of either set that the other one has not; of ids that lead to their events. */
static const char *rows_that_differ(const char *table)
{
    return value_of(
               p,
               text_format(
                   p->arena,
                   "with a as (select to_jsonb(x) as row from set_test.%s x"
                   " where substr(id::text, 15, 1) <> '8' or '%s' in ('default_workspace', 'channel_lists', 'rolling_targets', 'rollout_targets', 'directory_members')),"
                   " b as (select to_jsonb(x) as row from set_beside.%s x)"
                   " select count(*) from ((select * from a except select * from b)"
                   " union all (select * from b except select * from a)) different",
                   table, table, table)
                   .data)
        .data;
}

static void expect_folds_are_rows(struct known_ids *known, uint64_t size)
{
    empty_beside();
    for (size_t i = 0; table_catalog[i] != NULL; i++) {
        learn_ids(&known[i], table_catalog[i]);
        fold_table(&known[i], table_catalog[i], size);
        expect_text_at(
            text_from(rows_that_differ(table_catalog[i]->name)), text_lit("0"), __FILE__, __LINE__,
            table_catalog[i]->name);
    }
}

static void rows_of_every_table_are_what_postgresql_has_at_that_moment(void)
{
    struct known_ids *known = heap_array(TABLES, sizeof(*known));
    uint64_t step;

    given_story();
    step = ledger_size(p->ledger->log) / MOMENTS;
    while (build_size(p->build) < ledger_size(p->ledger->log)) {
        struct error error;
        size_t applied = 0;
        size_t wanted = 1 + (size_t)draw(2 * step);
        expect_ok(build_step(p->build, wanted, &applied, &error), &error);
        given_indexed_about(build_size(p->build));
        expect_folds_are_rows(known, build_size(p->build));
    }
    heap_free(known);
}

/* Steps of one fold, by position, with copies of the rows. */
struct steps {
    const struct table *table;
    struct arena *arena;
    uint64_t at[MOST_IDS];
    const void *after[MOST_IDS];
    size_t count;
};

static void forget_steps(void *context)
{
    struct steps *steps = context;

    steps->count = 0;
}

static void keep_step(const struct fold_step *step, void *context)
{
    struct steps *steps = context;
    void *copy = NULL;

    if (step->after != NULL) {
        copy = arena_take(steps->arena, steps->table->shape->size);
        shape_copy(steps->table->shape, steps->arena, step->after, copy);
    }
    steps->at[steps->count] = step->record->position.value;
    steps->after[steps->count++] = copy;
}

static bool is_same(const struct table *table, const void *a, const void *b)
{
    return a == NULL || b == NULL ? a == b : shape_equal(table->shape, a, b);
}

static void expect_steps_are_differences(const struct table *table, struct uuid key)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct steps *steps = heap_new(sizeof(*steps));
    struct fold fold = {
        .table = table,
        .key = key,
        .size = ledger_size(p->ledger->log),
        .opens_personal = true,
        .again = forget_steps,
        .each = keep_step,
        .context = steps,
    };
    const void *before = NULL;
    size_t next = 0;

    *steps = (struct steps){.table = table, .arena = arena};
    fold_of(&fold, arena);
    expect(steps->count > 0);
    fold.each = NULL;
    fold.again = NULL;
    for (uint64_t at = 0; at < ledger_size(p->ledger->log); at++) {
        const void *after;
        fold.size = at + 1;
        after = fold_of(&fold, arena).row;
        if (!is_same(table, before, after)) {
            expect(next < steps->count && steps->at[next] == at);
            expect(is_same(table, steps->after[next], after));
            next++;
        }
        before = after;
    }
    expect_int64(next, steps->count);
    heap_free(steps);
}

static void steps_are_where_folds_that_stop_one_event_apart_differ(void)
{
    given_story();
    given_indexed(ledger_size(p->ledger->log));
    expect_steps_are_differences(&workspaces_table, make_cast(1).workspace);
    expect_steps_are_differences(&nodes_table, make_cast(2).node);
    expect_steps_are_differences(&users_table, make_cast(0).admin);
    expect_steps_are_differences(&nodes_table, make_cast(0).other);
}

static void what_is_personal_stays_sealed_and_changes_where_its_text_does(void)
{
    const struct cast cast = make_cast(0);
    const struct user_updated same = {.user_id = cast.admin, .name = {.text = text_lit("Augusta")}};
    struct steps steps = {.table = &users_table, .arena = p->arena};
    const struct fold fold = {
        .table = &users_table,
        .key = cast.admin,
        .size = UINT64_MAX,
        .again = forget_steps,
        .each = keep_step,
        .context = &steps,
    };
    struct fold to_head = fold;
    const struct user_row *rows[3];

    given_opening(p->ledger);
    given_event(p->ledger, &user_updated_event, cast.admin, UUID_NONE, &same);
    given_event(p->ledger, &user_updated_event, cast.admin, UUID_NONE, &same);
    given_committed(p->ledger);
    to_head.size = ledger_size(p->ledger->log);
    expect(fold_of(&to_head, p->arena).row != NULL);
    expect_int64(steps.count, 3);
    for (size_t i = 0; i < 3; i++)
        rows[i] = steps.after[i];
    expect(fold_is_sealed(rows[0]->name));
    expect(fold_is_sealed(rows[0]->email));
    expect(!fold_is_sealed(rows[0]->timezone));
    expect(!text_equal(rows[0]->name, rows[1]->name));
    expect(text_equal(rows[0]->email, rows[1]->email));
    expect(text_equal(rows[1]->name, rows[2]->name));
    expect_int64(rows[1]->name.size, text_lit("Augusta").size);
}

static void note_forgotten(const struct fold_step *step, void *context)
{
    *(bool *)context = step->has_forgotten;
}

static void of_somebody_who_was_forgotten_nothing_is_there_and_the_step_says_so(void)
{
    bool has_forgotten = false;
    struct fold fold = {
        .table = &users_table,
        .key = make_cast(0).admin,
        .each = note_forgotten,
        .context = &has_forgotten,
    };
    const struct user_row *row;
    struct error error;

    given_opening(p->ledger);
    given_committed(p->ledger);
    fold.size = ledger_size(p->ledger->log);
    fold_of(&fold, p->arena);
    expect(!has_forgotten);
    expect_ok(forget_subject(p->ledger->keyring, make_cast(0).admin, &error), &error);
    row = fold_of(&fold, p->arena).row;
    expect(has_forgotten);
    expect(row != NULL && !text_is_present(row->email) && !text_is_present(row->name));
}

static void an_entity_of_another_kind_has_no_row(void)
{
    const struct cast cast = make_cast(0);
    const struct uuid ids[] = {cast.node, cast.workspace, cast.task, cast.terminal, make_id(99999)};

    given_opening(p->ledger);
    given_chapter(p->ledger, 0);
    given_committed(p->ledger);
    given_indexed(ledger_size(p->ledger->log));
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        const struct fold fold = {
            .table = &users_table,
            .key = ids[i],
            .size = ledger_size(p->ledger->log),
            .is_until_made = true};
        struct fold_result result = fold_of(&fold, p->arena);
        expect(result.row == NULL && result.is_traceable);
    }
}

static void what_made_a_row_is_found_behind_many_events_that_reach_farther(void)
{
    const struct cast first = make_cast(0);
    struct fold fold = {
        .table = &workspaces_table, .key = make_cast(1).workspace, .is_until_made = true};

    given_opening(p->ledger);
    given_chapter(p->ledger, 0);
    for (int i = 0; i < 40; i++)
        given_default(&first);
    given_chapter(p->ledger, 1);
    given_committed(p->ledger);
    given_indexed(ledger_size(p->ledger->log));
    fold.size = ledger_size(p->ledger->log);
    expect(fold_of(&fold, p->arena).row != NULL);
}

static void a_message_is_traced_to_what_it_tells_of(void)
{
    const struct uuid workspace = make_id(8001);
    const struct node_maintenance_entered entered = {make_id(8002), text_lit("disks")};
    struct delivery_failed failed = {.error = text_lit("no route"), .attempts = 1};
    struct record told = {.entry = {.event_id = UUID_NONE}};
    struct fold fold = {.table = &outbox_table};
    const struct outbox_row *row;

    given_opening(p->ledger);
    given_watched_node(workspace, entered.node_id);
    told.entry.event_id = given_event(
        p->ledger, &node_maintenance_entered_event, entered.node_id, workspace, &entered);
    failed.outbox_id = row_id(&told, &outbox_table, 1);
    p->ledger->causation = told.entry.event_id;
    given_event(p->ledger, &delivery_failed_event, failed.outbox_id, workspace, &failed);
    given_committed(p->ledger);
    fold.key = failed.outbox_id;
    fold.size = ledger_size(p->ledger->log);
    row = fold_of(&fold, p->arena).row;
    expect(row != NULL && row->attempts == 1 && row->kind.is == OUTBOX_TELEGRAM_EVENT);
    expect(row != NULL && uuid_equal(row->event_id, told.entry.event_id));
}

static void a_row_with_more_events_than_may_be_read_is_refused(void)
{
    const struct fold_sources sources = {p->ledger->log, lagging, p->ledger->keyring};
    const struct node_maintenance_left left = {make_cast(0).node};
    struct fold fold = {.table = &nodes_table, .key = make_cast(0).node};
    struct fold_result result;
    struct error error;

    for (int i = 0; i <= FOLD_MOST_EVENTS; i++)
        given_event(
            p->ledger, &node_maintenance_left_event, left.node_id, make_cast(0).workspace, &left);
    given_committed(p->ledger);
    fold.size = 30000;
    expect_status(fold_row(&sources, &fold, p->arena, &result, &error), STATUS_UNAVAILABLE, &error);
    expect_text(text_from(error.code), "index_behind");
    given_indexed(ledger_size(p->ledger->log));
    fold.size = FOLD_MOST_EVENTS - 100;
    expect_ok(fold_row(&sources, &fold, p->arena, &result, &error), &error);
    expect_int64(result.events, FOLD_MOST_EVENTS - 100);
    fold.size = ledger_size(p->ledger->log);
    expect_status(fold_row(&sources, &fold, p->arena, &result, &error), STATUS_TOO_LARGE, &error);
    expect_text(text_from(error.code), "history_too_long");
    fold.is_until_made = true;
    expect_ok(fold_row(&sources, &fold, p->arena, &result, &error), &error);
}

static void no_two_tables_have_rows_of_one_name(void)
{
    for (size_t i = 0; table_catalog[i] != NULL; i++) {
        for (size_t j = 0; j < i; j++)
            expect(!text_is(text_from(table_entities[i]), table_entities[j]));
    }
}

static const struct test tests[] = {
    TEST(rows_of_every_table_are_what_postgresql_has_at_that_moment),
    TEST(steps_are_where_folds_that_stop_one_event_apart_differ),
    TEST(what_is_personal_stays_sealed_and_changes_where_its_text_does),
    TEST(of_somebody_who_was_forgotten_nothing_is_there_and_the_step_says_so),
    TEST(an_entity_of_another_kind_has_no_row),
    TEST(what_made_a_row_is_found_behind_many_events_that_reach_farther),
    TEST(a_message_is_traced_to_what_it_tells_of),
    TEST(a_row_with_more_events_than_may_be_read_is_refused),
    TEST(no_two_tables_have_rows_of_one_name),
};

const struct suite test_fold_suite =
    SUITE_WITH("projections/fold", tests, .set_up = set_up, .tear_down = tear_down);
