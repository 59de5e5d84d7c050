/*
 * A directory to work in: locked against a second one at work there, and emptied before and after; so one that was
 * killed leaves nothing for long.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_WORKSPACE_H
#define REPLAY_WORKSPACE_H

#include "core/base/attributes.h"
#include "core/base/error.h"

/* Made where it is missing. `*out_lock` is the descriptor that holds the lock. STATUS_CONFLICT, code "at_work":
 * another <what> is at work there. */
MUST_USE enum status
workspace_take(const char *path, const char *what, int *out_lock, struct error *error);

/* Emptied, removed where that can be, and let go. */
void workspace_leave(const char *path, int lock);

/* The lock alone, of a directory that is there and stays as it is. */
MUST_USE enum status
workspace_lock(const char *path, const char *what, int *out_lock, struct error *error);
void workspace_unlock(int lock); /* accepts -1 */

#endif
