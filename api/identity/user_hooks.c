/*
 * What routes of people do before their command is submitted, and after.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/user_hooks.h"

#include "api/call.h"
#include "api/identity/password_steps.h"
#include "api/node/credential_view.h"
#include "api/token.h"
#include "core/base/random.h"
#include "core/time/timezone.h"

/* Nothing is recorded of what could never be mailed. */
static bool can_mail(struct call *call)
{
    struct error error;

    if (call->services->settings->smtp_host.size > 0)
        return true;
    error_set_code(
        &error, STATUS_UNAVAILABLE, "mail_not_configured",
        "Email delivery is not configured for this environment.");
    call_answer_error(call, &error);
    return false;
}

static bool prepare(struct call *call, const char *purpose, struct uuid *id, struct bytes *digest)
{
    struct text token;
    struct error error;

    if (!can_mail(call))
        return false;
    *id = uuid_new();
    if (token_record(call, purpose, *id, &token, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return false;
    }
    *digest = credential_digest(call->arena, token);
    return true;
}

bool user_prepare_create(struct call *call, void *input)
{
    struct create_user *order = input;

    return prepare(call, "invite", &order->invitation_id, &order->token_digest);
}

bool user_prepare_resend(struct call *call, void *input)
{
    struct resend_invitation *order = input;

    return prepare(call, "invite", &order->invitation_id, &order->token_digest);
}

bool user_prepare_forgot(struct call *call, void *input)
{
    struct request_password_reset *order = input;

    return prepare(call, "reset", &order->reset_id, &order->token_digest);
}

bool user_prepare_preferences(struct call *call, void *input)
{
    struct change_preferences *order = input;
    struct text spelled;
    struct error error;

    if (!text_is_present(order->timezone))
        return true;
    spelled = timezone_list_find(call->services->timezones, order->timezone);
    if (text_is_present(spelled)) {
        order->timezone = spelled;
        return true;
    }
    error_set_code(
        &error, STATUS_INVALID, "timezone_unknown", "%.*s is not a valid IANA timezone.",
        TEXT_ARGS(order->timezone));
    call_answer_error(call, &error);
    return false;
}

void user_answer_success(struct call *call, const void *answer)
{
    (void)answer;
    password_answer_success(call);
}
