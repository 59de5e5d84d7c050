/*
 * Legal holds.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/privacy/holds.h"

#include "eventlog/events/privacy_events.h"

static const struct field hold_row_fields[] = {
    {UUID(hold_row, id), .flags = REQUIRED, .doc = "Id of the hold."},
    {ENUM(hold_row, kind, hold_kind_names), .flags = REQUIRED, .doc = "What it is over."},
    {UUID(hold_row, target_id), .doc = "Id of the person, workspace or node; null of positions."},
    {INT64(hold_row, first_position), .doc = "First position of a range; null of anything else."},
    {INT64(hold_row, last_position), .doc = "Last position of a range, inclusive."},
    {TEXT(hold_row, reason), .flags = REQUIRED, .doc = "Reason that was given for it."},
    {TIMESTAMP(hold_row, placed_at), .flags = REQUIRED, .doc = "Time it was placed."},
    {UUID(hold_row, placed_by_user_id),
     .doc = "Person who placed it; null: an operator of the machine."},
    {BOOL(hold_row, is_released), .flags = REQUIRED, .doc = "Whether it is no longer in place."},
    {TIMESTAMP(hold_row, released_at), .doc = "Time it was released; null: it is in place."},
    {UUID(hold_row, released_by_user_id),
     .doc = "Person who released it; null: an operator of the machine, or nobody yet."},
    {TEXT(hold_row, release_reason), .doc = "Reason that was given for releasing it."},
    {INT64(hold_row, revision), .flags = HIDDEN,
     .doc = "Number of events of its stream so far; the entity tag."},
};
const struct shape hold_row_shape =
    SHAPE(hold_row, "A legal hold: nothing is dropped or forgotten of what it is over.");

static const struct table_index indexes[] = {
    {.columns = "is_released, placed_at, id", .where = TABLE_UNFILTERED},
    {.columns = NULL},
};

const struct table holds_table = {
    .name = "holds",
    .area = "privacy",
    .shape = &hold_row_shape,
    .indexes = indexes,
};
