/*
 * Steps that all handling of passwords shares.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/password_steps.h"

#include "api/steps.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/seal.h"

static const struct field success_view_fields[] = {
    {BOOL(success_view, success), .tag = 1, .flags = REQUIRED, .doc = "Always true."},
};
const struct shape success_view_shape = SHAPE(success_view, "It is done.");

void answer_success(struct call *call)
{
    const struct success_view view = {OPT_TRUE};

    call_answer_shape(call, call->route->status, &success_view_shape, &view);
}

void submit_by_hand(
    struct call *call,
    const struct command *command,
    const void *input,
    void (*next)(struct call *call))
{
    struct submission *submission = &call->submission;

    submission_init(submission, command);
    submission->input = input;
    submission->arena = call->arena;
    submission->actor = call->actor;
    submission->correlation = call->correlation;
    submission->origin.address.text = call->request->remote_address;
    submission->origin.user_agent.text =
        text_slice(http_header(call->request, "User-Agent"), 0, 500);
    if (!text_is_clean_utf8(submission->origin.user_agent.text))
        submission->origin.user_agent.text = (struct text){NULL, 0};
    keyring_digest_personal(call->server->keyring, &origin_shape, call->arena, &submission->origin);
    call_submit(call, next);
}

/* Whichever event set it, the box stands under the same tag. */
enum status stored_password(
    struct call *call, const struct sign_in_lookup *facts, struct text *out, struct error *error)
{
    struct user_registered sealed;
    enum status status;

    shape_clear(user_registered_event.shape, &sealed);
    sealed.user_id = facts->user_id;
    sealed.password.box = facts->password.box;
    status = keyring_open_fields(
        call->server->keyring, user_registered_event.shape, facts->password_event_id, call->arena,
        &sealed, error);
    if (status == STATUS_OK)
        *out = sealed.password.text;
    return status;
}
