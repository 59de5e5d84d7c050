/*
 * What is sent of one row of the outbox, ready to go: nothing has to be asked for any more, so that whoever carries it
 * needs no read models and no keys. All of it lies in one arena.
 *
 *   row ──delivery_prepare──► parcel ──parcel_send──► how it went
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_OUTBOUND_PARCEL_H
#define API_OUTBOUND_PARCEL_H

#include "core/outbound/outbound.h"
#include "migrations/notification/outbox.h"

/* How telling one row ended. */
enum delivery_outcome {
    DELIVERY_DONE,      /* or there was nobody to tell */
    DELIVERY_RETRY,     /* again later; the error says why */
    DELIVERY_PERMANENT, /* the error says why */
    DELIVERY_ABORTED,   /* nothing can be said of it: we stop, or the read models are away */
    DELIVERY_READY      /* it has not: the parcel is to be sent */
};

struct parcel {
    enum outbox_kind kind;
    struct uuid workspace_id;
    struct mail_server server; /* of a mail */
    struct mail_message mail;
    struct web_post post; /* of all else */
};

struct parcel_result {
    enum delivery_outcome outcome; /* never DELIVERY_READY */
    struct error error;
    int64_t retry_after_s; /* that the receiver asks to be left alone; 0: it does not */
};

/* Waits for the answer. The thread of `outbound`. */
void parcel_send(
    struct outbound *outbound,
    const struct parcel *parcel,
    struct arena *arena,
    struct parcel_result *out);

#endif
