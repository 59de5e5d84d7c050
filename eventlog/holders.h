/*
 * How much of the ledger followers hold durably, as they say with each pull, and how much of it a wanted number of
 * them does: so far a leader may acknowledge (ACKNOWLEDGE_AFTER).
 *
 *   follower: appended, synced ──next pull: size, root──► [holders] ──grown──► those who wait for that (api/wait.c)
 *
 * Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_HOLDERS_H
#define EVENTLOG_HOLDERS_H

#include "core/base/uuid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct holders;

enum {
    HOLDERS_MOST = 64
}; /* followers; one more takes the place of the one that was heard longest ago */

/* `wanted` followers are to hold what is acknowledged; 0: nobody is waited for. Given. */
struct holders *holders_new(int64_t wanted);
void holders_free(struct holders *holders); /* accepts NULL */

int64_t holders_wanted(const struct holders *holders); /* of NULL 0 */

/* A follower holds the first so many events. True when the wanted number of them holds more than before. */
bool holders_note(struct holders *holders, struct uuid follower, uint64_t size, int64_t now_us);

/* So many events the wanted number of followers holds; UINT64_MAX where nobody is waited for. No lock. */
uint64_t holders_size(const struct holders *holders);

/* How many followers were heard since then. */
size_t holders_heard(struct holders *holders, int64_t since_us);

#endif
