/*
 * Sets are built live and in bulk, with the same rows; they stop at what cannot be applied.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/text.h"
#include "eventlog/events/node_events.h"
#include "projections/build.h"
#include "projections/quarantine.h"
#include "projections/sets.h"
#include "tests/support/expect.h"
#include "tests/support/forget.h"
#include "tests/support/projected.h"
#include "tests/support/story.h"

#include <stdio.h>

enum { CHAPTERS = 3 }; /* more than a batch */

static struct projected *p;

static void set_up(void)
{
    p = make_projected();
}

static void tear_down(void)
{
    end_projected(p);
}

static void given_story(void)
{
    given_opening(p->ledger);
    for (unsigned i = 0; i < CHAPTERS; i++)
        given_chapter(p->ledger, i);
}

static struct build *make_build(struct db *db, const char *schema)
{
    struct build *build = NULL;
    struct error error;

    expect_ok(build_open(db, schema, p->ledger->log, p->ledger->keyring, &build, &error), &error);
    return build;
}

static struct db *make_connection(void)
{
    struct db *db = NULL;
    struct error error;

    expect_ok(db_open(p->conninfo, 10, 0, &db, &error), &error);
    return db;
}

static void given_script(const char *script)
{
    struct error error;

    expect_ok(db_script(p->db, script, &error), &error);
}

static void an_empty_set_has_its_tables_and_indexes(void)
{
    expect_text(value_of(p, "select count(*) from tasks"), "0");
    expect_text(
        value_of(p, "select count(*) > 10 from pg_indexes where schemaname = 'set_test'"), "t");
    expect_text(
        value_of(p, "select state from fleetledger.sets where schema = 'set_test'"), "ready");
    expect(build_is_ready(p->build));
}

static void events_are_applied_once(void)
{
    struct error error;
    struct text before;
    size_t applied = 1;

    given_story();
    given_applied(p);
    before = digest_of(p, "set_test");
    expect_ok(build_step(p->build, 1000, &applied, &error), &error);
    expect_int64(applied, 0);
    expect(text_equal(digest_of(p, "set_test"), before));
    expect_int64(build_size(p->build), ledger_size(p->ledger->log));
}

static void a_set_that_is_opened_again_goes_on_where_it_stood(void)
{
    struct text before;

    given_story();
    given_applied(p);
    before = digest_of(p, "set_test");
    build_close(p->build);
    p->build = make_build(p->db, "set_test");
    expect_int64(build_size(p->build), ledger_size(p->ledger->log));
    expect(build_is_ready(p->build));
    given_applied(p);
    expect(text_equal(digest_of(p, "set_test"), before));
}

static void a_rebuild_gives_the_rows_that_live_has(void)
{
    struct db *db = make_connection();
    struct build *beside;
    struct error error;

    given_story();
    given_applied(p);
    beside = make_build(db, "set_beside");
    expect_ok(build_rebuild(beside, ledger_size(p->ledger->log), NULL, NULL, &error), &error);
    expect(build_is_ready(beside));
    expect_int64(build_size(beside), ledger_size(p->ledger->log));
    expect_text(digest_of(p, "set_beside"), digest_of(p, "set_test").data);
    build_close(beside);
    db_close(db);
}

static void one_event_at_a_time_gives_the_rows_that_batches_give(void)
{
    struct db *db = make_connection();
    struct build *beside;
    struct error error;
    size_t applied = 1;

    given_story();
    given_applied(p);
    beside = make_build(db, "set_beside");
    while (applied > 0)
        expect_ok(build_step(beside, 1, &applied, &error), &error);
    expect_text(digest_of(p, "set_beside"), digest_of(p, "set_test").data);
    build_close(beside);
    db_close(db);
}

static bool stop_at_once(uint64_t done, uint64_t size, void *context)
{
    (void)done;
    (void)size;
    ++*(int *)context;
    return false;
}

static void a_rebuild_goes_on_after_a_stop(void)
{
    struct db *db = make_connection();
    struct build *beside;
    struct error error;
    uint64_t size;
    int calls = 0;

    given_story();
    given_applied(p);
    size = ledger_size(p->ledger->log);
    beside = make_build(db, "set_beside");
    expect_ok(build_rebuild(beside, size / 2, NULL, NULL, &error), &error);
    expect_status(
        build_rebuild(beside, size, stop_at_once, &calls, &error), STATUS_TIMED_OUT, &error);
    expect_int64(calls, 1);
    expect_int64(build_size(beside), size / 2);
    build_close(beside);
    beside = make_build(db, "set_beside");
    expect_int64(build_size(beside), size / 2);
    expect_ok(build_rebuild(beside, size, NULL, NULL, &error), &error);
    expect_text(digest_of(p, "set_beside"), digest_of(p, "set_test").data);
    build_close(beside);
    db_close(db);
}

static void a_set_that_the_ledger_does_not_confirm_is_made_anew(void)
{
    given_story();
    given_applied(p);
    build_close(p->build);
    given_script("update fleetledger.sets set root = decode(repeat('00', 32), 'hex')");
    p->build = make_build(p->db, "set_test");
    expect_int64(build_size(p->build), 0);
    expect(!build_is_ready(p->build));
    expect_text(value_of(p, "select count(*) from set_test.tasks"), "0");
}

static void a_set_ahead_of_the_ledger_is_made_anew(void)
{
    given_story();
    given_applied(p);
    build_close(p->build);
    given_script("update fleetledger.sets set size = size + 1");
    p->build = make_build(p->db, "set_test");
    expect_int64(build_size(p->build), 0);
}

static void a_set_is_written_by_one_connection_at_a_time_and_its_process_is_named(void)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    struct db *db = make_connection();
    struct build *second = NULL;
    struct text writer;
    struct error error;

    expect_ok(db_value(p->db, arena, "select pg_backend_pid()", &writer, &error), &error);
    expect_status(
        build_open(db, "set_test", p->ledger->log, p->ledger->keyring, &second, &error),
        STATUS_CONFLICT, &error);
    expect_text(text_from(error.code), "set_is_written");
    expect(text_contains(
        text_from(error.text),
        text_format(arena, "by PostgreSQL process %.*s of ", TEXT_ARGS(writer))));
    build_close(p->build);
    p->build = NULL;
    second = make_build(db, "set_test");
    build_close(second);
    db_close(db);
}

/* The third chapter's node is refused by the table. */
static uint64_t given_culprit(void)
{
    const struct cast cast = make_cast(2);
    struct node_added added = {
        .node_id = make_id(77),
        .workspace_id = cast.workspace,
        .name = text_lit("culprit"),
        .hostname = text_lit("culprit"),
        .os = text_lit("linux"),
        .arch = text_lit("amd64"),
        .source = {SOURCE_OPERATOR},
    };

    given_script("alter table nodes add check (name <> 'culprit')");
    given_opening(p->ledger);
    given_chapter(p->ledger, 0);
    given_chapter(p->ledger, 1);
    given_event(p->ledger, &node_added_event, make_id(77), cast.workspace, &added);
    given_chapter(p->ledger, 2);
    given_committed(p->ledger);
    for (uint64_t at = 0; at < ledger_size(p->ledger->log); at++) {
        AUTO_ARENA arena = arena_new(1 << 20);
        struct record record;
        struct error error;
        expect_ok(
            ledger_read_one(p->ledger->log, (struct position){at}, arena, &record, &error), &error);
        if (uuid_equal(record.entry.stream, make_id(77)))
            return at;
    }
    return UINT64_MAX;
}

static void expect_stopped_at(enum status status, uint64_t culprit, const struct error *error)
{
    char position[32];

    snprintf(position, sizeof(position), "position %llu ", (unsigned long long)culprit);
    expect_status(status, STATUS_INTERNAL, error);
    expect_text(text_from(error->code), "projection_failed");
    expect_text(text_from(error->field), "nodes");
    expect(text_contains(text_from(error->text), text_from(position)));
    expect_int64(build_size(p->build), culprit);
}

static void an_event_that_cannot_be_applied_is_named_and_what_lies_before_is_applied(void)
{
    uint64_t culprit = given_culprit();
    struct error error;
    size_t applied = 0;

    expect_stopped_at(build_step(p->build, 1000, &applied, &error), culprit, &error);
    expect_text(value_of(p, "select count(*) from workspaces"), "2");
    expect_stopped_at(build_step(p->build, 1000, &applied, &error), culprit, &error);
}

static void a_rebuild_names_the_event_that_cannot_be_applied(void)
{
    uint64_t culprit = given_culprit();
    struct error error;
    uint64_t size = ledger_size(p->ledger->log);

    expect_stopped_at(build_rebuild(p->build, size, NULL, NULL, &error), culprit, &error);
    expect_text(value_of(p, "select count(*) from workspaces"), "2");
}

static void a_quarantined_event_is_passed_by_for_its_table_only(void)
{
    uint64_t culprit = given_culprit();
    struct db *db = make_connection();
    struct error error;
    size_t applied = 0;

    expect_stopped_at(build_step(p->build, 1000, &applied, &error), culprit, &error);
    expect_ok(quarantine_add(db, "nodes", (struct position){culprit}, &error), &error);
    expect_ok(quarantine_add(db, "nodes", (struct position){culprit}, &error), &error);
    expect_ok(build_step(p->build, 1000, &applied, &error), &error);
    expect_int64(build_size(p->build), ledger_size(p->ledger->log));
    expect_text(value_of(p, "select count(*) from nodes where name = 'culprit'"), "0");
    expect_text(
        value_of(p, "select count(*) from audit_logs where metadata::text like '%culprit%'"), "1");
    db_close(db);
}

static void a_quarantine_of_all_tables_passes_an_event_by(void)
{
    uint64_t culprit = given_culprit();
    struct error error;
    size_t applied = 0;

    expect_stopped_at(build_step(p->build, 1000, &applied, &error), culprit, &error);
    expect_ok(quarantine_add(p->db, "*", (struct position){culprit}, &error), &error);
    expect_ok(build_step(p->build, 1000, &applied, &error), &error);
    expect_text(value_of(p, "select count(*) from audit_logs where target_label = 'culprit'"), "0");
}

static void serving_counts_the_switches(void)
{
    struct db *db = make_connection();
    struct build *beside = make_build(db, "set_beside");
    struct error error;
    uint64_t generation = 0;

    expect_ok(build_serve(p->build, &generation, &error), &error);
    expect_int64(generation, 1);
    expect_ok(build_serve(p->build, &generation, &error), &error);
    expect_int64(generation, 1);
    expect_ok(build_serve(beside, &generation, &error), &error);
    expect_int64(generation, 2);
    expect(build_is_ready(beside));
    expect_text(value_of(p, "select schema || generation from fleetledger.serving"), "set_beside2");
    build_close(beside);
    db_close(db);
}

static void a_forgotten_person_leaves_a_row_without_their_name(void)
{
    struct db *db = make_connection();
    struct build *beside;
    struct error error;

    given_story();
    given_applied(p);
    expect_text(value_of(p, "select email from users where name = 'Ada'"), "admin@example.com");
    expect_ok(forget_subject(p->ledger->keyring, make_cast(0).admin, &error), &error);
    beside = make_build(db, "set_beside");
    expect_ok(build_rebuild(beside, ledger_size(p->ledger->log), NULL, NULL, &error), &error);
    expect_text(
        value_of(p, "select count(*) from set_beside.users where email is null and name is null"),
        "1");
    expect_text(
        value_of(
            p, "select count(*) from set_beside.audit_logs where action <> 'secret.delivered'"
               " and (ip_address = '192.0.2.7' or actor_email_snapshot = 'admin@example.com')"),
        "0");
    build_close(beside);
    db_close(db);
}

static void the_fingerprint_is_a_name_of_a_schema(void)
{
    char once[32];
    char again[32];

    sets_fingerprint(once);
    sets_fingerprint(again);
    expect_text(text_from(once), again);
    expect_int64(text_from(once).size, 16);
    expect(text_starts_with(text_from(once), text_lit("set_")));
}

static const struct test tests[] = {
    TEST(an_empty_set_has_its_tables_and_indexes),
    TEST(events_are_applied_once),
    TEST(a_set_that_is_opened_again_goes_on_where_it_stood),
    TEST(a_rebuild_gives_the_rows_that_live_has),
    TEST(one_event_at_a_time_gives_the_rows_that_batches_give),
    TEST(a_rebuild_goes_on_after_a_stop),
    TEST(a_set_that_the_ledger_does_not_confirm_is_made_anew),
    TEST(a_set_ahead_of_the_ledger_is_made_anew),
    TEST(a_set_is_written_by_one_connection_at_a_time_and_its_process_is_named),
    TEST(an_event_that_cannot_be_applied_is_named_and_what_lies_before_is_applied),
    TEST(a_rebuild_names_the_event_that_cannot_be_applied),
    TEST(a_quarantined_event_is_passed_by_for_its_table_only),
    TEST(a_quarantine_of_all_tables_passes_an_event_by),
    TEST(serving_counts_the_switches),
    TEST(a_forgotten_person_leaves_a_row_without_their_name),
    TEST(the_fingerprint_is_a_name_of_a_schema),
};

const struct suite test_build_suite =
    SUITE_WITH("projections/build", tests, .set_up = set_up, .tear_down = tear_down);
