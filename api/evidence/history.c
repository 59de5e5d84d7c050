/*
 * What happened to one entity: the timeline of whatever has its id, as a stream or in its fields.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/evidence/entity.h"
#include "api/evidence/timeline.h"
#include "eventlog/ledger_read.h"
#include "migrations/tables.h"

struct history_input {
    struct timeline_input filter;
    struct enum_value kind;
    struct uuid id;
    struct uuid workspace_id;
};
static const struct field history_input_fields[] = {
    {ENUM(history_input, kind, table_entities), .tag = 18, .flags = REQUIRED | FROM_PATH,
     .doc = "What it is."},
    {UUID(history_input, id), .tag = 19, .flags = REQUIRED | FROM_PATH, .doc = "Id of the entity."},
    {UUID(history_input, workspace_id), .tag = 20, .flags = FROM_PATH,
     .doc = "Workspace of the events."},
};
const struct shape history_input_shape = SHAPE_WITH(
    history_input,
    "Events of one entity, by when they were recorded.",
    .base = &timeline_input_shape);

/* Is there, or was there, such an entity? */
static enum status check(struct call *call, const struct history_input *input, struct error *error)
{
    const struct entity_input asked = {input->kind, input->id, input->workspace_id};
    const struct entity entity = entity_of(&asked);
    enum status status = entity_must_be(call, &entity, error);

    if (status != STATUS_OK)
        return status;
    if (!uuid_is_present(input->filter.entity) || uuid_equal(input->filter.entity, input->id))
        return STATUS_OK;
    return error_set_field(error, "invalid_filter", "entity", "must be the one of the path");
}

void history_handle(struct call *call)
{
    const struct history_input *input = call->input;
    struct timeline_input filter = input->filter;
    struct error error;

    call->ledger_size = ledger_size(call->services->ledger);
    if (check(call, input, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    filter.entity = input->id;
    timeline_answer(call, &filter);
}
