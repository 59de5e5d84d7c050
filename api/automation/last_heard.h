/*
 * Nodes in the order in which they were last heard, so that looking for silent ones looks at those
 * alone. Silence is measured by the monotonic clock: neither a clock that is set nor a machine that
 * slept makes a fleet fall silent.
 *
 *   listed ◄──note── (heard)      listed ──take_silent──► given up ──note, put_back──► listed
 *
 * One thread (the monitor's).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_AUTOMATION_LAST_HEARD_H
#define API_AUTOMATION_LAST_HEARD_H

#include "core/base/timestamp.h"
#include "core/base/uuid.h"

struct last_heard;

struct last_heard *last_heard_new(void);
void last_heard_free(struct last_heard *heard); /* accepts NULL */

/* A sign of life: `seen_at` is what is told of it, `now_us` the monotonic time, which never falls
 * from call to call. */
void last_heard_note(
    struct last_heard *heard, struct uuid node, struct timestamp seen_at, int64_t now_us);

/* Of the nodes that are listed, takes out the one that has been silent longest, if it was heard
 * before `before_us`. False when there is none. */
bool last_heard_take_silent(
    struct last_heard *heard, int64_t before_us, struct uuid *out_node, struct timestamp *out_seen);

/* Lists a node again that was taken out and has not been heard since. */
void last_heard_put_back(struct last_heard *heard, struct uuid node);

void last_heard_forget(struct last_heard *heard, struct uuid node);

#endif
