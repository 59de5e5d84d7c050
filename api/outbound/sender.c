/*
 * The sender's thread.
 *
 *        ┌───────────── woken by the projector, or something falls due ◄─┐
 *        ▼                                                               │
 *   is all shown? ──no──────────────────────────────────────────────► wait
 *        │ yes                                                           ▲
 *        ▼                                                               │
 *   what is due? ──nothing───────────────────────────────────────────────┘
 *        │ some rows
 *        └─► tell, report, wait for the report's commit, … ─► from the top
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/outbound/sender.h"

#include "api/outbound/sender_internal.h"
#include "api/own_command.h"
#include "commands/notification/notification_commands.h"
#include "core/base/alloc.h"
#include "core/base/log.h"
#include "core/run/queue.h"

#include <time.h>

enum {
    LONGEST_WAIT_US = 30000000,
    CATCH_UP_US = 1000000, /* look again, even when nobody says that it is all shown */
    LOOK_US = 1000000,     /* whether we stop */
    BREATH_US = 200000,    /* under load the projector rings without end */
    LONGEST_ERROR = 500,
    ARENA_BYTES = 16 << 20
};

static bool is_stopping(void *context)
{
    return queue_is_closed(context);
}

struct sender *sender_new(const struct sender_settings *settings)
{
    struct sender *sender = heap_new(sizeof(*sender));

    sender->settings = settings->settings;
    sender->writer = settings->writer;
    sender->keyring = settings->keyring;
    sender->outbound = outbound_new();
    sender->wakeup = queue_new(1);
    sender->reader = (struct reader){
        .conninfo = settings->conninfo,
        .progress = settings->progress,
        .is_stopping = is_stopping,
        .context = sender->wakeup,
    };
    sender->answers = queue_new(1);
    sender->told = map_new();
    sender->log = settings->log;
    sender->must_be_shown = ledger_size(settings->log);
    return sender;
}

void sender_free(struct sender *sender)
{
    if (sender == NULL)
        return;
    outbound_free(sender->outbound);
    (void)queue_take_all(sender->answers, 0); /* one that came too late */
    queue_free(sender->wakeup);
    queue_free(sender->answers);
    map_free(sender->told);
    heap_free(sender);
}

void sender_wake(struct sender *sender)
{
    queue_wake(sender->wakeup);
}

void sender_stop(struct sender *sender)
{
    outbound_cancel(sender->outbound);
    queue_close(sender->wakeup);
}

/* The writer's thread. */
static void on_reported(const struct submission *submission, void *context)
{
    struct sender *sender = context;

    sender->report.status = submission->status;
    sender->report.size = submission->size;
    (void)!queue_put_always(sender->answers, &sender->report.item);
}

/* What other people's servers say may name people; the ledger must not. */
static struct text without_addresses(struct arena *arena, struct text said)
{
    AUTO_BUF out = {0};

    buf_init(&out, 4096);
    while (text_is_present(said)) {
        struct text word = text_cut(&said, ' ');
        if (text_find(word, '@', 0) < word.size)
            buf_add_c(&out, "[address]");
        else
            buf_add_text(&out, word);
        if (text_is_present(said))
            buf_add_char(&out, ' ');
    }
    return text_copy(arena, text_first_bytes(text_cleaned(arena, buf_text(&out)), LONGEST_ERROR));
}

/* False when we stop before the writer has answered; what was told is told once more, then. */
static bool wait_for_answer(struct sender *sender)
{
    const struct queue_item *answer = NULL;

    while (answer == NULL && !queue_is_closed(sender->wakeup))
        answer = queue_take(sender->answers, LOOK_US);
    return answer != NULL;
}

/* Waits until the writer has decided; false when it takes nothing any more. */
static bool report(
    struct sender *sender,
    const struct due *due,
    enum delivery_outcome outcome,
    struct arena *arena,
    const struct error *error)
{
    struct record_delivery order = {.outbox_id = due->id, .workspace_id = due->workspace_id};

    if (outcome != DELIVERY_DONE)
        order.error = without_addresses(arena, text_from(error->text));
    if (outcome == DELIVERY_PERMANENT)
        order.is_hopeless = OPT_TRUE;
    if (!own_command_submit(
            sender->writer, &(struct own_command){
                                .command = &record_delivery_command,
                                .input = &order,
                                .done = on_reported,
                                .context = sender,
                            }))
        return false;
    if (!wait_for_answer(sender))
        return false;
    if (sender->report.status != STATUS_OK) {
        log_error("sender.report_refused", log_uuid("delivery", due->id));
        return false;
    }
    if (sender->report.size > sender->must_be_shown)
        sender->must_be_shown = sender->report.size;
    return true;
}

/* False when there is no sense in going on now. */
static bool handle(struct sender *sender, const struct due *due)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct error error = {.text = ""};
    bool was_told = map_get(sender->told, due->id) != NULL;
    enum delivery_outcome outcome =
        was_told ? DELIVERY_DONE : delivery_send(sender, due, arena, &error);

    if (queue_is_closed(sender->wakeup) && outcome != DELIVERY_DONE)
        return false;
    if (outcome != DELIVERY_DONE)
        log_warning(
            "sender.delivery_failed", log_uuid("delivery", due->id),
            log_text("cause", without_addresses(arena, text_from(error.text))));
    if (outcome == DELIVERY_ABORTED)
        return false;
    if (outcome == DELIVERY_DONE)
        map_put(sender->told, due->id, sender);
    if (!report(sender, due, outcome, arena, &error))
        return false;
    map_remove(sender->told, due->id);
    return !queue_is_closed(sender->wakeup);
}

/* How long to wait when nothing is due. */
static int64_t until_next(struct sender *sender, struct arena *arena, struct error *error)
{
    struct list rows = {NULL, 0};
    const struct next_due *next;
    int64_t wait_us;

    if (reader_query(&sender->reader, &next_due_sql, NULL, arena, &rows, error) != STATUS_OK)
        return CATCH_UP_US;
    next = rows.items;
    if (rows.count == 0 || !timestamp_is_present(next->at))
        return LONGEST_WAIT_US;
    wait_us = next->at.us - ledger_now(sender->log).us;
    if (wait_us < 0)
        return 0;
    return wait_us < LONGEST_WAIT_US ? wait_us : LONGEST_WAIT_US;
}

/* One turn; says how long to wait for the next one. */
static int64_t turn(struct sender *sender)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const struct progress *progress = sender->reader.progress;
    const struct at_timestamp at = {ledger_now(sender->log)};
    const struct due *due;
    struct list rows = {NULL, 0};
    struct error error;
    enum status status;

    if (progress->size < sender->must_be_shown || !progress->is_connected)
        return CATCH_UP_US;
    status = reader_query(&sender->reader, &due_sql, &at, arena, &rows, &error);
    if (status != STATUS_OK) {
        if (status != STATUS_UNAVAILABLE)
            log_error("sender.query_failed", log_cause(&error));
        return CATCH_UP_US;
    }
    due = rows.items;
    for (size_t i = 0; i < rows.count; i++) {
        if (!handle(sender, &due[i]))
            return CATCH_UP_US;
    }
    return rows.count > 0 ? CATCH_UP_US : until_next(sender, arena, &error);
}

/* A short pause, that a stop does not have to wait for. */
static void throttle_delay(void)
{
    const struct timespec breath = {.tv_nsec = BREATH_US * 1000L};

    nanosleep(&breath, NULL);
}

void sender_run(void *context)
{
    struct sender *sender = context;

    while (!queue_is_closed(sender->wakeup)) {
        int64_t wait_us = turn(sender);
        throttle_delay();
        queue_take(sender->wakeup, wait_us);
    }
    reader_close(&sender->reader);
}
