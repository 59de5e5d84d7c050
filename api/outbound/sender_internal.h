/*
 * The sender's parts, for its own files: all run on the sender's thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_OUTBOUND_SENDER_INTERNAL_H
#define API_OUTBOUND_SENDER_INTERNAL_H

#include "api/outbound/due.h"
#include "api/outbound/sender.h"
#include "api/reader.h"
#include "core/base/map.h"
#include "core/outbound/outbound.h"

struct sender {
    const struct settings *settings;
    struct writer *writer;
    struct keyring *keyring;
    const struct ledger *log;
    struct reader reader;
    struct outbound *outbound;
    struct queue *wakeup;
    struct queue *answers; /* gets `report` once it is decided */
    struct {
        struct queue_item item; /* first */
        enum status status;
        uint64_t size; /* of the ledger with it */
    } report;
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

/* Sends it, by its kind. */
enum delivery_outcome delivery_send(
    struct sender *sender, const struct due *due, struct arena *arena, struct error *error);

#endif
