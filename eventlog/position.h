/*
 * Places: in the ledger, in a stream.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_POSITION_H
#define EVENTLOG_POSITION_H

#include <stdint.h>

/* Index of an entry in the ledger, dense from 0. A ledger whose last entry is at p has size
 * p + 1; where "how far" is meant, a size is used, so that 0 says "nothing yet". */
struct position {
    uint64_t value;
};

/* Index of an event in its stream, from 1; 0 means the stream does not exist. */
struct revision {
    uint64_t value;
};

#endif
