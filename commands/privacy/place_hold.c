/*
 * Place a legal hold: nothing is dropped or forgotten from now on of what it is over.
 *
 *   api ──place_hold──► [here] ──hold_placed──► ledger; erase_person.c and whatever drops bodies ask privacy.c
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_lookup.h"
#include "commands/node/node_lookup.h"
#include "commands/privacy/privacy.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/privacy_events.h"

static const struct field place_hold_fields[] = {
    {ENUM(place_hold, kind, hold_kind_names), .tag = 1, .flags = REQUIRED,
     .doc = "What it is over."},
    {UUID(place_hold, target_id), .tag = 2, .doc = "Id of the person, workspace or node."},
    {INT64(place_hold, first_position), .tag = 3, .max = INT64_MAX,
     .doc = "First position of a range."},
    {INT64(place_hold, last_position), .tag = 4, .max = INT64_MAX,
     .doc = "Last position of a range, inclusive; it may lie ahead."},
    {TEXT(place_hold, reason), .tag = 5, .flags = REQUIRED | TRIM | ONE_LINE, .min = 1, .max = 500,
     .doc = "Reason, which stays on record for ever: it must say nothing of a person."},
};
static const struct shape place_hold_shape = SHAPE(place_hold, "What is to be held.");

static const struct field placed_hold_fields[] = {
    {UUID(placed_hold, hold_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the hold."},
};
static const struct shape placed_hold_shape = SHAPE(placed_hold, "A hold that is in place.");

/* A range, or an id: what is of the one kind is absent of the other. */
static bool is_whole(const struct place_hold *order)
{
    bool has_range = order->first_position != INT64_ABSENT && order->last_position != INT64_ABSENT;
    bool has_either = order->first_position != INT64_ABSENT || order->last_position != INT64_ABSENT;

    if (order->kind.is == HOLD_POSITIONS)
        return has_range && !uuid_is_present(order->target_id) &&
               order->first_position <= order->last_position;
    return !has_either && uuid_is_present(order->target_id);
}

static bool is_person(const struct decision *decision, struct uuid id)
{
    bool is_active;

    return user_is_there(decision, id, &is_active) || user_was_there(decision, id);
}

/* What was removed may be held, too: of a workspace or node nothing is left then but that something of its id is on
 * record, and that it is not known as anything else. */
static bool is_on_record(const struct decision *decision, const struct place_hold *order)
{
    struct uuid id = order->target_id;
    bool is_thing = model_revision(decision->model, id) > 0 && !is_person(decision, id);
    struct node_lookup node;

    switch ((enum hold_kind)order->kind.is) {
    case HOLD_PERSON:
        return is_person(decision, id);
    case HOLD_WORKSPACE:
        return is_thing && !node_lookup(decision, id, &node);
    case HOLD_NODE:
        return is_thing && !workspace_exists(decision, id);
    case HOLD_POSITIONS:
        return true;
    }
    return false;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct place_hold *order = input;
    struct hold_placed placed = {
        .kind = order->kind,
        .target_id = order->target_id,
        .first_position = order->first_position,
        .last_position = order->last_position,
        .reason = order->reason,
    };
    struct node_lookup node;

    if (!is_whole(order))
        return decision_refuse(error, &refused_hold_target);
    if (!is_on_record(decision, order))
        return decision_refuse(
            error, &refused_hold_target_missing, decision_show(decision, order->target_id));
    if (model_count_links(decision->model, LINK_HOLD, UUID_NONE, MOST_HOLDS) >= MOST_HOLDS)
        return decision_refuse(error, &refused_holds_full);
    if (order->kind.is == HOLD_NODE && node_lookup(decision, order->target_id, &node))
        placed.workspace_id = node.workspace_id;
    placed.hold_id = decision_id(decision);
    decision_emit(decision, &hold_placed_event, placed.hold_id, UUID_NONE, &placed);
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    struct placed_hold *placed = answer;

    (void)input;
    (void)arena;
    placed->hold_id = decision->subject;
}

const struct command place_hold_command = {
    .name = "place_hold",
    .doc = "Places a legal hold.",
    .input = &place_hold_shape,
    .decide = decide,
    .answer = &placed_hold_shape,
    .answer_from = answer_from,
};
