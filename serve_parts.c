/*
 * Opening and making what the process consists of, each given its friends; and giving all of it back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/archive/archiver.h"
#include "api/automation/monitor.h"
#include "api/node/downloads.h"
#include "api/release/releases.h"
#include "api/secret/vault.h"
#include "api/sink/sinks.h"
#include "api/upgrade/upgrader.h"
#include "commands/node/node.h"
#include "commands/platform/platform.h"
#include "core/outbound/forward.h"
#include "core/release/applied.h"
#include "core/time/timezone.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/holders.h"
#include "eventlog/indexer.h"
#include "eventlog/signer.h"
#include "serve_internal.h"

enum { ACKNOWLEDGED_GAP_US = 2000 };

/* The projector's thread. */
static void on_reached(uint64_t size, uint64_t generation, void *context)
{
    struct app *app = context;

    (void)size;
    (void)generation;
    server_shown(app->server);
    sender_wake(app->sender);
}

/* The writer's thread. */
static void watch_restart(struct app *app, const struct record *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (records[i].type == &restart_requested_event &&
            uuid_equal(
                ((const struct restart_requested *)records[i].event)->boot, app->policy.boot))
            atomic_store(&app->is_to_begin_anew, true);
    }
}

/* The writer's thread. */
static void on_committed(const struct record *records, size_t count, void *context)
{
    struct app *app = context;

    progress_appended(&app->progress, records[0].position.value);
    leadership_note(&app->leadership, records, count);
    signer_committed(app->signer, records, count);
    engine_wake(app->engine);
    indexer_wake(app->indexer);
    first_sign_in_watch(&app->first, records, count);
    vault_committed(app->vault, records, count);
    if (app->sinks != NULL && !app->is_following)
        sinks_committed(app->sinks, records, count);
    if (app->upgrader != NULL)
        upgrader_committed(app->upgrader, records, count);
    if (app->server != NULL)
        server_committed(app->server, records, count);
    watch_restart(app, records, count);
}

/* The thread that signs, or the follower's. */
static void on_signed(void *context)
{
    struct app *app = context;

    if (app->server != NULL)
        server_signed(app->server);
}

static void on_answered(void *context)
{
    struct app *app = context;

    if (app->server != NULL)
        server_answered(app->server);
}

/* Followers hold what a checkpoint proves: each change waits for the next one. */
static bool is_waited_for(const struct app *app)
{
    return app->settings != NULL && app->settings->acknowledge_after > 0;
}

/* Before anything is appended: a ledger that is not the one that was signed is stopped. */
static enum status open_signer(struct app *app, struct error *error)
{
    AUTO_ARENA arena = arena_new(IDENTITY_ARENA);
    struct log_identity identity;
    const struct signer_settings settings = {
        .home = app->data_dir.path,
        .log = app->data_dir.log,
        .keyring = app->data_dir.keyring,
        .identity = &identity,
        .is_declaring = app->is_declaring,
        .gap_us = is_waited_for(app) ? ACKNOWLEDGED_GAP_US : 0,
        .shown = on_signed,
        .context = app,
    };
    enum status status;

    (void)platform_log_identity(app->derived.model, arena, &identity); /* absent: an empty ledger */
    status = leadership_begin(&app->leadership, app->data_dir.path, &identity, error);
    return status == STATUS_OK ? signer_open(&settings, &app->signer, error) : status;
}

enum status serve_open_storage(struct app *app, struct error *error)
{
    enum status status = data_dir_open(app->where, app->arena, &app->data_dir, error);

    if (status == STATUS_OK)
        status = derived_files_open(app->data_dir.path, app->data_dir.log, &app->derived, error);
    if (status == STATUS_OK)
        status = open_signer(app, error);
    if (status == STATUS_OK)
        status = derived_files_settle_keys(&app->derived, app->data_dir.keyring, error);
    return status;
}

static void make_parts(struct app *app)
{
    struct writer_settings writer = {
        .log = app->data_dir.log,
        .history = &app->history.history,
        .model = app->derived.model,
        .keyring = app->data_dir.keyring,
        .policy = &app->policy,
        .leadership = &app->leadership,
        .queue_limit = WRITER_QUEUE,
        .is_following = app->is_following,
        .committed = on_committed,
        .answered = on_answered,
        .context = app,
    };
    struct engine_settings engine = {
        .log = app->data_dir.log,
        .keyring = app->data_dir.keyring,
        .conninfo = app->data_dir.conninfo,
        .progress = &app->progress,
        .reached = on_reached,
        .context = app,
    };
    struct monitor_parts monitor = {
        .home = app->data_dir.path,
        .settings = app->settings,
        .telemetry = app->derived.telemetry,
        .keyring = app->data_dir.keyring,
        .log = app->data_dir.log,
        .index = app->derived.index,
        .started_at = ledger_now(app->data_dir.log),
        .is_following = app->is_following,
    };

    app->history = ledger_history_of(app->data_dir.log, app->derived.index);
    app->indexer = indexer_new(app->derived.index);
    app->engine = engine_new(&engine);
    app->writer = writer_new(&writer);
    monitor.writer = app->writer;
    app->monitor = monitor_new(&monitor);
    app->loop_count = (size_t)app->settings->loops;
    app->loops = arena_array(app->arena, app->loop_count, sizeof(struct loop *));
    for (size_t i = 0; i < app->loop_count; i++)
        app->loops[i] = loop_new();
}

/* Nodes that were online when we stopped get the time of a silence from now on. */
static void expect_nodes(struct app *app)
{
    struct uuid node = UUID_NONE;

    while (model_next_link(app->derived.model, LINK_ONLINE, UUID_NONE, node, &node, NULL))
        monitor_expect_node(app->monitor, node);
}

static void make_sinks(struct app *app)
{
    app->sinks = sinks_new(&(struct sinks_settings){
        .settings = app->settings,
        .home = app->data_dir.path,
        .log = app->data_dir.log,
        .index = app->derived.index,
        .writer = app->writer,
        .keyring = app->data_dir.keyring,
    });
}

static void make_archiver(struct app *app)
{
    const struct archiver_settings settings = {
        .program = "/proc/self/exe",
        .settings = app->settings,
        .home = app->data_dir.path,
        .log = app->data_dir.log,
        .pace = &archiver_usual_pace,
    };

    app->archiver = archiver_new(&settings);
}

/* Any thread. */
static void begin_anew(void *context)
{
    atomic_store(&((struct app *)context)->is_to_begin_anew, true);
}

static void make_releases(struct app *app)
{
    const struct release_source agent = release_source_agent(app->settings);
    const struct release_source server = release_source_server(app->settings);
    struct upgrader_parts upgrader = {
        .settings = app->settings,
        .home = app->data_dir.path,
        .build = &build_info,
        .writer = app->writer,
        .begin_anew = begin_anew,
        .context = app,
    };

    app->releases = releases_new(&agent, app->data_dir.path, &releases_usual_pace);
    app->server_releases = releases_new(&server, app->data_dir.path, &releases_usual_pace);
    upgrader.releases = app->server_releases;
    app->upgrader = upgrader_new(&upgrader);
}

static enum status make_server(struct app *app, struct error *error)
{
    struct server_settings server = {
        .build = &build_info,
        .downloads = downloads_new(embedded_file_text(&node_agent_program), app->arena),
        .settings = app->settings,
        .given = app->given,
        .setup = app->setup,
        .ledger = app->data_dir.log,
        .index = app->derived.index,
        .writer = app->writer,
        .keyring = app->data_dir.keyring,
        .signer = app->signer,
        .telemetry = app->derived.telemetry,
        .monitor = app->monitor,
        .progress = &app->progress,
        .outbox = &app->outbox,
        .sinks = app->sinks,
        .releases = app->releases,
        .server_releases = app->server_releases,
        .upgrader = app->upgrader,
        .vault = app->vault,
        .archiver = app->archiver,
        .following = app->is_following ? &app->following : NULL,
        .forward = app->forward,
        .leadership = &app->leadership,
        .holders = app->holders,
        .timezones = app->timezones,
        .conninfo = app->data_dir.conninfo,
        .boot = app->policy.boot,
        .loops = app->loops,
        .loop_count = app->loop_count,
    };
    struct sender_settings sender = {
        .settings = app->settings,
        .writer = app->writer,
        .keyring = app->data_dir.keyring,
        .conninfo = app->data_dir.conninfo,
        .progress = &app->progress,
        .log = app->data_dir.log,
        .figures = &app->outbox,
    };
    const struct control_parts control = {
        .home = app->data_dir.path,
        .writer = app->writer,
        .keyring = app->data_dir.keyring,
        .signer = app->signer,
    };
    enum status status = server_new(&server, &app->server, error);

    if (status != STATUS_OK)
        return status;
    app->sender = sender_new(&sender);
    return control_new(&control, &app->control, error);
}

static enum status begin_ledger(struct app *app, struct error *error)
{
    if (app->is_following)
        return serve_make_follower(app, error);
    return first_start(
        &(struct first_start){
            .settings = app->settings,
            .home = app->data_dir.path,
            .log = app->data_dir.log,
            .model = app->derived.model,
            .keyring = app->data_dir.keyring,
            .writer = app->writer,
            .arena = app->arena,
            .is_setting_up = opt_bool_is_true(app->settings->setup),
        },
        &app->first, error);
}

/* From here on: what a first start records needs none, as nobody knows of that ledger yet. */
static void know_lease(struct app *app)
{
    if (app->lease == NULL)
        return;
    app->leadership.lease_until_us = lease_until(app->lease);
    app->leadership.lease_wall_until_us = lease_wall_until(app->lease);
    serve_tell_lease(app);
}

enum status serve_open_all(struct app *app, struct error *error)
{
    enum status status = serve_settle_role(app, error);

    if (status == STATUS_OK)
        status = serve_open_storage(app, error);
    if (status != STATUS_OK)
        return status;
    make_parts(app);
    make_sinks(app);
    make_releases(app);
    if (!app->is_following) { /* its leader's archive is nobody else's */
        make_archiver(app);
        app->holders = holders_new(app->settings->acknowledge_after);
    }
    app->vault = vault_new(app->data_dir.keyring, app->derived.model);
    status = begin_ledger(app, error);
    if (status == STATUS_OK && opt_bool_is_true(app->settings->setup))
        status = setup_guard_new(app->settings, app->data_dir.path, &app->setup, error);
    if (status == STATUS_OK)
        status = serve_make_herald(app, error);
    if (status == STATUS_OK)
        status = make_server(app, error);
    if (status != STATUS_OK)
        return status;
    know_lease(app);
    if (!app->is_following)
        expect_nodes(app);
    return model_commit(app->derived.model, error); /* then the writer's thread may have it */
}

void serve_run_releases(void *releases)
{
    releases_run(releases);
}

void serve_run_upgrader(void *upgrader)
{
    upgrader_run(upgrader);
}

void serve_stop_upgrader(struct app *app)
{
    upgrader_stop(app->upgrader);
}

void serve_stop_releases(struct app *app)
{
    serve_stop_upgrader(app);
    releases_stop(app->releases);
    releases_stop(app->server_releases);
}

void serve_has_come_up(const struct app *app)
{
    applied_prove(app->data_dir.path);
}

void serve_free_all(struct app *app)
{
    control_free(app->control);
    follower_free(app->follower);
    forward_free(app->forward);
    herald_free(app->herald);
    sender_free(app->sender);
    server_free(app->server);
    setup_guard_free(app->setup);
    sinks_free(app->sinks);
    upgrader_free(app->upgrader);
    releases_free(app->releases);
    releases_free(app->server_releases);
    vault_free(app->vault);
    archiver_free(app->archiver);
    holders_free(app->holders);
    for (size_t i = 0; i < app->loop_count; i++)
        loop_free(app->loops[i]);
    monitor_free(app->monitor);
    writer_free(app->writer);
    engine_free(app->engine);
    indexer_free(app->indexer);
    derived_files_close(&app->derived);
    signer_close(app->signer);
    leadership_end(&app->leadership);
    data_dir_close(&app->data_dir);
    timezone_list_free(app->timezones);
}
