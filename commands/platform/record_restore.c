/*
 * A ledger was put back from a backup: that is on record before anything else is, with the checkpoints that
 * it was held against.
 *
 *   replay/restore.h ──► api/control ──record_restore──► [here] ──log_restored──► whoever reads on
 *
 * Bodies that events dropped which were not put back are dropped in its name: a restore brings none back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"
#include "commands/platform/platform_commands.h"
#include "eventlog/events/platform_events.h"

enum { MOST_DROPPED = 100000 }; /* in one event */

static const struct field record_restore_fields[] = {
    {INT64(record_restore, size), .tag = 1, .flags = REQUIRED, .min = 1,
     .doc = "Number of events that were put back."},
    {TEXT(record_restore, backup), .tag = 2, .flags = REQUIRED, .min = 1, .max = 255,
     .doc = "Name of the manifest of the backup."},
    {OBJECTS(record_restore, anchors, restore_anchor), .tag = 3, .flags = REQUIRED, .max = 100,
     .doc = "Checkpoints that the ledger was held against."},
    {LIST_OF(record_restore, dropped, KIND_INT64), .tag = 4, .flags = REQUIRED,
     .doc = "Positions of bodies that were not put back."},
};
static const struct shape record_restore_shape =
    SHAPE(record_restore, "What was put back, and how far.");

static void
emit_part(struct decision *decision, const struct record_restore *order, size_t from, size_t count)
{
    const int64_t *all = order->dropped.items;

    decision_emit(
        decision, &log_restored_event, installation_id(decision), UUID_NONE,
        &(struct log_restored){
            .size = order->size,
            .backup = order->backup,
            .anchors = order->anchors,
            .dropped = {all + from, count},
        });
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct record_restore *order = input;
    size_t left = order->dropped.count;
    struct log_identity identity;

    if (!platform_log_identity(decision->model, decision->arena, &identity))
        return decision_refuse(error, &refused_ledger_not_begun);
    do {
        size_t count = left < MOST_DROPPED ? left : MOST_DROPPED;

        emit_part(decision, order, order->dropped.count - left, count);
        left -= count;
    } while (left > 0);
    return STATUS_OK;
}

const struct command record_restore_command = {
    .name = "record_restore",
    .doc = "Records that the ledger was put back from a backup.",
    .input = &record_restore_shape,
    .decide = decide,
};
