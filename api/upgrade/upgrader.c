/*
 * The upgrader's thread: asks what is to be done, does it, and says how it went.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/upgrade/upgrader.h"

#include "api/own_command.h"
#include "api/upgrade/upgrade_steps.h"
#include "commands/upgrade/upgrade_commands.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/run/queue.h"

#include <pthread.h>

enum { IDLE_US = 30000000, AGAIN_US = 1000000, ARENA_BYTES = 1 << 20 };

struct upgrader {
    struct upgrader_parts parts;
    struct queue *wakeup;
    atomic_bool has_changed;
    atomic_bool is_stopping;
    pthread_mutex_t lock; /* of what follows */
    struct upgrade_phase phase;
};

struct upgrader *upgrader_new(const struct upgrader_parts *parts)
{
    struct upgrader *upgrader = heap_new(sizeof(*upgrader));

    upgrader->parts = *parts;
    upgrader->wakeup = queue_new(1);
    atomic_store(&upgrader->has_changed, true);
    must(pthread_mutex_init(&upgrader->lock, NULL) == 0);
    return upgrader;
}

void upgrader_free(struct upgrader *upgrader)
{
    if (upgrader == NULL)
        return;
    queue_free(upgrader->wakeup);
    must(pthread_mutex_destroy(&upgrader->lock) == 0);
    heap_free(upgrader);
}

void upgrader_stop(struct upgrader *upgrader)
{
    if (upgrader == NULL)
        return;
    atomic_store(&upgrader->is_stopping, true);
    queue_close(upgrader->wakeup);
}

void upgrader_committed(struct upgrader *upgrader, const struct record *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (records[i].type != &upgrade_download_requested_event &&
            records[i].type != &upgrade_apply_requested_event)
            continue;
        atomic_store(&upgrader->has_changed, true);
        queue_wake(upgrader->wakeup);
    }
}

/* Where it is. */

struct upgrade_phase upgrader_phase(struct upgrader *upgrader)
{
    struct upgrade_phase phase;

    must(pthread_mutex_lock(&upgrader->lock) == 0);
    phase = upgrader->phase;
    must(pthread_mutex_unlock(&upgrader->lock) == 0);
    return phase;
}

static void set_phase(struct upgrader *upgrader, const struct upgrade_phase *phase)
{
    must(pthread_mutex_lock(&upgrader->lock) == 0);
    upgrader->phase = *phase;
    must(pthread_mutex_unlock(&upgrader->lock) == 0);
}

static void on_phase(void *context, const char *status, const char *message)
{
    struct upgrader *upgrader = context;
    struct upgrade_phase phase = upgrader_phase(upgrader);

    phase.status = status;
    phase.message = message;
    set_phase(upgrader, &phase);
    log_info("upgrade.phase", log_c("status", status));
}

/* What is to be done. */

struct answer {
    struct arena *arena;
    struct upgrade_state state;
    enum status status;
};

/* The writer's thread. */
static void on_known(const struct submission *submission, void *context)
{
    struct answer *answer = context;

    answer->status = submission->status;
    if (submission->status == STATUS_OK)
        shape_copy(query_upgrade_command.answer, answer->arena, submission->answer, &answer->state);
}

static bool ask(struct upgrader *upgrader, struct answer *answer)
{
    const struct query_upgrade question = {.any = {0}};
    const struct own_command own = {
        .command = &query_upgrade_command, .input = &question, .done = on_known, .context = answer};

    return own_command_wait(upgrader->parts.writer, &own) && answer->status == STATUS_OK;
}

/* False where the writer takes nothing at the moment. */
static bool settle(
    struct upgrader *upgrader,
    const struct upgrade_state *state,
    enum status status,
    const struct step_end *end)
{
    const struct settle_upgrade order = {
        .upgrade_id = state->release.upgrade_id,
        .error = status == STATUS_OK
                     ? (struct text){NULL, 0}
                     : text_first_bytes(text_from(end->error.text), UPGRADE_LONGEST_ERROR),
        .rollback = end->rollback,
        .began_at = upgrader_phase(upgrader).began_at,
    };
    const struct own_command own = {.command = &settle_upgrade_command, .input = &order};

    if (status == STATUS_OK)
        log_info("upgrade.done", log_text("version", state->release.version));
    else
        log_warning(
            "upgrade.failed", log_text("version", state->release.version), log_cause(&end->error));
    return own_command_wait(upgrader->parts.writer, &own);
}

static bool carry_out(struct upgrader *upgrader, const struct upgrade_state *state)
{
    const struct upgrade_phase phase = {
        .upgrade_id = state->release.upgrade_id,
        .status = "queued",
        .message = "Queued.",
        .began_at = timestamp_now(),
    };
    const struct step step = {
        .parts = &upgrader->parts,
        .release = &state->release,
        .is_stopping = &upgrader->is_stopping,
        .on_phase = on_phase,
        .context = upgrader,
    };
    struct step_end end = {.goes_on = false};
    enum status status;
    bool is_said = true;

    set_phase(upgrader, &phase);
    status =
        state->step.is == UPGRADE_DOWNLOAD ? step_download(&step, &end) : step_apply(&step, &end);
    if (!end.goes_on && !atomic_load(&upgrader->is_stopping))
        is_said = settle(upgrader, state, status, &end);
    if (!end.goes_on)
        set_phase(upgrader, &(struct upgrade_phase){.status = NULL});
    return is_said;
}

/* False when it is to be tried again. */
static bool look(struct upgrader *upgrader)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct answer answer = {.arena = arena, .status = STATUS_UNAVAILABLE};

    if (!ask(upgrader, &answer))
        return false;
    return !opt_bool_is_true(answer.state.is_open) || carry_out(upgrader, &answer.state);
}

void upgrader_run(void *context)
{
    struct upgrader *upgrader = context;

    while (!queue_is_closed(upgrader->wakeup)) {
        int64_t wait_us = IDLE_US;
        if (atomic_exchange(&upgrader->has_changed, false) && !look(upgrader)) {
            atomic_store(&upgrader->has_changed, true);
            wait_us = AGAIN_US;
        }
        queue_take(upgrader->wakeup, wait_us);
    }
}
