/*
 * States and deadlines of live sessions.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/live_session.h"

const char *const live_status_names[] = {"pending", "open",   "terminating",
                                         "closed",  "failed", NULL};

static const struct field live_session_fields[] = {
    {UUID(live_session, id), .tag = 1, .flags = REQUIRED, .doc = "Id of the session."},
    {ENUM(live_session, status, live_status_names), .tag = 2, .flags = REQUIRED,
     .doc = "Status of the session."},
    {TIMESTAMP(live_session, created_at), .tag = 3, .flags = REQUIRED,
     .doc = "Time it was created."},
    {TIMESTAMP(live_session, unattended_since), .tag = 4,
     .doc = "Time since which nobody is in control of it."},
    {TIMESTAMP(live_session, stopping_since), .tag = 5, .doc = "Time it was first asked to end."},
    {UUID(live_session, controller), .tag = 6, .doc = "Attachment that is in control."},
    {UUID(live_session, controller_user_id), .tag = 7, .doc = "Person who is in control."},
    {UUID(live_session, controller_boot), .tag = 8,
     .doc = "Run of the server that has the attachment."},
    {INT64(live_session, generation), .tag = 9, .flags = REQUIRED,
     .doc = "Number of times that control was given."},
};
const struct shape live_session_shape = SHAPE(live_session, "State that all live sessions have.");

void live_session_begin(struct live_session *session, struct uuid id, struct timestamp at)
{
    *session = (struct live_session){
        .id = id, .status = {LIVE_STARTING}, .created_at = at, .unattended_since = at};
}

void live_session_give_control(
    struct live_session *session, const struct live_attachment *attachment, int64_t generation)
{
    session->controller = attachment->id;
    session->controller_user_id = attachment->user_id;
    session->controller_boot = attachment->boot;
    session->generation = generation;
    session->unattended_since = (struct timestamp){0};
}

static void forget_controller(struct live_session *session)
{
    session->controller = session->controller_user_id = session->controller_boot = UUID_NONE;
}

void live_session_release_control(
    struct live_session *session, struct uuid attachment_id, struct timestamp at)
{
    if (!uuid_equal(session->controller, attachment_id))
        return;
    forget_controller(session);
    session->unattended_since = at;
}

void live_session_stop(struct live_session *session, struct timestamp at)
{
    if (session->status.is == LIVE_TERMINATING)
        return;
    session->status.is = LIVE_TERMINATING;
    session->stopping_since = at;
}

void live_session_end(struct live_session *session, enum live_status status)
{
    session->status.is = status;
    forget_controller(session);
}

bool live_session_has_ended(const struct live_session *session)
{
    return session->status.is == LIVE_CLOSED || session->status.is == LIVE_FAILED;
}

bool live_session_is_controlled(const struct live_session *session)
{
    return uuid_is_present(session->controller);
}

struct timestamp
live_session_start_due(const struct live_session *session, const struct live_limits *limits)
{
    if (session->status.is != LIVE_STARTING)
        return (struct timestamp){0};
    return timestamp_plus_us(session->created_at, limits->start_us);
}

struct timestamp
live_session_attend_due(const struct live_session *session, const struct live_limits *limits)
{
    if ((session->status.is != LIVE_STARTING && session->status.is != LIVE_OPEN) ||
        !timestamp_is_present(session->unattended_since))
        return (struct timestamp){0};
    return timestamp_plus_us(session->unattended_since, limits->attend_us);
}

struct timestamp
live_session_stop_due(const struct live_session *session, const struct live_limits *limits)
{
    if (session->status.is != LIVE_TERMINATING)
        return (struct timestamp){0};
    return timestamp_plus_us(session->stopping_since, limits->stop_us);
}

static void move_timer(
    struct model *model, uint16_t kind, struct uuid id, struct timestamp from, struct timestamp to)
{
    struct timer timer = {.kind = kind, .id = id, .due = from};

    if (from.us == to.us)
        return;
    if (timestamp_is_present(from))
        model_clear_timer(model, &timer);
    timer.due = to;
    if (timestamp_is_present(to))
        model_set_timer(model, &timer);
}

void live_session_move_timers(
    struct model *model,
    const struct live_timers *timers,
    const struct live_limits *limits,
    const struct live_session *before,
    const struct live_session *after)
{
    move_timer(
        model, timers->start, after->id, live_session_start_due(before, limits),
        live_session_start_due(after, limits));
    move_timer(
        model, timers->attend, after->id, live_session_attend_due(before, limits),
        live_session_attend_due(after, limits));
    move_timer(
        model, timers->stop, after->id, live_session_stop_due(before, limits),
        live_session_stop_due(after, limits));
}
