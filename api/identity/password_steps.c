/*
 * Steps that all handling of passwords shares.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/password_steps.h"

#include "api/call.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/seal.h"

static const struct field success_view_fields[] = {
    {BOOL(success_view, success), .tag = 1, .flags = REQUIRED, .doc = "Always true on success."},
};
const struct shape success_view_shape = SHAPE(success_view, "Confirmation of success.");

void password_answer_success(struct call *call)
{
    const struct success_view view = {OPT_TRUE};

    call_answer_shape(call, call->route->status, &success_view_shape, &view);
}

/* Whichever event set it, the box stands under the same tag. */
enum status password_stored(
    struct call *call, const struct sign_in_lookup *facts, struct text *out, struct error *error)
{
    const struct kept_box kept = {
        .box = facts->password.box,
        .event_id = facts->password_event_id,
        .shape = user_registered_event.shape,
        .tag = PASSWORD_TAG,
    };

    return keyring_open_box(call->services->keyring, &kept, call->arena, out, error);
}
