/*
 * Archiving by a program that stands for ours: a script, which notes each time how it was started.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/archive/archiver.h"
#include "core/base/arena.h"
#include "core/base/must.h"
#include "core/run/thread.h"
#include "eventlog/events/node_events.h"
#include "tests/support/expect.h"
#include "tests/support/ledger.h"

#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>

enum { SOON_MS = 20000, EVENTS = 7 };

static const struct archiver_pace pace = {
    .look_us = 10000, .first_pause_us = 10000, .longest_pause_us = 20000, .end_us = 300000};

static struct arena *arena;
static struct test_ledger *ledger;
static struct settings settings;
static struct archiver *archiver;
static struct thread *thread;
static const char *directory;

/* The directory is $0's. */
static void given_program(const char *script)
{
    const char *path = text_format(arena, "%s/program", directory).data;
    FILE *file = fopen(path, "we");

    must(file != NULL);
    must(
        fprintf(file, "#!/bin/sh\ncd \"${0%%/*}\"\necho \"$@\" >>args\nenv >env\n%s\n", script) >
        0);
    must(fclose(file) == 0 && chmod(path, 0700) == 0);
}

static struct text content_of(const char *name)
{
    char content[4096] = "";
    FILE *file = fopen(text_format(arena, "%s/%s", directory, name).data, "re");
    size_t size = file == NULL ? 0 : fread(content, 1, sizeof(content) - 1, file);

    if (file != NULL)
        must(fclose(file) == 0);
    return text_copy(arena, (struct text){content, size});
}

static void given_nodes_removed(void)
{
    for (unsigned i = 0; i < EVENTS; i++) {
        const struct node_removed event = {make_id(i)};

        given_event(ledger, &node_removed_event, make_id(i), make_id(100), &event);
    }
    given_committed(ledger);
}

static void given_archiver(void)
{
    const struct archiver_settings parts = {
        .program = text_format(arena, "%s/program", directory).data,
        .settings = &settings,
        .home = ledger->home,
        .log = ledger->log,
        .pace = &pace,
    };

    archiver = archiver_new(&parts);
    thread = thread_start("archiver", archiver_run, archiver);
}

static void stop(void)
{
    if (thread != NULL) {
        archiver_stop(archiver);
        thread_join(thread);
    }
    thread = NULL;
}

static void set_up(void)
{
    arena = arena_new(1 << 20);
    directory = text_copy(arena, text_from(make_directory())).data;
    ledger = make_ledger();
    given_nodes_removed();
    settings = (struct settings){
        .archive_to = text_lit("/srv/archive"),
        .archive_recovery_point_seconds = 1,
        .archive_full_days = 5,
        .key_backup_days = 9,
        .s3_access_key = text_lit("tests-key"),
        .s3_secret_key = text_lit("tests secret"),
    };
    archiver = NULL;
    thread = NULL;
}

static void tear_down(void)
{
    stop();
    archiver_free(archiver);
    end_ledger(ledger);
    arena_free(arena);
}

/* Waits for it; false where it does not come. */
static bool comes(bool (*is_so)(const struct archiver_figures *figures))
{
    for (int waited_ms = 0; waited_ms < SOON_MS; waited_ms += 10) {
        struct archiver_figures figures = archiver_figures(archiver);

        if (is_so(&figures))
            return true;
        (void)poll(NULL, 0, 10);
    }
    return false;
}

static bool has_all(const struct archiver_figures *figures)
{
    return figures->size == EVENTS && figures->behind_events == 0 && figures->behind_us == 0;
}

static bool has_failed_twice(const struct archiver_figures *figures)
{
    return figures->failures >= 2 && figures->behind_events == EVENTS && figures->behind_us > 0;
}

static bool is_behind(const struct archiver_figures *figures)
{
    return figures->behind_events > 0 && figures->behind_us > 0;
}

static bool has_begun(const struct archiver_figures *figures)
{
    (void)figures;
    return content_of("begun").size > 0;
}

static void what_is_on_record_is_archived(void)
{
    given_program("echo '{\"manifest\":\"m\",\"size\":7,\"seconds\":0.1}'");
    given_archiver();
    expect(comes(has_all));
    expect(archiver_figures(archiver).succeeded_at_us > 0);
    expect(archiver_figures(archiver).failures == 0);
    expect_text(
        content_of("args"), "backup --json --to /srv/archive --full-days 5 --keep-keys-days 9\n");
}

static void once_there_is_more_it_is_archived_again(void)
{
    given_program("wc -l <args >lines; echo \"{\\\"size\\\":$((7 * $(cat lines)))}\"");
    given_archiver();
    expect(comes(has_all));
    given_nodes_removed();
    for (int i = 0; i < SOON_MS / 10 && archiver_figures(archiver).size < 2 * EVENTS; i++)
        (void)poll(NULL, 0, 10);
    expect_int64((int64_t)archiver_figures(archiver).size, 2 * EVENTS);
}

static void a_store_that_is_away_is_tried_again(void)
{
    given_program("[ -e back ] || { echo 'it is away' >&2; exit 4; }; echo '{\"size\":7}'");
    given_archiver();
    expect(comes(has_failed_twice));
    given_program("echo '{\"size\":7}'");
    expect(comes(has_all));
    expect(archiver_figures(archiver).failures == 0);
}

static void what_says_nothing_has_not_archived(void)
{
    given_program("exit 0");
    given_archiver();
    expect(comes(has_failed_twice));
}

static void secrets_go_by_the_environment_alone(void)
{
    struct text environment;

    settings.archive_keys_to = text_lit("/srv/keys");
    settings.archive_encrypt_to = text_lit("/etc/backup.pem");
    settings.archive_keep_days = 30;
    given_program("echo '{\"size\":7}'");
    given_archiver();
    expect(comes(has_all));
    environment = content_of("env");
    expect_text(
        content_of("args"),
        "backup --json --to /srv/archive --keys-to /srv/keys --encrypt-to /etc/backup.pem "
        "--full-days 5 --keep-days 30 --keep-keys-days 9\n");
    expect(text_contains(environment, text_lit("S3_SECRET_KEY=tests secret\n")));
    expect(text_contains(environment, text_format(arena, "FLEETLEDGER_HOME=%s\n", ledger->home)));
    expect(!text_contains(environment, text_lit("SECRETS_ENCRYPTION_KEY")));
}

static void a_backup_under_way_does_not_hold_up_the_end(void)
{
    given_program("echo 1 >begun; exec sleep 600");
    given_archiver();
    expect(comes(has_begun));
    expect(comes(is_behind));
    stop();
    expect(archiver_figures(archiver).failures == 0);
}

static void one_that_does_not_end_is_killed(void)
{
    given_program("trap '' TERM; echo 1 >begun; while :; do sleep 1; done");
    given_archiver();
    expect(comes(has_begun));
    stop();
}

static void where_nothing_is_asked_for_nothing_begins(void)
{
    settings.archive_to = text_lit("");
    given_program("echo '{\"size\":7}'");
    given_archiver();
    stop();
    expect(!archiver_figures(archiver).is_on);
    expect_int64((int64_t)content_of("args").size, 0);
}

static const struct test tests[] = {
    TEST(what_is_on_record_is_archived),       TEST(once_there_is_more_it_is_archived_again),
    TEST(a_store_that_is_away_is_tried_again), TEST(what_says_nothing_has_not_archived),
    TEST(secrets_go_by_the_environment_alone), TEST(a_backup_under_way_does_not_hold_up_the_end),
    TEST(one_that_does_not_end_is_killed),     TEST(where_nothing_is_asked_for_nothing_begins),
};
const struct suite test_archiver_suite =
    SUITE_WITH("api/archive/archiver", tests, .set_up = set_up, .tear_down = tear_down);
