/*
 * One sink that is there: its thread, and what it asks of ledger, keyring and writer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/own_command.h"
#include "api/sink/sink_internal.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/random.h"
#include "core/run/thread.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/seal.h"

#include <unistd.h>

enum {
    ARENA_BYTES = 64 << 20,
    BREATH_US =
        200000, /* between two batches at the head: connections are not made for every event */
    MOST_HOST_NAME = 255
};

static const struct outbound_limits limits = {.connect_s = 5, .answer_s = 10, .whole_s = 30};

/* The writer's thread. */
static void on_reported(const struct submission *submission, void *context)
{
    enum status *status = context;

    *status = submission->status;
}

static bool submit_report(struct sink *sink, const struct report_sink *order)
{
    enum status status = STATUS_UNAVAILABLE;
    const struct own_command own = {
        .command = &report_sink_command, .input = order, .done = on_reported, .context = &status};

    return own_command_wait(sink->parts->writer, &own) && status == STATUS_OK;
}

/* Where it cannot be kept, more is sent again after the next start. */
static void keep_place(struct sink *sink)
{
    struct error error;

    if (sink_place_write(sink->parts->home, sink->known.id, &sink->place, &error) != STATUS_OK)
        log_warning("sink.place_not_kept", log_uuid("sink", sink->known.id), log_cause(&error));
}

/* Up to a quarter more or less. */
static int64_t spread(int64_t wait_us)
{
    uint32_t random;

    random_fill(&random, sizeof(random));
    return wait_us - wait_us / 4 + (int64_t)(random % (uint32_t)(wait_us / 2 + 1));
}

static const struct sink_ports ports = {
    .read = sink_batch_read,
    .send = sink_send,
    .keep = keep_place,
    .report = submit_report,
    .spread = spread,
};

/* RFC 5424, 6.2.4: printable ASCII, or nothing is said. */
static struct text find_host_name(struct arena *arena)
{
    char name[MOST_HOST_NAME + 1] = "";
    struct text found;

    if (gethostname(name, sizeof(name) - 1) != 0)
        return text_lit("-");
    found = text_from(name);
    for (size_t i = 0; i < found.size; i++) {
        if (name[i] <= ' ' || name[i] > '~')
            return text_lit("-");
    }
    return found.size == 0 ? text_lit("-") : text_copy(arena, found);
}

/* Absent where its key is gone: then the receiver says what it thinks of that. */
static struct text open_token(const struct sinks_settings *parts, struct sink *sink)
{
    struct record record;
    struct error error;
    struct text token = {NULL, 0};
    struct kept_box kept = {.shape = sink_changed_event.shape, .tag = SINK_TOKEN_TAG};
    enum status status;

    if (sink->known.token_position == INT64_ABSENT)
        return token;
    status = ledger_read_one(
        parts->log, (struct position){(uint64_t)sink->known.token_position}, sink->arena, &record,
        &error);
    if (status == STATUS_OK) {
        kept.event_id = record.entry.event_id;
        if (record.type == &sink_created_event)
            kept.box = ((const struct sink_created *)record.event)->token.box;
        else if (record.type == &sink_changed_event)
            kept.box = ((const struct sink_changed *)record.event)->token.box;
        status = keyring_open_box(parts->keyring, &kept, sink->arena, &token, &error);
    }
    if (status != STATUS_OK)
        log_warning("sink.token_lost", log_uuid("sink", sink->known.id), log_cause(&error));
    return token;
}

static struct timeline_filter filter_of(const struct sink_filter *filter)
{
    if (filter == NULL)
        return (struct timeline_filter){.actor = UUID_NONE};
    return (struct timeline_filter){
        .workspace = filter->workspace,
        .actor = filter->actor,
        .entity = filter->entity,
        .type = filter->type,
        .outcome = filter->outcome.is,
    };
}

/* As the last note says; else as the ledger says, and that again while nothing is noted. */
static void find_place(struct sink *sink)
{
    struct record before;
    struct error error;

    if (!sink_place_read(sink->parts->home, sink->known.id, sink->parts->log, &sink->place))
        sink->place = (struct sink_place){(uint64_t)sink->known.next_position, UUID_NONE};
    atomic_store(&sink->figures.next, sink->place.next);
    if (sink->place.next > 0 && ledger_read_one(
                                    sink->parts->log, (struct position){sink->place.next - 1},
                                    sink->arena, &before, &error) == STATUS_OK)
        atomic_store(&sink->figures.recorded_us, before.entry.recorded_at.us);
}

struct sink *sink_new(const struct sinks_settings *parts, const struct known_sink *known)
{
    struct sink *sink = heap_new(sizeof(*sink));

    sink->ports = &ports;
    sink->parts = parts;
    sink->arena = arena_new(ARENA_BYTES);
    arena_keep_secret(sink->arena);
    shape_copy(&known_sink_shape, sink->arena, known, &sink->known);
    sink->filter = filter_of(sink->known.filter);
    (void)!sink_address_read(sink->known.address, &sink->address);
    sink->format = export_format_of(sink->known.format);
    sink->history.arena = sink->arena;
    sink->host_name = find_host_name(sink->arena);
    sink->token = open_token(parts, sink);
    sink->is_failing = opt_bool_is_true(known->is_failing);
    sink->outbound = outbound_new(&limits);
    sink->wakeup = queue_new(1);
    find_place(sink);
    return sink;
}

void sink_free(struct sink *sink)
{
    if (sink == NULL)
        return;
    outbound_free(sink->outbound);
    queue_free(sink->wakeup);
    arena_free(sink->arena);
    heap_free(sink);
}

static void rest(struct sink *sink, struct sink_wait wait)
{
    if (wait.is_firm) {
        queue_pause(sink->wakeup, wait.us);
        return;
    }
    queue_take(sink->wakeup, wait.us);
    thread_pause(BREATH_US);
}

void sink_run(void *context)
{
    struct sink *sink = context;

    while (!queue_is_closed(sink->wakeup)) {
        struct sink_wait wait = sink_turn(sink);
        if (wait.us > 0)
            rest(sink, wait);
    }
}

void sink_stop(struct sink *sink)
{
    outbound_cancel(sink->outbound);
    queue_close(sink->wakeup);
}
