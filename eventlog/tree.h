/*
 * The Merkle tree of RFC 6962, section 2.1 (SHA-256), over stored hashes in the dense order of
 * golang.org/x/mod/sumdb/tlog: pure functions over a reader of stored hashes.
 * Formats and vectors: docs/format.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_TREE_H
#define EVENTLOG_TREE_H

#include "core/crypto/crypto.h"

#include <stdbool.h>

struct digest tree_leaf(struct bytes entry);                      /* SHA-256(0x00 ‖ entry) */
struct digest tree_node(struct digest left, struct digest right); /* SHA-256(0x01 ‖ l ‖ r) */
struct digest tree_empty_root(void);                              /* SHA-256 of nothing */

/* A tree that grows by leaves, of which only the complete subtrees of its size are kept, by level. Zeroed, it
 * is empty. */
struct tree_growth {
    uint64_t size;
    struct digest nodes[64];
};
void tree_grow(struct tree_growth *growth, struct digest leaf);
struct digest tree_growth_root(const struct tree_growth *growth);

/* Place of node (level, index) among the stored hashes. */
uint64_t tree_stored_index(int level, uint64_t index);

/* Stored hashes of a tree of n leaves: 2n − popcount(n). */
uint64_t tree_stored_count(uint64_t size);

/* Reads a stored hash; false on damage or absence. */
struct tree_reader {
    bool (*read)(void *context, uint64_t stored_index, struct digest *out);
    void *context;
};

/* The hashes that appending leaf n adds: itself and every subtree that it completes. `out` has
 * room for 64; gives their number. */
MUST_USE bool tree_append(
    const struct tree_reader *reader,
    uint64_t n,
    struct digest leaf,
    struct digest out[64],
    size_t *out_count);

MUST_USE bool tree_root(const struct tree_reader *reader, uint64_t size, struct digest *out);

/* RFC 6962 audit path of `index` in a tree of `size` (bottom up) and consistency proof from
 * `from_size` to `size`. `out` has room for 128. False when
 * the tree is too small for the question, or the reader fails. */
MUST_USE bool tree_inclusion(
    const struct tree_reader *reader,
    uint64_t index,
    uint64_t size,
    struct digest out[128],
    size_t *out_count);
MUST_USE bool tree_consistency(
    const struct tree_reader *reader,
    uint64_t from_size,
    uint64_t size,
    struct digest out[128],
    size_t *out_count);

/* Proofs of others, checked without their trees. */

struct tree_head {
    uint64_t size;
    struct digest root;
};

/* A path of hashes, bottom up; borrowed. */
struct tree_path {
    const struct digest *hashes;
    size_t count;
};

/* Does the path lead from the leaf at that index to the root? */
MUST_USE bool tree_includes(
    const struct tree_head *head, uint64_t index, struct digest leaf, const struct tree_path *path);

/* Does it prove that the tree of `to` begins with that of `from`? Of nothing, and of one and the same tree,
 * the path is empty. */
MUST_USE bool tree_continues(
    const struct tree_head *from, const struct tree_head *to, const struct tree_path *path);

#endif
