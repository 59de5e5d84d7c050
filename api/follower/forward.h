/*
 * What a follower does not do itself goes to its leader, as it came: whatever changes something or must be on
 * record, and whatever agents say.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_FOLLOWER_FORWARD_H
#define API_FOLLOWER_FORWARD_H

#include "api/call.h"

/* Is it for the leader? Never, on a server that follows nobody. */
bool forward_is_wanted(const struct call *call);

/* Passes the whole request on, and answers as the leader does. Loop; the last thing done with the call. */
void forward_call(struct call *call);

#endif
