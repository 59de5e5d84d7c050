/*
 * The feed, and its form as a stream.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/feed.h"

#include "api/follow.h"
#include "api/news/feed_internal.h"
#include "core/base/heap.h"
#include "eventlog/ledger_read.h"

#include <stdio.h>

enum { MOST_WAIT_S = 30 };

struct feed_filter {
    struct uuid workspace_id;
    struct text since;
    int64_t wait;
};
static const struct field feed_filter_fields[] = {
    {UUID(feed_filter, workspace_id), .flags = FROM_PATH, .doc = "Id of the workspace."},
    {TEXT(feed_filter, since), .flags = ONE_LINE, .max = 40,
     .doc = "Id of the last event that the caller has had, or a ledger size; now when absent."},
    {INT64(feed_filter, wait), .flags = CLAMP, .min = 0, .max = MOST_WAIT_S,
     .doc = "Seconds to wait for changes, which are then answered as JSON; a stream when absent."},
};
const struct shape feed_filter_shape = SHAPE(feed_filter, "Changes that are asked for.");

struct feed {
    struct follow follow; /* first */
    size_t frames;        /* of the entry at the mark that have been told */
    size_t limit;         /* of records at once */
};

static void set_place(struct feed *feed, const struct place *place)
{
    feed->follow.mark = place->size;
    feed->frames = place->frames;
    if (place->frames == 0)
        (void)snprintf(
            feed->follow.id, sizeof(feed->follow.id), "%llu", (unsigned long long)place->size);
    else
        (void)snprintf(
            feed->follow.id, sizeof(feed->follow.id), "%llu-%zu", (unsigned long long)place->size,
            place->frames);
}

static void add_events(
    struct call *call, const struct changes *changes, const struct place *place, struct buf *out)
{
    const struct change *change;
    struct place_walk walk;
    AUTO_BUF payload = {0};

    buf_init(&payload, CHANGE_PAYLOAD_BYTES);
    place_walk_begin(&walk, changes, place);
    while ((change = place_walk_next(&walk)) != NULL) {
        if (change_print(call, change, changes->size, &payload))
            follow_add_event(
                out, change->frame->name, place_print(call->arena, &walk.behind),
                buf_text(&payload));
    }
}

/* Less at once where it does not fit. */
static enum status
read_feed(struct follow *follow, struct call *call, struct buf *out, struct error *error)
{
    struct feed *feed = (struct feed *)follow;
    const struct place place = {follow->mark, feed->frames};
    size_t limit = feed->limit;
    struct changes changes;
    enum status status = changes_read(call, follow->mark, &limit, &changes, error);

    if (status != STATUS_OK)
        return status;
    feed->limit = limit < FEED_AT_ONCE ? limit : FEED_AT_ONCE;
    add_events(call, &changes, &place, out);
    if (buf_is_full(out) && feed->limit > 1) {
        buf_clear(out);
        feed->limit = 1;
        follow->has_more = true;
        return STATUS_OK;
    }
    set_place(feed, &(struct place){changes.next, 0});
    return STATUS_OK;
}

static const struct follow_kind feed_kind = {.read = read_feed, .lane = LANE_READ};

static void open_stream(struct call *call, const struct place *place)
{
    struct feed *feed = heap_new(sizeof(*feed));

    feed->limit = FEED_AT_ONCE;
    set_place(feed, place);
    follow_begin(call, &feed->follow, &feed_kind);
}

static bool find_place(struct call *call, struct text since, struct place *out, struct error *error)
{
    uint64_t size = ledger_size(call->services->ledger);

    *out = (struct place){size, 0};
    if (since.size == 0)
        return true;
    if (!place_read(since, out)) {
        error_set_code(
            error, STATUS_INVALID, "invalid_cursor",
            "since (or Last-Event-ID) must be the id of an event of this feed, or a ledger size.");
        return false;
    }
    if (out->size <= size)
        return true;
    error_set_code(
        error, STATUS_STALE, "ledger_too_small",
        "This server's ledger has size %llu, less than the %llu asked for.",
        (unsigned long long)size, (unsigned long long)out->size);
    return false;
}

void feed_open(struct call *call)
{
    const struct feed_filter *filter = call->input;
    struct place place;
    struct error error;

    if (!find_place(call, follow_last_id(call, filter->since), &place, &error))
        call_answer_error(call, &error);
    else if (filter->wait != INT64_ABSENT)
        feed_answer_page(call, &place, filter->wait);
    else if (text_is(call->request->method, "HEAD"))
        call_answer_text(call, 200, "text/event-stream", text_lit(""));
    else
        open_stream(call, &place);
}
