/*
 * Reading filters of the timeline, and where its pages begin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/timeline_filter.h"

#include "api/evidence/time_bound.h"
#include "api/evidence/timeline_cursor.h"
#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/shape/shape_pack.h"
#include "eventlog/keyed_digest.h"
#include "eventlog/ledger_read.h"

#include <string.h>

enum { MOST_DAYS = 366, MOST_INPUT = 8192 };
enum { EVENT_ARENA_BYTES = 32 << 20 };

enum { ORDER_NEWEST = 1, ORDER_OLDEST = 2 };
const char *const timeline_order_names[] = {"newest", "oldest", NULL};

static const struct field timeline_input_fields[] = {
    TIMELINE_FILTER_ROWS,
    {ENUM(timeline_input, order, timeline_order_names), .tag = 15, .flags = HAS_FALLBACK,
     .fallback = ORDER_NEWEST, .doc = "What comes first."},
    {INT64(timeline_input, limit), .tag = 16, .flags = HAS_FALLBACK | CLAMP, .min = 1, .max = 1000,
     .fallback = 100, .doc = "Greatest number of events."},
    {TEXT(timeline_input, after), .tag = 17, .flags = ONE_LINE, .max = TIMELINE_CURSOR_MOST,
     .doc = "Where to go on: next of the page before."},
};
const struct shape timeline_input_shape =
    SHAPE(timeline_input, "Events that are asked for, by when they were recorded.");

static const struct field timeline_request_fields[] = {
    {UUID(timeline_request, workspace_id), .tag = 18, .flags = FROM_PATH,
     .doc = "Workspace of the events."},
};
const struct shape timeline_request_shape = SHAPE_WITH(
    timeline_request,
    "Events that are asked for, by when they were recorded.",
    .base = &timeline_input_shape);

struct window {
    struct timestamp from;
    struct timestamp to;
};

static const char must_be[] =
    "must be a time (2026-03-22T16:47:29Z), a date, today, yesterday, or back from now (-2h)";

/* When the event was recorded. Of another workspace there is none. */
static enum status find_moment(
    const struct timeline_sources *sources,
    int64_t position,
    struct timestamp *out,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(EVENT_ARENA_BYTES);
    struct record record = {0};
    enum status status = STATUS_NOT_FOUND;

    if (position >= 0 && (uint64_t)position < ledger_size(sources->ledger))
        status = ledger_read_one(
            sources->ledger, (struct position){(uint64_t)position}, arena, &record, error);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_NOT_FOUND || (uuid_is_present(sources->workspace) &&
                                       !uuid_equal(sources->workspace, record.entry.workspace)))
        return error_set_code(
            error, STATUS_NOT_FOUND, "event_not_found", "Event %lld was not found",
            (long long)position);
    *out = record.entry.recorded_at;
    return STATUS_OK;
}

/* The window on both sides of a moment. */
static enum status read_around(
    const struct timeline_sources *sources,
    const struct timeline_input *input,
    struct window *out,
    struct error *error)
{
    int64_t within_us = INT64_C(3600) * US_PER_S;
    int64_t position = 0;
    struct timestamp at = {0};
    enum status status = STATUS_OK;

    if (text_is_present(input->from) || text_is_present(input->to))
        return error_set_field(
            error, "invalid_filter", "around",
            "stands in place of from and to: give it without them");
    if (text_is_present(input->within) && !time_bound_span(input->within, &within_us))
        return error_set_field(
            error, "invalid_filter", "within",
            "must be a number and a unit: 90s, 15m, 1h, 7d or 4w");
    if (text_to_int64(input->around, &position))
        status = find_moment(sources, position, &at, error);
    else if (!time_bound_parse(input->around, sources->now, &at))
        return error_set_field(error, "invalid_filter", "around", "%s", must_be);
    if (status != STATUS_OK)
        return status;
    out->from.us = at.us > within_us ? at.us - within_us : 1; /* 0: absent */
    out->to = timestamp_plus_us(at, within_us);
    return STATUS_OK;
}

static enum status read_window(
    const struct timeline_sources *sources,
    const struct timeline_input *input,
    struct window *out,
    struct error *error)
{
    *out = (struct window){{0}, {0}};
    if (text_is_present(input->around))
        return read_around(sources, input, out, error);
    if (text_is_present(input->within))
        return error_set_field(error, "invalid_filter", "within", "needs around");
    if (text_is_present(input->from) && !time_bound_parse(input->from, sources->now, &out->from))
        return error_set_field(error, "invalid_filter", "from", "%s", must_be);
    if (text_is_present(input->to) && !time_bound_parse_last(input->to, sources->now, &out->to))
        return error_set_field(error, "invalid_filter", "to", "%s", must_be);
    if (timestamp_is_present(out->from) && timestamp_is_present(out->to) &&
        out->to.us < out->from.us)
        return error_set_field(error, "invalid_filter", "to", "must not lie before from");
    return STATUS_OK;
}

/* What the window leaves of the ledger. */
static enum status find_positions(
    struct ledger *ledger,
    const struct timeline_input *input,
    const struct window *window,
    struct timeline_search *search,
    struct error *error)
{
    uint64_t size = ledger_size(ledger);
    uint64_t at = 0;
    enum status status = STATUS_OK;

    search->from = input->from_position == INT64_ABSENT ? 0 : (uint64_t)input->from_position;
    search->end = size;
    if (input->to_position != INT64_ABSENT && (uint64_t)input->to_position < size)
        search->end = (uint64_t)input->to_position + 1;
    if (timestamp_is_present(window->from))
        status = ledger_position_at(ledger, window->from, &at, error);
    if (at > search->from)
        search->from = at;
    if (status != STATUS_OK || !timestamp_is_present(window->to))
        return status;
    status = ledger_position_at(ledger, timestamp_plus_us(window->to, 1), &at, error);
    if (at < search->end)
        search->end = at;
    return status;
}

/* Of the ledger; of one without events, the first of all days. */
static enum status
find_first_day(struct ledger *ledger, struct arena *arena, int64_t *out, struct error *error)
{
    struct record record;
    enum status status;

    *out = 0;
    if (ledger_size(ledger) == 0)
        return STATUS_OK;
    status = ledger_read_one(ledger, (struct position){0}, arena, &record, error);
    if (status == STATUS_OK)
        *out = keyed_digest_day(record.entry.recorded_at);
    return status;
}

/* An address has another digest each day. */
static enum status find_origin(
    const struct timeline_sources *sources,
    const struct timeline_input *input,
    const struct window *window,
    struct arena *arena,
    struct timeline_origin **out,
    struct error *error)
{
    int64_t from = keyed_digest_day(window->from);
    int64_t to = keyed_digest_day(timestamp_is_present(window->to) ? window->to : sources->now);
    int64_t first = 0;
    enum status status;

    *out = NULL;
    if (!text_is_present(input->origin))
        return STATUS_OK;
    status = find_first_day(sources->ledger, arena, &first, error);
    if (status != STATUS_OK)
        return status;
    if (!timestamp_is_present(window->from))
        from = to - MOST_DAYS + 1;
    if (from < first)
        from = first;
    if (to < from)
        to = from - 1; /* no day at all */
    if (to - from >= MOST_DAYS)
        return error_set_field(
            error, "invalid_filter", "origin", "needs from and to that are at most 366 days apart");
    *out = timeline_origin_of_days(
        sources->keyring, input->origin, from, (size_t)(to - from + 1), arena);
    return STATUS_OK;
}

/* Oldest first, up to the head wherever that is? */
static bool is_open(const struct timeline_input *input)
{
    return input->order.is == ORDER_OLDEST && input->to_position == INT64_ABSENT &&
           !text_is_present(input->to) && !text_is_present(input->around);
}

/* Of everything but where a page begins and how long it is: also of whose it is, and of the window as it was
 * asked for, so that no look that is on record for a small one goes on in a larger one. Where what is open
 * begins says nothing more once it has begun: go_on() holds to it. */
static struct digest
digest_question(const struct timeline_sources *sources, const struct timeline_input *input)
{
    struct timeline_input asked = *input;
    AUTO_BUF packed = {0};

    asked.after = (struct text){NULL, 0};
    asked.limit = INT64_ABSENT;
    if (is_open(input))
        asked.from_position = INT64_ABSENT;
    buf_init(&packed, MOST_INPUT);
    buf_add(&packed, sources->workspace.bytes, sizeof(sources->workspace.bytes));
    shape_pack(&timeline_input_shape, &asked, &packed);
    must(!buf_is_full(&packed));
    return sha256(buf_bytes(&packed));
}

static enum status check(
    const struct timeline_sources *sources, const struct timeline_input *input, struct error *error)
{
    if (input->from_position != INT64_ABSENT && input->from_position < 0)
        return error_set_field(error, "invalid_filter", "fromPosition", "must not be less than 0");
    if (input->to_position != INT64_ABSENT && input->to_position < 0)
        return error_set_field(error, "invalid_filter", "toPosition", "must not be less than 0");
    if (uuid_is_present(sources->workspace) && uuid_is_present(input->workspace) &&
        !uuid_equal(sources->workspace, input->workspace))
        return error_set_field(error, "invalid_filter", "workspace", "must be that of the path");
    return STATUS_OK;
}

static struct timeline_filter
make_filter(const struct timeline_sources *sources, const struct timeline_input *input)
{
    return (struct timeline_filter){
        .workspace = uuid_is_present(sources->workspace) ? sources->workspace : input->workspace,
        .actor = input->actor,
        .actor_kind = input->actor_kind.is,
        .entity = input->entity,
        .type = input->type,
        .correlation = keyed_digest_correlation(sources->keyring, input->correlation),
        .causation = input->causation,
        .outcome = input->outcome.is,
    };
}

/* Searches what a cursor says is left. */
static enum status
go_on(const struct timeline_input *input, struct timeline_question *question, struct error *error)
{
    struct timeline_cursor left = {0, 0};
    enum status status =
        timeline_cursor_open(question->keyring, question->asked, input->after, &left, error);

    question->search.from = left.from;
    question->search.end = left.end;
    if (question->is_open && input->from_position > (int64_t)left.from)
        question->search.from = (uint64_t)input->from_position;
    if (question->search.from > question->search.end)
        question->search.from = question->search.end;
    return status;
}

enum status timeline_filter_read(
    const struct timeline_sources *sources,
    const struct timeline_input *input,
    struct arena *arena,
    struct timeline_question *out,
    struct error *error)
{
    struct window window;
    enum status status = check(sources, input, error);

    if (status == STATUS_OK)
        status = read_window(sources, input, &window, error);
    if (status != STATUS_OK)
        return status;
    *out = (struct timeline_question){
        .from = window.from,
        .to = window.to,
        .filter = make_filter(sources, input),
        .keyring = sources->keyring,
        .asked = digest_question(sources, input),
        .is_open = is_open(input)};
    out->search = (struct timeline_search){
        .newest_first = input->order.is == ORDER_NEWEST, .work = TIMELINE_WORK};
    status = find_origin(sources, input, &window, arena, &out->filter.origin, error);
    if (status != STATUS_OK)
        return status;
    if (!text_is_present(input->after))
        return find_positions(sources->ledger, input, &window, &out->search, error);
    return go_on(input, out, error);
}

static struct text seal(const struct timeline_question *question, uint64_t end, struct arena *arena)
{
    const struct timeline_cursor cursor = {question->search.from, end};

    return timeline_cursor_seal(question->keyring, question->asked, &cursor, arena);
}

struct text timeline_cursor_next(const struct timeline_question *question, struct arena *arena)
{
    const struct timeline_search *search = &question->search;

    if (search->from >= search->end)
        return (struct text){NULL, 0};
    return seal(question, search->end, arena);
}

struct text timeline_cursor_later(const struct timeline_question *question, struct arena *arena)
{
    return question->is_open ? seal(question, UINT64_MAX, arena) : (struct text){NULL, 0};
}
