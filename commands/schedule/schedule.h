/*
 * Schedules: what deciding knows of one.
 *
 *               created             due: held, and then ran | failed (skipped before it)
 *   (none) ──────────────► enabled ◄──┐
 *                           │  ▲ └────┘
 *                  disabled │  │ enabled
 *                           ▼  │
 *                         disabled            any of them ──deleted──► (none)
 *
 * While its workspace is archived or its node in maintenance the clock does not look at it. Where it is due while a
 * window of its workspace is open it is held back, on record, until that ends. After either it runs once, if it was due.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_SCHEDULE_SCHEDULE_H
#define COMMANDS_SCHEDULE_SCHEDULE_H

#include "commands/fold.h"
#include "commands/schedule/schedule_commands.h"
#include "commands/task/task_lookup.h"
#include "core/time/recurrence.h"
#include "eventlog/events/schedule_events.h"

/* Kinds of the area's keys in the write model; new ones go to the end. */
enum schedule_kind {
    STATE_SCHEDULE = AREA_SCHEDULE << AREA_SHIFT,
    STATE_SCHEDULE_TALLY,    /* of a workspace, of an owner */
    LINK_WORKSPACE_SCHEDULE, /* workspace → schedule */
    LINK_NODE_SCHEDULE,      /* node → schedule */
    LINK_TEAM_SCHEDULE,      /* team → schedule */
    LINK_OWNER_SCHEDULE,     /* user → schedule */
    TIMER_SCHEDULE,          /* it is due */
    LINK_SELECTION_SCHEDULE  /* selection → schedule */
};

/* Of a workspace, and of a person: what befalls all of them at once fits into one command. */
enum { MOST_SCHEDULES = 5000 };

/* Of struct schedule_order, for what begins with one. */
enum { SCHEDULE_GIVEN_TAG = 14 };

struct schedule {
    struct uuid id;
    struct uuid workspace_id;
    struct uuid node_id;
    struct uuid target_team_id;
    struct uuid owner_user_id;
    struct uuid template_id;
    struct text name;
    struct text command;
    struct json parameters;
    struct opt_bool run_as_root;
    const struct recurrence *recurrence;
    struct enum_value timezone_source;
    struct opt_bool is_enabled;
    struct timestamp next_run_at; /* absent: never */
    struct text selector;
    struct uuid selection_id;
    struct timestamp held_until; /* when it is looked at instead; absent: it is not held back */
};
extern const struct aggregate schedule_aggregate;

struct schedule_tally {
    int64_t count;
};
extern const struct aggregate schedule_tally_aggregate;

void schedule_evolve(struct fold *fold, const struct record *record);

/* Whether there is one, in the workspace that the path names (absent: in any). */
enum status schedule_must_exist(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid schedule_id,
    struct schedule *out,
    struct error *error);

/* The same, and its workspace may be changed. */
enum status schedule_must_be_changeable(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid schedule_id,
    struct schedule *out,
    struct error *error);

/* Whom it is for: a team, or what is selected then, or else each of these nodes. */
struct schedule_target {
    struct uuid team_id;
    struct selection_ref selected;
    struct list node_ids; /* of UUIDs */
};
struct schedule_target schedule_target_of(const struct create_schedule *order);

/* What an order asks for, checked, but for the node; in the decision's arena. */
enum status schedule_plan(
    const struct decision *decision,
    const struct schedule_order *order,
    const struct schedule_target *target,
    struct schedule_created *out,
    struct error *error);

/* When it is due after another time; absent: never. */
struct timestamp schedule_next(
    const struct decision *decision, const struct recurrence *recurrence, struct timestamp after);

/* Gives it an id, and emits schedule_created. */
void schedule_emit_created(struct decision *decision, struct schedule_created *created);
void schedule_emit_deleted(
    struct decision *decision, const struct schedule *schedule, enum schedule_deletion reason);

/* What its tasks are to do: its command, or what its template says now. `out` names no node or team yet. */
enum status schedule_work(
    const struct decision *decision,
    const struct schedule *schedule,
    struct task_order *out,
    struct error *error);

extern const struct shape schedule_order_shape;
extern const struct shape create_schedule_shape;

extern const struct refusal refused_schedule_missing;
extern const struct refusal refused_schedule_name;
extern const struct refusal refused_schedule_command;
extern const struct refusal refused_schedule_target;
extern const struct refusal refused_schedule_targets;
extern const struct refusal refused_schedule_work;
extern const struct refusal refused_schedule_recurrence;
extern const struct refusal refused_schedule_timezone;
extern const struct refusal refused_schedule_node;
extern const struct refusal refused_schedule_team;
extern const struct refusal refused_schedule_workspace;
extern const struct refusal refused_schedules_full;

#endif
