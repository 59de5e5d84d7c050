/*
 * Read models come back from the ledger alone: on a stopped home, beside a server, after an
 * interruption.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/run/thread.h"
#include "eventlog/ledger.h"
#include "eventlog/seal.h"
#include "projections/build.h"
#include "projections/engine.h"
#include "projections/sets.h"
#include "replay/exit_codes.h"
#include "replay/replay.h"
#include "tests/support/expect.h"
#include "tests/support/postgres.h"
#include "tests/support/stopped_home.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHAPTERS = 3 }; /* more than a batch */

static struct stopped_home *home;

static void set_up(void)
{
    home = make_stopped_home(CHAPTERS);
}

static void tear_down(void)
{
    end_stopped_home(home);
}

static void given_no_served_tables(void)
{
    given_sql(
        home, text_format(home->arena, "drop schema %s cascade", served_schema(home).data).data);
}

static struct text set_name(const char *ending)
{
    char fingerprint[32];

    sets_fingerprint(fingerprint);
    return text_format(home->arena, "%s%s", fingerprint, ending);
}

/* A set as an interrupted replay leaves it. */
static int run_replay(const struct data_dir_settings *settings)
{
    const struct replay_options options = {.json = OPT_FALSE};

    return replay_run(settings, &options);
}

static int run_replay_json(const struct data_dir_settings *settings)
{
    const struct replay_options options = {.json = OPT_TRUE};

    return replay_run(settings, &options);
}

static int run_prepare(const struct data_dir_settings *settings)
{
    const struct replay_options options = {.json = OPT_FALSE};

    return replay_prepare(settings, &options);
}

static void given_begun_set(const char *schema, size_t events)
{
    struct ledger_settings settings = {.home = home->settings.path, .reserve_bytes = 1 << 20};
    struct ledger *log = NULL;
    struct keyring *keyring = NULL;
    struct build *build = NULL;
    size_t applied = 0;

    must(ledger_open(&settings, &log, NULL) == STATUS_OK);
    must(keyring_open(settings.home, home->settings.secret, false, &keyring, NULL) == STATUS_OK);
    must(build_open(home->db, schema, log, keyring, &build, NULL) == STATUS_OK);
    must(build_step(build, events, &applied, NULL) == STATUS_OK && applied == events);
    build_close(build);
    keyring_close(keyring);
    ledger_close(log);
}

static void dropped_tables_come_back_with_the_same_rows(void)
{
    struct text before = served_digest(home);
    struct text schema = served_schema(home);
    struct printout printout;

    given_no_served_tables();
    printout = printout_of(home, run_replay);
    expect_int64(printout.code, EXIT_HOLDS);
    expect(!text_equal(served_schema(home), schema));
    expect_text(served_digest(home), before.data);
}

static void a_lost_database_comes_back_with_the_same_rows(void)
{
    struct text before = served_digest(home);

    given_sql(home, "drop schema fleetledger cascade");
    given_sql(home, "drop extension pg_trgm cascade");
    expect_int64(printout_of(home, run_replay).code, EXIT_HOLDS);
    expect_text(served_digest(home), before.data);
}

static void programs_are_told_as_json_what_was_served(void)
{
    struct printout printout = printout_of(home, run_replay_json);

    expect_int64(printout.code, EXIT_HOLDS);
    expect(text_contains(
        printout.said, text_format(
                           home->arena, "{\"outcome\":\"served\",\"schema\":\"%s\",\"events\":",
                           served_schema(home).data)));
    expect(!text_contains(printout.said, text_lit("Building")));
}

static void an_interrupted_replay_goes_on_where_it_stood(void)
{
    struct text before = served_digest(home);
    struct text begun = set_name("_7");
    struct printout printout;

    given_begun_set(begun.data, 123);
    printout = printout_of(home, run_replay);
    expect_int64(printout.code, EXIT_HOLDS);
    expect_says(printout, "Going on with");
    expect_says(printout, "at position 123 of");
    expect_text(served_schema(home), begun.data);
    expect_text(served_digest(home), before.data);
}

static void an_interrupt_ends_it_at_a_position_to_go_on_from(void)
{
    struct text schema = served_schema(home);
    struct printout printout;
    sigset_t interrupt;
    sigset_t before;

    given_begun_set(set_name("_1").data, 123);
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    must(sigprocmask(SIG_BLOCK, &interrupt, &before) == 0);
    must(raise(SIGINT) == 0);
    printout = printout_of(home, run_replay);
    must(sigprocmask(SIG_SETMASK, &before, NULL) == 0);
    expect_int64(printout.code, EXIT_INTERRUPTED);
    expect_says(printout, "goes on at position 123");
    expect_text(served_schema(home), schema.data);
    expect_int64(printout_of(home, run_replay).code, EXIT_HOLDS);
    expect_text(served_schema(home), set_name("_1").data);
}

static void what_an_earlier_replay_served_is_dropped_by_the_next(void)
{
    const char *count = "select count(*) from pg_namespace where nspname like 'set\\_%'";

    for (int i = 0; i < 4; i++)
        expect_int64(printout_of(home, run_replay).code, EXIT_HOLDS);
    expect_text(look_at(home, count), "2");
    expect_text(look_at(home, "select count(*) from fleetledger.sets"), "2");
    expect_text(served_schema(home), set_name("_4").data);
}

static void sets_of_other_versions_are_left_alone(void)
{
    given_sql(home, "update fleetledger.sets set fingerprint = 'set_0123456789ab'");
    for (int i = 0; i < 2; i++)
        expect_int64(printout_of(home, run_replay).code, EXIT_HOLDS);
    expect_text(
        look_at(home, "select count(*) from fleetledger.sets where fingerprint like '%89ab'"), "1");
}

static void a_home_without_a_ledger_is_left_alone(void)
{
    struct printout printout;

    home->settings.path = make_directory();
    printout = printout_of(home, run_replay);
    expect_int64(printout.code, EXIT_TROUBLE);
    expect_says(printout, "There is no ledger in");
    expect_int64(rmdir(home->settings.path), 0);
    must(mkdir(home->settings.path, 0700) == 0);
}

/* A server, as far as replay is concerned, in a process of its own. */
struct server {
    pid_t pid;
    int stop; /* closing it ends the server */
};

static void run_engine(void *engine)
{
    engine_run(engine);
}

static void serve_until_closed(int ready, int stop)
{
    struct ledger_settings settings = {.home = home->settings.path, .reserve_bytes = 1 << 20};
    struct progress progress;
    struct engine_settings engine = {
        .conninfo = home->settings.conninfo.data, .progress = &progress};
    struct thread *thread;
    struct engine *running;
    char byte = 'r';

    must(ledger_open(&settings, &engine.log, NULL) == STATUS_OK);
    must(
        keyring_open(settings.home, home->settings.secret, false, &engine.keyring, NULL) ==
        STATUS_OK);
    progress_init(&progress);
    running = engine_new(&engine);
    thread = thread_start("projector", run_engine, running);
    must(write(ready, &byte, 1) == 1);
    must(read(stop, &byte, 1) == 0);
    engine_stop(running);
    thread_join(thread);
    _exit(0);
}

/* It holds the home, and no projector follows what it is asked for. */
static void hold_until_closed(int ready, int stop)
{
    struct ledger_settings settings = {.home = home->settings.path, .reserve_bytes = 1 << 20};
    struct ledger *ledger = NULL;
    char byte = 'r';

    must(ledger_open(&settings, &ledger, NULL) == STATUS_OK);
    must(write(ready, &byte, 1) == 1);
    must(read(stop, &byte, 1) == 0);
    _exit(0);
}

static struct server make_server_that(void (*works)(int ready, int stop))
{
    int ready[2];
    int stop[2];
    struct server server;
    char byte;

    must(pipe(ready) == 0 && pipe(stop) == 0);
    server = (struct server){fork(), stop[1]};
    must(server.pid >= 0);
    if (server.pid == 0) {
        close(stop[1]);
        works(ready[1], stop[0]);
    }
    close(stop[0]);
    close(ready[1]);
    must(read(ready[0], &byte, 1) == 1);
    close(ready[0]);
    return server;
}

static struct server make_server(void)
{
    return make_server_that(serve_until_closed);
}

static int end_server(struct server server)
{
    int how = -1;

    close(server.stop);
    must(waitpid(server.pid, &how, 0) == server.pid);
    return how;
}

static void beside_a_server_it_builds_and_the_server_switches(void)
{
    struct text before = served_digest(home);
    struct server server = make_server();
    struct printout printout = printout_of(home, run_replay);
    int how = end_server(server);

    expect_int64(printout.code, EXIT_HOLDS);
    expect_int64(how, 0);
    expect_says(printout, "Asking the server to switch");
    expect_text(served_schema(home), set_name("_1").data);
    expect_text(served_digest(home), before.data);
}

static void a_server_that_does_not_switch_is_not_waited_for(void)
{
    struct server server = make_server_that(hold_until_closed);
    struct text before = served_schema(home);
    struct printout printout;

    home->settings.server_ms = 300;
    printout = printout_of(home, run_replay);
    expect_int64(end_server(server), 0);
    expect_int64(printout.code, EXIT_TROUBLE);
    expect_says(printout, "but has not yet");
    expect_text(served_schema(home), before.data);
}

static void beside_a_server_of_another_version_it_refuses(void)
{
    struct printout printout;
    struct server server;

    server = make_server();
    given_sql(home, "update fleetledger.sets set fingerprint = 'set_0123456789ab'");
    printout = printout_of(home, run_replay);
    end_server(server);
    expect_int64(printout.code, EXIT_TROUBLE);
    expect_says(printout, "is another version");
}

static void prepare_builds_without_switching(void)
{
    struct text schema = served_schema(home);

    given_sql(
        home, text_format(
                  home->arena,
                  "update fleetledger.sets set fingerprint = 'set_old', schema = 'set_old';"
                  "update fleetledger.serving set schema = 'set_old';"
                  "alter schema %s rename to set_old",
                  schema.data)
                  .data);
    expect_int64(printout_of(home, run_prepare).code, EXIT_HOLDS);
    expect_text(served_schema(home), "set_old");
    expect_text(
        look_at(
            home, text_format(
                      home->arena, "select state from fleetledger.sets where schema = '%s'",
                      set_name("").data)
                      .data),
        "ready");
}

static void there_is_nothing_to_prepare_for_the_version_that_serves(void)
{
    struct printout printout = printout_of(home, run_prepare);

    expect_int64(printout.code, EXIT_HOLDS);
    expect_says(printout, "Nothing to prepare");
}

static const struct test tests[] = {
    TEST(dropped_tables_come_back_with_the_same_rows),
    TEST(a_lost_database_comes_back_with_the_same_rows),
    TEST(programs_are_told_as_json_what_was_served),
    TEST(an_interrupted_replay_goes_on_where_it_stood),
    TEST(an_interrupt_ends_it_at_a_position_to_go_on_from),
    TEST(what_an_earlier_replay_served_is_dropped_by_the_next),
    TEST(sets_of_other_versions_are_left_alone),
    TEST(a_home_without_a_ledger_is_left_alone),
    TEST(beside_a_server_it_builds_and_the_server_switches),
    TEST(a_server_that_does_not_switch_is_not_waited_for),
    TEST(beside_a_server_of_another_version_it_refuses),
    TEST(prepare_builds_without_switching),
    TEST(there_is_nothing_to_prepare_for_the_version_that_serves),
};
const struct suite test_replay_suite =
    SUITE_WITH("replay/replay", tests, .set_up = set_up, .tear_down = tear_down);
