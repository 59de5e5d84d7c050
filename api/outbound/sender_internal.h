/*
 * The sender's parts, for its own files: all run on the sender's thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_OUTBOUND_SENDER_INTERNAL_H
#define API_OUTBOUND_SENDER_INTERNAL_H

#include "api/outbound/due.h"
#include "api/outbound/sender.h"
#include "api/steps.h"
#include "core/outbound/outbound.h"

struct sender {
    struct server *server;
    struct worker worker; /* its connection */
    struct outbound *outbound;
    struct queue *wakeup;
    struct queue *answers;  /* reports that are decided */
    struct map *told;       /* what could not be reported yet: it is not told again */
    uint64_t must_be_shown; /* ledger size that the read model must have reached */
};

/* How telling one row ended. */
enum delivery_outcome {
    DELIVERY_DONE,      /* or there was nobody to tell */
    DELIVERY_RETRY,     /* again later; the error says why */
    DELIVERY_PERMANENT, /* the error says why */
    DELIVERY_ABORTED    /* nothing can be said of it: we stop, or the read models are away */
};

/* Tells it, by its kind. */
enum delivery_outcome
tell(struct sender *sender, const struct due *due, struct arena *arena, struct error *error);

#endif
