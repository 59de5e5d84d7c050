/*
 * The walk over the pages of an LMDB file. All is read by pread, and nothing that was read is
 * believed before it was compared with the size of what holds it.
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
#include "eventlog/store/pages.h"

#include "core/base/alloc.h"
#include "eventlog/store/env.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PAGE_HEADER = 16,
    NODE_HEADER = 8,
    TREE_SIZE = 48,
    META_MAGIC = 0,
    META_VERSION = 4,
    META_FREE = 24,
    META_MAIN = META_FREE + TREE_SIZE,
    META_LAST_PAGE = META_MAIN + TREE_SIZE,
    META_TRANSACTION = META_LAST_PAGE + 8,
    META_SIZE = META_TRANSACTION + 8,
    DEEPEST = 32,
    LARGEST_PAGE = 32768,
    LEAST_PAGE = 512
};
static const uint32_t magic = 0xBEEFC0DE;
static const uint32_t version = 1;
static const uint64_t no_page = UINT64_MAX;

enum page_flag {
    PAGE_BRANCH = 1,
    PAGE_LEAF = 2,
    PAGE_OVERFLOW = 4,
    PAGE_FIXED = 32,
    PAGE_SUB = 64
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

struct tree {
    uint16_t depth;
    uint64_t branch_pages;
    uint64_t leaf_pages;
    uint64_t overflow_pages;
    uint64_t entries;
    uint64_t root;
};

static struct tree read_tree(const uint8_t *at)
{
    return (struct tree){
        .depth = read_u16(at + 6),
        .branch_pages = read_u64(at + 8),
        .leaf_pages = read_u64(at + 16),
        .overflow_pages = read_u64(at + 24),
        .entries = read_u64(at + 32),
        .root = read_u64(at + 40),
    };
}

/* A commit: what its meta page says. */
struct meta {
    uint32_t page_size;
    struct tree free;
    struct tree main;
    uint64_t last_page;
    uint64_t transaction;
};

struct walk {
    const char *name; /* of the file */
    int file;
    uint64_t file_bytes;
    struct meta meta;
    uint8_t *seen; /* a bit a page */
    struct pages_usage usage;
    struct error *error;
};

static enum status damaged(const struct walk *walk, uint64_t page, const char *what)
{
    return error_set_code(
        walk->error, STATUS_CORRUPT, "file_damaged", "%s is damaged: page %llu %s", walk->name,
        (unsigned long long)page, what);
}

static enum status read_at(const struct walk *walk, uint64_t page, uint8_t *out, size_t size)
{
    uint64_t at = page * walk->meta.page_size;
    ssize_t got;

    if (page > walk->meta.last_page || at + size > walk->file_bytes)
        return damaged(walk, page, "lies beyond the end of the file");
    do {
        got = pread(walk->file, out, size, (off_t)at);
    } while (got < 0 && errno == EINTR);
    return got == (ssize_t)size ? STATUS_OK : damaged(walk, page, "cannot be read");
}

/* Each page belongs to one place. */
static enum status take_pages(struct walk *walk, uint64_t page, uint64_t count)
{
    for (uint64_t i = page; i < page + count; i++) {
        uint8_t bit = (uint8_t)(1 << (i % 8));

        if (i < 2 || i > walk->meta.last_page)
            return damaged(walk, i, "is named, but is none that was given out");
        if ((walk->seen[i / 8] & bit) != 0)
            return damaged(walk, i, "is in use twice, or in use and free");
        walk->seen[i / 8] |= bit;
    }
    return STATUS_OK;
}

/* What is counted along a tree, and whose values are looked at. */
struct tree_walk {
    struct tree counted;
    bool is_free_list;
};

static enum status walk_tree(struct walk *walk, const struct tree *tree, bool is_free_list);

/* The value of a node that lies on pages of its own: one that became shorter keeps all that it had. */
static enum status
walk_overflow(struct walk *walk, struct tree_walk *of, uint64_t page, uint64_t size)
{
    uint8_t header[PAGE_HEADER];
    uint64_t count;
    enum status status = read_at(walk, page, header, sizeof(header));

    if (status != STATUS_OK)
        return status;
    count = read_u32(header + 12);
    if (read_u64(header) != page || read_u16(header + 10) != PAGE_OVERFLOW ||
        count < (PAGE_HEADER - 1 + size) / walk->meta.page_size + 1)
        return damaged(walk, page, "is no start of a long value of that size");
    if (page * walk->meta.page_size + PAGE_HEADER + size > walk->file_bytes)
        return damaged(walk, page, "holds a value that ends beyond the file");
    walk->usage.used += count;
    of->counted.overflow_pages += count;
    return take_pages(walk, page, count);
}

/* Numbers of pages, their count first. */
static enum status
take_free_list(struct walk *walk, const uint8_t *list, uint64_t size, uint64_t at)
{
    uint64_t count = size < 8 ? UINT64_MAX : read_u64(list);
    enum status status = STATUS_OK;

    if (count > size / 8 - 1)
        return damaged(walk, at, "holds a free list that is longer than its bytes");
    for (uint64_t i = 1; i <= count && status == STATUS_OK; i++)
        status = take_pages(walk, read_u64(list + 8 * i), 1);
    walk->usage.free += count;
    return status;
}

static enum status take_long_free_list(struct walk *walk, uint64_t page, uint64_t size)
{
    uint8_t *whole = heap_new(PAGE_HEADER + size);
    enum status status = read_at(walk, page, whole, PAGE_HEADER + size);

    if (status == STATUS_OK)
        status = take_free_list(walk, whole + PAGE_HEADER, size, page);
    heap_free(whole);
    return status;
}

/* A page as it lies in memory: of the file, or the small one that holds the values of a key. */
struct page {
    const uint8_t *bytes;
    size_t size;
    uint64_t number; /* for messages: of the page of the file that it is, or lies in */
};

/* Number of nodes; 0 where the page contradicts itself. */
static size_t count_nodes(const struct page *page)
{
    size_t lower = read_u16(page->bytes + 12);
    size_t upper = read_u16(page->bytes + 14);
    size_t count = (lower - PAGE_HEADER) / 2;

    if (lower < PAGE_HEADER || lower % 2 != 0 || lower > upper || upper > page->size)
        return 0;
    if ((read_u16(page->bytes + 10) & PAGE_FIXED) != 0)
        return count * read_u16(page->bytes + 8) <= page->size - PAGE_HEADER ? count : 0;
    return count;
}

/* A node inside its page; NULL where it is not. */
static const uint8_t *node_at(const struct page *page, size_t i, size_t *out_room)
{
    size_t at = read_u16(page->bytes + PAGE_HEADER + 2 * i);
    size_t key;

    if (at < PAGE_HEADER || at + NODE_HEADER > page->size)
        return NULL;
    key = read_u16(page->bytes + at + 6);
    if (key > STORE_MAX_KEY_BYTES || at + NODE_HEADER + key > page->size)
        return NULL;
    *out_room = page->size - (at + NODE_HEADER + key);
    return page->bytes + at;
}

/* The values of one key, small enough to lie in its node. */
static enum status walk_small_page(struct walk *walk, struct page small)
{
    uint16_t flags = small.size < PAGE_HEADER ? 0 : read_u16(small.bytes + 10);
    size_t count = small.size < PAGE_HEADER ? 0 : count_nodes(&small);

    if ((flags & PAGE_SUB) == 0 || count == 0)
        return damaged(walk, small.number, "holds a page of values that contradicts itself");
    for (size_t i = 0; i < count && (flags & PAGE_FIXED) == 0; i++) {
        size_t room;
        if (node_at(&small, i, &room) == NULL)
            return damaged(walk, small.number, "holds a value outside of its page");
    }
    return STATUS_OK;
}

static enum status
walk_leaf_node(struct walk *walk, struct tree_walk *of, const struct page *page, size_t i)
{
    size_t room = 0;
    const uint8_t *node = node_at(page, i, &room);
    const uint8_t *data;
    uint16_t flags;
    uint64_t size;
    enum status status;

    if (node == NULL)
        return damaged(walk, page->number, "holds a key outside of itself");
    flags = read_u16(node + 4);
    size = read_u32(node);
    data = node + NODE_HEADER + read_u16(node + 6);
    if (((flags & NODE_OVERFLOW) != 0 ? 8 : size) > room)
        return damaged(walk, page->number, "holds a value outside of itself");
    if ((flags & NODE_TREE) != 0) {
        struct tree below;
        if (size != TREE_SIZE)
            return damaged(walk, page->number, "holds a tree that is none");
        below = read_tree(data);
        return walk_tree(walk, &below, false);
    }
    if ((flags & NODE_DUPLICATES) != 0)
        return walk_small_page(walk, (struct page){data, size, page->number});
    if ((flags & NODE_OVERFLOW) == 0)
        return of->is_free_list ? take_free_list(walk, data, size, page->number) : STATUS_OK;
    status = walk_overflow(walk, of, read_u64(data), size);
    if (status == STATUS_OK && of->is_free_list)
        status = take_long_free_list(walk, read_u64(data), size);
    return status;
}

static enum status
walk_page(struct walk *walk, struct tree_walk *of, uint64_t number, unsigned levels);

static enum status
walk_branch(struct walk *walk, struct tree_walk *of, const struct page *page, unsigned levels)
{
    size_t count = count_nodes(page);
    enum status status = STATUS_OK;

    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        size_t room;
        const uint8_t *node = node_at(page, i, &room);
        if (node == NULL)
            return damaged(walk, page->number, "names a page outside of itself");
        status = walk_page(
            walk, of, (uint64_t)read_u32(node) | (uint64_t)read_u16(node + 4) << 32, levels - 1);
    }
    of->counted.branch_pages++;
    return status;
}

static enum status walk_leaf(struct walk *walk, struct tree_walk *of, const struct page *page)
{
    size_t count = count_nodes(page);
    enum status status = STATUS_OK;

    if ((read_u16(page->bytes + 10) & PAGE_FIXED) == 0) {
        for (size_t i = 0; i < count && status == STATUS_OK; i++)
            status = walk_leaf_node(walk, of, page, i);
    }
    of->counted.entries += count;
    of->counted.leaf_pages++;
    return status;
}

/* `levels` are left, this one included: leaves lie on the last. */
static enum status
walk_page(struct walk *walk, struct tree_walk *of, uint64_t number, unsigned levels)
{
    uint8_t *bytes = heap_new(walk->meta.page_size);
    struct page page = {bytes, walk->meta.page_size, number};
    enum status status = take_pages(walk, number, 1);

    if (status == STATUS_OK)
        status = read_at(walk, number, bytes, page.size);
    if (status == STATUS_OK) {
        uint16_t flags = read_u16(bytes + 10);
        if (read_u64(bytes) != number)
            status = damaged(walk, number, "says that it is another one");
        else if ((flags & ~PAGE_FIXED) != (levels > 1 ? PAGE_BRANCH : PAGE_LEAF))
            status = damaged(walk, number, "is of another kind than its place in the tree");
        else if (count_nodes(&page) == 0)
            status = damaged(walk, number, "contradicts itself about what it holds");
        else
            status = levels > 1 ? walk_branch(walk, of, &page, levels) : walk_leaf(walk, of, &page);
    }
    walk->usage.used++;
    heap_free(bytes);
    return status;
}

static enum status walk_tree(struct walk *walk, const struct tree *tree, bool is_free_list)
{
    struct tree_walk of = {.is_free_list = is_free_list};
    enum status status;

    if (tree->root == no_page)
        return STATUS_OK;
    if (tree->depth == 0 || tree->depth > DEEPEST)
        return damaged(walk, tree->root, "is the root of a tree of an impossible depth");
    status = walk_page(walk, &of, tree->root, tree->depth);
    if (status == STATUS_OK && (of.counted.branch_pages != tree->branch_pages ||
                                of.counted.leaf_pages != tree->leaf_pages ||
                                of.counted.overflow_pages != tree->overflow_pages))
        return damaged(walk, tree->root, "is the root of a tree of another size");
    return status;
}

/* What is neither in use nor free would never be used again. */
static enum status find_lost(const struct walk *walk)
{
    for (uint64_t page = 2; page <= walk->meta.last_page; page++) {
        if ((walk->seen[page / 8] & (1 << (page % 8))) == 0)
            return damaged(walk, page, "is neither in use nor free");
    }
    return STATUS_OK;
}

static enum status walk_all(struct walk *walk)
{
    enum status status;

    walk->seen = heap_new(walk->meta.last_page / 8 + 1);
    walk->usage = (struct pages_usage){.pages = walk->meta.last_page + 1, .used = 2};
    status = walk_tree(walk, &walk->meta.main, false);
    if (status == STATUS_OK)
        status = walk_tree(walk, &walk->meta.free, true);
    if (status == STATUS_OK)
        status = find_lost(walk);
    heap_free(walk->seen);
    return status;
}

/* Both meta pages begin with a page of the same size; the free tree's pad is that size. */
static bool read_meta(const struct walk *walk, uint64_t at, struct meta *out)
{
    uint8_t bytes[PAGE_HEADER + META_SIZE];
    const uint8_t *meta = bytes + PAGE_HEADER;

    if (pread(walk->file, bytes, sizeof(bytes), (off_t)at) != (ssize_t)sizeof(bytes) ||
        read_u32(meta + META_MAGIC) != magic || read_u32(meta + META_VERSION) != version)
        return false;
    *out = (struct meta){
        .page_size = read_u32(meta + META_FREE),
        .free = read_tree(meta + META_FREE),
        .main = read_tree(meta + META_MAIN),
        .last_page = read_u64(meta + META_LAST_PAGE),
        .transaction = read_u64(meta + META_TRANSACTION),
    };
    return out->page_size >= LEAST_PAGE && out->page_size <= LARGEST_PAGE &&
           (out->page_size & (out->page_size - 1)) == 0 && out->last_page >= 1 &&
           out->last_page < STORE_LEDGER_MAP_BYTES / out->page_size;
}

/* The newer commit, or the one of `transaction` where that is not 0. */
static bool choose_meta(struct walk *walk, uint64_t transaction)
{
    struct meta metas[2];

    if (!read_meta(walk, 0, &metas[0]) || !read_meta(walk, metas[0].page_size, &metas[1]) ||
        metas[0].page_size != metas[1].page_size)
        return false;
    walk->meta = metas[metas[1].transaction > metas[0].transaction ? 1 : 0];
    if (transaction == 0 || walk->meta.transaction == transaction)
        return true;
    walk->meta = metas[metas[1].transaction > metas[0].transaction ? 0 : 1];
    return walk->meta.transaction == transaction;
}

static enum status measure(struct walk *walk)
{
    struct stat file;

    if (fstat(walk->file, &file) != 0)
        return error_set(
            walk->error, STATUS_UNAVAILABLE, "%s cannot be used: %s", walk->name,
            strerrordesc_np(errno));
    walk->file_bytes = (uint64_t)file.st_size;
    return STATUS_OK;
}

/* LMDB does not write free pages, so the last ones may be missing. */
static enum status check_open_file(struct walk *walk, bool is_thorough)
{
    enum status status = measure(walk);

    if (status != STATUS_OK || walk->file_bytes == 0)
        return status;
    if (!choose_meta(walk, 0))
        return damaged(walk, 0, "is no meta page, or the next is none");
    if (!is_thorough && (walk->meta.last_page + 1) * walk->meta.page_size <= walk->file_bytes)
        return STATUS_OK;
    return walk_all(walk);
}

enum status
pages_check_file(const char *directory, const char *name, bool is_thorough, struct error *error)
{
    struct walk walk = {.name = name, .error = error};
    char path[PATH_MAX];
    enum status status;

    if (snprintf(path, sizeof(path), "%s/%s", directory, name) >= (int)sizeof(path))
        return error_set(error, STATUS_UNAVAILABLE, "the name of %s is too long", name);
    walk.file = open(path, O_RDONLY | O_CLOEXEC);
    if (walk.file < 0 && errno == ENOENT)
        return STATUS_OK;
    if (walk.file < 0)
        return error_set(
            error, STATUS_UNAVAILABLE, "%s cannot be opened: %s", path, strerrordesc_np(errno));
    status = check_open_file(&walk, is_thorough);
    close(walk.file);
    return status;
}

enum status
pages_check_commit(const struct pages_commit *commit, struct pages_usage *out, struct error *error)
{
    struct walk walk = {.name = commit->name, .file = commit->descriptor, .error = error};
    enum status status;

    if (!choose_meta(&walk, commit->transaction))
        return STATUS_NOT_FOUND;
    status = measure(&walk);
    if (status == STATUS_OK)
        status = walk_all(&walk);
    if (status == STATUS_OK)
        *out = walk.usage;
    return status;
}
