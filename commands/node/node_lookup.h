/*
 * What other areas may ask about nodes: the only door between areas on the write side. Answered
 * from folded state.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_NODE_NODE_LOOKUP_H
#define COMMANDS_NODE_NODE_LOOKUP_H

#include "commands/command.h"
#include "commands/fold.h"

struct node;

struct node_lookup {
    const struct node *state; /* for functions of this header */
    struct uuid workspace_id;
    struct text hostname; /* in the decision's arena */
    bool is_online;
    struct uuid
        connection; /* that its agent speaks on, in this run of the server; absent: on none */
    bool is_in_maintenance;
    int64_t desired_profile; /* enum root_profile */
    int64_t applied_profile;
    int64_t root_sync; /* enum root_sync */
    struct timestamp root_updated_at;
    struct uuid team_id;
    struct text name; /* in the decision's arena, as what follows */
    struct text arch;
    struct text agent_version; /* as last reported; absent: never */
};

/* False when there is no such node. */
bool node_lookup(const struct decision *decision, struct uuid node_id, struct node_lookup *out);

/* The same question while folding. */
bool node_is_in_maintenance(struct fold *fold, struct uuid node_id);

/* The node that this credential digest speaks for; false when it does not, or when there is none.
 * Constant time. A node without credential never fits. */
bool node_lookup_agent(
    const struct decision *decision,
    struct uuid node_id,
    struct bytes credential_digest,
    struct node_lookup *out);

/* The node whose agent speaks on this connection, in this run of the server; false when it does not. */
bool node_lookup_connected(
    const struct decision *decision,
    struct uuid node_id,
    struct uuid connection,
    struct node_lookup *out);

/* The root access that an agent says it has applied. */
struct root_access_report {
    struct enum_value applied_profile;
    struct timestamp last_applied_at;
    struct text last_error;
};
extern const struct shape root_access_report_shape;

/* Takes a report of a node into account: emits node_root_access_reported where it changes something. Choices
 * and moments absent: not reported. NULL: no report. */
void node_note_root_access(
    struct decision *decision,
    struct uuid node_id,
    const struct node_lookup *node,
    const struct root_access_report *report);

/* Which of its starts an agent is, as it says: what an earlier one ran is abandoned. Absent: not
 * said. */
void node_note_start(
    struct decision *decision,
    struct uuid node_id,
    const struct node_lookup *node,
    struct text start);

/* The node of a team after `after` (UUID_NONE: the first). False when there is none. */
bool node_next_of_team(
    const struct decision *decision, struct uuid team_id, struct uuid after, struct uuid *out);

/* The nodes of a workspace whose labels a selector matches, but for those in maintenance; oldest first: ids, in the
 * decision's arena. Where there are more than `most`, one more than that. It looks at each node of the
 * workspace. */
struct selector;
struct list node_select(
    const struct decision *decision,
    struct uuid workspace_id,
    const struct selector *selector,
    size_t most);

/* Does a team look after any node? */
bool node_team_has_nodes(const struct decision *decision, struct uuid team_id);

/* Removes all nodes of a workspace, with their tasks and the installs that wait; and how many events
 * that would be, counted up to a little over `most`. */
void node_emit_removals(struct decision *decision, struct uuid workspace_id);
uint64_t
node_count_removals(const struct decision *decision, struct uuid workspace_id, uint64_t most);

/* Does the applied profile open this surface? */
enum root_surface { SURFACE_OPERATIONAL, SURFACE_TASK, SURFACE_TERMINAL };
bool node_allows_root(const struct node_lookup *facts, enum root_surface surface);

#endif
