/*
 * The engine finds or builds its set, follows the ledger, survives its database, stops loudly and
 * goes on, and switches when asked.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/log.h"
#include "core/db/db.h"
#include "core/run/queue.h"
#include "core/run/thread.h"
#include "eventlog/events/node_events.h"
#include "projections/build.h"
#include "projections/engine.h"
#include "projections/quarantine.h"
#include "projections/sets.h"
#include "tests/support/expect.h"
#include "tests/support/postgres.h"
#include "tests/support/story.h"

#include <stdatomic.h>
#include <stdio.h>

enum { LONGEST_WAIT_US = 30000000, LOOK_US = 2000 };

static struct test_ledger *ledger;
static const char *conninfo;
static struct engine *engine;
static struct progress progress;
static struct thread *thread;
static struct arena *arena;
static struct queue *bell; /* rung when something was reached */
static _Atomic uint64_t reached_size;
static _Atomic uint64_t reached_generation;

static void on_reached(uint64_t size, uint64_t generation, void *context)
{
    (void)context;
    reached_size = size;
    reached_generation = generation;
    queue_wake(bell);
}

static void set_up(void)
{
    log_set_level(LOG_LEVEL_ERROR);
    ledger = make_ledger();
    conninfo = make_database();
    arena = arena_new(1 << 20);
    bell = queue_new(1);
    reached_size = 0;
    reached_generation = 0;
}

static void run(void *context)
{
    engine_run(context);
}

static void given_engine(const char *where)
{
    const struct engine_settings settings = {
        .log = ledger->log,
        .keyring = ledger->keyring,
        .conninfo = where,
        .progress = &progress,
        .reached = on_reached,
    };

    progress_init(&progress);
    engine = engine_new(&settings);
    thread = thread_start("projector", run, engine);
}

static void given_stopped(void)
{
    if (engine != NULL)
        engine_stop(engine);
    thread_join(thread);
    engine_free(engine);
    engine = NULL;
    thread = NULL;
}

static void tear_down(void)
{
    given_stopped();
    end_ledger(ledger);
    arena_free(arena);
    queue_free(bell);
}

/* Waits until the condition holds, for ever in practice. */
static bool becomes(bool (*holds)(void))
{
    int64_t until = monotonic_us() + LONGEST_WAIT_US;

    while (!holds() && monotonic_us() < until)
        expect(queue_take(bell, LOOK_US) == NULL);
    return holds();
}

static bool is_at_head(void)
{
    return reached_generation > 0 && reached_size == ledger_size(ledger->log);
}

static bool is_stopped(void)
{
    return progress.is_stopped;
}

static bool is_away(void)
{
    return !progress.is_connected && engine_error(engine).status != STATUS_OK;
}

static bool is_second_generation(void)
{
    return reached_generation == 2 && is_at_head();
}

static void given_chapters(unsigned from, unsigned count)
{
    for (unsigned i = from; i < from + count; i++)
        given_chapter(ledger, i);
    given_committed(ledger);
    if (engine != NULL)
        engine_wake(engine);
}

static struct db *make_connection(void)
{
    struct db *db = NULL;
    struct error error;

    expect_ok(db_open(conninfo, 10, 0, &db, &error), &error);
    return db;
}

static void given_script(const char *script)
{
    struct db *db = make_connection();
    struct error error;

    expect_ok(db_script(db, script, &error), &error);
    db_close(db);
}

/* In the set of this program. */
static struct text value_in_set(const char *query)
{
    struct db *db = make_connection();
    struct error error;
    char schema[32];
    char script[64];
    struct text value = {0};

    sets_fingerprint(schema);
    snprintf(script, sizeof(script), "set search_path to %s", schema);
    expect_ok(db_script(db, script, &error), &error);
    expect_ok(db_value(db, arena, query, &value, &error), &error);
    db_close(db);
    return value;
}

static void a_new_installation_gets_its_set_and_serves_it(void)
{
    given_opening(ledger);
    given_chapters(0, 3);
    given_engine(conninfo);
    expect(becomes(is_at_head));
    expect_int64(reached_generation, 1);
    expect_text(value_in_set("select count(*) from workspaces"), "3");
    expect_text(
        value_in_set("select count(*) from fleetledger.serving s join fleetledger.sets t"
                     " on t.schema = s.schema and t.state = 'ready'"),
        "1");
}

static void what_is_appended_is_applied_when_the_engine_is_woken(void)
{

    given_opening(ledger);
    given_chapters(0, 1);
    given_engine(conninfo);
    expect(becomes(is_at_head));
    given_chapters(1, 2);
    expect(becomes(is_at_head));
    expect_text(value_in_set("select count(*) from workspaces"), "3");
    expect_int64(progress.size, ledger_size(ledger->log));
    expect_int64(progress.generation, 1);
    expect_int64(progress_lag_us(&progress, ledger_size(ledger->log)), 0);
    expect(progress.is_connected);
    expect(!progress.is_stopped);
}

static void an_engine_that_starts_again_goes_on_in_the_served_set(void)
{
    given_opening(ledger);
    given_chapters(0, 2);
    given_engine(conninfo);
    expect(becomes(is_at_head));
    given_stopped();
    reached_generation = 0;
    given_chapters(2, 1);
    given_engine(conninfo);
    expect(becomes(is_at_head));
    expect_int64(reached_generation, 1);
    expect_text(value_in_set("select count(*) from workspaces"), "3");
    expect_text(value_in_set("select count(*) from fleetledger.sets"), "1");
}

static void a_lost_connection_is_opened_again(void)
{
    given_opening(ledger);
    given_chapters(0, 1);
    given_engine(conninfo);
    expect(becomes(is_at_head));
    given_script("select pg_terminate_backend(pid) from pg_stat_activity"
                 " where datname = current_database() and pid <> pg_backend_pid()");
    given_chapters(1, 2);
    expect(becomes(is_at_head));
    expect_text(value_in_set("select count(*) from workspaces"), "3");
    expect_text(value_in_set("select count(*) from task_logs"), "15");
}

static void a_database_that_is_away_is_told(void)
{

    given_opening(ledger);
    given_committed(ledger);
    given_engine("host=/nonexistent dbname=none");
    expect(becomes(is_away));
    expect_text(text_from(engine_error(engine).code), "database_unavailable");
    expect(!progress.is_stopped);
    expect(progress_lag_us(&progress, ledger_size(ledger->log)) > 0);
    expect_int64(progress.size, 0);
}

static void tables_that_were_dropped_are_made_again(void)
{
    char schema[32];
    char script[64];

    given_opening(ledger);
    given_chapters(0, 2);
    given_engine(conninfo);
    expect(becomes(is_at_head));
    sets_fingerprint(schema);
    snprintf(script, sizeof(script), "drop schema %s cascade", schema);
    given_script(script);
    given_chapters(2, 1);
    expect(becomes(is_second_generation));
    expect_text(value_in_set("select count(*) from workspaces"), "3");
}

static void a_registry_that_was_dropped_is_made_again(void)
{
    given_opening(ledger);
    given_chapters(0, 2);
    given_engine(conninfo);
    expect(becomes(is_at_head));
    given_script("drop schema fleetledger cascade");
    given_chapters(2, 1);
    expect(becomes(is_at_head));
    expect_text(value_in_set("select count(*) from workspaces"), "3");
}

static void an_event_that_cannot_be_applied_stops_it_until_it_is_quarantined(void)
{
    const struct node_added added = {
        .node_id = make_id(77),
        .workspace_id = make_cast(0).workspace,
        .name = text_lit("culprit"),
        .hostname = text_lit("culprit"),
        .os = text_lit("linux"),
        .arch = text_lit("amd64"),
        .source = {SOURCE_OPERATOR},
    };
    struct error error;
    char schema[32];
    char script[128];
    uint64_t position;
    struct db *db;

    given_opening(ledger);
    given_chapters(0, 1);
    given_engine(conninfo);
    expect(becomes(is_at_head));
    sets_fingerprint(schema);
    snprintf(script, sizeof(script), "alter table %s.nodes add check (name <> 'culprit')", schema);
    given_script(script);
    position = ledger_size(ledger->log);
    given_event(ledger, &node_added_event, make_id(77), make_cast(0).workspace, &added);
    given_chapters(1, 1);
    expect(becomes(is_stopped));
    expect_text(text_from(engine_error(engine).code), "projection_failed");
    expect_text(text_from(engine_error(engine).field), "nodes");
    expect_int64(reached_size, position);
    expect(progress_lag_us(&progress, ledger_size(ledger->log)) > 0);
    db = make_connection();
    expect_ok(quarantine_add(db, "nodes", (struct position){position}, &error), &error);
    db_close(db);
    expect(becomes(is_at_head));
    expect(!is_stopped());
    expect_text(value_in_set("select count(*) from workspaces"), "2");
}

/* Written around the writer's door, as a program of before might have done. */
static void unclean_text_on_the_ledger_is_marked_and_counted(void)
{
    const struct node_added added = {
        .node_id = make_id(77),
        .workspace_id = make_cast(0).workspace,
        .name = {"caf\xe9 \0 end", 10},
        .hostname = text_lit("culprit"),
        .os = text_lit("linux"),
        .arch = text_lit("amd64"),
        .source = {SOURCE_OPERATOR},
    };

    given_opening(ledger);
    given_chapters(0, 1);
    given_event(ledger, &node_added_event, make_id(77), make_cast(0).workspace, &added);
    given_chapters(1, 1);
    given_engine(conninfo);
    expect(becomes(is_at_head));
    expect(!is_stopped());
    expect_int64(progress.cleaned, 1);
    expect_text(
        value_in_set("select name from nodes where hostname = 'culprit'"),
        "caf\xef\xbf\xbd \xef\xbf\xbd end");
}

static bool is_damaged(void)
{
    return progress.is_damaged;
}

static void damage_of_the_database_is_never_an_events_fault(void)
{
    char schema[32];
    char script[512];

    given_opening(ledger);
    given_chapters(0, 1);
    given_engine(conninfo);
    expect(becomes(is_at_head));
    sets_fingerprint(schema);
    snprintf(
        script, sizeof(script),
        "create function %s.broken() returns trigger language plpgsql as\n"
        "  'begin raise exception ''invalid page in block 1'' using errcode = ''XX001''; end';\n"
        "create trigger broken before insert or update on %s.nodes\n"
        "  for each row execute function %s.broken()",
        schema, schema, schema);
    given_script(script);
    given_chapters(1, 1);
    expect(becomes(is_damaged));
    expect(!is_stopped());
    expect_text(text_from(engine_error(engine).code), "database_damaged");
    snprintf(script, sizeof(script), "drop function %s.broken cascade", schema);
    given_script(script);
    expect(becomes(is_at_head));
    expect_text(value_in_set("select count(*) from workspaces"), "2");
}

static void a_set_that_asks_for_it_is_caught_up_and_served(void)
{
    struct build *beside = NULL;
    struct error error;
    struct db *db;

    given_opening(ledger);
    given_chapters(0, 1);
    given_engine(conninfo);
    expect(becomes(is_at_head));
    db = make_connection();
    expect_ok(build_open(db, "set_other", ledger->log, ledger->keyring, &beside, &error), &error);
    expect_ok(build_rebuild(beside, ledger_size(ledger->log), NULL, NULL, &error), &error);
    given_chapters(1, 1);
    expect(becomes(is_at_head));
    expect_int64(reached_generation, 1);
    expect_ok(build_request_switch(beside, &error), &error);
    build_close(beside);
    db_close(db);
    expect(becomes(is_second_generation));
    expect_text(value_in_set("select schema from fleetledger.serving"), "set_other");
    expect_text(value_in_set("select count(*) from set_other.workspaces"), "2");
    expect_text(value_in_set("select count(*) from fleetledger.sets where switch_requested"), "0");
}

static void an_engine_that_starts_serves_the_set_that_it_was_switched_to(void)
{
    a_set_that_asks_for_it_is_caught_up_and_served();
    given_stopped();
    reached_generation = 0;
    given_chapters(2, 1);
    given_engine(conninfo);
    expect(becomes(is_second_generation));
    expect_text(value_in_set("select count(*) from set_other.workspaces"), "3");
}

static void it_ends_while_the_database_is_away(void)
{
    given_engine("host=/nonexistent dbname=none");
    expect(becomes(is_away));
    given_stopped();
    expect(engine == NULL);
}

static const struct test tests[] = {
    TEST(a_new_installation_gets_its_set_and_serves_it),
    TEST(what_is_appended_is_applied_when_the_engine_is_woken),
    TEST(an_engine_that_starts_again_goes_on_in_the_served_set),
    TEST(a_lost_connection_is_opened_again),
    TEST(a_database_that_is_away_is_told),
    TEST(tables_that_were_dropped_are_made_again),
    TEST(a_registry_that_was_dropped_is_made_again),
    TEST(an_event_that_cannot_be_applied_stops_it_until_it_is_quarantined),
    TEST(unclean_text_on_the_ledger_is_marked_and_counted),
    TEST(damage_of_the_database_is_never_an_events_fault),
    TEST(a_set_that_asks_for_it_is_caught_up_and_served),
    TEST(an_engine_that_starts_serves_the_set_that_it_was_switched_to),
    TEST(it_ends_while_the_database_is_away),
};

const struct suite test_engine_suite =
    SUITE_WITH("projections/engine", tests, .set_up = set_up, .tear_down = tear_down);
