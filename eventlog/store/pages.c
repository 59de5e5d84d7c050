/*
 * The walk over the pages of an LMDB file: from the meta page of a commit down its trees, each page
 * taken apart by page.h, and marked as the one place's that named it. A file that LMDB has open is mapped
 * here as well; one that it is still to open is read, since a mapped one that cannot be read kills.
 *
 *   file ─► tables: tree of trees ─┬─► a table ─► values, long values, trees of values
 *       │                          └─► another, by another thread
 *       └─► free list: tree of lists of pages
 *
 * Trees lie in each other as deep as this and no deeper, so that no file leads the walk astray.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/store/pages.h"

#include "core/base/heap.h"
#include "core/run/thread.h"
#include "eventlog/store/page.h"
#include "eventlog/store/pages_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEEPEST = 32 /* as LMDB's cursors */, NUMBERS_READ = 512, MOST_TABLES = 16 };

/* The tables that the tree of tables names, to be walked when it was. */
struct tables {
    struct page_tree trees[MOST_TABLES];
    size_t count;
    atomic_size_t next; /* that no thread has yet */
};

static enum status damaged(const struct walk *walk, uint64_t page, const char *what)
{
    return error_set_code(
        walk->error, STATUS_CORRUPT, "file_damaged", "%s is damaged: page %llu %s", walk->name,
        (unsigned long long)page, what);
}

/* From `offset` of a page on, over as many pages as it takes. */
static enum status
read_at(const struct walk *walk, uint64_t page, uint64_t offset, void *out, size_t size)
{
    uint64_t at = page * walk->meta.page_size + offset;
    ssize_t got;

    if (page > walk->meta.last_page || at + size > walk->file_bytes)
        return damaged(walk, page, "lies beyond the end of the file");
    if (walk->map != NULL) {
        memcpy(out, walk->map + at, size);
        return STATUS_OK;
    }
    do {
        got = pread(walk->file, out, size, (off_t)at);
    } while (got < 0 && errno == EINTR);
    return got == (ssize_t)size ? STATUS_OK : damaged(walk, page, "cannot be read");
}

/* Each page belongs to one place. */
static enum status take_page(struct walk *walk, uint64_t page)
{
    uint8_t bit = (uint8_t)(1 << (page % 8));

    if (page < 2 || page > walk->meta.last_page)
        return damaged(walk, page, "is named, but is none that was given out");
    if ((__atomic_fetch_or(&walk->seen[page / 8], bit, __ATOMIC_RELAXED) & bit) != 0)
        return damaged(walk, page, "is in use twice, or in use and free");
    return STATUS_OK;
}

static void note_use(const struct walk *walk, uint64_t page, bool is_of_tree)
{
    if (walk->note != NULL)
        walk->note(page, is_of_tree, walk->context);
}

enum tree_kind { FREE_LIST, TABLES, TABLE, VALUES };

/* A tree under way: what was met in it so far, to be compared with what is said of it. */
struct tree_walk {
    enum tree_kind kind;
    struct page_tree met;
};

static enum status walk_tree(struct walk *walk, const struct page_tree *tree, enum tree_kind kind);

/* Pages of a value, the first of which is `page`. */
static enum status
take_long_value(struct walk *walk, struct tree_walk *of, uint64_t page, uint64_t size)
{
    uint8_t header[PAGE_HEADER_BYTES];
    enum status status = read_at(walk, page, 0, header, sizeof(header));
    uint64_t count;

    if (status != STATUS_OK)
        return status;
    count = page_long_value_pages(
        &(struct page){header, sizeof(header), page}, walk->meta.page_size, size);
    if (count == 0)
        return damaged(walk, page, "is no start of a long value of that size");
    if (page * walk->meta.page_size + PAGE_HEADER_BYTES + size > walk->file_bytes)
        return damaged(walk, page, "holds a value that ends beyond the file");
    walk->usage.used += count;
    of->met.overflow_pages += count;
    for (uint64_t i = 0; i < count && status == STATUS_OK; i++) {
        status = take_page(walk, page + i);
        note_use(walk, page + i, false);
    }
    return status;
}

/* A list of free pages: its length, then their numbers, at `offset` of `page`. */
static enum status take_free_list(struct walk *walk, uint64_t page, size_t offset, uint64_t size)
{
    uint64_t numbers[NUMBERS_READ];
    uint64_t count = 0;
    enum status status = STATUS_OK;

    if (size >= sizeof(count))
        status = read_at(walk, page, offset, &count, sizeof(count));
    if (status == STATUS_OK && (size < sizeof(count) || count > size / sizeof(count) - 1))
        return damaged(walk, page, "holds a free list that is longer than its bytes");
    walk->usage.free += count;
    for (uint64_t i = 0; i < count && status == STATUS_OK; i++) {
        uint64_t left = count - i;
        if (i % NUMBERS_READ == 0)
            status = read_at(
                walk, page, offset + (i + 1) * sizeof(count), numbers,
                (left < NUMBERS_READ ? left : NUMBERS_READ) * sizeof(count));
        if (status == STATUS_OK)
            status = take_page(walk, numbers[i % NUMBERS_READ]);
    }
    return status;
}

/* Values that lie on pages of their own, and lists of free pages. */
static enum status take_value(
    struct walk *walk,
    struct tree_walk *of,
    const struct page *page,
    const struct page_value *value)
{
    enum status status = STATUS_OK;

    of->met.entries++;
    if (value->kind == PAGE_LONG_VALUE)
        status = take_long_value(walk, of, value->first_page, value->size);
    if (status != STATUS_OK || of->kind != FREE_LIST)
        return status;
    return value->kind == PAGE_LONG_VALUE
               ? take_free_list(walk, value->first_page, PAGE_HEADER_BYTES, value->size)
               : take_free_list(
                     walk, page->number, (size_t)(value->bytes - page->bytes), value->size);
}

static enum status
walk_value(struct walk *walk, struct tree_walk *of, const struct page *page, size_t i)
{
    struct page_value value;
    const char *wrong = page_value(page, i, &value);
    bool is_of_table = value.kind == PAGE_VALUES || value.kind == PAGE_VALUES_TREE;

    if (wrong != NULL)
        return damaged(walk, page->number, wrong);
    if ((is_of_table && of->kind != TABLE) || (value.kind == PAGE_TABLE && of->kind != TABLES))
        return damaged(walk, page->number, "holds a tree where none can be");
    switch (value.kind) {
    case PAGE_VALUE:
    case PAGE_LONG_VALUE:
        return take_value(walk, of, page, &value);
    case PAGE_VALUES:
        of->met.entries += value.count;
        return STATUS_OK;
    case PAGE_VALUES_TREE:
        of->met.entries += value.tree.entries;
        return walk_tree(walk, &value.tree, VALUES);
    case PAGE_TABLE:
        of->met.entries++;
        if (walk->tables->count == MOST_TABLES)
            return walk_tree(walk, &value.tree, TABLE);
        walk->tables->trees[walk->tables->count++] = value.tree;
        return STATUS_OK;
    }
    return STATUS_OK;
}

static enum status walk_leaf(struct walk *walk, struct tree_walk *of, const struct page *page)
{
    enum status status = STATUS_OK;

    of->met.leaf_pages++;
    page_fetch(page);
    for (size_t i = 0; i < page_count(page) && status == STATUS_OK; i++)
        status = walk_value(walk, of, page, i);
    return status;
}

static enum status
walk_page(struct walk *walk, struct tree_walk *of, uint64_t number, unsigned levels);

static enum status
walk_branch(struct walk *walk, struct tree_walk *of, const struct page *page, unsigned levels)
{
    enum status status = STATUS_OK;

    of->met.branch_pages++;
    for (size_t i = 0; i < page_count(page) && status == STATUS_OK; i++) {
        uint64_t child;
        if (!page_child(page, i, &child))
            return damaged(walk, page->number, "names a page outside of itself");
        status = walk_page(walk, of, child, levels - 1);
    }
    return status;
}

/* In the map, or in the room for it. */
static enum status find_page(const struct walk *walk, struct page *page, uint8_t *room)
{
    uint64_t at = page->number * page->size;

    if (walk->map == NULL || at + page->size > walk->file_bytes)
        return read_at(walk, page->number, 0, room, page->size);
    page->bytes = walk->map + at;
    return STATUS_OK;
}

/* `levels` are left, this one included: leaves lie on the last. */
static enum status
walk_page(struct walk *walk, struct tree_walk *of, uint64_t number, unsigned levels)
{
    uint8_t *room = walk->map == NULL ? heap_new(walk->meta.page_size) : NULL;
    struct page page = {room, walk->meta.page_size, number};
    enum status status = take_page(walk, number);
    const char *wrong;

    if (status == STATUS_OK)
        status = find_page(walk, &page, room);
    if (status == STATUS_OK) {
        wrong = page_check(&page, levels == 1);
        if (wrong != NULL)
            status = damaged(walk, number, wrong);
        else
            status =
                levels == 1 ? walk_leaf(walk, of, &page) : walk_branch(walk, of, &page, levels);
    }
    walk->usage.used++;
    note_use(walk, number, true);
    heap_free(room);
    return status;
}

static enum status walk_tree(struct walk *walk, const struct page_tree *tree, enum tree_kind kind)
{
    struct tree_walk of = {.kind = kind};
    enum status status;

    if (page_tree_is_empty(tree))
        return STATUS_OK;
    if (tree->depth == 0 || tree->depth > DEEPEST)
        return damaged(walk, tree->root, "is the root of a tree of an impossible depth");
    status = walk_page(walk, &of, tree->root, tree->depth);
    if (status == STATUS_OK &&
        (of.met.branch_pages != tree->branch_pages || of.met.leaf_pages != tree->leaf_pages ||
         of.met.overflow_pages != tree->overflow_pages || of.met.entries != tree->entries))
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

/* Table after table, as long as there are any that no other thread has. */
static enum status walk_tables(struct walk *walk)
{
    enum status status = STATUS_OK;

    while (status == STATUS_OK) {
        size_t i = atomic_fetch_add(&walk->tables->next, 1);
        if (i >= walk->tables->count)
            break;
        status = walk_tree(walk, &walk->tables->trees[i], TABLE);
    }
    return status;
}

/* Beside the first thread. */
struct second {
    struct walk walk;
    struct error error;
    enum status status;
};

static void walk_tables_beside(void *context)
{
    struct second *second = context;

    second->status = walk_tables(&second->walk);
}

static enum status walk_from_roots(struct walk *walk, bool has_second)
{
    struct second second = {.status = STATUS_OK};
    struct thread *thread = NULL;
    enum status status;

    walk->tables->count = 0;
    atomic_store(&walk->tables->next, 0);
    walk->usage = (struct pages_usage){.pages = walk->meta.last_page + 1, .used = 2};
    memset(walk->seen, 0, walk->meta.last_page / 8 + 1);
    status = walk_tree(walk, &walk->meta.main, TABLES);
    if (status == STATUS_OK && has_second) {
        second.walk = *walk;
        second.walk.usage = (struct pages_usage){.pages = 0};
        second.walk.error = &second.error;
        thread = thread_start("pages", walk_tables_beside, &second);
    }
    if (status == STATUS_OK)
        status = walk_tables(walk);
    thread_join(thread);
    walk->usage.used += second.walk.usage.used;
    if (status == STATUS_OK)
        status = second.status;
    if (status == STATUS_OK)
        status = walk_tree(walk, &walk->meta.free, FREE_LIST);
    return status == STATUS_OK ? find_lost(walk) : status;
}

/* What two threads find wrong is found again by one, so that it is the same each time. */
static enum status walk_all(struct walk *walk)
{
    bool has_second = walk->map != NULL;
    enum status status;

    walk->seen = heap_new(walk->meta.last_page / 8 + 1);
    walk->tables = heap_new(sizeof(*walk->tables));
    status = walk_from_roots(walk, has_second);
    if (status != STATUS_OK && has_second)
        status = walk_from_roots(walk, false);
    heap_free(walk->tables);
    heap_free(walk->seen);
    return status;
}

static bool read_meta(const struct walk *walk, uint64_t at, struct page_meta *out)
{
    uint8_t bytes[PAGE_META_BYTES];

    return pread(walk->file, bytes, sizeof(bytes), (off_t)at) == (ssize_t)sizeof(bytes) &&
           page_meta_read(bytes, out);
}

/* The newer commit, or the one of `transaction` where that is not 0. Each of the first two pages is
 * the meta page of one. */
static bool choose_meta(struct walk *walk, uint64_t transaction)
{
    struct page_meta metas[2];

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

static enum status walk_mapped(struct walk *walk)
{
    void *map = mmap(NULL, walk->file_bytes, PROT_READ, MAP_SHARED, walk->file, 0);
    enum status status;

    walk->map = map == MAP_FAILED ? NULL : map;
    status = walk_all(walk);
    if (walk->map != NULL)
        munmap(map, walk->file_bytes);
    return status;
}

enum status pages_walk_commit(struct walk *walk, const struct pages_commit *commit)
{
    enum status status;

    walk->name = commit->name;
    walk->file = commit->descriptor;
    if (!choose_meta(walk, commit->transaction))
        return STATUS_NOT_FOUND;
    status = measure(walk);
    return status == STATUS_OK ? walk_mapped(walk) : status;
}

enum status
pages_check_commit(const struct pages_commit *commit, struct pages_usage *out, struct error *error)
{
    struct walk walk = {.error = error};
    enum status status = pages_walk_commit(&walk, commit);

    if (status == STATUS_OK)
        *out = walk.usage;
    return status;
}
