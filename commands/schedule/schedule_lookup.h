/*
 * What other areas may ask about schedules, and have done to them. Answered from folded state.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_SCHEDULE_SCHEDULE_LOOKUP_H
#define COMMANDS_SCHEDULE_SCHEDULE_LOOKUP_H

#include "commands/command.h"
#include "commands/fold.h"
#include "eventlog/events/schedule_events.h"

/* Does any aim at a team; does somebody own any? */
bool schedule_aims_at_team(const struct decision *decision, struct uuid team_id);
/* Does any go by a selection? The name of one, in the decision's arena. */
bool schedule_aims_at_selection(
    const struct decision *decision, struct uuid selection_id, struct text *out_name);
bool schedule_user_has_schedules(const struct decision *decision, struct uuid user_id);

/* Those of a node, or of a workspace, counted up to a little over `most`. */
uint64_t
schedule_count_of_node(const struct decision *decision, struct uuid node_id, uint64_t most);
uint64_t schedule_count_of_workspace(
    const struct decision *decision, struct uuid workspace_id, uint64_t most);

/* They go with their node, or with their workspace. */
void schedule_emit_node_removed(struct decision *decision, struct uuid node_id);
void schedule_emit_workspace_deleted(struct decision *decision, struct uuid workspace_id);

/* Somebody left a workspace (absent: may not sign in any more): what they own there is switched off. */
void schedule_emit_owner_left(
    struct decision *decision, struct uuid user_id, struct uuid workspace_id);

/* A workspace has another time zone, which those go by that have none of their own. */
void schedule_emit_retimed(
    struct decision *decision, struct uuid workspace_id, struct text timezone);

/* A node came out of maintenance or went into it, a workspace was archived or restored, as is folded already:
 * the timers of their schedules are set or taken away. */
void schedule_move_timers_of_node(struct fold *fold, struct uuid node_id);
void schedule_move_timers_of_workspace(struct fold *fold, struct uuid workspace_id);

/* Windows of a workspace were changed: those that one held back are due again at once. */
void schedule_release_held(struct fold *fold, struct uuid workspace_id);

#endif
