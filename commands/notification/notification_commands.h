/*
 * Orders about what has to be told: how a delivery went, and what becomes of dead letters.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_NOTIFICATION_NOTIFICATION_COMMANDS_H
#define COMMANDS_NOTIFICATION_NOTIFICATION_COMMANDS_H

#include "commands/command.h"

struct quiet_hours;

/* The sender tried. A failure is tried again after 2, 4, 8, 16, 32, 60 and 60 seconds; after the
 * eighth it is a dead letter. Nothing happens to a delivery that has ended already. */
struct record_delivery {
    struct uuid outbox_id;
    struct uuid workspace_id;    /* whose event it tells; may be absent */
    struct text error;           /* absent: it was delivered */
    struct opt_bool is_hopeless; /* trying again cannot help: a dead letter at once */
    struct uuid channel_id;      /* that it goes by; absent: none. Then its pauses vary a little, */
    int64_t retry_after_s;       /* … and are at least so long; absent: as ever */
};
extern const struct command record_delivery_command;

/* All of them, or none; a repeated one counts once. */
struct remediation {
    struct list ids; /* of UUIDs */
};
/* Dead letters start again. */
extern const struct command requeue_deliveries_command;
/* Dead letters are given up. */
extern const struct command drop_deliveries_command;

/* Channels, which system events of a workspace, or of the platform and any workspace, are told to. */
struct create_channel {
    struct uuid workspace_id; /* FROM_PATH; absent: the platform's, here and below */
    struct text name;
    struct enum_value kind;
    struct text url;      /* of all but mail */
    struct list user_ids; /* of mail */
    struct opt_bool is_enabled;
    struct list severities;
    struct list types;
    struct text selector;
    const struct quiet_hours *quiet_hours;
    int64_t digest_seconds; /* absent: none for a webhook, 30 for people */
    struct text text;
    struct list workspace_ids; /* of the platform's; absent: any */
};
extern const struct command create_channel_command;

/* Whatever is not given stays; null clears what need not be there. */
struct change_channel {
    struct uuid workspace_id; /* FROM_PATH */
    struct uuid channel_id;   /* FROM_PATH */
    struct text name;
    struct text url;
    struct list user_ids;
    struct opt_bool is_enabled;
    struct list severities;
    struct list types;
    struct text selector;
    const struct quiet_hours *quiet_hours;
    int64_t digest_seconds;
    struct text text;
    struct list workspace_ids;
    int64_t given;
};
extern const struct command change_channel_command;

/* What waits to be told goes with it; and: the former key of a webhook signs for 24 hours more; a test message, which is
 * due at once. */
struct channel_order {
    struct uuid workspace_id; /* FROM_PATH */
    struct uuid channel_id;   /* FROM_PATH */
};
extern const struct command delete_channel_command;
extern const struct command rotate_channel_key_command;
extern const struct command test_channel_command;

/* A test message by the workspace's own mail or Telegram. */
struct test_notification {
    struct uuid workspace_id; /* FROM_PATH */
    struct enum_value channel;
};
extern const struct command test_notification_command;

/* What a test is answered by. */
struct tested_view {
    struct uuid delivery_id;
};
extern const struct shape tested_view_shape;

/* The sender: deliveries that waited, of one channel, are to become one. In the quiet hours of the channel it is on record
 * how long those last, and nothing else, unless the events are critical. */
struct make_digest {
    struct uuid channel_id;
    struct list delivery_ids; /* of UUIDs, at least one */
    struct list event_ids;    /* of the first that are shown one by one */
    int64_t warnings;
    int64_t criticals;
    struct opt_bool is_critical; /* all of them are */
};
extern const struct command make_digest_command;

/* What both orders about dead letters answer. */
struct remediated_view {
    struct opt_bool success;
    int64_t affected;
};
extern const struct shape remediated_view_shape;

extern const struct command *const notification_commands[];
extern const struct refusal *const notification_refusals[];

#endif
