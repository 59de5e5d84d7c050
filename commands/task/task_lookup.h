/*
 * What other areas may ask about tasks, and have done to them. Answered from folded state.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_TASK_TASK_LOOKUP_H
#define COMMANDS_TASK_TASK_LOOKUP_H

#include "commands/command.h"
#include "commands/fold.h"
#include "commands/selection/selection_lookup.h"
#include "eventlog/events/task_events.h"

/* Tasks of a node that have not ended, counted up to a little over `most`. */
uint64_t task_count_open(const struct decision *decision, struct uuid node_id, uint64_t most);

/* How a task stands (enum task_status); 0: it is not in the write model. */
int64_t task_status_of(const struct decision *decision, struct uuid task_id);

/* Stops a task, unless it has ended or was asked to: one that has not run never will, one that runs is stopped by its
 * agent. */
void task_emit_stop(struct decision *decision, struct uuid task_id, struct text reason);

/* Ends a task whose outcome is known, but not from its agent, unless it has ended. Its result says who knows it, and what. */
struct known_outcome {
    struct enum_value status; /* enum task_status: success or failed */
    struct text source;
    struct text detail;
};
void task_emit_known(
    struct decision *decision, struct uuid task_id, const struct known_outcome *outcome);

/* Ends them all, because node or workspace go: what waits is cancelled, what runs is abandoned. */
void task_emit_ends(
    struct decision *decision, struct uuid node_id, enum task_abandonment abandonment);

/* Ends those that run, because whoever ran them is gone. */
void task_emit_abandoned(
    struct decision *decision, struct uuid node_id, enum task_abandonment abandonment);

/* Tasks of one kind for several nodes, which are made all together or not at all. */
struct task_order {
    struct uuid workspace_id; /* that the nodes must belong to; absent: any, for platform admins */
    struct list node_ids;     /* of UUIDs: these nodes … */
    /* … or, where it is present, those of a team that are in no maintenance … */
    struct uuid team_id;
    /* … or, where it names one, those that it selects and that are in none */
    struct selection_ref selected;
    struct uuid template_id; /* that the tasks are to name; absent: none */
    struct text
        template_name; /* present: it was named before, with this version, and may be gone by now */
    int64_t template_version;
    struct text type;
    struct json payload; /* absent: {} */
    /* The rolling run that makes them, and which of its targets the node is; absent: none. */
    struct uuid rolling_run_id;
    struct uuid rolling_target_id;
    struct list secrets; /* filled in by the check: what the payload refers to */
};

/* The nodes that an order is for, in its order: those named; or a team's, or those selected, that can take work, oldest
 * first. */
struct node_lookup;
struct task_crew {
    struct uuid *ids;
    struct node_lookup *nodes;
    size_t count; /* 1 at least */
};

/* Finds the nodes of an order, at most `most`, and checks all that must hold, but emits nothing: nodes and team are
 * there, no workspace is archived, no node in maintenance, root access allows the work, the template can be used.
 * What the order leaves open is filled in. The crew is in the decision's arena. */
MUST_USE enum status task_order_check(
    const struct decision *decision,
    struct task_order *order,
    size_t most,
    struct task_crew *out,
    struct error *error);

/* Makes them where all of that holds and there are not too many at once (MOST_NODES_AT_ONCE, MOST_PAYLOAD_AT_ONCE), and
 * emits nothing where something does not. The ids of the tasks, in the order of the nodes, are in the decision's arena. */
MUST_USE enum status task_order_make(
    struct decision *decision,
    const struct task_order *order,
    struct list *out_task_ids,
    struct error *error);

/* Was it refused because the team has no node that could take work now, or nothing that is selected could? */
bool task_order_found_nobody(const struct error *error);

/* Only so many nodes, and so much payload over all of them, fit into one order. */
enum { MOST_NODES_AT_ONCE = 1000, MOST_PAYLOAD_AT_ONCE = 8 << 20 };
enum status task_order_must_fit(size_t nodes, struct text payload, struct error *error);

/* May this node do this work, as far as root access goes? */
enum status task_root_must_be_allowed(
    const struct decision *decision,
    const struct node_lookup *node,
    struct text type,
    struct text payload,
    struct error *error);

/* Text of a JSON document of the shape, in the decision's arena. */
struct json
task_payload(const struct decision *decision, const struct shape *shape, const void *value);

/* Maintenance of a node began or ended: the timers of what waits for it are taken away, and set
 * again. */
void task_hold_timers(struct fold *fold, struct uuid node_id);
void task_resume_timers(struct fold *fold, struct uuid node_id);

#endif
