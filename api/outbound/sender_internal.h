/*
 * The sender's parts, for its own files.
 *
 *   sender_turn.c ──asks──► what is due, what has waited       (the sender's thread, which alone has read models and keys)
 *       │  ▲                      │
 *       │  └─ reports ◄─ lane ◄───┴── delivery*.c: a parcel
 *       └────────────► lane.c: carries one parcel at a time   (a thread each)
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_OUTBOUND_SENDER_INTERNAL_H
#define API_OUTBOUND_SENDER_INTERNAL_H

#include "api/outbound/due.h"
#include "api/outbound/parcel.h"
#include "api/outbound/sender.h"
#include "api/reader.h"
#include "commands/notification/notification_commands.h"
#include "core/run/queue.h"
#include "eventlog/events/channel_events.h"

#include <stdatomic.h>

struct sender_ports;
struct thread;

/* So many parcels are on their way at once; of channels fewer, so that mail does not wait for them. */
enum {
    SENDER_LANES = 10,
    MOST_OF_CHANNELS = 8,
    MOST_OF_WORKSPACE = 4, /* of the channels of one */
    MOST_TO_TARGET = 2,    /* host of an address; the mail server gets one after the other */
    LANE_ARENA_BYTES = 16 << 20
};

/* It is free, or has a row that is being told, or one that was and is to be reported. */
struct lane {
    struct queue_item item; /* first: on its way to the lane's thread */
    struct sender *sender;
    struct outbound *outbound;
    struct queue *jobs;
    struct thread *thread;
    struct arena *arena; /* of what follows; NULL: it is free */
    struct due due;
    struct parcel parcel;
    struct parcel_result result;
    atomic_bool is_told; /* there is a result */
};

struct sender {
    const struct sender_ports *ports;
    const struct settings *settings;
    struct writer *writer;
    struct keyring *keyring;
    const struct ledger *log;
    struct reader reader;
    struct lane lanes[SENDER_LANES];
    struct queue *wakeup;
    struct outbox_figures *figures;
    int64_t counted_us;     /* monotonic: when they were counted last */
    uint64_t must_be_shown; /* ledger size that the read model must have reached */
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
    /* Makes digests of what has waited; the size of the ledger with them, 0 where there are none. */
    enum status (*gather)(
        struct sender *sender,
        struct timestamp now,
        struct arena *arena,
        uint64_t *out_size,
        struct error *error);
    /* What is to be sent of it, or what became of it already. */
    enum delivery_outcome (*prepare)(
        struct sender *sender,
        const struct due *due,
        struct arena *arena,
        struct parcel *parcel,
        struct error *error);
    /* Gives the lane's parcel to its thread. */
    void (*begin)(struct lane *lane);
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

/* Reports what was told. False when that is not recorded now, or we stop. */
bool sender_report(struct sender *sender);

/* sender_digests.c: the port. */
enum status sender_gather(
    struct sender *sender,
    struct timestamp now,
    struct arena *arena,
    uint64_t *out_size,
    struct error *error);

/* lane.c: its thread, from the first to the second; what is under way is broken off before that by
 * outbound_cancel(). */
void lane_start(struct lane *lane, struct sender *sender);
void lane_end(struct lane *lane);
void lane_begin(struct lane *lane); /* the port */
void lane_free(struct lane *lane);  /* what it carried is done with */

/* delivery.c: the port; and delivery_post.c: what goes to the address of a channel. */
enum delivery_outcome delivery_prepare(
    struct sender *sender,
    const struct due *due,
    struct arena *arena,
    struct parcel *parcel,
    struct error *error);
enum delivery_outcome delivery_prepare_post(
    struct sender *sender,
    const struct due *due,
    struct arena *arena,
    struct parcel *parcel,
    struct error *error);
/* The first events of a digest (struct told); of all else none. */
enum status delivery_told(
    struct sender *sender,
    const struct due *due,
    struct arena *arena,
    struct list *out,
    struct error *error);

#endif
