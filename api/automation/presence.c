/*
 * The offline watch: who was heard when. A node that stays silent for longer than the timeout is
 * given up once, by a command; a new sign of life takes that back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/watch_internal.h"
#include "commands/node/node_commands.h"
#include "core/base/alloc.h"

void presence_note(struct watch *watch, struct uuid node, struct moment at)
{
    struct presence *presence = map_get(watch->presence, node);

    if (presence == NULL) {
        presence = heap_new(sizeof(*presence));
        map_put(watch->presence, node, presence);
    }
    presence->is_given_up = false;
    if (at.us > presence->seen_at.us)
        presence->seen_at = at;
}

void presence_forget(struct watch *watch, struct uuid node)
{
    heap_free(map_remove(watch->presence, node));
}

void presence_check(struct watch *watch)
{
    int64_t timeout_s = watch->settings->agent_heartbeat_timeout_seconds;
    struct moment limit = moment_plus_us(moment_now(), -timeout_s * US_PER_S);
    size_t cursor = 0;
    struct uuid node;
    void *value;

    while (map_next(watch->presence, &cursor, &node, &value)) {
        struct presence *presence = value;
        struct mark_node_offline order = {node, presence->seen_at, timeout_s};
        if (presence->is_given_up || presence->seen_at.us >= limit.us)
            continue;
        presence->is_given_up = true;
        watch_order(watch, &mark_node_offline_command, &order);
    }
}

void presence_free(struct watch *watch)
{
    size_t cursor = 0;
    struct uuid node;
    void *value;

    while (map_next(watch->presence, &cursor, &node, &value))
        heap_free(value);
    map_free(watch->presence);
}
