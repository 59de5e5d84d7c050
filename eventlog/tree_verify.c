/*
 * Paths of hashes, followed from the leaf up (RFC 9162, sections 2.1.3.2 and 2.1.4.2): at each level the
 * next hash stands to the left or to the right, or the node is the last of its level and goes up alone.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/tree.h"

#include <string.h>

/* A node on its way up: its index, and that of the last node of its level. */
struct climb {
    uint64_t at;
    uint64_t last;
};

static void go_up(struct climb *climb)
{
    climb->at >>= 1;
    climb->last >>= 1;
}

static bool is_right(const struct climb *climb)
{
    return climb->at % 2 == 1;
}

/* Past the levels at which the node has nobody to its right. */
static void pass_alone(struct climb *climb)
{
    while (!is_right(climb) && climb->at == climb->last && climb->last > 0)
        go_up(climb);
}

static bool equal(struct digest a, struct digest b)
{
    return memcmp(a.bytes, b.bytes, DIGEST_SIZE) == 0;
}

bool tree_includes(
    const struct tree_head *head, uint64_t index, struct digest leaf, const struct tree_path *path)
{
    struct climb climb = {.at = index, .last = head->size - 1};
    struct digest node = leaf;

    if (index >= head->size)
        return false;
    for (size_t i = 0; i < path->count; i++, go_up(&climb)) {
        pass_alone(&climb);
        if (climb.last == 0)
            return false; /* longer than the tree is high */
        node =
            is_right(&climb) ? tree_node(path->hashes[i], node) : tree_node(node, path->hashes[i]);
    }
    pass_alone(&climb);
    return climb.last == 0 && equal(node, head->root);
}

/* From the largest complete subtree at the end of the smaller tree, which both have. */
static bool
follow(const struct tree_head *from, const struct tree_head *to, const struct tree_path *path)
{
    struct climb climb = {.at = from->size - 1, .last = to->size - 1};
    size_t next = 0;
    struct digest old;
    struct digest new;

    while (is_right(&climb))
        go_up(&climb);
    /* Where that is the whole smaller tree, its root is known and not sent. */
    if (climb.at > 0 && path->count == 0)
        return false;
    old = climb.at == 0 ? from->root : path->hashes[next++];
    new = old;
    for (; next < path->count; next++, go_up(&climb)) {
        pass_alone(&climb);
        if (climb.last == 0)
            return false;
        if (is_right(&climb)) {
            old = tree_node(path->hashes[next], old);
            new = tree_node(path->hashes[next], new);
        } else {
            new = tree_node(new, path->hashes[next]);
        }
    }
    pass_alone(&climb);
    return climb.last == 0 && equal(old, from->root) && equal(new, to->root);
}

bool tree_continues(
    const struct tree_head *from, const struct tree_head *to, const struct tree_path *path)
{
    if (from->size > to->size)
        return false;
    if (from->size == 0)
        return path->count == 0 && equal(from->root, tree_empty_root());
    if (from->size == to->size)
        return path->count == 0 && equal(from->root, to->root);
    return follow(from, to, path);
}
