/*
 * The Merkle tree against vectors that golang.org/x/mod/sumdb accepted: entry i is "event-<i>".
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/encode.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "eventlog/tree.h"
#include "tests/support/expect.h"

#include <string.h>

/* The stored hashes of a growing tree, in memory. */
struct forest {
    struct digest *hashes;
    uint64_t count;
    uint64_t size;
};

static struct arena *arena;
static struct forest forest;

static void set_up(void)
{
    arena = arena_new(1 << 20);
    forest = (struct forest){.hashes = NULL};
}

static void tear_down(void)
{
    heap_free(forest.hashes);
    arena_free(arena);
}

static bool read_hash(void *context, uint64_t stored_index, struct digest *out)
{
    const struct forest *f = context;

    if (stored_index >= f->count)
        return false;
    *out = f->hashes[stored_index];
    return true;
}

static const struct tree_reader reader = {read_hash, &forest};

static struct digest leaf_of(const char *terminated)
{
    return tree_leaf(bytes_of_text(text_from(terminated)));
}

static void given_a_tree_of(uint64_t size)
{
    forest.hashes = heap_resize(forest.hashes, tree_stored_count(size) * sizeof(struct digest));
    for (; forest.size < size; forest.size++) {
        struct digest added[64];
        size_t count = 0;
        struct text entry = text_format(arena, "event-%llu", (unsigned long long)forest.size);
        must(tree_append(&reader, forest.size, tree_leaf(bytes_of_text(entry)), added, &count));
        must(forest.count == tree_stored_index(0, forest.size));
        memcpy(&forest.hashes[forest.count], added, count * sizeof(added[0]));
        forest.count += count;
        arena_reset(arena);
    }
}

static struct text hex_of(struct digest digest)
{
    return hex_encode(arena, (struct bytes){digest.bytes, DIGEST_SIZE});
}

static void expect_root(uint64_t size, const char *hex)
{
    struct digest root = {{0}};

    expect(tree_root(&reader, size, &root));
    expect_text(hex_of(root), hex);
}

static void expect_proof(const struct digest *proof, size_t count, const char *base64)
{
    struct text joined = text_lit("");

    for (size_t i = 0; i < count; i++) {
        struct text one = base64_encode(arena, (struct bytes){proof[i].bytes, DIGEST_SIZE});
        joined =
            text_format(arena, "%.*s%s%.*s", TEXT_ARGS(joined), i == 0 ? "" : " ", TEXT_ARGS(one));
    }
    expect_text(joined, base64);
}

static void leaves_have_the_published_hashes(void)
{
    expect_text(
        hex_of(leaf_of("")), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    expect_text(
        hex_of(leaf_of("event-0")),
        "6734db3b19b64dc83703f9a1f4aee7697dfb292fb4e0827cc63f8a351b1b3609");
    expect_text(
        hex_of(leaf_of("event-1")),
        "a9e8895f52faac9f644cd89d459e619f53f77b58e69f421918edc1646ef48494");
}

static void small_trees_have_the_published_roots(void)
{
    given_a_tree_of(8);
    expect_root(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect_root(1, "6734db3b19b64dc83703f9a1f4aee7697dfb292fb4e0827cc63f8a351b1b3609");
    expect_root(2, "3fd1d5a059ab171a345f9912c83c2dd8b7933b4e950e6749bc83dbb1f43ccbde");
    expect_root(3, "db2effe64d36352bcd4c260bde0e1138310c9f77b89d4c57578652f9b185b630");
    expect_root(7, "813bda3a42000f8294b6a954ea83792c2defae65246ef760af9fdd53af7d4638");
    expect_root(8, "37dd16ebf683d96c0e244084d5cd76e022d00c6a092f6008cc8ac7abcd2b6f12");
}

static void large_trees_have_the_published_roots(void)
{
    given_a_tree_of(70000);
    expect_root(255, "f897cd1ca68411adcf7c96d6ff8f2a3820fb8f875326b7a0ccd5e7cd2401f8ca");
    expect_root(256, "63c56b646560de064a88321722936845520f2c8663e3dc01e6277fe608311679");
    expect_root(257, "ca8470b7fee55b3a4083bd3fb8afb0a74b0c365a2daef3d969012211da45488c");
    expect_root(1000, "3864040a16db2508f61b0dfce48c1ae570690fa82bbbb167f813ebeb915f1175");
    expect_root(65536, "de8b46e338fde16d099447f91ec594e1598ec5bbdbca8938beb7512e76f39daa");
    expect_root(70000, "cb6c0dc41879e806df8946d9648a9f2578d49148913e13a48e3c789441036f65");
}

static void hashes_are_stored_in_the_dense_order(void)
{
    expect_int64(tree_stored_index(0, 0), 0);
    expect_int64(tree_stored_index(0, 1), 1);
    expect_int64(tree_stored_index(1, 0), 2);
    expect_int64(tree_stored_index(0, 2), 3);
    expect_int64(tree_stored_index(0, 3), 4);
    expect_int64(tree_stored_index(1, 1), 5);
    expect_int64(tree_stored_index(2, 0), 6);
    expect_int64(tree_stored_index(0, 4), 7);
    expect_int64(tree_stored_index(8, 0), 510);
    expect_int64(tree_stored_index(0, 256), 511);
}

static void the_next_leaf_is_stored_behind_all_hashes_so_far(void)
{
    expect_int64(tree_stored_count(0), 0);
    expect_int64(tree_stored_count(1), 1);
    expect_int64(tree_stored_count(7), 11);
    for (uint64_t size = 0; size < 5000; size++)
        expect(tree_stored_count(size) == tree_stored_index(0, size));
}

static void inclusion_proofs_are_the_published_ones(void)
{
    struct digest proof[128];
    size_t count = 0;

    given_a_tree_of(7);
    expect(tree_inclusion(&reader, 3, 7, proof, &count));
    expect_proof(
        proof, count,
        "T7cNqgptqvfpPys3xeXfczRmMP2KUZltUPHY7v8nlCY= "
        "P9HVoFmrFxo0X5kSyDwt2LeTO06VDmdJvIPbsfQ8y94= "
        "CdE923ZptzRMGk5/zSfZNnUk1MxvmDHjZ9hsED0563g=");
    expect(tree_inclusion(&reader, 6, 7, proof, &count));
    expect_proof(
        proof, count,
        "NaNEGO5DQ6pR68bpeJkHXEZ/Et0heupUzC1xWBgT1BM= "
        "MwFXNIsphb0cRlfkTzYorpF23YKBH/sxqOARud6ouaE=");
}

static void consistency_proofs_are_the_published_ones(void)
{
    struct digest proof[128];
    size_t count = 0;

    given_a_tree_of(8);
    expect(tree_consistency(&reader, 3, 7, proof, &count));
    expect_proof(
        proof, count,
        "T7cNqgptqvfpPys3xeXfczRmMP2KUZltUPHY7v8nlCY= "
        "Xz5pjPk3YirKfGvyc+8hdgkuwzwWLcyuOd+HAWJdGJ8= "
        "P9HVoFmrFxo0X5kSyDwt2LeTO06VDmdJvIPbsfQ8y94= "
        "CdE923ZptzRMGk5/zSfZNnUk1MxvmDHjZ9hsED0563g=");
    expect(tree_consistency(&reader, 4, 8, proof, &count));
    expect_proof(proof, count, "2qNst/8y5PPylRVEYQKV2IbaOsess5wkCqbj49epf+k=");
}

static void a_proof_of_what_needs_none_is_empty(void)
{
    struct digest proof[128];
    size_t count = 9;

    given_a_tree_of(8);
    expect(tree_inclusion(&reader, 0, 1, proof, &count));
    expect_int64(count, 0);
    expect(tree_consistency(&reader, 0, 8, proof, &count));
    expect_int64(count, 0);
    expect(tree_consistency(&reader, 7, 7, proof, &count));
    expect_int64(count, 0);
}

/* RFC 9162, section 2.1.3.2: the root that an inclusion proof leads to. */
static struct digest
root_by_proof(uint64_t index, uint64_t size, struct digest leaf, const struct digest *proof)
{
    uint64_t last = size - 1;

    for (; last > 0; index >>= 1, last >>= 1) {
        if (index % 2 == 1)
            leaf = tree_node(*proof++, leaf);
        else if (index < last)
            leaf = tree_node(leaf, *proof++);
    }
    return leaf;
}

static void every_inclusion_proof_of_every_small_tree_leads_to_its_root(void)
{
    struct digest proof[128];
    struct digest root;
    size_t count = 0;

    given_a_tree_of(40);
    for (uint64_t size = 1; size <= 40; size++) {
        must(tree_root(&reader, size, &root));
        for (uint64_t i = 0; i < size; i++) {
            struct digest leaf = forest.hashes[tree_stored_index(0, i)];
            expect(tree_inclusion(&reader, i, size, proof, &count));
            leaf = root_by_proof(i, size, leaf, proof);
            expect(memcmp(leaf.bytes, root.bytes, DIGEST_SIZE) == 0);
        }
    }
}

static struct tree_head head_of(uint64_t size)
{
    struct tree_head head = {.size = size};

    must(tree_root(&reader, size, &head.root));
    return head;
}

static struct digest stored_leaf(uint64_t index)
{
    return forest.hashes[tree_stored_index(0, index)];
}

static void every_inclusion_proof_of_every_small_tree_is_accepted(void)
{
    struct digest proof[128];
    struct tree_path path = {proof, 0};

    given_a_tree_of(70);
    for (uint64_t size = 1; size <= 70; size++) {
        const struct tree_head head = head_of(size);
        for (uint64_t i = 0; i < size; i++) {
            must(tree_inclusion(&reader, i, size, proof, &path.count));
            expect(tree_includes(&head, i, stored_leaf(i), &path));
        }
    }
}

static void every_consistency_proof_of_every_small_tree_is_accepted(void)
{
    struct digest proof[128];
    struct tree_path path = {proof, 0};

    given_a_tree_of(70);
    for (uint64_t size = 0; size <= 70; size++) {
        const struct tree_head to = head_of(size);
        for (uint64_t smaller = 0; smaller <= size; smaller++) {
            const struct tree_head from = head_of(smaller);
            must(tree_consistency(&reader, smaller, size, proof, &path.count));
            expect(tree_continues(&from, &to, &path));
            if (smaller < size)
                expect(!tree_continues(&to, &from, &path));
        }
    }
}

/* Index, size, leaf, root, and each hash. */
static void an_inclusion_proof_with_anything_changed_is_refused(void)
{
    struct digest proof[129] = {{{0}}};
    struct tree_path path = {proof, 0};

    given_a_tree_of(40);
    for (uint64_t i = 0; i < 37; i++) {
        struct tree_head head = head_of(37);
        struct digest leaf = stored_leaf(i);

        must(tree_inclusion(&reader, i, 37, proof, &path.count));
        expect(!tree_includes(&head, i + 1, leaf, &path));
        expect(!tree_includes(&head, i, stored_leaf(i + 1), &path));
        for (size_t n = 0; n < path.count; n++) {
            proof[n].bytes[n % DIGEST_SIZE] ^= 4;
            expect(!tree_includes(&head, i, leaf, &path));
            proof[n].bytes[n % DIGEST_SIZE] ^= 4;
        }
        path.count++;
        expect(!tree_includes(&head, i, leaf, &path));
        path.count -= 2;
        expect(!tree_includes(&head, i, leaf, &path));
        path.count++;
        head.root.bytes[0] ^= 1;
        expect(!tree_includes(&head, i, leaf, &path));
        head = head_of(38); /* another root */
        expect(!tree_includes(&head, i, leaf, &path));
    }
}

static void a_consistency_proof_with_anything_changed_is_refused(void)
{
    struct digest proof[129] = {{{0}}};
    struct tree_path path = {proof, 0};

    given_a_tree_of(40);
    for (uint64_t smaller = 1; smaller < 37; smaller++) {
        struct tree_head from = head_of(smaller);
        const struct tree_head to = head_of(37);

        must(tree_consistency(&reader, smaller, 37, proof, &path.count));
        for (size_t n = 0; n < path.count; n++) {
            proof[n].bytes[n % DIGEST_SIZE] ^= 4;
            expect(!tree_continues(&from, &to, &path));
            proof[n].bytes[n % DIGEST_SIZE] ^= 4;
        }
        path.count++;
        expect(!tree_continues(&from, &to, &path));
        path.count -= 2;
        expect(!tree_continues(&from, &to, &path));
        path.count++;
        from.root.bytes[0] ^= 1;
        expect(!tree_continues(&from, &to, &path));
    }
}

static void of_one_and_the_same_tree_nothing_needs_a_proof(void)
{
    const struct digest some[1] = {{{1}}};
    const struct tree_path nothing = {some, 0};
    const struct tree_path one = {some, 1};
    struct tree_head whole;
    struct tree_head empty;

    given_a_tree_of(8);
    whole = head_of(8);
    empty = head_of(0);
    expect(tree_continues(&whole, &whole, &nothing));
    expect(!tree_continues(&whole, &whole, &one));
    expect(tree_continues(&empty, &whole, &nothing));
    expect(!tree_continues(&empty, &whole, &one));
    expect(!tree_includes(&empty, 0, whole.root, &nothing));
    empty.root.bytes[0] ^= 1;
    expect(!tree_continues(&empty, &whole, &nothing));
    whole.size = UINT64_MAX; /* whoever says so */
    expect(!tree_includes(&whole, UINT64_MAX - 1, some[0], &one));
    expect(!tree_continues(&empty, &whole, &one));
}

static void proofs_beyond_the_tree_are_refused(void)
{
    struct digest proof[128];
    size_t count = 77;

    given_a_tree_of(8);
    expect(!tree_inclusion(&reader, 8, 8, proof, &count));
    expect(!tree_inclusion(&reader, 0, 0, proof, &count));
    expect(!tree_consistency(&reader, 8, 7, proof, &count));
    expect_int64(count, 77);
}

static void a_missing_hash_is_reported(void)
{
    struct digest proof[128];
    struct digest root;
    struct digest leaf = leaf_of("event-9");
    size_t count = 77;

    given_a_tree_of(8);
    expect(!tree_root(&reader, 9, &root));
    expect(!tree_append(&reader, 9, leaf, proof, &count));
    expect(!tree_inclusion(&reader, 2, 9, proof, &count));
    expect(!tree_consistency(&reader, 2, 9, proof, &count));
    expect_int64(count, 77);
}

static const struct test tests[] = {
    TEST(leaves_have_the_published_hashes),
    TEST(small_trees_have_the_published_roots),
    TEST(large_trees_have_the_published_roots),
    TEST(hashes_are_stored_in_the_dense_order),
    TEST(the_next_leaf_is_stored_behind_all_hashes_so_far),
    TEST(inclusion_proofs_are_the_published_ones),
    TEST(consistency_proofs_are_the_published_ones),
    TEST(a_proof_of_what_needs_none_is_empty),
    TEST(every_inclusion_proof_of_every_small_tree_leads_to_its_root),
    TEST(every_inclusion_proof_of_every_small_tree_is_accepted),
    TEST(every_consistency_proof_of_every_small_tree_is_accepted),
    TEST(an_inclusion_proof_with_anything_changed_is_refused),
    TEST(a_consistency_proof_with_anything_changed_is_refused),
    TEST(of_one_and_the_same_tree_nothing_needs_a_proof),
    TEST(proofs_beyond_the_tree_are_refused),
    TEST(a_missing_hash_is_reported),
};

const struct suite test_tree_suite =
    SUITE_WITH("eventlog/tree", tests, .set_up = set_up, .tear_down = tear_down);
