/*
 * What happened to channels: where the system events of a workspace, or of the platform and all workspaces, are told, and
 * which of them. Those of the platform's name the installation where others name their workspace. The stream of each is
 * the channel, but for a digest's, which is the digest. Whatever is created or changed says all of it, as it is from
 * then on; but the address, which is a secret, only where it is another one.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_CHANNEL_EVENTS_H
#define EVENTLOG_EVENTS_CHANNEL_EVENTS_H

#include "eventlog/event_type.h"

enum channel_kind { CHANNEL_WEBHOOK = 1, CHANNEL_CHAT, CHANNEL_MAIL };
extern const char *const channel_kind_names[];

/* What the text of a chat may have: {{type}} … */
enum channel_placeholder {
    SAYS_NOTHING, /* it is none */
    SAYS_TYPE,
    SAYS_SEVERITY,
    SAYS_MESSAGE,
    SAYS_NODE,
    SAYS_WORKSPACE,
    SAYS_TIME
};
enum channel_placeholder channel_placeholder_of(struct text name);

enum {
    CHANNEL_LONGEST_NAME = 160,
    CHANNEL_LONGEST_URL = 2000,
    CHANNEL_LONGEST_TEXT = 2000,
    CHANNEL_LONGEST_TYPE = 120,
    CHANNEL_MOST_TYPES = 50,
    CHANNEL_MOST_PEOPLE = 50,
    CHANNEL_MOST_WORKSPACES = 100,
    CHANNEL_LONGEST_DIGEST_S = 86400,
    CHANNEL_URL_TAG = 20 /* of both events */
};

/* A time of each day; it may reach beyond midnight. */
struct quiet_hours {
    struct text from; /* "22:00" */
    struct text to;
    struct text timezone; /* as the tz database spells it */
};
extern const struct shape quiet_hours_shape;
/* The same in an order: documents of the API tell what comes in from what is answered. */
extern const struct shape quiet_hours_order_shape;
#define QUIET_HOURS_ORDER(of)                                                                      \
    MEMBER_OF(of, quiet_hours, const struct quiet_hours *), .kind = KIND_OBJECT,                   \
                                                            .shape = &quiet_hours_order_shape

struct channel_definition {
    struct uuid channel_id;
    struct uuid workspace_id; /* it belongs to; the installation, if it is the platform's */
    struct text name;
    struct enum_value kind;
    struct text host;     /* of the address: "https://hooks.example.com"; absent: it has none */
    struct list user_ids; /* whom a mail goes to; absent: to nobody */
    struct opt_bool is_enabled;
    struct list severities; /* of severity_names; absent: all */
    struct list types;      /* "task.failed", "task.*"; absent: all */
    struct text selector;   /* of the labels of an event's node; absent: any, or none */
    const struct quiet_hours *quiet_hours; /* NULL: none */
    int64_t digest_seconds;                /* 0: each event is told by itself */
    struct text text;          /* of chat: what is said, with placeholders; absent: the usual */
    struct uuid key_id;        /* of a webhook: what its key is made of */
    struct list workspace_ids; /* of the platform's: whose events; absent: those of any */
};
extern const struct shape channel_definition_shape;

struct channel_created {
    struct channel_definition definition;
    struct personal url;
};

struct channel_changed {
    struct channel_definition definition;
    struct personal url; /* absent: as before */
};

struct channel_deleted {
    struct uuid channel_id;
    struct uuid workspace_id;
    struct opt_bool is_consequence; /* of deleting the workspace */
};

/* What is sent is signed by both until then. */
struct channel_key_rotated {
    struct uuid channel_id;
    struct uuid key_id;
    struct timestamp former_until;
};

/* Nothing was taken for long. */
struct channel_switched_off {
    struct uuid channel_id;
    struct uuid workspace_id;
    struct text name;
    struct timestamp failing_since;
    int64_t failures; /* in a row */
    struct text error;
};

/* A test message is asked for; the delivery has the event's id. */
struct channel_tested {
    struct uuid channel_id;
    struct uuid workspace_id;
};

/* A digest fell due in its quiet hours, which last until then. */
struct channel_quieted {
    struct uuid channel_id;
    struct timestamp until;
};

enum { DIGEST_MOST_DELIVERIES = 1000, DIGEST_MOST_SHOWN = 10 };

/* Deliveries that waited become one, which has the digest's id. */
struct digest_made {
    struct uuid digest_id;
    struct uuid channel_id;
    struct uuid workspace_id;
    struct list delivery_ids;
    struct list event_ids; /* of the first that are shown one by one */
    int64_t events;
    int64_t warnings;
    int64_t criticals;
};

enum notification_way { NOTIFICATION_EMAIL = 1, NOTIFICATION_TELEGRAM };
extern const char *const notification_way_names[];

/* A test message by mail, to whoever asks, or by the workspace's Telegram bot; the delivery has the event's id. */
struct notification_tested {
    struct uuid workspace_id;
    struct enum_value channel;
    struct uuid user_id;
};

extern const struct event_type channel_created_event;
extern const struct event_type channel_changed_event;
extern const struct event_type channel_deleted_event;
extern const struct event_type channel_key_rotated_event;
extern const struct event_type channel_switched_off_event;
extern const struct event_type channel_tested_event;
extern const struct event_type channel_quieted_event;
extern const struct event_type digest_made_event;
extern const struct event_type notification_tested_event;

#endif
