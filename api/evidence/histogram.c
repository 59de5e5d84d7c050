/*
 * How many events there were when: the timeline's filters, counted in buckets of equal time. No
 * event is read that stands in the index; without filters, nothing but the positions at which buckets
 * begin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/evidence/timeline.h"
#include "eventlog/ledger_read.h"

enum { MOST_BUCKETS = 1000, WORK = 5000000 };

struct histogram_input {
    struct timeline_input filter;
    int64_t buckets;
    struct uuid workspace_id;
};
static const struct field histogram_input_fields[] = {
    {INT64(histogram_input, buckets), .tag = 18, .flags = HAS_FALLBACK | CLAMP, .min = 1,
     .max = MOST_BUCKETS, .fallback = 50, .doc = "Number of buckets, all of the same time."},
    {UUID(histogram_input, workspace_id), .tag = 19, .flags = FROM_PATH,
     .doc = "Workspace of the events."},
};
const struct shape histogram_input_shape = SHAPE_WITH(
    histogram_input,
    "Events that are counted, by when they were recorded.",
    .base = &timeline_input_shape);

struct histogram_bucket {
    struct timestamp from;
    int64_t count;
};
static const struct field histogram_bucket_fields[] = {
    {TIMESTAMP(histogram_bucket, from), .flags = REQUIRED, .doc = "When it begins."},
    {INT64(histogram_bucket, count), .flags = REQUIRED, .doc = "Number of events."},
};
static const struct shape histogram_bucket_shape = SHAPE(histogram_bucket, "Part of a histogram.");

struct histogram {
    struct list buckets;
    struct timestamp to;
    int64_t searched_to;
    struct opt_bool is_whole;
    int64_t ledger_size;
};
static const struct field histogram_fields[] = {
    {OBJECTS(histogram, buckets, histogram_bucket), .flags = REQUIRED,
     .doc = "The buckets, oldest first."},
    {TIMESTAMP(histogram, to), .doc = "When the last one ends; null without any."},
    {INT64(histogram, searched_to), .doc = "Last position that was counted."},
    {BOOL(histogram, is_whole), .flags = REQUIRED,
     .doc = "Was all counted? False where that would have cost too much."},
    {INT64(histogram, ledger_size), .flags = REQUIRED, .doc = "Size of the ledger."},
};
const struct shape histogram_shape = SHAPE(histogram, "Events over time of recording.");

struct counting {
    struct call *call;
    struct timeline_question question;
    size_t count;
    struct timestamp *begins; /* one more than buckets */
    uint64_t *bounds;
    uint64_t *counts;
    struct error *error;
};

static enum status time_of(struct counting *counting, uint64_t position, struct timestamp *out)
{
    struct record record;
    enum status status = ledger_read_one(
        counting->call->services->ledger, (struct position){position}, counting->call->arena,
        &record, counting->error);

    if (status == STATUS_OK)
        *out = record.entry.recorded_at;
    return status;
}

/* The window's own times, or those of the first and the last event that it leaves. */
static enum status
find_window(struct counting *counting, struct timestamp *from, struct timestamp *to)
{
    const struct timeline_search *search = &counting->question.search;
    enum status status = STATUS_OK;

    *from = counting->question.from;
    *to = counting->question.to;
    if (!timestamp_is_present(*from))
        status = time_of(counting, search->from, from);
    if (status == STATUS_OK && !timestamp_is_present(*to))
        status = time_of(counting, search->end - 1, to);
    return status;
}

static uint64_t within(const struct timeline_search *search, uint64_t position)
{
    if (position < search->from)
        return search->from;
    return position > search->end ? search->end : position;
}

static enum status find_bounds(struct counting *counting)
{
    const struct timeline_search *search = &counting->question.search;
    struct timestamp from;
    struct timestamp to;
    enum status status = find_window(counting, &from, &to);
    double step = (double)(to.us - from.us + 1) / (double)counting->count;

    for (size_t i = 0; i <= counting->count && status == STATUS_OK; i++) {
        uint64_t at = 0;
        counting->begins[i] = timestamp_plus_us(from, (int64_t)(step * (double)i));
        status = ledger_position_at(
            counting->call->services->ledger, counting->begins[i], &at, counting->error);
        counting->bounds[i] = within(search, at);
    }
    counting->bounds[0] = search->from;
    counting->bounds[counting->count] = search->end;
    return status;
}

static enum status count(struct counting *counting)
{
    const struct services *services = counting->call->services;
    const struct timeline_buckets buckets = {counting->bounds, counting->counts, counting->count};
    struct timeline_search *search = &counting->question.search;
    enum status status = find_bounds(counting);

    search->newest_first = false;
    search->work = WORK;
    if (status == STATUS_OK)
        status =
            timeline_count(services->ledger, services->index, search, &buckets, counting->error);
    return status;
}

static void answer(const struct counting *counting)
{
    struct call *call = counting->call;
    const struct timeline_search *left = &counting->question.search;
    struct histogram_bucket *items = arena_array(call->arena, counting->count + 1, sizeof(*items));
    const struct histogram histogram = {
        .buckets = {items, counting->count},
        .to = counting->begins[counting->count],
        .searched_to = left->from == 0 ? INT64_ABSENT : (int64_t)left->from - 1,
        .is_whole = opt_bool_of(left->from >= left->end),
        .ledger_size = (int64_t)call->ledger_size,
    };

    for (size_t i = 0; i < counting->count; i++)
        items[i] = (struct histogram_bucket){counting->begins[i], (int64_t)counting->counts[i]};
    call_answer_shape(call, 200, &histogram_shape, &histogram);
}

void histogram_handle(struct call *call)
{
    const struct histogram_input *input = call->input;
    struct error error;
    struct counting counting = {
        .call = call,
        .count = (size_t)input->buckets,
        .begins = arena_array(call->arena, (size_t)input->buckets + 1, sizeof(struct timestamp)),
        .bounds = arena_array(call->arena, (size_t)input->buckets + 1, sizeof(uint64_t)),
        .counts = arena_array(call->arena, (size_t)input->buckets, sizeof(uint64_t)),
        .error = &error,
    };
    enum status status = timeline_ask(call, &input->filter, &counting.question, &error);
    bool is_empty = counting.question.search.from >= counting.question.search.end;

    counting.question.search.filter = &counting.question.filter;
    if (status == STATUS_OK && is_empty)
        counting.count = 0;
    else if (status == STATUS_OK)
        status = count(&counting);
    if (status == STATUS_OK)
        answer(&counting);
    else
        call_answer_error(call, &error);
}
