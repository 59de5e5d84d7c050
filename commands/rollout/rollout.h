/*
 * Rollouts: what deciding knows of one. A release of the agent is brought to nodes, one after the other (or in waves),
 * and a node's update is over when its agent has shown the version.
 *
 *   created ─► queued ─ dispatched ─► running ─────────────────► completed
 *                                      ▲  │   nothing is left
 *               resumed, or a target   │  │ a target fails
 *               retried or skipped     └─ paused              cancelled: from all but completed
 *
 * A target, a node of the rollout (enum update_status):
 *
 *            task made                  its agent reports: forward only
 *   pending ───────────► dispatched ─► downloading ─► … ─► waiting_for_reconnect
 *    ▲   │                   └──────────────┬───────────────────┘
 *    │   └── the version was seen ──────────┼─► completed
 *    │       it cannot be updated now ──────┼─► failed ── skipped ─► skipped
 *    └────────── retried ───────────────────┼───┘
 *                                           └─► cancelled, with the rollout
 *
 * There is one rollout at a time that is not over; targets of older ones leave the model when another one is created.
 * Before a wave it waits: for the pause between two, or while a window of a workspace is open that one of the wave's
 * nodes belongs to. That is on record (rollout_held).
 *
 * A rollout has a timer while there is something to begin (advance_rollout.c), a target while there is something
 * to judge: that its version was seen, that its task has ended, that nothing was heard (judge_update.c).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_ROLLOUT_ROLLOUT_H
#define COMMANDS_ROLLOUT_ROLLOUT_H

#include "commands/fold.h"
#include "commands/node/node_lookup.h"
#include "commands/rollout/rollout_commands.h"
#include "eventlog/events/rollout_target.h"

/* Kinds of the area's keys in the write model; new ones go to the end. */
enum rollout_kind {
    STATE_ROLLOUT = AREA_ROLLOUT << AREA_SHIFT,
    STATE_UPDATE,         /* a target of the newest rollout */
    LINK_NEWEST_ROLLOUT,  /* UUID_NONE → the newest rollout, and no other */
    LINK_ROLLOUT_PENDING, /* rollout → target */
    LINK_ROLLOUT_ACTIVE,  /* rollout → target */
    LINK_NODE_UPDATE,     /* node → target that is not over */
    LINK_TASK_UPDATE,     /* task → active target that it was made for */
    TIMER_ROLLOUT,        /* there is something to begin */
    TIMER_UPDATE          /* there is something to judge */
};

struct rollout {
    struct uuid id;
    struct enum_value status; /* enum rollout_status */
    struct text target_version;
    struct opt_bool rollback;
    int64_t canary;
    int64_t wave_size;
    int64_t most_failures;
    int64_t targets;
    int64_t pending; /* of them, and so on */
    int64_t active;
    int64_t failed;
    struct opt_bool has_begun; /* anything was dispatched */
    struct timestamp next_at; /* when to begin what is next; absent: not before something happens */
    int64_t pause_seconds;    /* between two waves; absent: none */
    struct timestamp paused_until; /* it waits before a wave; absent: it does not */
    struct uuid held_for;          /* workspace whose window it waits for; absent: none */
};
extern const struct aggregate rollout_aggregate;

/* A target, and what its timer follows from. */
struct update {
    struct rollout_target shown;
    struct timestamp seen_at;       /* that its node's agent is of the version; absent: never */
    struct timestamp task_ended_at; /* without success; absent: it has not */
    struct enum_value task_status;  /* enum task_status, then */
    struct timestamp heard_at;      /* patience begins here */
};
extern const struct aggregate update_aggregate;

void rollout_evolve(struct fold *fold, const struct record *record);

/* The rollout of a path: 404. */
enum status rollout_must_exist(
    const struct decision *decision, struct uuid id, struct rollout *out, struct error *error);

/* A failed target of a paused rollout, as retry and skip want it: 404, 409. `goes_on`: so would the rollout without it. */
struct failed_target {
    struct rollout rollout;
    struct update update;
    bool goes_on;
};
enum status rollout_target_must_have_failed(
    const struct decision *decision,
    const struct steer_rollout_target *order,
    struct failed_target *out,
    struct error *error);

/* Can the agent of this node be brought to this version now? Refused in the order that clients know. */
struct wanted_release {
    struct text version;
    struct list artifacts; /* of struct rollout_artifact; absent: they were looked at before */
};
enum status rollout_node_must_fit(
    const struct decision *decision,
    struct uuid node_id,
    const struct wanted_release *release,
    struct node_lookup *out,
    struct error *error);

/* Has the agent of the node shown the version, and is it there? */
bool rollout_is_seen(const struct node_lookup *node, struct text version);

/* The target is over; `rollout` is as it is after that. Its task ends with it, unless it has. */
void rollout_emit_confirmed(
    struct decision *decision, struct rollout *rollout, const struct update *update);
struct update_end {
    enum update_failure cause;
    struct text message; /* at most ROLLOUT_LONGEST_MESSAGE of it are recorded */
    struct list altered;
};
void rollout_emit_failed(
    struct decision *decision,
    struct rollout *rollout,
    const struct update *update,
    const struct update_end *end);

extern const struct refusal refused_rollout_open;
extern const struct refusal refused_rollout_upgrade;
extern const struct refusal refused_rollout_release;
extern const struct refusal refused_rollout_node_missing;
extern const struct refusal refused_rollout_node_offline;
extern const struct refusal refused_rollout_node_maintenance;
extern const struct refusal refused_rollout_node_arch;
extern const struct refusal refused_rollout_node_version;
extern const struct refusal refused_rollout_missing;
extern const struct refusal refused_rollout_resume;
extern const struct refusal refused_rollout_failed_left;
extern const struct refusal refused_rollout_over;
extern const struct refusal refused_rollout_not_paused;
extern const struct refusal refused_rollout_target_missing;
extern const struct refusal refused_rollout_target_elsewhere;
extern const struct refusal refused_rollout_target_not_failed;
extern const struct refusal refused_rollout_agent;
extern const struct refusal refused_rollout_target_of_others;

#endif
