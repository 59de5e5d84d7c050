/*
 * The layout of LMDB's pages, and the comparison of all that they say with where it stands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/store/page.h"

#include "eventlog/store/env.h"

#include <string.h>

enum { /* places in a page's header */
       AT_FLAGS = 10,
       AT_LOWER = 12,
       AT_UPPER = 14,
       AT_OVERFLOW = 12,
       AT_WIDTH = 8 /* of the values of a page of equally long ones */
};
enum { /* in a node */
       AT_NODE_FLAGS = 4,
       AT_KEY_SIZE = 6,
       NODE_HEADER = 8
};
enum { /* behind a meta page's header */
       TREE_SIZE = 48,
       META_MAGIC = PAGE_HEADER_BYTES,
       META_VERSION = META_MAGIC + 4,
       META_FREE = META_MAGIC + 24,
       META_MAIN = META_FREE + TREE_SIZE,
       META_LAST_PAGE = META_MAIN + TREE_SIZE,
       META_TRANSACTION = META_LAST_PAGE + 8
};
_Static_assert(META_TRANSACTION + 8 == PAGE_META_BYTES, "all of it is read");

enum { LARGEST_PAGE = 32768 };
static const uint32_t magic = 0xBEEFC0DE;
static const uint32_t version = 1;
static const uint64_t no_page = UINT64_MAX;

enum page_flag {
    PAGE_BRANCH = 1,
    PAGE_LEAF = 2,
    PAGE_OVERFLOW = 4,
    PAGE_FIXED = 32, /* equally long values, one behind the other, without nodes */
    PAGE_SUB = 64    /* lies in a node */
};
enum node_flag { NODE_OVERFLOW = 1, NODE_TREE = 2, NODE_DUPLICATES = 4 };

static uint16_t read_u16(const uint8_t *at)
{
    uint16_t value;

    memcpy(&value, at, sizeof(value));
    return value;
}

static uint32_t read_u32(const uint8_t *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof(value));
    return value;
}

static uint64_t read_u64(const uint8_t *at)
{
    uint64_t value;

    memcpy(&value, at, sizeof(value));
    return value;
}

static struct page_tree read_tree(const uint8_t *at)
{
    return (struct page_tree){
        .depth = read_u16(at + 6),
        .branch_pages = read_u64(at + 8),
        .leaf_pages = read_u64(at + 16),
        .overflow_pages = read_u64(at + 24),
        .entries = read_u64(at + 32),
        .root = read_u64(at + 40),
    };
}

bool page_tree_is_empty(const struct page_tree *tree)
{
    return tree->root == no_page;
}

/* The free tree's pad is the size of a page. */
bool page_meta_read(const uint8_t *bytes, struct page_meta *out)
{
    if (read_u32(bytes + META_MAGIC) != magic || read_u32(bytes + META_VERSION) != version)
        return false;
    *out = (struct page_meta){
        .page_size = read_u32(bytes + META_FREE),
        .free = read_tree(bytes + META_FREE),
        .main = read_tree(bytes + META_MAIN),
        .last_page = read_u64(bytes + META_LAST_PAGE),
        .transaction = read_u64(bytes + META_TRANSACTION),
    };
    return out->page_size >= PAGE_LEAST_BYTES && out->page_size <= LARGEST_PAGE &&
           (out->page_size & (out->page_size - 1)) == 0 && out->last_page >= 1 &&
           out->last_page < STORE_LEDGER_MAP_BYTES / out->page_size;
}

static bool is_fixed(const struct page *page)
{
    return (read_u16(page->bytes + AT_FLAGS) & PAGE_FIXED) != 0;
}

size_t page_count(const struct page *page)
{
    return (size_t)(read_u16(page->bytes + AT_LOWER) - PAGE_HEADER_BYTES) / 2;
}

/* Offsets lie below `lower`, nodes from `upper` on; none of LMDB's pages is without one. */
static bool is_sound(const struct page *page)
{
    size_t lower = read_u16(page->bytes + AT_LOWER);
    size_t upper = read_u16(page->bytes + AT_UPPER);

    if (lower <= PAGE_HEADER_BYTES || lower % 2 != 0 || lower > upper || upper > page->size)
        return false;
    return !is_fixed(page) ||
           page_count(page) * read_u16(page->bytes + AT_WIDTH) <= page->size - PAGE_HEADER_BYTES;
}

struct page_gap page_gap(const struct page *page)
{
    size_t lower = read_u16(page->bytes + AT_LOWER);

    if (is_fixed(page)) {
        lower = PAGE_HEADER_BYTES + page_count(page) * read_u16(page->bytes + AT_WIDTH);
        return (struct page_gap){lower, page->size - lower};
    }
    return (struct page_gap){lower, read_u16(page->bytes + AT_UPPER) - lower};
}

const char *page_check(const struct page *page, bool is_leaf)
{
    uint16_t flags = read_u16(page->bytes + AT_FLAGS);

    if (read_u64(page->bytes) != page->number)
        return "says that it is another one";
    if ((is_leaf ? flags & ~PAGE_FIXED : flags) != (is_leaf ? PAGE_LEAF : PAGE_BRANCH))
        return "is of another kind than its place in the tree";
    return is_sound(page) ? NULL : "contradicts itself about what it holds";
}

/* A node with its key inside the page; NULL where it is not. `out_room` is what its data may take. */
static const uint8_t *node_at(const struct page *page, size_t i, size_t *out_room)
{
    size_t at = read_u16(page->bytes + PAGE_HEADER_BYTES + 2 * i);
    size_t key;

    if (at < read_u16(page->bytes + AT_UPPER) || at + NODE_HEADER > page->size)
        return NULL;
    key = read_u16(page->bytes + at + AT_KEY_SIZE);
    if (key > STORE_MAX_KEY_BYTES || at + NODE_HEADER + key > page->size)
        return NULL;
    *out_room = page->size - (at + NODE_HEADER + key);
    return page->bytes + at;
}

void page_fetch(const struct page *page)
{
    size_t count = page_count(page);

    for (size_t i = 0; i < count; i++)
        __builtin_prefetch(page->bytes + read_u16(page->bytes + PAGE_HEADER_BYTES + 2 * i));
}

bool page_child(const struct page *page, size_t i, uint64_t *out)
{
    size_t room;
    const uint8_t *node = node_at(page, i, &room);

    if (node == NULL)
        return false;
    *out = (uint64_t)read_u32(node) | (uint64_t)read_u16(node + AT_NODE_FLAGS) << 32;
    return true;
}

static const char *read_small_page(const struct page *small, struct page_value *out)
{
    size_t room;

    if (small->size < PAGE_HEADER_BYTES || (read_u16(small->bytes + AT_FLAGS) & PAGE_SUB) == 0 ||
        !is_sound(small))
        return "holds a page of values that contradicts itself";
    out->kind = PAGE_VALUES;
    out->count = page_count(small);
    for (size_t i = 0; i < out->count && !is_fixed(small); i++) {
        if (node_at(small, i, &room) == NULL)
            return "holds a value outside of its page";
    }
    return NULL;
}

static const char *read_tree_value(const uint8_t *data, uint16_t flags, struct page_value *out)
{
    if (out->size != TREE_SIZE)
        return "holds a tree that is none";
    out->kind = (flags & NODE_DUPLICATES) != 0 ? PAGE_VALUES_TREE : PAGE_TABLE;
    out->tree = read_tree(data);
    return NULL;
}

/* `data` has `room` bytes; out->size was not yet compared with it. */
static const char *read_value(
    const uint8_t *data, size_t room, uint16_t flags, uint64_t number, struct page_value *out)
{
    if (flags == NODE_OVERFLOW && room >= sizeof(out->first_page)) {
        out->kind = PAGE_LONG_VALUE;
        out->first_page = read_u64(data);
        return NULL;
    }
    if ((flags & NODE_OVERFLOW) != 0 || out->size > room)
        return "holds a value outside of itself";
    if ((flags & NODE_TREE) != 0)
        return read_tree_value(data, flags, out);
    if ((flags & NODE_DUPLICATES) != 0)
        return read_small_page(&(struct page){data, (size_t)out->size, number}, out);
    out->bytes = data;
    return NULL;
}

const char *page_value(const struct page *page, size_t i, struct page_value *out)
{
    size_t room = 0;
    const uint8_t *node;

    *out = (struct page_value){.kind = PAGE_VALUE, .bytes = page->bytes};
    if (is_fixed(page))
        return NULL;
    node = node_at(page, i, &room);
    if (node == NULL)
        return "holds a key outside of itself";
    out->size = read_u32(node);
    return read_value(
        node + NODE_HEADER + read_u16(node + AT_KEY_SIZE), room, read_u16(node + AT_NODE_FLAGS),
        page->number, out);
}

uint64_t page_long_value_pages(const struct page *header, size_t page_size, uint64_t size)
{
    uint64_t count = read_u32(header->bytes + AT_OVERFLOW);
    uint64_t least = (PAGE_HEADER_BYTES - 1 + size) / page_size + 1;

    if (read_u64(header->bytes) != header->number ||
        read_u16(header->bytes + AT_FLAGS) != PAGE_OVERFLOW || count < least)
        return 0;
    return count;
}
