/*
 * The command has checked that the id was there; what it is called in the path differs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/deleted_view.h"

#include "api/call.h"
#include "core/base/must.h"

static const struct field deleted_view_fields[] = {
    {BOOL(deleted_view, deleted), .tag = 1, .flags = REQUIRED, .doc = "Always true on success."},
    {UUID(deleted_view, id), .tag = 2, .flags = REQUIRED, .doc = "Id of what was deleted."},
};
const struct shape deleted_view_shape =
    SHAPE(deleted_view, "Confirmation that something was deleted.");

struct uuid deleted_id(const struct call *call)
{
    struct uuid id = UUID_NONE;

    must(call->path_param_count > 0);
    must(uuid_parse(call->path_params[call->path_param_count - 1].value, &id));
    return id;
}

void deleted_answer(struct call *call, const void *answer)
{
    const struct deleted_view view = {OPT_TRUE, deleted_id(call)};

    (void)answer;
    call_answer_shape(call, call->route->status, &deleted_view_shape, &view);
}
