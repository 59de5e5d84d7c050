/*
 * What terminals need from time to time: attachments that ended with an earlier run of the server are
 * said to have ended; transcripts whose time is over are dropped, a thousand chunks an event.
 *
 *   every minute ──query_expired_transcript──► writer ──session, newest chunk──► here
 *      walks the chain of terminal.counted on the ledger ──drop_transcript──► writer ──► the next ones
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor_internal.h"
#include "commands/terminal/terminal_commands.h"
#include "core/base/log.h"
#include "eventlog/events/terminal_events.h"
#include "eventlog/ledger_read.h"

enum { CHUNKS_AT_ONCE = 1000, ATTACHMENTS_AT_ONCE = 1000, RECORD_ARENA = 1 << 20 };

static void ask(struct monitor *monitor, struct uuid after);
static void on_dropped(struct monitor_outcome outcome, void *context);

/* One step along the chain: where the chunk's bytes stand, and the chunk before. */
static enum status step(
    struct monitor *monitor,
    struct arena *arena,
    int64_t *size,
    int64_t *out_position,
    struct error *error)
{
    struct record record;
    enum status status;

    arena_reset(arena);
    status = ledger_read_one(
        monitor->log, (struct position){(uint64_t)*size - 1}, arena, &record, error);
    if (status == STATUS_OK && record.type != &terminal_counted_event)
        status = error_set(
            error, STATUS_CORRUPT, "no chunk was recorded at size %lld", (long long)*size);
    if (status != STATUS_OK)
        return status;
    *out_position = *size - 2;
    *size = ((const struct terminal_counted *)record.event)->previous_size;
    return STATUS_OK;
}

static enum status
drop(struct monitor *monitor, const struct expired_transcript *expired, struct error *error)
{
    AUTO_ARENA arena = arena_new(RECORD_ARENA);
    int64_t positions[CHUNKS_AT_ONCE];
    struct drop_transcript order = {
        .session_id = expired->session_id, .next_size = expired->drop_size};
    size_t count = 0;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && order.next_size > 0 && count < CHUNKS_AT_ONCE)
        status = step(monitor, arena, &order.next_size, &positions[count++], error);
    if (status != STATUS_OK)
        return status;
    order.positions = (struct list){positions, count};
    monitor->is_dropping =
        monitor_order(monitor, &drop_transcript_command, &order, on_dropped, monitor);
    return monitor->is_dropping
               ? STATUS_OK
               : error_set(error, STATUS_UNAVAILABLE, "the writer has too much to do");
}

/* While nothing can be recorded the rest waits for the next minute. */
static void on_dropped(struct monitor_outcome outcome, void *context)
{
    struct monitor *monitor = context;

    monitor->is_dropping = false;
    if (outcome.is_done)
        ask(monitor, UUID_NONE);
}

/* One that cannot be read is passed over, until the next minute. */
static void on_expired(struct monitor_outcome outcome, void *context)
{
    struct monitor *monitor = context;
    const struct expired_transcript *expired = outcome.answer;
    struct error error;

    monitor->is_dropping = false;
    if (expired == NULL || !uuid_is_present(expired->session_id))
        return;
    if (expired->drop_size == 0) {
        ask(monitor, expired->session_id);
    } else if (drop(monitor, expired, &error) != STATUS_OK) {
        log_error(
            "terminals.drop_failed", log_uuid("session", expired->session_id), log_cause(&error));
        ask(monitor, expired->session_id);
    }
}

static void ask(struct monitor *monitor, struct uuid after)
{
    const struct query_expired_transcript input = {after};

    monitor->is_dropping =
        monitor_order(monitor, &query_expired_transcript_command, &input, on_expired, monitor);
}

void terminals_check(struct monitor *monitor)
{
    const struct release_attachments release = {ATTACHMENTS_AT_ONCE};

    if (!monitor_submit(monitor, &release_attachments_command, &release))
        return; /* in a minute, then */
    if (!monitor->is_dropping)
        ask(monitor, UUID_NONE);
}
