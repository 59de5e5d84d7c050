/*
 * Rolling runs: what deciding knows of one.
 *
 *                      wave over                    wave over, nothing pending
 *   created ─► running ─────────► pausing            ┌────────────► completed
 *               ▲ ▲  │ ◄───────────  │               │                 │ retried
 *               │ │  │   pause over  │    running, pausing ◄───────────┘
 *     resumed,  │ │  │               │               │
 *     retried   │ │  └───────┬───────┘               │ stopped, completed: cancelled
 *               │ │          │ too many failures,    ▼
 *               │ └──────┐   │ stopped by somebody  cancelled: for good
 *               └──── stopped ◄                     (from running and pausing, too)
 *
 * A target, a node of the run:
 *
 *              wave begins            its task ends, and is counted
 *   pending ───────────────► active ──────────────────────────────► succeeded | failed | cancelled
 *    ▲ │  │                     └─ not claimed in time ───────────► not reached
 *    │ │  └─ the node takes no work now ──────────────────────────► not reached
 *    │ ├─ skipped ─► skipped
 *    │ └─ run cancelled ─► cancelled              retried
 *    └───────────────────────────────────────────────────────────── failed, not reached
 *
 * The state of a run holds its policy and figures only; its targets are links, walked in their order, and a small state
 * each until it can be of no more use. When something is to be looked at is one timer of the run, see advance_rolling_run.c.
 * While its workspace is archived the clock does not look at it; after that it goes on. Where a wave is to begin while a
 * window of its workspace is open, it pauses until that ends: held, on record.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_ROLLING_ROLLING_H
#define COMMANDS_ROLLING_ROLLING_H

#include "commands/fold.h"
#include "commands/rolling/rolling_commands.h"
#include "commands/task/task_lookup.h"
#include "commands/waves.h"
#include "eventlog/events/rolling_events.h"

/* Kinds of the area's keys in the write model; new ones go to the end. */
enum rolling_kind {
    STATE_ROLLING_RUN = AREA_ROLLING << AREA_SHIFT,
    STATE_ROLLING_WORK,     /* of a run: what its tasks are to do */
    STATE_ROLLING_TARGET,   /* until it has succeeded, was skipped or cancelled */
    LINK_WORKSPACE_ROLLING, /* workspace → run that is neither completed nor cancelled */
    LINK_OWNER_ROLLING,     /* user → the same */
    LINK_ROLLING_PENDING,   /* run → target */
    LINK_ROLLING_ACTIVE,    /* run → target whose task has not ended */
    LINK_ROLLING_ENDED, /* run → target whose task has ended, which is not counted; value: what came of it */
    LINK_ROLLING_RETRYABLE, /* run → target that has failed or was not reached */
    TIMER_ROLLING_RUN       /* there is something to look at */
};

/* Of a workspace, that are neither completed nor cancelled: what befalls all of them at once fits into one command. */
enum { MOST_ROLLING_RUNS = 100 };

/* Ends of tasks are counted together, so long after the first. */
enum { ROLLING_GATHER_US = 250000 };

struct rolling_run {
    struct uuid id;
    struct uuid workspace_id;
    struct uuid owner_user_id;
    struct enum_value status; /* enum rolling_status */
    int64_t canary;
    int64_t wave_size;
    int64_t most_failures;
    int64_t pause_seconds;
    int64_t reach_seconds;
    int64_t pending; /* targets, as counted */
    int64_t active;
    int64_t succeeded;
    int64_t failed;
    int64_t not_reached;
    int64_t skipped;
    int64_t failures; /* see struct waves_progress, and the next two as well */
    struct opt_bool is_canary;
    struct opt_bool has_begun;
    struct timestamp paused_until;
    struct timestamp
        next_at; /* when to ask what is next; absent: not before something else happens */
    struct timestamp count_at; /* when to count ends of tasks; absent: there are none */
    struct timestamp reach_at; /* when to look for tasks that still wait; absent: never */
    int64_t waves;             /* that have begun */
    struct opt_bool is_held;   /* it pauses because a window is open */
};
extern const struct aggregate rolling_run_aggregate;

struct rolling_work {
    struct uuid target_team_id;
    struct uuid template_id;
    struct text template_name;
    int64_t template_version;
    struct text type;
    struct json payload;
};
extern const struct aggregate rolling_work_aggregate;

struct rolling_target {
    struct uuid run_id;
    struct uuid node_id;
    struct uuid task_id; /* absent: it is pending */
};
extern const struct aggregate rolling_target_aggregate;

void rolling_evolve(struct fold *fold, const struct record *record);

/* What came of a target as the value of a link, and back. */
static inline uint64_t rolling_end_value(enum target_status status, enum target_reason reason)
{
    return (uint64_t)status << 8 | reason;
}
static inline struct rolling_target_ended rolling_end_of(struct uuid target_id, uint64_t value)
{
    return (struct rolling_target_ended){
        .target_id = target_id, .status = {(int64_t)(value >> 8)}, .reason = {value & 0xff}};
}

/* Counts a target that is over: where deciding looks ahead, and where events are folded. */
void rolling_count_end(struct rolling_run *run, const struct rolling_target_ended *ended);

/* The run of a path, where its workspace may be changed and it stands so that this can be done with it: 404, 409. */
struct rolling_steering {
    unsigned statuses; /* 1 << enum rolling_status, joined */
    const char *what;  /* "stopped" */
};
enum status rolling_must_be(
    const struct decision *decision,
    const struct steer_rolling_run *order,
    const struct rolling_steering *steering,
    struct rolling_run *out,
    struct error *error);

/* As given; absent where nothing is. */
static inline struct text rolling_reason(const struct steer_rolling_run *order)
{
    return order->reason.size > 0 ? order->reason : (struct text){NULL, 0};
}

/* Targets that somebody names: each must be linked so, else it is refused so. */
struct chosen_targets {
    struct list ids; /* of UUIDs, each once; absent: all that are linked so */
    uint16_t kind;
    const struct refusal *refusal;
};

/* Their ids, in the decision's arena; 404 for what is no target of the run. */
enum status rolling_choose(
    const struct decision *decision,
    struct uuid run_id,
    const struct chosen_targets *chosen,
    struct list *out_ids,
    struct error *error);

/* Its pending targets go, and nothing is begun any more. */
void rolling_emit_cancelled(
    struct decision *decision,
    const struct rolling_run *run,
    enum rolling_cancellation cause,
    struct text reason);

extern const struct refusal refused_rolling_missing;
extern const struct refusal refused_rolling_work;
extern const struct refusal refused_rolling_targets;
extern const struct refusal refused_rolling_waves;
extern const struct refusal refused_rolling_wave_size;
extern const struct refusal refused_rolling_payload;
extern const struct refusal refused_rolling_too_large;
extern const struct refusal refused_rolling_full;
extern const struct refusal refused_rolling_status;
extern const struct refusal refused_rolling_target_missing;
extern const struct refusal refused_rolling_not_pending;
extern const struct refusal refused_rolling_not_retryable;
extern const struct refusal refused_rolling_nothing_to_retry;

#endif
