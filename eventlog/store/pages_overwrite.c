/*
 * What LMDB leaves behind: it frees a page and writes it again some day, and moves nodes within a page
 * without wiping where they were. Here both are filled with zeros, in place:
 *
 *   pages that no tree of the newest commit has      all of the page
 *   pages of its trees                               what lies between their offsets and their nodes
 *
 * In place, and not by a compacted copy: the file keeps its name, its locks and its readers, and the
 * blocks that held the bytes are those that are written.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "eventlog/store/pages_internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* How a page is used. */
enum page_use { USE_NONE, USE_WHOLE, USE_TREE };

struct overwriting {
    struct walk walk;
    uint8_t *uses; /* an enum page_use each */
    uint64_t pages;
    uint8_t *page; /* one that is looked at */
    uint64_t *overwritten;
};

static void note(uint64_t page, bool is_of_tree, void *context)
{
    const struct overwriting *overwriting = context;

    if (page < overwriting->pages)
        overwriting->uses[page] = is_of_tree ? USE_TREE : USE_WHOLE;
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
    return size == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0);
}

/* The part of the page that was read from `at` on. */
static enum status overwrite(struct overwriting *overwriting, uint64_t number, struct page_gap gap)
{
    const struct walk *walk = &overwriting->walk;
    off_t at = (off_t)(number * walk->meta.page_size + gap.from);

    if (is_zero(overwriting->page + gap.from, gap.size))
        return STATUS_OK;
    memset(overwriting->page + gap.from, 0, gap.size);
    if (pwrite(walk->file, overwriting->page + gap.from, gap.size, at) != (ssize_t)gap.size)
        return error_set(
            walk->error, errno == ENOSPC ? STATUS_FULL : STATUS_UNAVAILABLE,
            "%s cannot be overwritten: %s", walk->name, strerrordesc_np(errno));
    *overwriting->overwritten += gap.size;
    return STATUS_OK;
}

/* The last page of a file may be cut short, where nothing was written behind. */
static enum status look_at(struct overwriting *overwriting, uint64_t number)
{
    const struct walk *walk = &overwriting->walk;
    size_t page_size = walk->meta.page_size;
    ssize_t got = pread(walk->file, overwriting->page, page_size, (off_t)(number * page_size));
    struct page page = {overwriting->page, page_size, number};

    if (got < 0)
        return error_set(
            walk->error, STATUS_UNAVAILABLE, "%s cannot be read: %s", walk->name,
            strerrordesc_np(errno));
    if (overwriting->uses[number] == USE_TREE)
        return overwrite(overwriting, number, page_gap(&page));
    return overwrite(overwriting, number, (struct page_gap){0, (size_t)got});
}

static enum status look_at_all(struct overwriting *overwriting)
{
    enum status status = STATUS_OK;

    for (uint64_t number = 2; status == STATUS_OK && number < overwriting->pages; number++) {
        if (overwriting->uses[number] != USE_WHOLE)
            status = look_at(overwriting, number);
    }
    return status;
}

enum status
pages_overwrite_unused(const struct pages_commit *commit, uint64_t *out_bytes, struct error *error)
{
    struct overwriting overwriting = {.overwritten = out_bytes};
    off_t end = lseek(commit->descriptor, 0, SEEK_END);
    enum status status;

    if (end < 0)
        return error_set(
            error, STATUS_UNAVAILABLE, "%s cannot be used: %s", commit->name,
            strerrordesc_np(errno));
    *out_bytes = 0;
    overwriting.pages = (uint64_t)end / PAGE_LEAST_BYTES + 1;
    overwriting.uses = heap_new(overwriting.pages);
    overwriting.walk = (struct walk){.error = error, .note = note, .context = &overwriting};
    status = pages_walk_commit(&overwriting.walk, commit);
    if (status == STATUS_OK) {
        size_t page_size = overwriting.walk.meta.page_size;
        overwriting.pages = ((uint64_t)end + page_size - 1) / page_size;
        overwriting.page = heap_new(page_size);
        status = look_at_all(&overwriting);
    }
    heap_free(overwriting.page);
    heap_free(overwriting.uses);
    return status;
}
