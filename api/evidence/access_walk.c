/*
 * Walking what the index knows of a person.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/access_walk.h"

#include "api/call.h"
#include "eventlog/ledger_read.h"
#include "eventlog/timeline.h"

enum { MOST_SEARCHES = 200, AT_ONCE = 100, PAGE_BYTES = 64 << 20, RECORD_BYTES = 64 << 20 };

struct walking {
    struct call *call;
    const struct access_walk *walk;
    struct arena *record; /* of one at a time */
    bool has_enough;
};

static enum status
show(struct walking *walking, const struct timeline_event *event, struct error *error)
{
    struct record record;
    enum status status;

    arena_reset(walking->record);
    status = ledger_read_one(
        walking->call->services->ledger, (struct position){(uint64_t)event->entry.position},
        walking->record, &record, error);
    if (status == STATUS_OK && record.has_body && record.event != NULL)
        walking->has_enough = !walking->walk->each(&record, walking->walk->context);
    return status;
}

static enum status show_page(
    struct walking *walking, const struct timeline_event *events, size_t count, struct error *error)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < count && !walking->has_enough; i++)
        status = show(walking, &events[i], error);
    return status;
}

static enum status
search(struct walking *walking, struct timeline_search *left, struct error *error)
{
    AUTO_ARENA page = arena_new(PAGE_BYTES);
    const struct services *services = walking->call->services;
    const struct timeline_event *events = NULL;
    size_t count = 0;
    enum status status;

    left->work = TIMELINE_WORK;
    status = timeline_find(
        services->ledger, services->index, left, AT_ONCE, page, &events, &count, error);
    return status == STATUS_OK ? show_page(walking, events, count, error) : status;
}

enum status access_walk(struct call *call, const struct access_walk *walk, struct error *error)
{
    AUTO_ARENA record = arena_new(RECORD_BYTES);
    const struct timeline_filter filter = {
        .workspace = walk->workspace_id,
        .entity = walk->user_id,
        .type = text_from(walk->type->name),
    };
    struct timeline_search left = {.filter = &filter, .end = walk->size, .newest_first = true};
    struct walking walking = {.call = call, .walk = walk, .record = record};
    enum status status = STATUS_OK;

    for (int i = 0; i < MOST_SEARCHES; i++) {
        status = search(&walking, &left, error);
        if (status != STATUS_OK || walking.has_enough || left.from >= left.end)
            return status;
    }
    return error_set_code(
        error, STATUS_TOO_LARGE, "history_too_long",
        "It takes too many events to tell what this person may reach");
}
