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
 *        └─► each to a lane, as far as they are free; what was told is reported, and waited for ─► from the top
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/outbound/sender.h"

#include "api/outbound/sender_internal.h"
#include "api/own_command.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/http/address.h"
#include "core/run/queue.h"
#include "core/run/thread.h"

enum {
    COUNT_EVERY_US = 1000000,
    BREATH_US = 200000, /* under load the projector rings without end */
};

struct reported {
    enum status status;
    uint64_t size; /* of the ledger with it */
};

/* The writer's thread. */
static void on_reported(const struct submission *submission, void *context)
{
    struct reported *reported = context;

    *reported = (struct reported){submission->status, submission->size};
}

/* Waits until the writer has decided; false when it takes nothing any more, or refuses. */
static bool report(
    struct sender *sender,
    const struct record_delivery *order,
    struct uuid cause,
    uint64_t *out_size)
{
    struct reported reported = {STATUS_UNAVAILABLE, 0};
    const struct own_command own = {
        .command = &record_delivery_command,
        .input = order,
        .causation = cause,
        .done = on_reported,
        .context = &reported,
    };

    if (!own_command_wait(sender->writer, &own))
        return false;
    if (reported.status != STATUS_OK) {
        log_error("sender.report_refused", log_uuid("delivery", order->outbox_id));
        return false;
    }
    *out_size = reported.size;
    return true;
}

static enum status find_due(
    struct sender *sender,
    struct timestamp now,
    struct arena *arena,
    struct list *out,
    struct error *error)
{
    const struct at_timestamp at = {now};

    return reader_query(&sender->reader, &due_sql, &at, arena, out, error);
}

static enum status
find_next(struct sender *sender, struct arena *arena, struct timestamp *out, struct error *error)
{
    struct list rows = {NULL, 0};
    const struct next_due *next;
    enum status status = reader_query(&sender->reader, &next_due_sql, NULL, arena, &rows, error);

    next = rows.items;
    if (status == STATUS_OK && rows.count > 0)
        *out = next->at;
    return status;
}

static struct timestamp now(const struct sender *sender)
{
    return ledger_now(sender->log);
}

static const struct sender_ports ports = {
    .find_due = find_due,
    .find_next = find_next,
    .gather = sender_gather,
    .prepare = delivery_prepare,
    .begin = lane_begin,
    .report = report,
    .now = now,
};

static bool is_stopping(void *context)
{
    return queue_is_closed(context);
}

static void make_lanes(struct sender *sender)
{
    struct text networks = sender->settings->outbound_allow;
    struct http_networks allowed = {.count = 0};

    must(networks.size == 0 || http_networks_parse(networks, &allowed)); /* as was checked */
    for (size_t i = 0; i < SENDER_LANES; i++) {
        sender->lanes[i].outbound = outbound_new(&outbound_usual_limits);
        outbound_allow(sender->lanes[i].outbound, &allowed);
        sender->lanes[i].jobs = queue_new(1);
    }
}

struct sender *sender_new(const struct sender_settings *settings)
{
    struct sender *sender = heap_new(sizeof(*sender));

    sender->settings = settings->settings;
    sender->writer = settings->writer;
    sender->keyring = settings->keyring;
    make_lanes(sender);
    sender->wakeup = queue_new(1);
    sender->reader = (struct reader){
        .conninfo = settings->conninfo,
        .progress = settings->progress,
        .is_stopping = is_stopping,
        .context = sender->wakeup,
    };
    sender->log = settings->log;
    sender->figures = settings->figures;
    sender->must_be_shown = ledger_size(settings->log);
    sender->ports = &ports;
    return sender;
}

void sender_free(struct sender *sender)
{
    if (sender == NULL)
        return;
    for (size_t i = 0; i < SENDER_LANES; i++) {
        lane_free(&sender->lanes[i]);
        outbound_free(sender->lanes[i].outbound);
        queue_free(sender->lanes[i].jobs);
    }
    queue_free(sender->wakeup);
    heap_free(sender);
}

void sender_wake(struct sender *sender)
{
    queue_wake(sender->wakeup);
}

void sender_stop(struct sender *sender)
{
    for (size_t i = 0; i < SENDER_LANES; i++)
        outbound_cancel(sender->lanes[i].outbound);
    queue_close(sender->wakeup);
}

/* Once a second at most, however often the outbox changes. */
static void count(struct sender *sender)
{
    int64_t now_us = monotonic_us();
    struct error error;

    if (now_us - sender->counted_us < COUNT_EVERY_US || !sender->reader.progress->is_connected)
        return;
    sender->counted_us = now_us;
    if (outbox_figures_count(&sender->reader, sender->figures, &error) == STATUS_INTERNAL)
        log_error("sender.query_failed", log_cause(&error));
}

void sender_run(void *context)
{
    struct sender *sender = context;

    for (size_t i = 0; i < SENDER_LANES; i++)
        lane_start(&sender->lanes[i], sender);
    while (!queue_is_closed(sender->wakeup)) {
        int64_t wait_us = sender_turn(sender);

        count(sender);
        thread_pause(BREATH_US);
        queue_take(sender->wakeup, wait_us);
    }
    for (size_t i = 0; i < SENDER_LANES; i++)
        lane_end(&sender->lanes[i]);
    (void)sender_report(sender); /* what was told meanwhile is not told again */
    reader_close(&sender->reader);
}
