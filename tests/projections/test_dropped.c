/*
 * Bodies that may be dropped are not what rows are made of: without them every row is the same, but for
 * the text that was in them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/tables.h"
#include "projections/build_internal.h"
#include "projections/rows_internal.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"
#include "tests/support/story.h"

enum { CHAPTERS = 2 };

static struct projected *p;

static void set_up(void)
{
    p = make_projected();
}

static void tear_down(void)
{
    end_projected(p);
}

/* As readers get it once its body is gone. */
static void drop_body(struct record *record)
{
    void *absent = arena_take(p->arena, record->type->shape->size);

    shape_clear(record->type->shape, absent);
    record->event = absent;
    record->body = (struct body){0};
    record->has_body = false;
}

static enum status write_rows(struct build *build, struct error *error)
{
    const void *failed = NULL;
    enum status status = db_pipeline_begin(build->db, error);

    if (status == STATUS_OK)
        status = rows_send(build->rows, error);
    return db_pipeline_end(build->db, status, &failed, error);
}

/* Is there one of this type among those that were dropped? */
static bool was_dropped(const struct batch *batch, const struct event_type *type)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->records[i].type == type && !batch->records[i].has_body)
            return true;
    }
    return false;
}

static void expect_each_droppable_type_dropped(const struct batch *batch)
{
    for (const struct event_area *area = event_catalog; area->name != NULL; area++) {
        for (const struct event_type *const *type = area->types; *type != NULL; type++)
            expect(!(*type)->is_droppable || was_dropped(batch, *type));
    }
}

/* Applies all to the set, every body that may be dropped being gone. */
static void given_applied_without_droppable_bodies(struct build *build)
{
    struct batch *batch = &build->batch;
    struct error error;

    expect_ok(build_make_keys(build, &error), &error);
    expect_ok(batch_read(batch, &build->source, 0, BATCH_EVENTS, &error), &error);
    expect_int64(batch->count, ledger_size(p->ledger->log));
    for (size_t i = 0; i < batch->count; i++) {
        if (!batch->records[i].type->is_droppable || !batch->records[i].has_body)
            continue;
        drop_body(&batch->records[i]);
    }
    expect_each_droppable_type_dropped(batch);
    expect_ok(batch_open(batch, &build->source, 0, batch->count, &error), &error);
    expect_ok(batch_apply(batch, &build->source, 0, batch->count, build->rows, &error), &error);
    expect_ok(write_rows(build, &error), &error);
}

/* Rows of either set that the other one has not; a task's output and result are what was dropped. */
static const char *rows_that_differ(const char *table)
{
    return value_of(
               p, text_format(
                      p->arena,
                      "with a as (select to_jsonb(x) - '{output,result,output_truncated}'::text[]"
                      " #- '{metadata,result}' as row from set_test.%s x),"
                      " b as (select to_jsonb(x) - '{output,result,output_truncated}'::text[]"
                      " #- '{metadata,result}' as row from set_beside.%s x)"
                      " select count(*) from ((select * from a except select * from b)"
                      " union all (select * from b except select * from a)) different",
                      table, table)
                      .data)
        .data;
}

static void rows_are_the_same_without_any_body_that_may_be_dropped(void)
{
    struct db *db = NULL;
    struct build *beside = NULL;
    struct error error;

    given_opening(p->ledger);
    for (unsigned i = 0; i < CHAPTERS; i++)
        given_chapter(p->ledger, i);
    given_applied(p);
    expect_ok(db_open(p->conninfo, 10, 0, &db, &error), &error);
    expect_ok(
        build_open(db, "set_beside", p->ledger->log, p->ledger->keyring, &beside, &error), &error);
    given_applied_without_droppable_bodies(beside);
    for (size_t i = 0; table_catalog[i] != NULL; i++) {
        if (text_is(text_from(table_catalog[i]->name), "task_logs"))
            expect_text(value_of(p, "select count(*) > 0 from set_test.task_logs"), "t");
        else
            expect_text_at(
                text_from(rows_that_differ(table_catalog[i]->name)), text_lit("0"), __FILE__,
                __LINE__, table_catalog[i]->name);
    }
    build_close(beside);
    db_close(db);
}

static const struct test tests[] = {
    TEST(rows_are_the_same_without_any_body_that_may_be_dropped),
};

const struct suite test_dropped_suite =
    SUITE_WITH("projections/dropped", tests, .set_up = set_up, .tear_down = tear_down);
