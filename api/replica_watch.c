/*
 * The watcher of a replica, a thread for each.
 *
 *   away ──connected, of our database──► watching ──position──► asked again: at once while it lacks
 *    ▲                                      │                    something, else when more is shown
 *    └── in 0.5 s, 1 s, … 5 s ◄── any failure
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/replica_internal.h"
#include "core/base/log.h"
#include "core/base/must.h"

#include <string.h>

enum { STATEMENT_TIMEOUT_MS = 1000 };
static const int64_t idle_us = US_PER_S;
static const int64_t shortest_pause_us =
    2 * US_PER_MS; /* between questions while it lacks something */
static const int64_t longest_pause_us = 200 * US_PER_MS;
static const int64_t first_retry_us = 500 * US_PER_MS;
static const int64_t last_retry_us = 5 * US_PER_S;
static const int64_t say_again_us = 60 * US_PER_S;

struct watch {
    struct replica *replica;
    struct db *db;
    bool was_ready; /* since it was opened */
    int64_t pause_us;
    char said[ERROR_TEXT_SIZE]; /* about why it is left out */
    int64_t said_us;
};

static bool is_stopping(void *context)
{
    return queue_is_closed(context);
}

void replica_suspect(struct replica *replica)
{
    atomic_store(&replica->is_suspected, true);
    queue_wake(replica->wakeup);
}

static void publish(
    struct watch *watch, const struct replica_position *position, int64_t asked_us, bool has_all)
{
    struct replica *replica = watch->replica;

    replica->size = position->size;
    replica->generation = position->generation;
    replica->seen_us = asked_us;
    if (has_all)
        replica->whole_us = asked_us;
    replica->state = REPLICA_READY;
    if (!watch->was_ready)
        log_info(
            "replica.joined", log_int64("replica", (int64_t)replica->number),
            log_text("place", replica->place), log_int64("size", (int64_t)position->size));
    watch->was_ready = true;
    watch->said[0] = '\0';
}

/* One question. */
static enum status look(struct watch *watch, bool *out_has_all, struct error *error)
{
    struct replica *replica = watch->replica;
    const struct replicas_settings *settings = &replica->all->settings;
    int64_t asked_us = monotonic_us();
    uint64_t wanted = settings->progress->size;
    bool is_suspected = atomic_exchange(&replica->is_suspected, false);
    struct replica_position position;
    enum status status = replica_position(watch->db, settings->ledger, &position, error);

    if (status != STATUS_OK) {
        atomic_store(&replica->is_suspected, is_suspected);
        return status;
    }
    *out_has_all = position.size >= wanted;
    if (*out_has_all || position.size != replica->size)
        watch->pause_us = shortest_pause_us;
    publish(watch, &position, asked_us, *out_has_all);
    return STATUS_OK;
}

static void wait_for_wakeup(struct replica *replica, int64_t us)
{
    const struct queue_item *nothing = queue_take(replica->wakeup, us);

    must(nothing == NULL);
}

static enum status watch_session(struct watch *watch, struct error *error)
{
    struct replica *replica = watch->replica;
    bool has_all = false;
    enum status status = replica_open(replica, STATEMENT_TIMEOUT_MS, &watch->db, error);

    watch->was_ready = false;
    watch->pause_us = shortest_pause_us;
    if (status == STATUS_OK)
        db_stop_when(watch->db, is_stopping, replica->wakeup);
    while (status == STATUS_OK && !queue_is_closed(replica->wakeup)) {
        status = look(watch, &has_all, error);
        if (status != STATUS_OK)
            break;
        wait_for_wakeup(replica, has_all ? idle_us : watch->pause_us);
        watch->pause_us *= 2;
        if (watch->pause_us > longest_pause_us)
            watch->pause_us = longest_pause_us;
    }
    db_close(watch->db);
    watch->db = NULL;
    return status;
}

static void leave_out(struct watch *watch, const struct error *error)
{
    struct replica *replica = watch->replica;
    enum replica_state state = replica_state_of(error);
    int64_t now_us = monotonic_us();

    replica->state = (int)state;
    if (strcmp(watch->said, error->text) == 0 && now_us < watch->said_us + say_again_us)
        return;
    memcpy(watch->said, error->text, sizeof(watch->said));
    watch->said_us = now_us;
    log_warning(
        "replica.left_out", log_int64("replica", (int64_t)replica->number),
        log_text("place", replica->place), log_c("state", replica_state_names[state]),
        log_cause(error), log_c("remedy", replica_remedy(state)));
}

void replica_watch(void *context)
{
    struct watch watch = {.replica = context};
    int64_t retry_us = first_retry_us;

    while (!queue_is_closed(watch.replica->wakeup) && !replicas_know_primary(watch.replica->all))
        wait_for_wakeup(watch.replica, idle_us);
    while (!queue_is_closed(watch.replica->wakeup)) {
        struct error error = {0};
        enum status status = watch_session(&watch, &error);
        if (status == STATUS_OK || queue_is_closed(watch.replica->wakeup))
            continue;
        leave_out(&watch, &error);
        if (watch.was_ready)
            retry_us = first_retry_us;
        queue_pause(watch.replica->wakeup, retry_us);
        retry_us = retry_us * 2 < last_retry_us ? retry_us * 2 : last_retry_us;
    }
}
