/*
 * How tasks look to callers, from the read model or, for agents, from the state just folded and
 * the bodies it points at. Both ways give the same answer; a test compares them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_TASK_TASK_VIEW_H
#define API_TASK_TASK_VIEW_H

#include "api/call.h"
#include "commands/task/task_commands.h"

struct task_view {
    struct uuid id;
    struct uuid workspace_id;
    struct uuid node_id;
    struct uuid target_team_id;
    struct uuid template_id;
    struct text template_name;
    struct text type;
    struct opt_bool is_internal;
    struct json payload;
    struct enum_value status;
    struct json result;
    struct text output;
    struct opt_bool output_truncated;
    struct timestamp lease_until;
    struct uuid claimed_by;
    struct uuid claim_token;
    struct timestamp started_at;
    struct timestamp finished_at;
    struct timestamp cancel_requested_at;
    struct text cancel_reason;
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t revision;
};
extern const struct shape task_view_shape;

struct task_by_id {
    struct uuid workspace_id; /* absent: in any */
    struct uuid id;
    struct uuid member_id; /* SERVER_SET: only in this user's workspaces; absent: in all */
};
extern const struct query task_query; /* one, by id and (if given) workspace */

/* Renders a task from its state. STATUS_CORRUPT for a damaged body. Any thread. */
MUST_USE enum status task_view_from_state(
    struct ledger *log,
    const struct task_state_view *state,
    struct arena *arena,
    struct task_view *out,
    struct error *error);

/* Answers a command with the task as it then is; `answer` is its struct task_state_view. */
void task_answer_state(struct call *call, const void *answer);

/* The reason of a cancellation, read from where the state says it stands; absent for none. */
MUST_USE enum status task_cancel_reason(
    struct ledger *log,
    int64_t cancelled_size,
    struct arena *arena,
    struct text *out,
    struct error *error);

#endif
