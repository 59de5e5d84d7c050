/*
 * The composition root: opens the parts, hands each its friends, starts the threads, and ends them
 * in the right order. Reading the table of threads is understanding the process.
 *
 *   loops ─► workers ─► writer ─► projector, indexer, signer
 *     └───────► monitor ───┤
 *                sender ───┘
 * SPDX-License-Identifier: Apache-2.0
 */
#include "serve.h"

#include "api/archive/archiver.h"
#include "api/automation/monitor.h"
#include "api/sink/sinks.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/cluster/cluster.h"
#include "core/outbound/forward.h"
#include "core/run/log_thread.h"
#include "core/run/service.h"
#include "core/run/thread.h"
#include "core/time/timezone.h"
#include "eventlog/indexer.h"
#include "eventlog/signer.h"
#include "replay/exit_codes.h"
#include "replay/promote.h"
#include "serve_internal.h"

#include <signal.h>
#include <stdio.h>

enum {
    PLAIN_WORKERS = 2,
    OUTWARD_WORKERS = 2,
    HASHERS = 2, /* of passwords: more would starve the rest of a small machine */
    DRAIN_US = 10000000,
    END_US = 10000000,        /* for all threads to end, then */
    READ_MODELS_US = 5000000, /* as long callers wait to be accepted after a start */
    LOOK_MS = 1000            /* how often the main thread looks after what it tends */
};

static const int64_t mend_every_us = INT64_C(3600) * US_PER_S;

static void run_loop(void *context)
{
    loop_run(context);
}

static void run_writer(void *context)
{
    writer_run(context);
}

static void run_engine(void *context)
{
    engine_run(context);
}

static void run_indexer(void *context)
{
    indexer_run(context);
}

static void run_signer(void *context)
{
    signer_run(context);
}

static void start(struct app *app, const char *role, void (*run)(void *), void *context)
{
    must(app->thread_count < MOST_THREADS);
    app->threads[app->thread_count++] = thread_start(role, run, context);
}

/* Another one leads: nothing more is signed, sent, archived or upgraded in the name of this ledger. Main thread. */
static void stand_down(struct app *app)
{
    if (app->has_stood_down || app->is_following ||
        !leadership_is_superseded(&app->leadership, NULL))
        return;
    app->has_stood_down = true;
    signer_stop(app->signer);
    sender_stop(app->sender);
    sinks_stop(app->sinks);
    archiver_stop(app->archiver);
    serve_stop_upgrader(app);
    log_warning("serve.stood_down", log_c("reason", app->leadership.why.text));
}

/* What a leader does of itself, and a follower leaves to its leader: sign, send, tend sinks (and, in the
 * monitor, whatever falls due). It pulls. */
static void start_own(struct app *app)
{
    if (app->is_following) {
        start(app, "follower", follower_run, app->follower);
        start(app, "forward", forward_run, app->forward);
        return;
    }
    start(app, "signer", run_signer, app->signer);
    if (app->setup == NULL)
        start(app, "sender", sender_run, app->sender);
    start(app, "sinks", sinks_run, app->sinks);
    start(app, "archiver", archiver_run, app->archiver);
    start(app, "upgrader", serve_run_upgrader, app->upgrader);
    if (app->herald != NULL)
        start(app, "herald", herald_run, app->herald);
}

/* The threads, in the order they start. They end in the order of stop_all(). */
static void start_all(struct app *app)
{
    app->readers = server_workers_read(app->server);
    app->plain_workers = server_workers_plain(app->server);
    app->large_workers = server_workers_large(app->server);
    app->outward_workers = server_workers_outward(app->server);
    app->hashers = server_workers_hash(app->server);
    start(app, "writer", run_writer, app->writer);
    if (app->setup == NULL) /* which database it is is not known before */
        start(app, "projector", run_engine, app->engine);
    start(app, "indexer", run_indexer, app->indexer);
    start(app, "monitor", monitor_run, app->monitor);
    stand_down(app); /* before those start that it ends: they then end at once */
    start_own(app);
    start(app, "releases", serve_run_releases, app->releases);
    start(app, "server-releases", serve_run_releases, app->server_releases);
    start(app, "control", control_run, app->control);
    start(app, "replicas", replicas_run, server_replicas(app->server));
    start(app, "redis", server_run_redis, app->server);
    for (size_t i = 0; i < app->worker_count && app->setup == NULL; i++)
        start(app, "worker", worker_run, &app->readers);
    for (size_t i = 0; i < PLAIN_WORKERS; i++)
        start(app, "plain-worker", worker_run, &app->plain_workers);
    start(app, "large-worker", worker_run, &app->large_workers);
    for (size_t i = 0; i < OUTWARD_WORKERS; i++)
        start(app, "outward-worker", worker_run, &app->outward_workers);
    for (size_t i = 0; i < HASHERS; i++)
        start(app, "hasher", worker_run, &app->hashers);
}

/* Callers wait to be accepted until the read models show what there is, else the first would be turned
 * away; but not for ever, and not for a database that is away. False when we are told to stop. */
static bool wait_for_read_models(const struct app *app, const sigset_t *signals)
{
    uint64_t size = ledger_size(app->data_dir.log);
    int64_t until_us = app->setup == NULL ? monotonic_us() + READ_MODELS_US : 0;

    while ((app->progress.size < size || !app->progress.is_connected) &&
           engine_error(app->engine).status == STATUS_OK && monotonic_us() < until_us) {
        if (service_is_end(service_next_signal(signals, 10)))
            return false;
    }
    return true;
}

static void start_loops(struct app *app)
{
    for (size_t i = 0; i < app->loop_count; i++)
        start(app, "loop", run_loop, app->loops[i]);
}

/* One that does not end (a disk or a peer that does not answer) is not waited for: whatever was answered
 * is on the ledger, and being killed is survived anywhere. */
static void end_without(struct app *app, const struct thread *thread)
{
    log_error("serve.stop_forced", log_c("thread", thread_role(thread)));
    cluster_stop(app->data_dir.cluster);
    log_thread_flush();
    raise(SIGKILL);
}

static void join_all(struct app *app)
{
    int64_t until_us = monotonic_us() + END_US;

    for (size_t i = 0; i < app->thread_count; i++) {
        if (!thread_join_until(app->threads[i], until_us))
            end_without(app, app->threads[i]);
    }
}

/* From the edge inwards: nobody is stopped while somebody may still call them. */
static void stop_all(struct app *app)
{
    control_stop(app->control);
    follower_stop(app->follower);
    herald_stop(app->herald);
    sender_stop(app->sender);
    sinks_stop(app->sinks);
    serve_stop_releases(app);
    if (!app->has_stood_down)
        archiver_stop(app->archiver);
    server_drain(app->server, DRAIN_US);
    forward_stop(app->forward);
    for (size_t i = 0; i < app->loop_count; i++)
        loop_stop(app->loops[i]);
    monitor_stop(app->monitor);
    writer_stop(app->writer);
    engine_stop(app->engine);
    indexer_stop(app->indexer);
    signer_stop(app->signer);
    join_all(app);
}

/* A mapped file that is shorter than it says is met by a signal, not by an error. */
static void on_bus_error(int number)
{
    static const char last_words[] =
        "fatal: a file of the home is damaged or cut short; 'fleetledger verify' names it\n";

    (void)!write(STDERR_FILENO, last_words, sizeof(last_words) - 1); /* nobody else can be told */
    signal(number, SIG_DFL);
    raise(number);
}

static void block_signals(sigset_t *signals)
{
    service_block_signals(signals);
    must(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    must(signal(SIGBUS, on_bus_error) != SIG_ERR);
}

/* What the service manager's watchdog is told: is the writer at work on what waits for it? */
struct liveness {
    int64_t next_us; /* when it is told again */
    uint64_t batches;
    int64_t moved_us; /* when the writer last had nothing to do, or had done something */
};

static void feed_watchdog(struct app *app, struct liveness *liveness)
{
    struct writer_stats stats = writer_stats(app->writer);
    int64_t every_us = service_watchdog_us();
    int64_t now_us = monotonic_us();

    if (stats.queue_depth == 0 || stats.batches != liveness->batches)
        liveness->moved_us = now_us;
    liveness->batches = stats.batches;
    if (every_us == 0 || now_us < liveness->next_us || now_us - liveness->moved_us > every_us)
        return;
    service_notify("WATCHDOG=1");
    liveness->next_us = now_us + every_us / 2;
}

/* Read models can be made again, so that a cluster that tells of damage is replaced, but not again and
 * again. */
static void mend_database(struct app *app)
{
    int64_t now_us = monotonic_us();
    struct error error;

    if (!app->progress.is_damaged ||
        (app->mended_us != 0 && now_us < app->mended_us + mend_every_us))
        return;
    app->mended_us = now_us;
    app->progress.is_damaged = false;
    if (cluster_make_anew(app->data_dir.cluster, &error) == STATUS_OK)
        log_warning(
            "postgres.set_aside", log_c("home", app->data_dir.path),
            log_c("kept_as", cluster_set_aside(app->data_dir.cluster)),
            log_int64("ms", cluster_made_anew_ms(app->data_dir.cluster)),
            log_c("now", "the read models are made again"));
    else
        log_error("postgres.not_made_anew", log_cause(&error));
}

static void tend_database(struct app *app)
{
    if (app->data_dir.cluster == NULL)
        return;
    if (cluster_supervise(app->data_dir.cluster))
        log_warning(
            "postgres.restarted", log_c("home", app->data_dir.path),
            log_c("damaged_data", cluster_set_aside(app->data_dir.cluster)));
    mend_database(app);
}

/* Tends the embedded PostgreSQL until somebody wants us to stop. */
static void wait_for_the_end(struct app *app, const sigset_t *signals)
{
    struct liveness liveness = {.next_us = 0};
    int signal = 0;

    serve_has_come_up(app);
    service_notify("READY=1");
    while (!service_is_end(signal)) {
        signal = service_next_signal(signals, LOOK_MS);
        if (signal != 0)
            log_info("serve.signalled", log_int64("signal", signal));
        if (app->first.has_signed_in && first_sign_in_forget(&app->first))
            log_info("first_admin.file_removed", log_text("file", app->first.told_file));
        tend_database(app);
        feed_watchdog(app, &liveness);
        stand_down(app);
        serve_tell_lease(app);
        if (app->is_following && lease_is_held(app->lease)) {
            app->is_to_lead = true;
            break;
        }
        if (atomic_load(&app->is_to_begin_anew))
            break;
    }
    if (!app->is_to_lead)
        service_notify("STOPPING=1");
    log_info("serve.stopping", log_int64("size", (int64_t)ledger_size(app->data_dir.log)));
}

/* An IPv6 address has brackets in a URL (RFC 3986, section 3.2.2); a Unix socket has a path only. */
static void print_address(const struct app *app, const char *scheme)
{
    struct text host = app->settings->host;
    bool is_ipv6 = text_find(host, ':', 0) < host.size && host.data[0] != '[';

    if (text_starts_with(host, text_lit("unix:")))
        printf("Fleetledger serves at %.*s\n", TEXT_ARGS(host));
    else
        printf(
            "Fleetledger serves at %s://%s%.*s%s:%d\n", scheme, is_ipv6 ? "[" : "", TEXT_ARGS(host),
            is_ipv6 ? "]" : "", server_port(app->server));
}

static void print_banner(const struct app *app)
{
    const char *scheme = app->settings->tls_certificate_file.size > 0 ? "https" : "http";

    print_address(app, scheme);
    first_sign_in_tell(&app->first);
    if (app->setup != NULL)
        setup_guard_tell(app->setup);
    fflush(stdout);
    log_info(
        "serve.started", log_c("version", build_info.version), log_c("commit", build_info.commit),
        log_c("build", build_info.build), log_int64("port", server_port(app->server)),
        log_int64("size", (int64_t)ledger_size(app->data_dir.log)));
}

/* From start to end, in the role that the home has. */
static enum status serve_once(struct app *app, const sigset_t *signals, struct error *error)
{
    enum status status;
    bool is_wanted;

    progress_init(&app->progress);
    app->policy = settings_policy(app->settings, app->arena);
    app->timezones = timezone_list_new(TIMEZONE_SYSTEM_DIRECTORY);
    app->policy.timezones = app->timezones;
    app->worker_count = settings_workers(app->settings);
    log_info(
        "serve.starting", log_c("version", build_info.version), log_c("home", app->where->path));
    status = serve_open_all(app, error);
    if (status == STATUS_OK) {
        start_all(app);
        is_wanted = wait_for_read_models(app, signals);
        start_loops(app);
        print_banner(app);
        if (is_wanted)
            wait_for_the_end(app, signals);
        stop_all(app);
    } else {
        first_sign_in_tell(&app->first); /* registered already: nobody will ever hear of it again */
    }
    serve_free_all(app);
    return status;
}

/* One that was broken off, before anybody else takes the lease. What was put on record needs none. */
static enum status finish_promotion(const struct app *app, struct error *error)
{
    enum status status;

    if (app->lease == NULL || !uuid_is_present(serve_interrupted_holder(app->where)))
        return STATUS_OK;
    status = serve_tell_lease_of_home(app, error);
    if (status == STATUS_OK)
        status = promote_by_lease(app->where, app->lease, &serve_promote_deeds, error);
    return status;
}

/* A follower that has got the lease ends, is promoted, and begins again. */
static enum status serve_in_turn(
    const struct app *beginning,
    const sigset_t *signals,
    bool *out_begins_anew,
    struct error *error)
{
    bool is_to_lead = true;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && is_to_lead) {
        struct app app = *beginning;

        status = serve_once(&app, signals, error);
        is_to_lead = app.is_to_lead;
        *out_begins_anew = atomic_load(&app.is_to_begin_anew);
        if (status == STATUS_OK && is_to_lead)
            status = promote_by_lease(app.where, app.lease, &serve_promote_deeds, error);
    }
    return status;
}

static struct lease *make_lease(
    const struct settings *settings, const struct data_dir_settings *home, struct arena *arena)
{
    struct text conninfo = settings_lease_conninfo(settings, arena);

    if (!text_is_present(conninfo))
        return NULL;
    return lease_new(&(struct lease_settings){
        .conninfo = text_c(arena, conninfo),
        .seconds = settings->leader_lease_seconds,
        .holder = serve_interrupted_holder(home)});
}

int serve_run(
    const struct settings_given *given,
    const struct data_dir_settings *data_dir,
    struct arena *arena,
    bool *out_begins_anew)
{
    struct app app = {
        .settings = given->settings, .given = given, .where = data_dir, .arena = arena};
    struct thread *holding = NULL;
    struct error error;
    sigset_t signals;
    enum status status;

    *out_begins_anew = false;
    block_signals(&signals);
    log_thread_start();
    app.lease = make_lease(app.settings, data_dir, arena);
    status = finish_promotion(&app, &error);
    if (status == STATUS_OK && app.lease != NULL)
        holding = thread_start("lease", lease_run, app.lease);
    if (status == STATUS_OK)
        status = serve_in_turn(&app, &signals, out_begins_anew, &error);
    if (status != STATUS_OK)
        fprintf(stderr, "fleetledger: %s\n", error.text);
    lease_stop(app.lease);
    if (holding != NULL)
        thread_join(holding);
    lease_free(app.lease);
    log_thread_stop();
    if (status != STATUS_OK && text_is(text_from(error.code), "stopped"))
        return EXIT_INTERRUPTED;
    return status == STATUS_OK ? EXIT_HOLDS : EXIT_TROUBLE;
}
