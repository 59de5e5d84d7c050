/*
 * Tasks: what deciding knows of one, from creation to its end.
 *
 *              claimed                 started               completed
 *   queued ───────────────► accepted ───────────► running ───────────────► success | failed |
 *     │ ▲                      │ │                   │  ├─ timed out ────►   cancelled
 *     │ │                      │ │                   │  └─ abandoned ────► failed
 *     │ └─ requeued: lease ────┘ │                   └──── cancel requested: stays running
 *     │    over, or released     │
 *     ├─ cancelled ──────────────┴────────────────────────────────────────► cancelled
 *     └─ timed out ───────────────────────────────────────────────────────► failed
 *
 * Long after its end it is retired: it leaves the write model, and is recalled from the ledger for whoever
 * still orders something about it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_TASK_TASK_H
#define COMMANDS_TASK_TASK_H

#include "commands/fold.h"
#include "commands/task/task_commands.h"
#include "commands/task/task_lookup.h"
#include "core/shape/alteration.h"
#include "eventlog/events/task_events.h"

/* Kinds of the area's keys in the write model; new ones go to the end. */
enum task_kind {
    STATE_TASK = AREA_TASK << AREA_SHIFT,
    LINK_NODE_QUEUE,   /* node → task that an agent may take */
    LINK_PACKAGE_LIST, /* node → its packageList task that has not ended */
    TIMER_QUEUED,      /* a queued task must have been claimed */
    TIMER_LEASE,       /* a claimed task must have started */
    TIMER_RUNNING,     /* a running task must have ended */
    LINK_NODE_RUNNING, /* node → task that runs there */
    TIMER_FINISHED,    /* a task that ended so long ago leaves the write model */
    TIMER_TASK_OUTPUT, /* what a task wrote is to be dropped so long after its end */
    LINK_OUTPUT_HOLD   /* task → hold because of which that was not done */
};

/* After its end a task stays in the write model for so long: repeats of commands are answered from it. */
enum { TASK_LEAST_KEPT_S = 25 * 3600 };

/* Its state is what its routes answer: struct task_state_view. */
struct node_lookup;
extern const struct aggregate task_aggregate;

void task_evolve(struct fold *fold, const struct record *record);

/* What an event of its stream makes of a task's state; the first is task_created. */
void task_apply(struct task_state_view *task, const struct record *record);

/* False when the write model has no such task, and decide has not found it on the ledger either: for what
 * concerns tasks that have not ended, and for answers. */
bool task_load(const struct decision *decision, struct uuid task_id, struct task_state_view *out);

/* Any task, also one that was retired from the write model. STATUS_NOT_FOUND: there is none, and `error` is
 * the caller's to fill. STATUS_UNAVAILABLE: the ledger's index does not reach so far yet. */
enum status task_find(
    struct decision *decision,
    struct uuid task_id,
    struct task_state_view *out,
    struct error *error);

/* When it began by our clock, for an end by our clock; absent where its start is that already. */
struct timestamp task_start_by_our_clock(const struct task_state_view *task);

bool task_has_ended(const struct task_state_view *task);

/* The hold because of which its output was not dropped when its time was over; absent: none. */
struct uuid task_output_hold(const struct model *model, struct uuid task_id);

/* Ends before this have had their outputs kept for as long as the policy says; before all time: it says
 * for ever. */
struct timestamp task_output_kept_since(const struct decision *decision);

/* The name of its status, for refusals. */
const char *task_status_name(const struct task_state_view *task);

/* What is emitted from now on follows from what brought the task to its state: it was queued, claimed,
 * started. */
void task_follows(struct decision *decision, const struct task_state_view *task);

/* For agents: the credential must fit, and the task be the node's own. What they report follows from how
 * the task stands. */
enum status task_of_agent(
    struct decision *decision,
    struct uuid node_id,
    struct bytes credential_digest,
    struct uuid task_id,
    struct task_state_view *out,
    struct error *error);

/* A report on a socket of a queued task: the agent was sent it, which counts as a claim. `task` is as it
 * is then. */
void task_take_pushed(
    struct decision *decision,
    struct uuid node_id,
    struct opt_bool is_pushed,
    struct task_state_view *task);

/* The kind of work that lists a node's packages: one answer serves all who ask. */
#define PACKAGE_LIST "packageList"

/* For operators: the node is there, in the workspace that the route names (absent: in any). */
enum status task_node_must_exist(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid node_id,
    struct node_lookup *out,
    struct error *error);

/* Node's workspace is not archived, the node is in no maintenance, and its root access allows the
 * work. */
enum status task_work_must_be_possible(
    const struct decision *decision,
    const struct node_lookup *node,
    struct text type,
    struct text payload,
    struct error *error);

/* Gives the task an id and its node's workspace, and emits task_created. */
void task_emit_created(
    struct decision *decision, const struct node_lookup *node, struct task_created *created);

/* That somebody had a team's nodes, or those that are selected, given these tasks, which an order has just made. Nothing
 * where the nodes were named. */
struct task_order;
void task_emit_run(struct decision *decision, const struct task_order *order, struct list task_ids);

extern const struct refusal refused_task_missing;
extern const struct refusal refused_task_not_of_node;
extern const struct refusal refused_agent_credentials;
extern const struct refusal refused_task_node_missing;
extern const struct refusal refused_node_in_maintenance;
extern const struct refusal refused_run_targets;
extern const struct refusal refused_selector_idle;
extern const struct refusal refused_selector_anywhere;
extern const struct refusal refused_batch_targets;
extern const struct refusal refused_run_by_members;
extern const struct refusal refused_operational_root;
extern const struct refusal refused_task_root;
extern const struct refusal refused_log_scan_scope;
extern const struct refusal refused_root_scope;
extern const struct refusal refused_operational_command;
extern const struct refusal refused_accept_queued;
extern const struct refusal refused_start_ended;
extern const struct refusal refused_start_queued;
extern const struct refusal refused_start_lease;
extern const struct refusal refused_log_state;
extern const struct refusal refused_complete_state;
extern const struct refusal refused_complete_ended;
extern const struct refusal refused_nodes_missing;
extern const struct refusal refused_order_too_large;
extern const struct refusal refused_team_idle;
extern const struct refusal refused_task_team_missing;
extern const struct refusal refused_type_missing;
extern const struct refusal refused_log_preset;

#endif
