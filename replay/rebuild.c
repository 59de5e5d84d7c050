/*
 * A set to the head of the ledger. Beside a running server the head moves on while the set is
 * built: it is looked at again until what is left is little.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/rebuild.h"

#include "migrations/migrate.h"
#include "replay/exit_codes.h"
#include "replay/open.h"
#include "replay/progress.h"

#include <stdio.h>

enum { CONNECT_TIMEOUT_S = 10, ARENA_BYTES = 1 << 20, NEAR_EVENTS = 1000, MOST_ROUNDS = 20 };

enum status
rebuild_open(struct rebuild *rebuild, const struct home_settings *settings, struct error *error)
{
    enum status status;

    *rebuild = (struct rebuild){.arena = arena_new(ARENA_BYTES)};
    stopping_begin(&rebuild->stopping);
    status = home_open_either(settings, rebuild->arena, &rebuild->home, error);
    if (status == STATUS_OK)
        status = db_open(rebuild->home.conninfo, CONNECT_TIMEOUT_S, 0, &rebuild->db, error);
    if (status == STATUS_OK)
        status = migrate_registry(rebuild->db, error);
    return status;
}

void rebuild_close(struct rebuild *rebuild)
{
    build_close(rebuild->build);
    db_close(rebuild->db);
    home_close(&rebuild->home);
    stopping_end(&rebuild->stopping);
    arena_free(rebuild->arena);
}

struct watcher {
    struct rebuild *rebuild;
    struct progress progress;
};

static bool watch(uint64_t done, uint64_t size, void *context)
{
    struct watcher *watcher = context;

    progress_show(&watcher->progress, done, size);
    return !stopping_is_wanted(&watcher->rebuild->stopping, 0);
}

static void say_where(const struct rebuild *rebuild, const char *schema)
{
    uint64_t from = build_size(rebuild->build);
    char begin[GROUPED_SIZE];
    char size[GROUPED_SIZE];

    print_grouped(from, begin);
    print_grouped(ledger_size(rebuild->home.log), size);
    if (from == 0)
        printf("Building %s from the %s events of the ledger.\n", schema, size);
    else
        printf("Going on with %s at position %s of %s.\n", schema, begin, size);
    fflush(stdout);
}

static uint64_t distance(const struct rebuild *rebuild)
{
    return ledger_size(rebuild->home.log) - build_size(rebuild->build);
}

static enum status come_near(struct rebuild *rebuild, struct watcher *watcher, struct error *error)
{
    enum status status = STATUS_OK;

    for (int round = 0; status == STATUS_OK && round < MOST_ROUNDS; round++) {
        status =
            build_rebuild(rebuild->build, ledger_size(rebuild->home.log), watch, watcher, error);
        if (status == STATUS_OK && !rebuild->home.is_owner)
            status = ledger_refresh(rebuild->home.log, error);
        if (status == STATUS_OK && distance(rebuild) < NEAR_EVENTS)
            break;
    }
    return status;
}

static enum status stopped(const struct rebuild *rebuild, struct error *error)
{
    char reached[GROUPED_SIZE];

    print_grouped(build_size(rebuild->build), reached);
    return error_set_code(
        error, STATUS_TIMED_OUT, "stopped",
        "interrupted; the set is kept, and the next run goes on at position %s", reached);
}

enum status rebuild_set(struct rebuild *rebuild, const char *schema, struct error *error)
{
    struct watcher watcher = {.rebuild = rebuild};
    enum status status = build_open(
        rebuild->db, schema, rebuild->home.log, rebuild->home.keyring, &rebuild->build, error);

    if (status != STATUS_OK)
        return status;
    say_where(rebuild, schema);
    progress_begin(&watcher.progress, "building", build_size(rebuild->build));
    status = come_near(rebuild, &watcher, error);
    progress_end(&watcher.progress, build_size(rebuild->build));
    if (status == STATUS_TIMED_OUT && rebuild->stopping.is_wanted)
        return stopped(rebuild, error);
    return status;
}

int rebuild_conclude(const char *name, enum status status, const struct error *error)
{
    if (status == STATUS_OK)
        return EXIT_HOLDS;
    fflush(stdout);
    fprintf(stderr, "fleetledger %s: %s\n", name, error->text);
    return text_is(text_from(error->code), "stopped") ? EXIT_INTERRUPTED : EXIT_TROUBLE;
}
