/*
 * Proofs from outside, of a small tree that we have: the first byte chooses the kind, the next two the sizes (or
 * index and size), the rest is the path, each hash that of the proof we would give, changed by 32 bytes of the
 * input. Accepted is what we would give, and nothing else.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/tree.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LEAVES = 70, STORED = 2 * LEAVES, MOST_HASHES = 16 };

static struct digest stored[STORED];

static bool read_hash(void *context, uint64_t stored_index, struct digest *out)
{
    (void)context;
    if (stored_index >= tree_stored_count(LEAVES))
        return false;
    *out = stored[stored_index];
    return true;
}

static const struct tree_reader reader = {read_hash, NULL};

static void grow_tree(void)
{
    if (stored[0].bytes[0] != 0)
        return; /* it has grown */
    for (uint64_t n = 0; n < LEAVES; n++) {
        struct digest added[64];
        size_t count = 0;
        uint8_t entry = (uint8_t)n;

        must(tree_append(&reader, n, tree_leaf((struct bytes){&entry, 1}), added, &count));
        memcpy(&stored[tree_stored_index(0, n)], added, count * sizeof(added[0]));
    }
    must(stored[0].bytes[0] != 0);
}

static struct tree_head head_of(uint64_t size)
{
    struct tree_head head = {.size = size};

    must(tree_root(&reader, size, &head.root));
    return head;
}

/* The true path with the input over it; longer or shorter where the input is. True where it is the same. */
static bool change(
    const struct tree_path *path,
    struct bytes input,
    struct digest out[MOST_HASHES],
    size_t *out_count)
{
    size_t count = input.size / DIGEST_SIZE;
    bool is_same = count == path->count;

    for (size_t i = 0; i < count && i < MOST_HASHES; i++) {
        const uint8_t *by = input.data + i * DIGEST_SIZE;
        out[i] = i < path->count ? path->hashes[i] : (struct digest){{0}};
        for (size_t k = 0; k < DIGEST_SIZE; k++) {
            out[i].bytes[k] ^= by[k];
            is_same = is_same && by[k] == 0;
        }
    }
    *out_count = count < MOST_HASHES ? count : MOST_HASHES;
    return is_same;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct digest truth[128];
    struct digest told[MOST_HASHES];
    struct tree_path path = {truth, 0};
    struct tree_path other = {told, 0};
    struct tree_head head;
    struct tree_head from;
    bool is_same;

    if (size < 3 || data[2] % LEAVES == 0)
        return 0;
    grow_tree();
    head = head_of(data[2] % LEAVES);
    from = head_of(data[1] % head.size);
    if (data[0] % 2 == 0) {
        must(tree_inclusion(&reader, from.size, head.size, truth, &path.count));
        is_same = change(&path, (struct bytes){data + 3, size - 3}, told, &other.count);
        must(
            tree_includes(&head, from.size, stored[tree_stored_index(0, from.size)], &other) ==
            is_same);
    } else {
        must(tree_consistency(&reader, from.size, head.size, truth, &path.count));
        is_same = change(&path, (struct bytes){data + 3, size - 3}, told, &other.count);
        must(tree_continues(&from, &head, &other) == is_same);
    }
    return 0;
}
