/*
 * Which system events a channel tells.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_NOTIFICATION_CHANNEL_MATCH_H
#define PROJECTIONS_NOTIFICATION_CHANNEL_MATCH_H

#include "core/base/arena.h"
#include "core/shape/shape.h"

#include <stdbool.h>

struct channel_row;
struct event_row;

/* Does a channel that is switched on tell this event? `labels` are those of its node, an object; absent where it is about
 * none, and then no selector matches. */
bool channel_tells(
    const struct channel_row *channel,
    const struct event_row *event,
    struct json labels,
    struct arena *arena);

/* Does it wait, to become part of a digest? What is critical heeds no quiet hours. */
bool channel_gathers(const struct channel_row *channel, bool is_critical);

#endif
