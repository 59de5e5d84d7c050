/*
 * Legal holds: who placed which, and who released it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/privacy/holds.h"

#include "eventlog/events/privacy_events.h"
#include "migrations/privacy/holds.h"

static struct uuid person_of(const struct record *record)
{
    return record->entry.actor_kind == ACTOR_USER ? record->entry.actor_id : UUID_NONE;
}

static void apply_placed(struct rows *rows, const struct record *record)
{
    const struct hold_placed *event = record->event;
    const struct hold_row row = {
        .id = event->hold_id,
        .kind = event->kind,
        .target_id = event->target_id,
        .first_position = event->first_position,
        .last_position = event->last_position,
        .reason = event->reason,
        .placed_at = record->entry.recorded_at,
        .placed_by_user_id = person_of(record),
        .is_released = OPT_FALSE,
        .revision = record->entry.revision,
    };

    rows_put(rows, &holds_table, &row);
}

static void touch(const struct record *record, void *row)
{
    ((struct hold_row *)row)->revision = record->entry.revision;
}

static void change_released(const struct record *record, void *row)
{
    const struct hold_released *event = record->event;
    struct hold_row *hold = row;

    hold->is_released = OPT_TRUE;
    hold->released_at = record->entry.recorded_at;
    hold->released_by_user_id = person_of(record);
    hold->release_reason = event->reason;
}

/* What is withheld is in the timeline; here its revision counts. */
static void change_withheld(const struct record *record, void *row)
{
    (void)record;
    (void)row;
}

static const struct handler handlers[] = {
    {&hold_placed_event, .apply = apply_placed},
    {&hold_released_event, .change = change_released},
    {&origins_withheld_event, .change = change_withheld},
    {.event = NULL},
};

static const struct table *const tables[] = {&holds_table, NULL};

const struct projector holds_projector = {
    .name = "holds", .version = 1, .tables = tables, .handlers = handlers, .touch = touch};
