/*
 * One process a home: <home>/lock is held by flock as long as a process writes there, and names
 * its number for whoever finds it held. The file stays; the lock ends with its holder, even when
 * that is killed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_STORE_HOME_LOCK_H
#define EVENTLOG_STORE_HOME_LOCK_H

#include "core/base/attributes.h"
#include "core/base/error.h"

/* Gives a descriptor to close with home_unlock(). STATUS_CONFLICT (code "home_in_use") when held,
 * STATUS_UNAVAILABLE when the directory cannot be used. */
MUST_USE enum status home_lock(const char *home, int *out, struct error *error);
void home_unlock(int descriptor); /* accepts -1 */

#endif
