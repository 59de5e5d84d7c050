/*
 * One page of an LMDB file, read without LMDB. The bytes may be any: nothing that they say is believed
 * before it was compared with the size of what holds it, so whatever is given out here lies in the
 * page. What is wrong is a sentence's end ("holds a key outside of itself"). pages.h walks over all of
 * them.
 *
 * The layout is that of LMDB 0.9 (data version 1) on 64-bit machines, in the machine's byte order, as
 * mdb.c of 0.9.24 declares it: MDB_page, MDB_node, MDB_db, MDB_meta.
 *
 *   page   number 8 │ pad 2 │ flags 2 │ lower 2, upper 2 (or pages of overflow 4) │ offsets 2 … nodes
 *   node   low 2 │ high 2 │ flags 2 │ key size 2 │ key │ data
 *          branch: low, high, flags are the child's number; leaf: low, high the size of the data
 *   tree   pad 4 │ flags 2 │ depth 2 │ branch, leaf, overflow pages 8 each │ entries 8 │ root 8
 *   meta   page header │ magic 4 │ version 4 │ address 8 │ map size 8 │ free tree │ main tree │
 *          last page 8 │ transaction 8
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_STORE_PAGE_H
#define EVENTLOG_STORE_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAGE_HEADER_BYTES = 16, PAGE_META_BYTES = 152, PAGE_LEAST_BYTES = 512 };

/* What is said of a tree where it is named. */
struct page_tree {
    uint16_t depth; /* levels, the leaves included */
    uint64_t branch_pages;
    uint64_t leaf_pages;
    uint64_t overflow_pages;
    uint64_t entries;
    uint64_t root;
};

/* A tree of nothing has no root. */
bool page_tree_is_empty(const struct page_tree *tree);

/* A commit. */
struct page_meta {
    size_t page_size;
    struct page_tree free;
    struct page_tree main;
    uint64_t last_page;
    uint64_t transaction;
};

/* From the first PAGE_META_BYTES of a meta page; false where they are none. */
bool page_meta_read(const uint8_t *bytes, struct page_meta *out);

/* A page as it lies in memory: of the file, or the small one in a node that holds a key's values. */
struct page {
    const uint8_t *bytes;
    size_t size;
    uint64_t number; /* of the page of the file that it is, or lies in */
};

/* Is it the page of that number, and are there as many nodes as it says? NULL, or what is wrong. The
 * others ask nothing but of pages that were checked. */
const char *page_check(const struct page *page, bool is_leaf);

size_t page_count(const struct page *page);

/* Has the processor fetch its nodes, all at once. */
void page_fetch(const struct page *page);

/* What lies between the offsets and the nodes, or behind equally long values: nothing that is in use. */
struct page_gap {
    size_t from;
    size_t size;
};
struct page_gap page_gap(const struct page *page);

/* Of a branch: the number of the i-th child. False where the node lies outside. */
bool page_child(const struct page *page, size_t i, uint64_t *out);

/* What a leaf has for a key. */
enum page_value_kind {
    PAGE_VALUE,       /* bytes in the page */
    PAGE_LONG_VALUE,  /* bytes on pages of their own */
    PAGE_VALUES,      /* several values, on a small page in the node */
    PAGE_VALUES_TREE, /* several values, in a tree of their own */
    PAGE_TABLE        /* a named table: the tree of another one */
};
struct page_value {
    enum page_value_kind kind;
    const uint8_t *bytes;  /* PAGE_VALUE: `size` of them, in the page */
    uint64_t size;         /* PAGE_VALUE, PAGE_LONG_VALUE */
    uint64_t first_page;   /* PAGE_LONG_VALUE */
    size_t count;          /* PAGE_VALUES */
    struct page_tree tree; /* PAGE_VALUES_TREE, PAGE_TABLE */
};

/* The i-th of a leaf. NULL, or what is wrong. */
const char *page_value(const struct page *page, size_t i, struct page_value *out);

/* Of how many pages is the long value that begins with this header? 0 where none of `size` bytes
 * does: one that became shorter keeps all that it had, so there may be more than it needs. */
uint64_t page_long_value_pages(const struct page *header, size_t page_size, uint64_t size);

#endif
