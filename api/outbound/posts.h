/*
 * What is posted to the address of a channel. Pure.
 *
 *   webhook   a CloudEvent 1.0 in JSON, structured: type "fleetledger.task.failed"; of a digest "fleetledger.digest",
 *             with how many events there were and the first of them
 *   chat      {"text": "…"}, as Slack takes it, and whoever is compatible with it
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_OUTBOUND_POSTS_H
#define API_OUTBOUND_POSTS_H

#include "api/outbound/due.h"
#include "core/base/arena.h"

/* The id by which a receiver knows a repeat. */
struct text posts_id(const struct due *due, struct arena *arena);

/* `told`: the first events of a digest (struct told), else empty. In the arena. */
struct text posts_webhook_body(const struct due *due, const struct list *told, struct arena *arena);
struct text posts_chat_body(const struct due *due, const struct list *told, struct arena *arena);

#endif
