/*
 * How a follower stands to its leader: published by the thread that pulls, read by any thread without a lock.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_FOLLOWING_H
#define EVENTLOG_FOLLOWING_H

#include "core/base/error.h"
#include "core/base/timestamp.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct following {
    const char *url;                  /* of the leader; fixed */
    atomic_uint_fast64_t leader_size; /* that it has signed, as it last said */
    atomic_int_fast64_t complete_us;  /* monotonic: when we last had all of that; 0: never yet */
    atomic_bool is_connected;         /* its last answer was one */
    atomic_bool is_complete;          /* and we have all that it had signed then */
    atomic_bool is_contradicted;      /* its history is not ours: nothing is pulled any more … */
    struct error why;                 /* … because of this; written before is_contradicted */
};

/* How long ago we last had all that the leader had signed; 0 where we have it, INT64_MAX where we never had. */
static inline int64_t following_lag_us(const struct following *following)
{
    int64_t complete_us = atomic_load(&following->complete_us);

    if (atomic_load(&following->is_connected) && atomic_load(&following->is_complete))
        return 0;
    return complete_us == 0 ? INT64_MAX : monotonic_us() - complete_us;
}

/* Events that the leader has signed, and we do not have. */
static inline uint64_t following_lag(const struct following *following, uint64_t size)
{
    uint64_t leader_size = atomic_load(&following->leader_size);

    return leader_size > size ? leader_size - size : 0;
}

#endif
