/*
 * System events about people's access: the platform's own, which its channels tell. Each is a sign that something by which
 * people get in is in the hands of two, or that the door for emergencies was used.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/identity_events.h"
#include "eventlog/events/session_events.h"
#include "projections/system_events.h"

static struct text
used_twice_message(const struct value_context *context, const struct node_row *node)
{
    const struct sessions_ended *event = context->record->event;

    (void)node;
    if (event->end.is != SESSION_REFRESH_USED)
        return (struct text){NULL, 0};
    return text_lit(
        "A refresh token came a second time, so that two have it: its session was ended.");
}

static struct text copied_message(const struct value_context *context, const struct node_row *node)
{
    const struct sign_in_failed *event = context->record->event;

    (void)node;
    if (event->failure.is != FAILURE_KEY_COPIED)
        return (struct text){NULL, 0};
    return text_lit("A security key counted back, so that there may be two of it: it was refused.");
}

static struct text
recovery_message(const struct value_context *context, const struct node_row *node)
{
    const struct user_signed_in *event = context->record->event;

    (void)node;
    if (!opt_bool_is_true(event->is_recovery))
        return (struct text){NULL, 0};
    return text_lit("A recovery administrator has signed in.");
}

/* Whose it is, by the id alone: a person's name is sealed. */
static const struct detail used_twice_details[] = {
    {.name = "user_id", .from = OF_EVENT(sessions_ended, user_id)},
    {.name = "session_ids", .from = OF_EVENT(sessions_ended, session_ids)},
    {0},
};
static const struct detail recovery_details[] = {
    {.name = "user_id", .from = OF_EVENT(user_signed_in, user_id)},
    {.name = "session_id", .from = OF_EVENT(user_signed_in, session_id)},
    {.name = "method", .from = OF_EVENT(user_signed_in, method)},
    {0},
};
static const struct detail copied_details[] = {
    {.name = "user_id", .from = OF_EVENT(sign_in_failed, user_id)},
    {0},
};

const struct system_event_rule identity_system_event_rules[] = {
    {.event = &sessions_ended_event,
     .type = "auth.refresh-token.used-twice",
     .severity = SEVERITY_CRITICAL,
     .message = used_twice_message,
     .metadata = used_twice_details,
     .may_lack_node = true},
    {.event = &sign_in_failed_event,
     .type = "auth.security-key.copied",
     .severity = SEVERITY_CRITICAL,
     .message = copied_message,
     .metadata = copied_details,
     .may_lack_node = true},
    {.event = &user_signed_in_event,
     .type = "auth.recovery-admin.signed-in",
     .severity = SEVERITY_CRITICAL,
     .message = recovery_message,
     .metadata = recovery_details,
     .may_lack_node = true},
    {0},
};
