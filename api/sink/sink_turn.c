/*
 * One turn of a sink: what comes next is read, sent, and noted as sent. What it knows of the world it
 * knows by its ports, so that tests can make one up.
 *
 *   read ─► send ─┬─ sent ────► note the place ─► …
 *                 ├─ failed ──► wait, twice as long each time; on record from the third on
 *                 └─ refused ─► one by one ─► the event that is refused three times is left out, on record
 *
 * A receiver that refuses event after event refuses us, not them: then nothing more is left out.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/sink/sink_internal.h"
#include "core/base/log.h"

enum {
    ARENA_BYTES = 384 << 20,      /* one body may be 4 MiB, and many times that as a line */
    FIRST_PAUSE_US = 1000000,     /* after a failure … */
    LONGEST_PAUSE_US = 300000000, /* … and in the end */
    MOST_DOUBLINGS = 9
};

static const struct sink_wait at_once = {.us = 0};
static const struct sink_wait until_woken = {.us = 30000000};

static struct sink_wait pause_after(struct sink *sink, uint64_t failures)
{
    uint64_t doublings = failures > MOST_DOUBLINGS ? MOST_DOUBLINGS : failures - 1;
    int64_t pause_us = (int64_t)FIRST_PAUSE_US << doublings;

    if (pause_us > LONGEST_PAUSE_US)
        pause_us = LONGEST_PAUSE_US;
    return (struct sink_wait){sink->ports->spread(pause_us), true};
}

static bool report(struct sink *sink, enum sink_report what, int64_t position, struct text reason)
{
    const struct report_sink order = {
        .sink_id = sink->known.id,
        .report = {(int64_t)what},
        .position = position,
        .reason = text_first_bytes(reason, SINK_LONGEST_REASON),
    };

    return sink->ports->report(sink, &order);
}

static struct sink_wait on_failed(struct sink *sink, const struct error *error)
{
    uint64_t failures = atomic_fetch_add(&sink->figures.failures, 1) + 1;

    log_warning(
        "sink.failed", log_uuid("sink", sink->known.id), log_int64("tries", (int64_t)failures),
        log_cause(error));
    if (failures >= SINK_FAILURES && !sink->is_failing)
        sink->is_failing =
            report(sink, SINK_REPORT_FAILING, (int64_t)sink->place.next, text_from(error->text));
    return pause_after(sink, failures);
}

/* Past what was sent, or left out. */
static void go_on(struct sink *sink, const struct sink_batch *batch)
{
    if (batch->end.next == sink->place.next)
        return;
    sink->place = batch->end;
    sink->tries = 0;
    atomic_store(&sink->figures.next, batch->end.next);
    atomic_store(&sink->figures.recorded_us, batch->recorded_at.us);
    sink->ports->keep(sink);
}

static struct sink_wait on_sent(struct sink *sink, const struct sink_batch *batch)
{
    atomic_fetch_add(&sink->figures.sent, batch->count);
    atomic_store(&sink->figures.failures, 0);
    sink->dead_in_a_row = 0;
    go_on(sink, batch);
    if (sink->is_failing)
        sink->is_failing =
            !report(sink, SINK_REPORT_RECOVERED, (int64_t)sink->place.next, (struct text){NULL, 0});
    return at_once;
}

/* It is this event. */
static struct sink_wait
leave_out(struct sink *sink, const struct sink_batch *batch, const struct error *error)
{
    int64_t position = batch->lines[0].position;

    log_warning(
        "sink.event_refused", log_uuid("sink", sink->known.id), log_int64("position", position),
        log_cause(error));
    if (!report(sink, SINK_REPORT_REFUSED, position, text_from(error->text)))
        return pause_after(sink, 1);
    atomic_fetch_add(&sink->figures.refused, 1);
    sink->dead_in_a_row++;
    go_on(sink, batch);
    return at_once;
}

static struct sink_wait
on_refused(struct sink *sink, const struct sink_batch *batch, const struct error *error)
{
    if (batch->count > 1) {
        sink->alone_until = batch->end.next;
        return at_once;
    }
    if (++sink->tries < SINK_TRIES)
        return pause_after(sink, sink->tries);
    if (sink->dead_in_a_row >= SINK_DEAD_IN_A_ROW)
        return on_failed(sink, error);
    return leave_out(sink, batch, error);
}

struct sink_wait sink_turn(struct sink *sink)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct sink_batch batch;
    struct error error = {.text = ""};
    size_t most = sink->place.next < sink->alone_until ? 1 : SINK_BATCH_EVENTS;

    if (sink->ports->read(sink, most, arena, &batch, &error) != STATUS_OK)
        return on_failed(sink, &error);
    if (batch.count == 0) {
        bool is_at_head = batch.end.next == sink->place.next;
        go_on(sink, &batch);
        return is_at_head ? until_woken : at_once;
    }
    switch (sink->ports->send(sink, &batch, arena, &error)) {
    case SINK_SENT:
        return on_sent(sink, &batch);
    case SINK_REFUSED:
        return on_refused(sink, &batch, &error);
    default:
        return on_failed(sink, &error);
    }
}
