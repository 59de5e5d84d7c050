/*
 * All replicas: their watchers, and the primary's side. What the projector commits stays in the
 * primary's memory for some 200 ms (synchronous_commit is off there), and only what is on its disk is
 * sent to standbys; so whoever waits for them has it written out, at most every 5 ms.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/replicas.h"

#include "api/replica_internal.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"

#include <string.h>

enum { ARENA_BYTES = 1 << 20, FLUSH_TIMEOUT_MS = 5000, BREATH_US = 5000 };
static const int64_t retry_us = 500 * US_PER_MS;
static const int64_t idle_us = 10 * US_PER_S;
static const int64_t behind_us = 2 * US_PER_S;

/* A commit that waits for the disk takes along all that was committed before it. The message itself
 * is for nobody. */
static const char flush_script[] = "select pg_logical_emit_message(true, 'fleetledger', '')";

struct replicas *replicas_new(const struct replicas_settings *settings)
{
    struct replicas *replicas = heap_new(sizeof(*replicas));

    must(settings->count <= MOST_READ_URLS);
    replicas->settings = *settings;
    replicas->wakeup = queue_new(1);
    replicas->arena = arena_new(ARENA_BYTES);
    arena_keep_secret(replicas->arena);
    must(pthread_mutex_init(&replicas->lock, NULL) == 0);
    for (size_t i = 0; i < settings->count; i++) {
        struct replica *replica = &replicas->replicas[i];
        replica->all = replicas;
        replica->conninfo = text_c(replicas->arena, settings->conninfos[i]);
        replica->number = i + 1;
        replica->place = db_place(replica->conninfo, replicas->arena);
        replica->wakeup = queue_new(1);
        replica->whole_us = monotonic_us();
    }
    return replicas;
}

void replicas_free(struct replicas *replicas)
{
    if (replicas == NULL)
        return;
    for (size_t i = 0; i < replicas->settings.count; i++)
        queue_free(replicas->replicas[i].wakeup);
    queue_free(replicas->wakeup);
    must(pthread_mutex_destroy(&replicas->lock) == 0);
    arena_free(replicas->arena);
    heap_free(replicas);
}

void replicas_shown(struct replicas *replicas)
{
    if (replicas->settings.count > 0)
        queue_wake(replicas->wakeup);
}

void replicas_stop(struct replicas *replicas)
{
    for (size_t i = 0; i < replicas->settings.count; i++)
        queue_close(replicas->replicas[i].wakeup);
    queue_close(replicas->wakeup);
}

static void wake_watchers(struct replicas *replicas)
{
    for (size_t i = 0; i < replicas->settings.count; i++)
        queue_wake(replicas->replicas[i].wakeup);
}

static bool is_stopping(void *context)
{
    return queue_is_closed(context);
}

static enum status open_primary(struct replicas *replicas, struct db **out, struct error *error)
{
    char identity[REPLICA_IDENTITY_SIZE] = "";
    struct db *db = NULL;
    enum status status =
        db_open(replicas->settings.conninfo, REPLICA_CONNECT_S, FLUSH_TIMEOUT_MS, &db, error);

    if (status != STATUS_OK)
        return status;
    db_stop_when(db, is_stopping, replicas->wakeup);
    status = replica_identity(db, identity, error);
    if (status == STATUS_OK)
        status = db_script(db, "set synchronous_commit = local", error);
    if (status != STATUS_OK) {
        db_close(db);
        return status;
    }
    must(pthread_mutex_lock(&replicas->lock) == 0);
    memcpy(replicas->identity, identity, sizeof(identity));
    must(pthread_mutex_unlock(&replicas->lock) == 0);
    *out = db;
    return STATUS_OK;
}

static bool is_any_there(const struct replicas *replicas)
{
    for (size_t i = 0; i < replicas->settings.count; i++) {
        if (replicas->replicas[i].state == REPLICA_READY)
            return true;
    }
    return false;
}

bool replicas_know_primary(struct replicas *replicas)
{
    bool is_known;

    must(pthread_mutex_lock(&replicas->lock) == 0);
    is_known = replicas->identity[0] != '\0';
    must(pthread_mutex_unlock(&replicas->lock) == 0);
    return is_known;
}

/* A session with the primary, until it is lost. */
static enum status serve_watchers(struct replicas *replicas, struct error *error)
{
    uint64_t flushed = 0;
    struct db *db = NULL;
    enum status status = open_primary(replicas, &db, error);

    while (status == STATUS_OK && !queue_is_closed(replicas->wakeup)) {
        uint64_t size = replicas->settings.progress->size;
        if (size != flushed && is_any_there(replicas))
            status = db_script(db, flush_script, error);
        flushed = size;
        wake_watchers(replicas);
        thread_pause(BREATH_US);
        (void)queue_take(replicas->wakeup, idle_us);
    }
    db_close(db);
    return status;
}

/* That it is away is for the projector to say, which is away then, too. */
static void rest(struct replicas *replicas, const struct error *error)
{
    log_debug("replicas.primary_lost", log_cause(error));
    queue_pause(replicas->wakeup, retry_us);
}

void replicas_run(void *context)
{
    struct replicas *replicas = context;

    for (size_t i = 0; i < replicas->settings.count; i++)
        replicas->replicas[i].thread =
            thread_start("replica", replica_watch, &replicas->replicas[i]);
    while (replicas->settings.count > 0 && !queue_is_closed(replicas->wakeup)) {
        struct error error = {0};
        if (serve_watchers(replicas, &error) != STATUS_OK)
            rest(replicas, &error);
    }
    for (size_t i = 0; i < replicas->settings.count; i++)
        thread_join(replicas->replicas[i].thread);
}

static struct replica_figure figure_of(const struct replica *replica)
{
    uint64_t shown = replica->all->settings.progress->size;
    uint64_t size = replica->size;
    struct replica_figure figure = {
        .state = (enum replica_state)atomic_load(&replica->state),
        .behind_events = shown > size ? shown - size : 0,
        .reads = replica->reads,
        .failed = replica->failed,
    };

    if (figure.state != REPLICA_READY || figure.behind_events > 0)
        figure.lag_us = monotonic_us() - replica->whole_us;
    if (figure.state == REPLICA_READY && figure.lag_us > behind_us)
        figure.state = REPLICA_BEHIND;
    return figure;
}

size_t replicas_figures(const struct replicas *replicas, struct replica_figure out[MOST_READ_URLS])
{
    for (size_t i = 0; i < replicas->settings.count; i++)
        out[i] = figure_of(&replicas->replicas[i]);
    return replicas->settings.count;
}
