/*
 * Read models from the ledger, in front of somebody who watches and may interrupt.
 *
 *   replay, stopped home   we own it: build beside ─► serve
 *   replay, running home   build beside ─► ask ─► the server catches it up and serves it
 *   prepare                build the set of this version under its own name, and leave it there
 *
 * What an earlier replay left behind of this version's sets is dropped first; sets of other
 * versions stay for rollback.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/replay.h"

#include "core/base/timestamp.h"
#include "core/shape/shape_json.h"
#include "eventlog/ledger.h"
#include "migrations/migrate.h"
#include "projections/build.h"
#include "projections/data_dir.h"
#include "projections/sets.h"
#include "replay/exit_codes.h"
#include "replay/progress_bar.h"
#include "replay/stopping.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    CONNECT_TIMEOUT_S = 10,
    ARENA_BYTES = 1 << 20,
    SWITCH_TIMEOUT_MS = 120000,
    LOOK_EVERY_MS = 100
};

static const struct field replay_options_fields[] = {
    {BOOL(replay_options, json), .doc = "Print what was done as JSON, once it is done."},
};
const struct shape replay_options_shape = SHAPE(replay_options, "How it is told.");

/* What was done, for programs. */
enum replay_outcome { OUTCOME_SERVED = 1, OUTCOME_READY, OUTCOME_NOTHING_TO_DO };
static const char *const replay_outcome_names[] = {"served", "ready", "nothing_to_do", NULL};

struct replayed {
    struct enum_value outcome;
    struct text schema;
    int64_t events;
    double seconds;
};
static const struct field replayed_fields[] = {
    {ENUM(replayed, outcome, replay_outcome_names), .doc = "Outcome of the run."},
    {TEXT(replayed, schema), .doc = "Schema of the read models."},
    {INT64(replayed, events), .doc = "Number of events of the ledger that they reflect."},
    {DOUBLE(replayed, seconds), .doc = "Duration in seconds."},
};
static const struct shape replayed_shape = SHAPE(replayed, "Outcome of a replay.");

/* A data directory, one connection to its database, and the set that is being built. */
struct replay {
    struct arena *arena;
    struct data_dir data_dir;
    struct db *db;
    struct stopping stopping;
    struct build *build;
    struct progress_bar progress;
    bool is_json;
    int switch_ms; /* how long the server may take to switch */
    int64_t began_us;
};

/* For people; programs are told at the end. */
static void say(const struct replay *replay, const char *format, ...) PRINTF_LIKE(2, 3);

static void say(const struct replay *replay, const char *format, ...)
{
    va_list args;

    if (replay->is_json)
        return;
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    fflush(stdout);
}

static void conclude(struct replay *replay, enum replay_outcome outcome, const char *schema)
{
    uint64_t size =
        replay->build == NULL ? ledger_size(replay->data_dir.log) : build_size(replay->build);
    const struct replayed replayed = {
        .outcome = {outcome},
        .schema = text_from(schema),
        .events = (int64_t)size,
        .seconds = (double)(monotonic_us() - replay->began_us) / US_PER_S,
    };
    AUTO_BUF out = {0};

    if (!replay->is_json)
        return;
    buf_init(&out, 4096);
    shape_json_write(&replayed_shape, &replayed, &out);
    printf("%s\n", out.data);
}

static bool is_asked_to_stop(void *context)
{
    return stopping_is_wanted(context, 0);
}

/* From here on signals wait. */
static enum status
open_replay(struct replay *replay, const struct data_dir_settings *settings, struct error *error)
{
    enum status status;

    replay->arena = arena_new(ARENA_BYTES);
    replay->began_us = monotonic_us();
    replay->switch_ms = settings->server_ms > 0 ? settings->server_ms : SWITCH_TIMEOUT_MS;
    stopping_begin(&replay->stopping);
    status = data_dir_open_either(settings, replay->arena, &replay->data_dir, error);
    if (status == STATUS_OK)
        status = db_open(replay->data_dir.conninfo, CONNECT_TIMEOUT_S, 0, &replay->db, error);
    if (status != STATUS_OK)
        return status;
    db_stop_when(replay->db, is_asked_to_stop, &replay->stopping);
    return migrate_registry(replay->db, error);
}

static void close_replay(struct replay *replay)
{
    build_close(replay->build);
    db_close(replay->db);
    data_dir_close(&replay->data_dir);
    stopping_end(&replay->stopping);
    arena_free(replay->arena);
}

/* The served set, or an empty one. */
static enum status find_served(struct replay *replay, struct set *out, struct error *error)
{
    struct error why;
    enum status status = sets_served(replay->db, out, &why);

    if (status == STATUS_NOT_FOUND) {
        *out = (struct set){.size = 0};
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        *error = why;
    return status;
}

/* Building. */

static void say_where(const struct replay *replay, const char *schema)
{
    uint64_t from = build_size(replay->build);
    char begin[GROUPED_SIZE];
    char size[GROUPED_SIZE];

    progress_print_grouped(from, begin);
    progress_print_grouped(ledger_size(replay->data_dir.log), size);
    if (from == 0)
        say(replay, "Building %s from the %s events of the ledger.\n", schema, size);
    else
        say(replay, "Going on with %s at position %s of %s.\n", schema, begin, size);
}

static bool show_progress(uint64_t done, uint64_t size, void *context)
{
    struct replay *replay = context;

    progress_bar_show(&replay->progress, done, size);
    return !stopping_is_wanted(&replay->stopping, 0);
}

static enum status interrupted(const struct replay *replay, struct error *error)
{
    char reached[GROUPED_SIZE];

    progress_print_grouped(build_size(replay->build), reached);
    return error_set_code(
        error, STATUS_TIMED_OUT, "stopped",
        "interrupted; the set is kept, and the next run goes on at position %s", reached);
}

static enum status build_set(struct replay *replay, const char *schema, struct error *error)
{
    enum status status = build_open(
        replay->db, schema, replay->data_dir.log, replay->data_dir.keyring, &replay->build, error);

    if (status != STATUS_OK)
        return status;
    say_where(replay, schema);
    progress_bar_begin(&replay->progress, "building", build_size(replay->build));
    status = build_catch_up(replay->build, show_progress, replay, error);
    progress_bar_end(&replay->progress, build_size(replay->build));
    if (status == STATUS_TIMED_OUT && replay->stopping.is_wanted)
        return interrupted(replay, error);
    return status;
}

/* Serving. */

/* A server looks for requests of its own version only. */
static enum status check_version(struct replay *replay, struct error *error)
{
    struct set served;
    enum status status = find_served(replay, &served, error);

    if (status != STATUS_OK || replay->data_dir.is_owner || served.is_ours ||
        served.schema[0] == '\0')
        return status;
    return error_set_code(
        error, STATUS_CONFLICT, "other_version",
        "The server that runs here is another version (it serves %s). Use 'fleetledger prepare' "
        "from this one, or 'replay' of that one.",
        served.schema);
}

static enum status wait_for_switch(struct replay *replay, const char *schema, struct error *error)
{
    struct set served;

    say(replay, "Built. Asking the server to switch.\n");
    for (int waited = 0; waited < replay->switch_ms; waited += LOOK_EVERY_MS) {
        enum status status = find_served(replay, &served, error);
        if (status != STATUS_OK || strcmp(served.schema, schema) == 0)
            return status;
        if (stopping_is_wanted(&replay->stopping, LOOK_EVERY_MS))
            break;
    }
    return error_set_code(
        error, STATUS_TIMED_OUT, replay->stopping.is_wanted ? "stopped" : "not_switched",
        "%s is built and the server was asked to switch to it, but has not yet. It will, unless "
        "its projector is stopped: see its health.",
        schema);
}

static enum status make_it_serve(struct replay *replay, const char *schema, struct error *error)
{
    enum status status;

    if (replay->data_dir.is_owner)
        return build_serve(replay->build, NULL, error);
    status = build_request_switch(replay->build, error);
    build_close(replay->build); /* the server is to open it */
    replay->build = NULL;
    return status == STATUS_OK ? wait_for_switch(replay, schema, error) : status;
}

/* The two sub-commands. */

static enum status rebuild_and_switch(struct replay *replay, struct error *error)
{
    char schema[SET_NAME_SIZE];
    enum status status = check_version(replay, error);

    if (status == STATUS_OK)
        status = sets_name_beside(replay->db, schema, error);
    if (status == STATUS_OK)
        status = sets_drop_old(replay->db, schema, error);
    if (status == STATUS_OK)
        status = build_set(replay, schema, error);
    if (status == STATUS_OK)
        status = make_it_serve(replay, schema, error);
    if (status != STATUS_OK)
        return status;
    say(replay, "Done: %s is served.\n", schema);
    conclude(replay, OUTCOME_SERVED, schema);
    return STATUS_OK;
}

static enum status build_own(struct replay *replay, struct error *error)
{
    struct set served;
    char schema[32];
    enum status status = find_served(replay, &served, error);

    if (status == STATUS_OK && served.is_ours) {
        say(replay, "Nothing to prepare: this version's read models are the served ones.\n");
        conclude(replay, OUTCOME_NOTHING_TO_DO, served.schema);
        return STATUS_OK;
    }
    sets_fingerprint(schema);
    if (status == STATUS_OK)
        status = build_set(replay, schema, error);
    if (status != STATUS_OK)
        return status;
    say(replay, "Done: %s is ready. It is served when this version starts.\n", schema);
    conclude(replay, OUTCOME_READY, schema);
    return STATUS_OK;
}

static int
run(const char *name,
    const struct data_dir_settings *settings,
    const struct replay_options *options,
    enum status (*work)(struct replay *replay, struct error *error))
{
    struct replay replay = {.is_json = opt_bool_is_true(options->json)};
    struct error error = {0};
    enum status status = open_replay(&replay, settings, &error);

    if (status == STATUS_OK)
        status = work(&replay, &error);
    close_replay(&replay);
    if (status == STATUS_OK)
        return EXIT_HOLDS;
    fflush(stdout);
    fprintf(stderr, "fleetledger %s: %s\n", name, error.text);
    return text_is(text_from(error.code), "stopped") ? EXIT_INTERRUPTED : EXIT_TROUBLE;
}

int replay_run(const struct data_dir_settings *settings, const struct replay_options *options)
{
    return run("replay", settings, options, rebuild_and_switch);
}

int replay_prepare(const struct data_dir_settings *settings, const struct replay_options *options)
{
    return run("prepare", settings, options, build_own);
}
