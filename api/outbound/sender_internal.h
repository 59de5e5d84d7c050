/*
 * The sender's parts, for its own files: all run on the sender's thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_OUTBOUND_SENDER_INTERNAL_H
#define API_OUTBOUND_SENDER_INTERNAL_H

#include "api/outbound/due.h"
#include "api/outbound/sender.h"
#include "api/reader.h"
#include "commands/notification/notification_commands.h"
#include "core/base/map.h"
#include "core/outbound/outbound.h"

struct sender_ports;

struct sender {
    const struct sender_ports *ports;
    const struct settings *settings;
    struct writer *writer;
    struct keyring *keyring;
    const struct ledger *log;
    struct reader reader;
    struct outbound *outbound;
    struct queue *wakeup;
    struct map *told; /* what could not be reported yet: it is not told again */
    struct outbox_figures *figures;
    int64_t counted_us;     /* monotonic: when they were counted last */
    uint64_t must_be_shown; /* ledger size that the read model must have reached */
};

/* How telling one row ended. */
enum delivery_outcome {
    DELIVERY_DONE,      /* or there was nobody to tell */
    DELIVERY_RETRY,     /* again later; the error says why */
    DELIVERY_PERMANENT, /* the error says why */
    DELIVERY_ABORTED    /* nothing can be said of it: we stop, or the read models are away */
};

/* What a turn knows and does outside. */
struct sender_ports {
    /* The rows that are due, and when the next one will be (absent: none will). */
    enum status (*find_due)(
        struct sender *sender,
        struct timestamp now,
        struct arena *arena,
        struct list *out,
        struct error *error);
    enum status (*find_next)(
        struct sender *sender, struct arena *arena, struct timestamp *out, struct error *error);
    enum delivery_outcome (*deliver)(
        struct sender *sender, const struct due *due, struct arena *arena, struct error *error);
    /* Waits for the commit; the size of the ledger with it. False when it was not recorded. */
    bool (*report)(
        struct sender *sender,
        const struct record_delivery *order,
        struct uuid cause,
        uint64_t *out_size);
    struct timestamp (*now)(const struct sender *sender); /* ledger time */
};

/* One turn; how long to wait for the next one, unless woken. */
int64_t sender_turn(struct sender *sender);

/* Sends it, by its kind. */
enum delivery_outcome delivery_send(
    struct sender *sender, const struct due *due, struct arena *arena, struct error *error);

#endif
