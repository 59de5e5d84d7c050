/*
 * What happened to one entity: the timeline of whatever has its id, as a stream or in its fields.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/evidence/timeline.h"

static const char *const entity_names[] = {"user",     "workspace",  "membership", "team",
                                           "node",     "enrollment", "install",    "task",
                                           "terminal", "delivery",   NULL};

struct history_input {
    struct timeline_input filter;
    struct enum_value kind;
    struct uuid id;
    struct uuid workspace_id;
};
static const struct field history_input_fields[] = {
    {ENUM(history_input, kind, entity_names), .tag = 18, .flags = REQUIRED | FROM_PATH,
     .doc = "What it is."},
    {UUID(history_input, id), .tag = 19, .flags = REQUIRED | FROM_PATH, .doc = "Id of the entity."},
    {UUID(history_input, workspace_id), .tag = 20, .flags = FROM_PATH,
     .doc = "Workspace of the events."},
};
const struct shape history_input_shape = SHAPE_WITH(
    history_input,
    "Events of one entity, by when they were recorded.",
    .base = &timeline_input_shape);

void history_handle(struct call *call)
{
    const struct history_input *input = call->input;
    struct timeline_input filter = input->filter;
    struct error error;

    if (uuid_is_present(filter.entity) && !uuid_equal(filter.entity, input->id)) {
        error_set_code(
            &error, STATUS_INVALID, "invalid_filter", "entity must be the one of the path");
        error_field(&error, "entity");
        call_answer_error(call, &error);
        return;
    }
    filter.entity = input->id;
    timeline_answer(call, &filter);
}
