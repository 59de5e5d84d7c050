/*
 * The watch over a program on trial: a process of its own, with the code that it watched for.
 *
 *   agent, told to begin anew ─► update_watch_begin_anew ─► exec of the program by its name
 *                                     └─► [watch] ─┬─ heard ─────────────────► ends
 *                                                  └─ dies, or is not heard in time
 *                                                        ─► ends it, puts the old program back, starts that
 *
 * Under systemd nothing is started: that starts the old program again, once the new one has ended. Where the watch was
 * killed with the new program, and that one dies before it can look for itself, systemd starts it for ever; so its unit
 * has the old program count the starts first:
 *
 *   systemd ──before each start──► agent.old count-start ─► update_watch_count_start ─► after three: the old one is back
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_UPDATE_WATCH_H
#define API_NODE_AGENT_UPDATE_WATCH_H

#include "api/node_agent/agent_settings.h"

enum { UPDATE_MOST_STARTS = 3 };

/* What is watched: the calling process, whatever program it becomes. */
struct update_watch {
    const char *program;
    const char *state_directory;
    char *const *arguments; /* that it is started with; NULL-ended */
    int64_t trial_seconds;
};

/* A program that begins while on trial: is watched already, or was stopped in order and is watched from now on; or it, or
 * the machine, has died before: then the old program is put back, and becomes this process. A process without
 * threads. */
void update_watch_resume(const struct update_watch *watch);

/* Becomes the program by its name, watched. Returns where that cannot be started: then the old one is back, and has been
 * tried as well. */
void update_watch_begin_anew(const struct update_watch *watch);

/* Counts a start of the program on trial, durably; the one after UPDATE_MOST_STARTS, or one that could not be counted,
 * puts the caller back: the old program, whose name ends with ".old". Nothing where no program on trial is in place.
 * STATUS_INVALID where the caller has another name. */
MUST_USE enum status update_watch_count_start(const char *state_directory, struct error *error);

#endif
