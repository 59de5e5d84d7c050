/*
 * Answering what was tried.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/setup/tried.h"

struct tried {
    struct opt_bool success;
};
static const struct field tried_fields[] = {
    {BOOL(tried, success), .flags = REQUIRED, .doc = "Whether it works; always true."},
};
const struct shape tried_shape = SHAPE(tried, "What was tried works.");

void tried_answer(struct call *call, enum status status, const struct error *error)
{
    if (status == STATUS_OK)
        call_answer_shape(call, call->route->status, &tried_shape, &(const struct tried){OPT_TRUE});
    else
        call_answer_error(call, error);
}
