/*
 * Reading moments.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/moment.h"

#include "api/evidence/time_bound.h"
#include "core/base/must.h"
#include "eventlog/ledger_read.h"
#include "eventlog/timeline.h"

enum { MOST_DIGITS = 18, RECORD_BYTES = 64 << 20 };

const char *const moment_time_names[] = {"recordedAt", NULL};

static const struct field moment_fields[] = {
    {INT64(moment, position), .flags = REQUIRED,
     .doc = "Position of the last event that counts in it."},
    {TIMESTAMP(moment, recorded_at), .flags = REQUIRED, .doc = "When that event was recorded."},
    {TIMESTAMP(moment, time),
     .doc = "The time that was asked for; null where a position or nothing was."},
};
const struct shape moment_shape = SHAPE(moment, "A moment of the ledger.");

static bool is_number(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
    }
    return text.size > 0;
}

bool moment_parse(struct text text, struct timestamp now, struct moment_name *out)
{
    struct moment_name name = {.position = INT64_MAX};

    if (is_number(text)) {
        bool is_counted = text.size > MOST_DIGITS || text_to_int64(text, &name.position);
        must(is_counted);
    } else if (
        !time_bound_parse(text, now, &name.first) ||
        !time_bound_parse_last(text, now, &name.last)) {
        return false;
    } else {
        name.position = INT64_ABSENT;
    }
    *out = name;
    return true;
}

static enum status take_position(
    const struct moment_name *name,
    uint64_t size,
    const char *field,
    struct moment *out,
    struct error *error)
{
    out->position = name->position;
    if ((uint64_t)name->position < size)
        return STATUS_OK;
    return error_set_field(
        error, "invalid_filter", field,
        "must be a position of the ledger, whose last event is at %llu",
        (unsigned long long)size - 1);
}

/* A span that has begun and is not over, as today, ends now. */
static enum status take_time(
    struct ledger *ledger,
    const struct moment_name *name,
    const char *field,
    struct moment *out,
    struct error *error)
{
    const struct timestamp now = ledger_now(ledger);
    const struct timestamp last = name->last.us > now.us ? now : name->last;
    uint64_t size = 0;
    enum status status;

    if (name->first.us > now.us)
        return error_set_field(
            error, "invalid_filter", field, "lies in the future: nothing is on record of it");
    status = ledger_position_at(ledger, timestamp_plus_us(last, 1), &size, error);
    if (status == STATUS_OK && size == 0)
        return error_set_field(
            error, "invalid_filter", field, "lies before the ledger's first event");
    out->time = last;
    out->position = (int64_t)size - 1;
    return status;
}

static enum status
read_recorded_at(struct ledger *ledger, struct moment *moment, struct error *error)
{
    AUTO_ARENA arena = arena_new(RECORD_BYTES);
    struct record record;
    enum status status = ledger_read_one(
        ledger, (struct position){(uint64_t)moment->position}, arena, &record, error);

    if (status == STATUS_OK)
        moment->recorded_at = record.entry.recorded_at;
    return status;
}

enum status moment_read(
    struct ledger *ledger,
    struct text text,
    const char *field,
    struct moment *out,
    struct error *error)
{
    uint64_t size = ledger_size(ledger);
    struct moment moment = {.position = (int64_t)size - 1};
    struct moment_name name = {.position = INT64_ABSENT};
    enum status status = STATUS_OK;

    if (size == 0)
        return error_set_field(
            error, "invalid_filter", field, "lies before the ledger's first event: there is none");
    if (text_is_present(text) && !moment_parse(text, ledger_now(ledger), &name))
        return error_set_field(
            error, "invalid_filter", field,
            "must be a position, a time (2026-03-22T16:47:29Z), a date, or back from now (-2h)");
    if (text_is_present(text) && name.position != INT64_ABSENT)
        status = take_position(&name, size, field, &moment, error);
    else if (text_is_present(text))
        status = take_time(ledger, &name, field, &moment, error);
    if (status == STATUS_OK)
        status = read_recorded_at(ledger, &moment, error);
    if (status == STATUS_OK)
        *out = moment;
    return status;
}
