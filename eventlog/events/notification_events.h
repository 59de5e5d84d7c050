/*
 * How it went with what had to be told: mails and messages of the outbox. The stream of each is
 * the delivery, whose id is that of its row in the outbox.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_NOTIFICATION_EVENTS_H
#define EVENTLOG_EVENTS_NOTIFICATION_EVENTS_H

#include "eventlog/event_type.h"

enum notification_event {
    EVT_DELIVERY_SUCCEEDED = 0x0601,
    EVT_DELIVERY_FAILED = 0x0602,
    EVT_DELIVERY_REQUEUED = 0x0603,
    EVT_DELIVERY_DROPPED = 0x0604,
    EVT_CHANNEL_CREATED = 0x0605, /* this one and those below: channel_events.h */
    EVT_CHANNEL_CHANGED = 0x0606,
    EVT_CHANNEL_DELETED = 0x0607,
    EVT_CHANNEL_KEY_ROTATED = 0x0608,
    EVT_CHANNEL_SWITCHED_OFF = 0x0609,
    EVT_CHANNEL_TESTED = 0x060A,
    EVT_CHANNEL_QUIETED = 0x060B,
    EVT_DIGEST_MADE = 0x060C,
    EVT_NOTIFICATION_TESTED = 0x060D
};

struct delivery_succeeded {
    struct uuid outbox_id;
    struct uuid channel_id; /* absent: by none */
};

/* Final: it is not tried again by itself; else it is due again at the moment given. */
struct delivery_failed {
    struct uuid outbox_id;
    struct text error; /* what the other side said, without addresses of people */
    struct opt_bool is_final;
    struct timestamp next_attempt_at;
    int64_t attempts;       /* so many by now */
    struct uuid channel_id; /* absent: by none */
};

/* A dead letter starts again, as if it had never been tried. */
struct delivery_requeued {
    struct uuid outbox_id;
};

/* A dead letter is given up for good. */
struct delivery_dropped {
    struct uuid outbox_id;
};

extern const struct event_type delivery_succeeded_event;
extern const struct event_type delivery_failed_event;
extern const struct event_type delivery_requeued_event;
extern const struct event_type delivery_dropped_event;
extern const struct event_type *const notification_event_types[];

#endif
