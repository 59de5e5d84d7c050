/*
 * The monitor's parts, for its own files: all run on the monitor's thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_AUTOMATION_MONITOR_INTERNAL_H
#define API_AUTOMATION_MONITOR_INTERNAL_H

#include "api/automation/last_heard.h"
#include "api/automation/monitor.h"
#include "api/own_command.h"
#include "core/base/map.h"
#include "core/run/loop.h"

#include <stdatomic.h>

/* How much was spent in the present second, in one word: so any thread may ask without a lock. */
typedef atomic_uint_fast64_t second_budget;

enum { REFUSAL_SLOTS = 1024 };

struct refusal_budget {
    second_budget overall;
    second_budget by_address[REFUSAL_SLOTS]; /* by the address's hash: collisions share */
    atomic_int_fast64_t since_us;            /* of the first one that was only counted; 0: none */
    atomic_int_fast64_t uncounted;           /* refusals left to summarise */
};

/* May one more refusal of that address be recorded in this second (monotonic)? Else it counts as
 * one to summarise. Allocates nothing. Any thread. */
bool refusal_budget_take(struct refusal_budget *budget, struct text address, int64_t second);

struct monitor {
    const struct settings *settings;
    struct writer *writer;
    struct telemetry *telemetry;
    struct keyring *keyring;
    struct looks *looks;
    struct ledger *log;
    struct ledger_index *index;
    struct loop *loop;
    struct loop_timer *commit_timer;
    struct loop_timer *exact_timer;
    struct loop_timer *offline_timer;
    struct loop_timer *due_timer;
    struct loop_timer *minute_timer;
    struct origins *origins;
    struct last_heard *last_heard;
    struct refusal_budget budget;
    int64_t started_us;          /* monotonic */
    struct timestamp started_at; /* ledger time */
    int64_t due_us;              /* monotonic, when an exact timer was last due; 0: none was */
    bool is_asking[2];  /* which timers are due, all and exact ones: the answer is on its way */
    bool is_dropping;   /* a transcript: what is to be dropped is on its way */
    bool is_retiring;   /* tasks: the order is on its way */
    bool is_output_due; /* of tasks: to be looked for once the index has come far enough */
    bool is_dropping_output;  /* what is to be dropped of it is on its way */
    uint64_t output_known_at; /* ledger size by which the index knows what of it was dropped */
    bool is_following;        /* nothing is recorded here */
    bool is_dirty;            /* telemetry has uncommitted marks */
};

/* Hands a command of the system to the writer and forgets it; the input is copied. False when the
 * writer has too much to do, so that it has to be ordered again. */
MUST_USE static inline bool
monitor_submit(struct monitor *monitor, const struct command *command, const void *input)
{
    return own_command_submit(
        monitor->writer, &(struct own_command){.command = command, .input = input});
}

/* The same, for whoever goes on from what becomes of it: `done` is called once the writer has decided, on the
 * monitor's thread, unless that ends before. False: it is not called. The monitor's thread. */
struct monitor_outcome {
    bool is_done;
    bool is_any;        /* something was recorded */
    const void *answer; /* of the command's shape, until done() returns; NULL: none */
};
typedef void monitor_done(struct monitor_outcome outcome, void *context);
MUST_USE bool monitor_order(
    struct monitor *monitor,
    const struct command *command,
    const void *input,
    monitor_done *done,
    void *context);

/* Has the commands of timers that are due submitted; `is_exact`: only of those whose time no setting
 * adds to, which are looked for more often. */
void due_timers_check(struct monitor *monitor, bool is_exact);

/* How long it may rest until it looks for exact timers again: a second, or less while things fall due one after
 * the other. */
int64_t due_timers_rest_us(const struct monitor *monitor);

/* Ends what earlier runs of the server were attached to, and drops transcripts whose time is over. */
void terminals_check(struct monitor *monitor);

/* Retires tasks that ended long ago, to the last one that is due. */
void finished_tasks_check(struct monitor *monitor);

/* Drops what tasks wrote whose time is over, when it is due to be looked for. */
void task_output_check(struct monitor *monitor);

/* Gives up nodes that have been silent too long. */
void presence_check(struct monitor *monitor);

void refusals_summarise(struct monitor *monitor);

#endif
