/*
 * Channels: what deciding knows of one, which is all of it but its address; and how it fares.
 *
 *   (none) ──created──► set up ◄─┐                       deleted: gone
 *                        │  └────┴ changed, key rotated
 *                        └─ nothing taken for 24 hours, 20 times or more ─► switched off (until it is changed)
 *
 * A workspace has at most 16, and the platform as many.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_NOTIFICATION_CHANNEL_H
#define COMMANDS_NOTIFICATION_CHANNEL_H

#include "commands/notification/channel_lookup.h"
#include "commands/notification/delivery.h"
#include "eventlog/events/channel_events.h"

struct window;

enum { MOST_CHANNELS = 16 };

/* Its state is what its events say: struct channel_definition. */
extern const struct aggregate channel_aggregate;

/* Since it took something last; none: it took the last one. */
struct channel_health {
    struct timestamp failing_since;
    int64_t failures; /* in a row */
};
extern const struct aggregate channel_health_aggregate;

void channel_evolve(struct fold *fold, const struct record *record);

/* Whom an order's channels belong to: the workspace that it names, or the installation. And back: the workspace of its
 * records, UUID_NONE of the platform's. */
struct uuid channel_owner(const struct decision *decision, struct uuid workspace_id);
struct uuid
channel_workspace(const struct decision *decision, const struct channel_definition *channel);

/* Refused where it is a workspace, and that is archived or none. */
MUST_USE enum status channel_owner_must_be_writable(
    const struct decision *decision, struct uuid workspace_id, struct error *error);

/* The channel of a path; refused where the workspace is archived or has none of that id. Without a workspace the
 * platform's. */
MUST_USE enum status channel_must_be_of(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid channel_id,
    struct channel_definition *out,
    struct error *error);

/* What holds of each, however it came to be; makes its zone spelled as the database has it. What is refused names the
 * field. `url` is absent where it stays. */
MUST_USE enum status channel_settle(
    const struct decision *decision,
    struct channel_definition *wanted,
    struct text url,
    struct error *error);

/* Scheme, host and port of an address, in the arena; absent where it is none of http or https, or names a user. */
struct text channel_host_of(struct text url, struct arena *arena);

/* Are these its quiet hours? Then until when. */
bool channel_is_quiet(
    const struct decision *decision,
    const struct channel_definition *channel,
    struct timestamp *out_until);

extern const struct refusal refused_channel_missing;
extern const struct refusal refused_channels_full;
extern const struct refusal refused_channel_no_key;
extern const struct refusal refused_channel_off;

#endif
