/*
 * Question: which legal holds are in place? Page by page, and without PostgreSQL.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/privacy/privacy.h"
#include "eventlog/events/privacy_events.h"

static const struct field query_holds_fields[] = {
    {UUID(query_holds, after), .tag = 1,
     .doc = "Last hold of the page before; the first when absent."},
};
static const struct shape query_holds_shape = SHAPE(query_holds, "Place among the holds.");

static const struct field listed_hold_fields[] = {
    {UUID(listed_hold, id), .tag = 1, .flags = REQUIRED, .doc = "Id of the hold."},
    {ENUM(listed_hold, kind, hold_kind_names), .tag = 2, .flags = REQUIRED,
     .doc = "What it is over."},
    {UUID(listed_hold, target_id), .tag = 3, .flags = OMIT_ABSENT,
     .doc = "Id of the person, workspace or node."},
    {INT64(listed_hold, first_position), .tag = 4, .flags = OMIT_ABSENT,
     .doc = "First position of a range."},
    {INT64(listed_hold, last_position), .tag = 5, .flags = OMIT_ABSENT,
     .doc = "Last position of a range, inclusive."},
};
static const struct shape listed_hold_shape = SHAPE(listed_hold, "A hold that is in place.");

static const struct field listed_holds_fields[] = {
    {OBJECTS(listed_holds, holds, listed_hold), .tag = 1, .flags = REQUIRED, .max = HOLDS_AT_ONCE,
     .doc = "Holds, the oldest first."},
};
static const struct shape listed_holds_shape = SHAPE(listed_holds, "A page of holds.");

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct query_holds *question = input;
    struct listed_hold *all = arena_array(arena, HOLDS_AT_ONCE, sizeof(*all));
    struct uuid id = question->after;
    struct hold hold;
    size_t count = 0;

    while (count < HOLDS_AT_ONCE &&
           model_next_link(decision->model, LINK_HOLD, UUID_NONE, id, &id, NULL)) {
        if (model_load(decision->model, &hold_aggregate, id, decision->arena, &hold))
            all[count++] = (struct listed_hold){
                hold.id, hold.kind, hold.target_id, hold.first_position, hold.last_position};
    }
    ((struct listed_holds *)answer)->holds = (struct list){all, count};
}

const struct command query_holds_command = {
    .name = "query_holds",
    .doc = "Looks up the legal holds that are in place.",
    .input = &query_holds_shape,
    .answer = &listed_holds_shape,
    .answer_from = answer_from,
    .is_question = true,
};
