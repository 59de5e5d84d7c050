/*
 * A new program on trial: that there is one, kept in a file until the server has heard it or the old one is back.
 *
 *   none ─► on trial ─┬─ heard ──────────────► none        (the new program says so)
 *                     └─ dies, not heard ─► gone back ─► none   (the old program tells why)
 *
 * The file also counts how often the new program was started: whoever counts may be all that is left of a watch.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_UPDATE_TRIAL_H
#define API_NODE_AGENT_UPDATE_TRIAL_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/shape/shape.h"

struct update_trial {
    struct uuid target_id; /* whom the server is told about */
    struct text target_version;
    struct text problem; /* why the old program is back; absent while the new one is on trial */
    struct opt_bool
        is_stopped; /* in order, by whoever may: the trial goes on with the next start */
    int64_t starts; /* by a service manager, since it was last stopped in order */
};

/* In the arena. STATUS_NOT_FOUND where there is none. */
MUST_USE enum status update_trial_load(
    const char *state_directory,
    struct arena *arena,
    struct update_trial *out,
    struct error *error);

/* Durable on return. */
MUST_USE enum status update_trial_save(
    const char *state_directory, const struct update_trial *trial, struct error *error);

/* There is none any more. */
MUST_USE enum status update_trial_end(const char *state_directory, struct error *error);

/* Is a program on trial, and was it stopped in order? Without a word of what could not be read. */
bool update_trial_is_on(const char *state_directory);
bool update_trial_is_stopped(const char *state_directory);

/* Notes of a program on trial that it is being stopped, or has begun again; nothing where there is none. */
void update_trial_note_stopped(const char *state_directory, bool is_stopped);

#endif
