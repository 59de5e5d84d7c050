/*
 * How long to wait before something is tried again: 1, 2, 4, 8, 16, 30, 30 … seconds, a fifth more or
 * less, so that a fleet whose server comes back does not come all at once.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_BACKOFF_H
#define API_NODE_AGENT_BACKOFF_H

#include <stdint.h>

/* Zero: nothing has failed yet. */
struct backoff {
    unsigned failures;
};

/* Notes one more failure; the wait after it, in microseconds. */
int64_t backoff_next_us(struct backoff *backoff);

#endif
