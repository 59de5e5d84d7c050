/*
 * The eras of a ledger.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/log_history.h"

#include "core/base/arena.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/ledger_read.h"
#include "eventlog/timeline.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE = 100, MOST_EVENTS = 10000, PAGE_ARENA_BYTES = 64 << 20 };

/* The identity of all sizes from one on. */
struct log_era {
    uint64_t from;
    struct log_identity identity;
};

void log_history_note(struct log_history *history, const struct record *record)
{
    const struct log_era *last = history->count == 0 ? NULL : &history->eras[history->count - 1];
    struct log_identity identity = {.name = {NULL, 0}};
    struct log_era *eras;

    if (!log_identity_concerns(record) || !record->has_body ||
        (last != NULL && record->position.value < last->from))
        return;
    eras = arena_array(history->arena, history->count + 1, sizeof(*eras));
    if (last != NULL) {
        memcpy(eras, history->eras, history->count * sizeof(*eras));
        identity = last->identity;
    }
    log_identity_fold(history->arena, record, &identity);
    eras[history->count].from = record->position.value + 1;
    shape_copy(&log_identity_shape, history->arena, &identity, &eras[history->count].identity);
    history->eras = eras;
    history->count++;
}

/* Positions of the events that say something, as they are found. */
struct found {
    uint64_t positions[MOST_EVENTS];
    size_t count;
};

static enum status note_page(
    struct found *found, const struct timeline_event *events, size_t count, struct error *error)
{
    if (count > MOST_EVENTS - found->count)
        return error_set(
            error, STATUS_TOO_LARGE, "more than %d events say how the ledger is signed",
            MOST_EVENTS);
    for (size_t i = 0; i < count; i++)
        found->positions[found->count++] = (uint64_t)events[i].entry.position;
    return STATUS_OK;
}

static enum status find_type(
    struct ledger *ledger,
    struct ledger_index *index,
    struct timeline_search *search,
    struct found *found,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(PAGE_ARENA_BYTES);
    enum status status = STATUS_OK;

    while (status == STATUS_OK && search->from < search->end) {
        const struct timeline_event *events = NULL;
        size_t count = 0;
        arena_reset(arena);
        search->work = TIMELINE_WORK;
        status = timeline_find(ledger, index, search, PAGE, arena, &events, &count, error);
        if (status == STATUS_OK)
            status = note_page(found, events, count, error);
    }
    return status;
}

static int by_position(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a;
    uint64_t right = *(const uint64_t *)b;

    return left < right ? -1 : left > right;
}

static enum status note_found(
    struct log_history *history, struct ledger *ledger, struct found *found, struct error *error)
{
    AUTO_ARENA arena = arena_new(PAGE_ARENA_BYTES);
    enum status status = STATUS_OK;

    qsort(found->positions, found->count, sizeof(found->positions[0]), by_position);
    for (size_t i = 0; i < found->count && status == STATUS_OK; i++) {
        struct record record = {0};
        arena_reset(arena);
        status =
            ledger_read_one(ledger, (struct position){found->positions[i]}, arena, &record, error);
        if (status == STATUS_OK)
            log_history_note(history, &record);
    }
    return status;
}

enum status log_history_read(
    struct log_history *history,
    struct ledger *ledger,
    struct ledger_index *index,
    uint64_t end,
    struct error *error)
{
    static const struct event_type *const types[] = {
        &ledger_opened_event, &signing_key_rotated_event, &origin_declared_event,
        &leader_promoted_event};
    AUTO_ARENA arena = arena_new(sizeof(struct found) + 1024);
    struct found *found = arena_one(arena, struct found);
    uint64_t size = ledger_size(ledger);
    enum status status = STATUS_OK;

    for (size_t i = 0; i < COUNT_OF(types) && status == STATUS_OK; i++) {
        const struct timeline_filter filter = {.type = text_from(types[i]->name)};
        struct timeline_search search = {.filter = &filter, .end = end < size ? end : size};
        status = find_type(ledger, index, &search, found, error);
    }
    return status == STATUS_OK ? note_found(history, ledger, found, error) : status;
}

const struct log_identity *log_history_at(const struct log_history *history, uint64_t size)
{
    size_t i = history->count;

    while (i > 0 && history->eras[i - 1].from > size)
        i--;
    return i == 0 ? NULL : &history->eras[i - 1].identity;
}

struct text log_history_origin(const struct log_history *history, struct position at)
{
    const struct log_identity *identity = log_history_at(history, at.value + 1);

    return identity == NULL ? text_lit("") : identity->origin;
}
