/*
 * What is due, with all that there is to say of it, and whom to tell.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_OUTBOUND_DUE_H
#define API_OUTBOUND_DUE_H

#include "core/db/db.h"
#include "migrations/notification/outbox.h"

/* A row of the outbox, and what its ids stand for now. */
struct due {
    struct uuid id;
    struct uuid
        event_id; /* that a message tells of; absent: the delivery has the id of the event that
                             asked for it */
    struct enum_value kind;
    struct uuid subject_id;
    struct uuid workspace_id;    /* whose it is; absent: the platform's */
    struct uuid of_workspace_id; /* that it tells of: of a platform's channel that of the event */
    struct uuid user_id;
    struct text hostname;
    struct text requested_by;
    struct timestamp expires_at;
    struct timestamp next_attempt_at;
    struct text email; /* of the person */
    struct text name;
    struct text workspace_name; /* absent: the workspace is gone, or it tells of none */
    struct bytes bot_token_box; /* of the workspace's Telegram bot; absent: it has none */
    struct uuid bot_token_event_id;
    struct text chat_id;
    struct text event_type;
    struct enum_value severity;
    struct text message;
    struct timestamp detected_at;
    struct uuid node_id;
    struct text node_name;    /* absent: no node, or it is gone */
    struct uuid channel_id;   /* that it goes by; absent: none */
    struct text channel_name; /* of that; absent: it is gone */
    struct opt_bool channel_is_enabled;
    struct text channel_text;
    struct text channel_host;
    struct bytes url_box;
    struct uuid url_event_id;
    struct uuid key_id;
    struct uuid former_key_id;
    struct timestamp former_key_until;
    int64_t events; /* of a digest; absent: it is none */
    int64_t warnings;
    int64_t criticals;
};

/* Does it tell several events at once? */
static inline bool due_is_digest(const struct due *due)
{
    return due->events > 0;
}

/* Where it happened, in words. */
static inline struct text due_place(const struct due *due)
{
    return text_is_present(due->workspace_name) ? due->workspace_name : text_lit("the platform");
}

extern const struct shape due_shape;

struct at_timestamp {
    struct timestamp now;
};
extern const struct shape at_timestamp_shape;

/* The oldest rows that are due at `now`, of each channel a few; struct at_timestamp → struct due. */
extern const struct sql due_sql;

struct next_due {
    struct timestamp at;
};
/* When the next one will be due; struct next_due. */
extern const struct sql next_due_sql;

struct recipient {
    struct text email;
};

/* Who is to be told of an event; struct event_audience → struct recipient. */
struct event_audience {
    struct uuid workspace_id;
    struct opt_bool is_critical;
};
extern const struct sql event_recipients_sql;

/* Whom a channel mails to: those who are still members, or platform admins; struct of_one, its id → struct recipient. */
struct of_one {
    struct uuid id;
};
extern const struct sql channel_recipients_sql;

/* The first events of a digest; struct of_one, the delivery → struct told. */
struct told {
    struct uuid id;
    struct text type;
    struct enum_value severity;
    struct text message;
    struct timestamp time;
    struct uuid node_id;
    struct text node_name;
    struct uuid workspace_id; /* only by a channel of the platform */
};
extern const struct shape told_shape;
extern const struct sql digest_events_sql;

/* Who is to be told that a machine asks in somebody's name; struct enrollment_audience → struct
 * recipient. */
struct enrollment_audience {
    struct uuid user_id; /* absent: of nobody that we know */
};
extern const struct sql enrollment_recipients_sql;

#endif
