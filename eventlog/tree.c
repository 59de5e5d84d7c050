/*
 * The tree's arithmetic. Every range that RFC 6962 hashes starts at a multiple of the largest power
 * of two below its size, so it is a row of complete subtrees that shrink from left to right:
 *
 *        root of 7 leaves           = node( h4, node( h2, h1 ) )
 *       ┌────┴─────┐
 *      h4         ┌┴──┐               reads (2,0) (1,2) (0,6), folds from the right
 *    ┌──┴──┐      h2  h1
 *   ┌┴┐   ┌┴┐    ┌┴┐   │
 *   0 1   2 3    4 5   6
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/tree.h"

#include "core/base/must.h"

static const uint8_t leaf_prefix[1] = {0};
static const uint8_t node_prefix[1] = {1};

struct digest tree_leaf(struct bytes entry)
{
    const struct bytes pieces[] = {{leaf_prefix, 1}, entry};

    return sha256_of(pieces, COUNT_OF(pieces));
}

struct digest tree_node(struct digest left, struct digest right)
{
    const struct bytes pieces[] = {
        {node_prefix, 1}, {left.bytes, DIGEST_SIZE}, {right.bytes, DIGEST_SIZE}};

    return sha256_of(pieces, COUNT_OF(pieces));
}

struct digest tree_empty_root(void)
{
    return sha256((struct bytes){NULL, 0});
}

/* Before the node's last leaf, the n-th, lie n leaves and the n − popcount(n) nodes that they completed;
 * between the two, the nodes of lower levels. */
uint64_t tree_stored_index(int level, uint64_t index)
{
    uint64_t leaf = ((index + 1) << level) - 1;

    return tree_stored_count(leaf) + (uint64_t)level;
}

uint64_t tree_stored_count(uint64_t size)
{
    return 2 * size - (uint64_t)__builtin_popcountll(size);
}

static bool
read_node(const struct tree_reader *reader, int level, uint64_t index, struct digest *out)
{
    return reader->read(reader->context, tree_stored_index(level, index), out);
}

void tree_grow(struct tree_growth *growth, struct digest leaf)
{
    struct digest node = leaf;
    int level = 0;

    for (; (growth->size >> level & 1) == 1; level++)
        node = tree_node(growth->nodes[level], node);
    growth->nodes[level] = node;
    growth->size++;
}

struct digest tree_growth_root(const struct tree_growth *growth)
{
    struct digest root = tree_empty_root();
    bool has_root = false;

    for (int level = 0; growth->size >> level > 0; level++) {
        if ((growth->size >> level & 1) == 0)
            continue;
        root = has_root ? tree_node(growth->nodes[level], root) : growth->nodes[level];
        has_root = true;
    }
    return root;
}

bool tree_append(
    const struct tree_reader *reader,
    uint64_t n,
    struct digest leaf,
    struct digest out[64],
    size_t *out_count)
{
    size_t count = 1;

    out[0] = leaf;
    for (int level = 0; (n >> level & 1) == 1; level++, count++) {
        struct digest left;
        if (!read_node(reader, level, (n >> level) - 1, &left))
            return false;
        out[count] = tree_node(left, out[count - 1]);
    }
    *out_count = count;
    return true;
}

/* Hash over leaves [from, to), which start as the head says. */
static bool
range_hash(const struct tree_reader *reader, uint64_t from, uint64_t to, struct digest *out)
{
    uint64_t size = to - from;
    struct digest folded = {{0}};
    bool has_folded = false;

    for (int level = 0; size >> level > 0; level++) {
        uint64_t index = (from >> level) + (size >> level) - 1;
        struct digest left;
        if ((size >> level & 1) == 0)
            continue;
        if (!read_node(reader, level, index, &left))
            return false;
        folded = has_folded ? tree_node(left, folded) : left;
        has_folded = true;
    }
    must(has_folded);
    *out = folded;
    return true;
}

bool tree_root(const struct tree_reader *reader, uint64_t size, struct digest *out)
{
    if (size > 0)
        return range_hash(reader, 0, size, out);
    *out = tree_empty_root();
    return true;
}

/* The largest power of two below a size of at least 2. */
static uint64_t split_of(uint64_t size)
{
    return UINT64_C(1) << (63 - __builtin_clzll(size - 1));
}

/* Proofs are found from the root down and wanted from the leaf up. */
static void reverse(struct digest *proof, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct digest kept = proof[i];
        proof[i] = proof[count - 1 - i];
        proof[count - 1 - i] = kept;
    }
}

bool tree_inclusion(
    const struct tree_reader *reader,
    uint64_t index,
    uint64_t size,
    struct digest out[128],
    size_t *out_count)
{
    uint64_t from = 0;
    uint64_t to = size;
    size_t count = 0;

    if (index >= size)
        return false;
    while (to - from > 1) {
        uint64_t middle = from + split_of(to - from);
        bool is_left = index < middle;
        if (!range_hash(reader, is_left ? middle : from, is_left ? to : middle, &out[count++]))
            return false;
        from = is_left ? from : middle;
        to = is_left ? middle : to;
    }
    reverse(out, count);
    *out_count = count;
    return true;
}

bool tree_consistency(
    const struct tree_reader *reader,
    uint64_t from_size,
    uint64_t size,
    struct digest out[128],
    size_t *out_count)
{
    uint64_t from = 0;
    uint64_t to = size;
    size_t count = 0;

    if (from_size > size)
        return false;
    if (from_size == 0)
        to = 0; /* nothing to prove: every tree extends the empty one */
    while (to > from_size) {
        uint64_t middle = from + split_of(to - from);
        bool is_left = from_size <= middle;
        if (!range_hash(reader, is_left ? middle : from, is_left ? to : middle, &out[count++]))
            return false;
        from = is_left ? from : middle;
        to = is_left ? middle : to;
    }
    /* The old root itself is known to the verifier; a part of it is not. */
    if (from > 0 && !range_hash(reader, from, to, &out[count++]))
        return false;
    reverse(out, count);
    *out_count = count;
    return true;
}
