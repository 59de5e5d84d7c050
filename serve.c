/*
 * The composition root: opens the parts, hands each its friends, starts the threads, and ends them
 * in the right order. Reading the table of threads is understanding the process.
 *
 *   loops ─► workers ─► writer ─► projector, indexer
 *     └────────► watch ────┤
 *                sender ───┘
 * SPDX-License-Identifier: Apache-2.0
 */
#include "serve.h"

#include "api/automation/watch.h"
#include "api/identity/first_start.h"
#include "api/server.h"
#include "commands/fold.h"
#include "commands/kinds.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/db/cluster.h"
#include "core/run/queue.h"
#include "core/run/thread.h"
#include "eventlog/evlog.h"
#include "eventlog/index.h"
#include "eventlog/seal.h"
#include "projections/engine.h"
#include "replay/exit_codes.h"
#include "replay/home.h"

#include <signal.h>
#include <stdio.h>

enum {
    WRITER_QUEUE = 4096,
    PLAIN_WORKERS = 2,
    HASHERS = 2, /* of passwords: more would starve the rest of a small machine */
    DRAIN_US = 10000000,
    MOST_THREADS = 512,
    INDEX_BATCH = 1000,
    INDEX_EVERY_US = 1000000
};

/* Everything that lives as long as the process serves. */
struct house {
    const struct settings *settings;
    struct arena *arena;
    struct policy policy;
    struct home home;
    struct model *model;
    struct telemetry *telemetry;
    struct evindex *index;
    struct writer *writer;
    struct engine *engine;
    struct watch *watch;
    struct server *server;
    struct loop **loops;
    size_t loop_count;
    size_t worker_count;
    struct queue *index_bell; /* rung when there is something to index */
    struct worker_start worker_start;
    struct worker_start plain_start;
    struct worker_start hasher_start;
    struct thread *threads[MOST_THREADS];
    size_t thread_count;
};

static struct visibility visibility_of(void *context)
{
    const struct house *house = context;
    struct engine_stats stats = engine_stats(house->engine);

    return (struct visibility){
        .size = stats.size,
        .generation = stats.generation,
        .behind_us = stats.behind_us,
        .is_stopped = stats.is_stopped,
        .is_connected = stats.is_connected,
        .fault = stats.fault,
        .events = stats.events,
    };
}

/* The projector's thread. */
static void on_reached(uint64_t size, uint64_t generation, void *context)
{
    struct house *house = context;

    (void)generation;
    if (house->server != NULL)
        server_reached(house->server, size);
}

/* The writer's thread. */
static void on_committed(const struct record *records, size_t count, void *context)
{
    struct house *house = context;

    engine_wake(house->engine);
    queue_wake(house->index_bell);
    if (house->server != NULL)
        server_committed(house->server, records, count);
}

static void on_answered(const struct record *records, size_t count, void *context)
{
    struct house *house = context;

    if (house->server != NULL)
        server_answered(house->server, records, count);
}

/* Lets events come together, so that one commit of the index serves many. */
static void gather(struct queue *bell)
{
    int64_t until_us = monotonic_us() + INDEX_EVERY_US;

    for (int64_t left = INDEX_EVERY_US; left > 0 && !queue_is_closed(bell);
         left = until_us - monotonic_us())
        queue_take(bell, left);
}

static void run_indexer(void *context)
{
    struct house *house = context;
    struct fault fault;
    size_t added;

    while (!queue_is_closed(house->index_bell)) {
        do {
            added = 0;
            if (evindex_catch_up(house->index, INDEX_BATCH, &added, &fault) != STATUS_OK)
                log_error("indexer.failed", log_fault(&fault));
        } while (added == INDEX_BATCH && !queue_is_closed(house->index_bell));
        gather(house->index_bell);
    }
}

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

static enum status open_model(struct house *house, struct fault *fault)
{
    enum status status = model_open(house->home.path, fold_fingerprint(), &house->model, fault);

    if (status != STATUS_OK)
        return status;
    return fold_catch_up(
        house->model, house->home.log, evlog_size(house->home.log), NULL, NULL, fault);
}

static enum status open_storage(struct house *house, struct fault *fault)
{
    const struct settings *settings = house->settings;
    struct home_settings home = {
        .path = text_c(house->arena, settings->home),
        .conninfo = settings_conninfo(settings, house->arena),
        .secret = settings->secrets_encryption_key,
        .needs_database = true,
        .reserve_bytes = (size_t)settings->reserve_bytes,
    };
    enum status status = home_open(&home, house->arena, &house->home, fault);

    if (status == STATUS_OK)
        status = open_model(house, fault);
    if (status == STATUS_OK)
        status = telemetry_open(house->home.path, &house->telemetry, fault);
    if (status == STATUS_OK)
        status = evindex_open(house->home.path, house->home.log, false, &house->index, fault);
    return status;
}

static void make_parts(struct house *house)
{
    struct writer_settings writer = {
        .log = house->home.log,
        .model = house->model,
        .keyring = house->home.keyring,
        .policy = &house->policy,
        .queue_limit = WRITER_QUEUE,
        .committed = on_committed,
        .answered = on_answered,
        .context = house,
    };
    struct engine_settings engine = {
        .log = house->home.log,
        .keyring = house->home.keyring,
        .conninfo = house->home.conninfo,
        .reached = on_reached,
        .context = house,
    };
    struct watch_parts watch = {
        .settings = house->settings, .telemetry = house->telemetry, .keyring = house->home.keyring};

    house->index_bell = queue_new(1);
    house->engine = engine_new(&engine);
    house->writer = writer_new(&writer);
    watch.writer = house->writer;
    house->watch = watch_new(&watch);
    house->loop_count = (size_t)house->settings->loops;
    house->loops = arena_array(house->arena, house->loop_count, sizeof(struct loop *));
    for (size_t i = 0; i < house->loop_count; i++)
        house->loops[i] = loop_new();
}

/* Nodes that were online when we stopped get the time of a silence from now on. */
static void expect_nodes(struct house *house)
{
    struct uuid node = UUID_NONE;

    while (model_next_link(house->model, LINK_ONLINE, UUID_NONE, node, &node, NULL))
        watch_expect_node(house->watch, node);
}

static enum status jwt_secret(struct house *house, struct text *out, struct fault *fault)
{
    uint8_t *key = arena_take(house->arena, 32);
    enum status status;

    if (house->settings->jwt_secret.size > 0) {
        *out = house->settings->jwt_secret;
        return STATUS_OK;
    }
    status = keyring_installation_key(house->home.keyring, KEY_JWT, key, fault);
    if (status == STATUS_OK)
        *out = (struct text){(const char *)key, 32};
    return status;
}

static enum status make_server(struct house *house, struct fault *fault)
{
    struct server_parts parts = {
        .settings = house->settings,
        .policy = &house->policy,
        .log = house->home.log,
        .writer = house->writer,
        .keyring = house->home.keyring,
        .telemetry = house->telemetry,
        .watch = house->watch,
        .visibility = visibility_of,
        .visibility_context = house,
        .conninfo = house->home.conninfo,
        .loops = house->loops,
        .loop_count = house->loop_count,
    };
    enum status status = jwt_secret(house, &parts.jwt_secret, fault);

    if (status == STATUS_OK)
        status = server_new(&parts, &house->server, fault);
    return status;
}

static void start(struct house *house, const char *role, void (*run)(void *), void *context)
{
    must(house->thread_count < MOST_THREADS);
    house->threads[house->thread_count++] = thread_start(role, run, context);
}

/* The threads, in the order they start. They end in the order of stop_all(). */
static void start_all(struct house *house)
{
    house->worker_start = (struct worker_start){house->server, house->server->calls};
    house->plain_start = (struct worker_start){house->server, house->server->plain_calls};
    house->hasher_start = (struct worker_start){house->server, house->server->hash_calls};
    start(house, "writer", run_writer, house->writer);
    start(house, "projector", run_engine, house->engine);
    start(house, "indexer", run_indexer, house);
    start(house, "watch", watch_run, house->watch);
    start(house, "sender", server_run_sender, house->server);
    for (size_t i = 0; i < house->worker_count; i++)
        start(house, "worker", worker_run, &house->worker_start);
    for (size_t i = 0; i < PLAIN_WORKERS; i++)
        start(house, "plain-worker", worker_run, &house->plain_start);
    for (size_t i = 0; i < HASHERS; i++)
        start(house, "hasher", worker_run, &house->hasher_start);
    for (size_t i = 0; i < house->loop_count; i++)
        start(house, "loop", run_loop, house->loops[i]);
}

/* From the edge inwards: nobody is stopped while somebody may still call them. */
static void stop_all(struct house *house)
{
    server_drain(house->server, DRAIN_US);
    for (size_t i = 0; i < house->loop_count; i++)
        loop_stop(house->loops[i]);
    watch_stop(house->watch);
    writer_stop(house->writer);
    engine_stop(house->engine);
    queue_close(house->index_bell);
    for (size_t i = 0; i < house->thread_count; i++)
        thread_join(house->threads[i]);
}

static void free_all(struct house *house)
{
    server_free(house->server);
    for (size_t i = 0; i < house->loop_count; i++)
        loop_free(house->loops[i]);
    watch_free(house->watch);
    writer_free(house->writer);
    engine_free(house->engine);
    if (house->index_bell != NULL)
        queue_free(house->index_bell);
    evindex_close(house->index);
    telemetry_close(house->telemetry);
    model_close(house->model);
    home_close(&house->home);
}

/* A mapped file that is shorter than it says is met by a signal, not by an error. */
static void on_bus_error(int number)
{
    dprintf(
        fileno(stderr),
        "fatal: a file of the home is damaged or cut short; 'fleetledger verify' names it\n");
    signal(number, SIG_DFL);
    raise(number);
}

static void block_signals(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGTERM);
    must(pthread_sigmask(SIG_BLOCK, signals, NULL) == 0);
    must(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    must(signal(SIGBUS, on_bus_error) != SIG_ERR);
}

/* Tends the embedded PostgreSQL until somebody wants us to stop. */
static void wait_for_the_end(struct house *house, const sigset_t *signals)
{
    const struct timespec second = {.tv_sec = 1};

    while (sigtimedwait(signals, NULL, &second) < 0) {
        if (house->home.cluster != NULL && cluster_tend(house->home.cluster))
            log_warning("postgres.restarted", log_c("home", house->home.path));
    }
    log_info("serve.stopping", log_whole("size", (int64_t)evlog_size(house->home.log)));
}

static void greet(const struct house *house, const struct first_sign_in *first)
{
    const char *scheme = house->settings->tls_certificate_file.size > 0 ? "https" : "http";

    printf(
        "Fleetledger serves at %s://%.*s:%d\n", scheme, TEXT_ARGS(house->settings->host),
        http_server_port(house->server->http));
    first_sign_in_tell(first);
    fflush(stdout);
    log_info(
        "serve.started", log_whole("port", http_server_port(house->server->http)),
        log_whole("size", (int64_t)evlog_size(house->home.log)));
}

static enum status open_all(struct house *house, struct first_sign_in *first, struct fault *fault)
{
    enum status status = open_storage(house, fault);

    if (status != STATUS_OK)
        return status;
    make_parts(house);
    status = first_start(
        &(struct first_start){
            .settings = house->settings,
            .home = house->home.path,
            .log = house->home.log,
            .model = house->model,
            .keyring = house->home.keyring,
            .writer = house->writer,
            .arena = house->arena,
        },
        first, fault);
    if (status == STATUS_OK)
        status = make_server(house, fault);
    if (status != STATUS_OK)
        return status;
    expect_nodes(house);
    return model_commit(house->model, fault); /* then the writer's thread may have it */
}

int serve_run(const struct settings *settings, struct arena *arena)
{
    struct house house = {.settings = settings, .arena = arena};
    struct first_sign_in first = {.password = {NULL, 0}};
    struct fault fault;
    sigset_t signals;
    enum status status;

    block_signals(&signals);
    house.policy = settings_policy(settings, arena);
    house.worker_count = settings_workers(settings);
    status = open_all(&house, &first, &fault);
    if (status == STATUS_OK) {
        start_all(&house);
        greet(&house, &first);
        wait_for_the_end(&house, &signals);
        stop_all(&house);
    } else {
        first_sign_in_tell(&first); /* registered already: nobody will ever hear of it again */
        fprintf(stderr, "fleetledger: %s\n", fault.text);
    }
    free_all(&house);
    return status == STATUS_OK ? EXIT_HOLDS : EXIT_TROUBLE;
}
