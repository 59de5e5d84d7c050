/*
 * Hooks of agents' routes: credentials become digests before anything is queued, states become
 * answers with what their bodies hold.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/agent/agent_hooks.h"

#include "api/call.h"
#include "api/news/peers.h"
#include "api/node/credential_view.h"
#include "api/task/task_view.h"
#include "commands/node/node_commands.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"

enum { KEPT_OF_BODY = 64 << 10, LONGEST_STAND_IN = 1 << 20 };

bool agent_prepare_register(struct call *call, void *input)
{
    struct register_agent *order = input;

    order->enrollment_digest = credential_digest(call->arena, order->enrollment_token);
    order->enrollment_token = (struct text){NULL, 0};
    order->credential_digest = credential_make(call);
    call->is_never_repeated = true;
    return true;
}

bool agent_prepare_heartbeat(struct call *call, void *input)
{
    struct report_heartbeat *order = input;

    order->credential_digest = credential_digest(call->arena, order->agent_token);
    order->agent_token = (struct text){NULL, 0};
    call->actor = (struct actor){.kind = ACTOR_AGENT, .id = order->node_id};
    return true;
}

struct heartbeat_view {
    struct heartbeat_answer heartbeat;
    struct opt_bool acknowledged;
};
static const struct field heartbeat_view_fields[] = {
    {BOOL(heartbeat_view, acknowledged), .tag = 4, .flags = REQUIRED,
     .doc = "Always true on success."},
};
const struct shape heartbeat_view_shape =
    SHAPE_WITH(heartbeat_view, "Acknowledgement of a heartbeat.", .base = &heartbeat_answer_shape);

void agent_answer_heartbeat(struct call *call, const void *answer)
{
    const struct heartbeat_view view = {*(const struct heartbeat_answer *)answer, OPT_TRUE};

    peers_note_node(call->services, view.heartbeat.node_id, view.heartbeat.last_seen_at, true);
    call_answer_shape(call, call->route->status, &heartbeat_view_shape, &view);
}

struct accepted_view {
    struct opt_bool ok;
    struct opt_bool duplicate;
    struct uuid task_id;
};
static const struct field accepted_view_fields[] = {
    {BOOL(accepted_view, ok), .tag = 1, .flags = REQUIRED, .doc = "Always true on success."},
    {BOOL(accepted_view, duplicate), .tag = 2, .flags = REQUIRED,
     .doc = "Always true: the claim recorded it already."},
    {UUID(accepted_view, task_id), .tag = 3, .flags = REQUIRED, .doc = "Id of the task."},
};
const struct shape accepted_view_shape =
    SHAPE(accepted_view, "Acknowledgement that a task arrived.");

void agent_answer_accepted(struct call *call, const void *answer)
{
    const struct accept_task *report = call->input;
    const struct accepted_view view = {OPT_TRUE, OPT_TRUE, report->task_id};

    (void)answer;
    call_answer_shape(call, call->route->status, &accepted_view_shape, &view);
}

struct control_view {
    struct uuid task_id;
    struct enum_value status;
    struct opt_bool cancel_requested;
    struct timestamp cancel_requested_at;
    struct text cancel_reason;
};

static const struct field control_view_fields[] = {
    {UUID(control_view, task_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the task."},
    {ENUM(control_view, status, task_status_names), .tag = 2, .flags = REQUIRED,
     .doc = "Status of the task."},
    {BOOL(control_view, cancel_requested), .tag = 3, .flags = REQUIRED,
     .doc = "Whether the task is to be stopped."},
    {TIMESTAMP(control_view, cancel_requested_at), .tag = 4, .doc = "Time it was asked to stop."},
    {TEXT(control_view, cancel_reason), .tag = 5, .doc = "Reason that the operator gave."},
};
const struct shape control_view_shape =
    SHAPE(control_view, "Whether the operator wants a task to stop.");

void agent_answer_control(struct call *call, const void *answer)
{
    const struct control_answer *control = answer;
    struct control_view view = {
        .task_id = control->task_id,
        .status = control->status,
        .cancel_requested = control->cancel_requested,
        .cancel_requested_at = control->cancel_requested_at,
    };
    struct error error;

    if (task_cancel_reason(
            call->services->ledger, control->cancelled_size, call->arena, &view.cancel_reason,
            &error) == STATUS_OK)
        call_answer_shape(call, 200, &control_view_shape, &view);
    else
        call_answer_error(call, &error);
}

static struct text object_of(struct arena *arena, const char *start, struct text body)
{
    AUTO_BUF out = {0};

    buf_init(&out, LONGEST_STAND_IN);
    buf_add_c(&out, start);
    json_write_text(&out, text_first_bytes(text_cleaned(arena, body), KEPT_OF_BODY));
    buf_add_char(&out, '}');
    return text_copy(arena, buf_text(&out));
}

struct text agent_stand_in_end(struct arena *arena, struct text body)
{
    return object_of(
        arena,
        "{\"status\":\"failed\",\"error\":\"The agent's report could not be read.\",\"output\":",
        body);
}

struct text agent_stand_in_line(struct arena *arena, struct text body)
{
    return object_of(arena, "{\"line\":", body);
}
