/*
 * Asking for names: what is asked, and how it is answered.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/names.h"

#include "api/call.h"
#include "eventlog/event_type.h"
#include "migrations/tables.h"

static const struct field names_input_fields[] = {
    {TEXT(names_input, name), .tag = 1, .flags = REQUIRED | ONE_LINE | TRIM, .min = 1,
     .max = NAMES_LONGEST, .digest = DIGEST_EMAIL,
     .doc = "Host name or name of a node, e-mail address of a person, slug or name of a workspace, "
            "name of a team or sink; or the last digits of an id, eight at least."},
    {ENUM(names_input, kind, table_entities), .tag = 2,
     .doc = "What it is; anything that has a name when absent."},
    {UUID(names_input, workspace_id), .tag = 3, .flags = FROM_PATH,
     .doc = "Workspace of the entities."},
};
const struct shape names_input_shape = SHAPE(names_input, "Name that is asked for.");

static const struct field named_entity_fields[] = {
    {TEXT(named_entity, kind), .flags = REQUIRED, .doc = "What it is."},
    {UUID(named_entity, id), .flags = REQUIRED, .doc = "Id of the entity."},
    {TEXT(named_entity, name), .doc = "Name that it was given; null where that is a person's."},
    {UUID(named_entity, workspace), .doc = "Its workspace; null where it is of the platform."},
    {INT64(named_entity, position), .flags = REQUIRED,
     .doc = "Position of the event that gave it the name, or that it began with."},
    {TIMESTAMP(named_entity, recorded_at), .flags = REQUIRED, .doc = "When that was recorded."},
    {BOOL(named_entity, is_current), .flags = REQUIRED,
     .doc = "Is it there, and called so still? Else it was once."},
};
static const struct shape named_entity_shape = SHAPE(named_entity, "An entity and its name.");

struct named_entities {
    struct list entities;
    struct text nearest;
    struct opt_bool is_whole;
    int64_t ledger_size;
};
static const struct field named_entities_fields[] = {
    {OBJECTS(named_entities, entities, named_entity), .flags = REQUIRED,
     .doc = "Those that are called so, then those that were; of each the newest first."},
    {TEXT(named_entities, nearest),
     .doc = "Where there are none: a name that looks like it; of people there is none."},
    {BOOL(named_entities, is_whole), .flags = REQUIRED,
     .doc = "Was all searched, and is all here? False where that would have cost too much."},
    {INT64(named_entities, ledger_size), .flags = REQUIRED, .doc = "Size of the ledger."},
};
const struct shape named_entities_shape = SHAPE(named_entities, "Entities of a name.");

/* A comes before B? */
static bool is_before(const struct named_entity *a, const struct named_entity *b)
{
    if (opt_bool_is_true(a->is_current) != opt_bool_is_true(b->is_current))
        return opt_bool_is_true(a->is_current);
    return a->position > b->position;
}

static void sort(struct named_entity *found, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        for (size_t j = i; j > 0 && is_before(&found[j], &found[j - 1]); j--) {
            struct named_entity kept = found[j];
            found[j] = found[j - 1];
            found[j - 1] = kept;
        }
    }
}

void names_handle(struct call *call)
{
    struct names_found found = {.count = 0};
    struct named_entities answer = {.is_whole = OPT_TRUE};
    struct error error;

    if (names_find(call, call->input, &found, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    sort(found.items, found.count);
    answer.entities = (struct list){found.items, found.count};
    answer.nearest = found.count == 0 ? found.nearest : (struct text){NULL, 0};
    answer.is_whole = opt_bool_of(!found.is_cut);
    answer.ledger_size = (int64_t)call->ledger_size;
    call_answer_shape(call, 200, &named_entities_shape, &answer);
}
