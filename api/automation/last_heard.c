/*
 * A map for finding a node, a list for the order.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/last_heard.h"

#include "core/base/heap.h"
#include "core/base/map.h"

#include <sys/queue.h>

struct heard_node {
    TAILQ_ENTRY(heard_node) order;
    struct uuid id;
    struct timestamp seen_at;
    int64_t heard_us;
    bool is_listed;
};

struct last_heard {
    struct map *nodes;                   /* id → struct heard_node, owned */
    TAILQ_HEAD(, heard_node) by_silence; /* the longest silent first */
};

struct last_heard *last_heard_new(void)
{
    struct last_heard *heard = heap_new(sizeof(*heard));

    heard->nodes = map_new();
    TAILQ_INIT(&heard->by_silence);
    return heard;
}

void last_heard_free(struct last_heard *heard)
{
    size_t cursor = 0;
    struct uuid id;
    void *node;

    if (heard == NULL)
        return;
    while (map_next(heard->nodes, &cursor, &id, &node))
        heap_free(node);
    map_free(heard->nodes);
    heap_free(heard);
}

static void unlist(struct last_heard *heard, struct heard_node *node)
{
    if (node->is_listed)
        TAILQ_REMOVE(&heard->by_silence, node, order);
    node->is_listed = false;
}

void last_heard_note(
    struct last_heard *heard, struct uuid node, struct timestamp seen_at, int64_t now_us)
{
    struct heard_node *known = map_get(heard->nodes, node);

    if (known == NULL) {
        known = heap_new(sizeof(*known));
        known->id = node;
        map_put(heard->nodes, node, known);
    }
    unlist(heard, known);
    if (seen_at.us > known->seen_at.us)
        known->seen_at = seen_at;
    known->heard_us = now_us;
    known->is_listed = true;
    TAILQ_INSERT_TAIL(&heard->by_silence, known, order);
}

bool last_heard_take_silent(
    struct last_heard *heard, int64_t before_us, struct uuid *out_node, struct timestamp *out_seen)
{
    struct heard_node *longest = TAILQ_FIRST(&heard->by_silence);

    if (longest == NULL || longest->heard_us >= before_us)
        return false;
    unlist(heard, longest);
    *out_node = longest->id;
    *out_seen = longest->seen_at;
    return true;
}

/* It was silent longer than those that are listed. */
void last_heard_put_back(struct last_heard *heard, struct uuid node)
{
    struct heard_node *known = map_get(heard->nodes, node);

    if (known == NULL || known->is_listed)
        return;
    known->is_listed = true;
    TAILQ_INSERT_HEAD(&heard->by_silence, known, order);
}

void last_heard_forget(struct last_heard *heard, struct uuid node)
{
    struct heard_node *known = map_remove(heard->nodes, node);

    if (known != NULL)
        unlist(heard, known);
    heap_free(known);
}
