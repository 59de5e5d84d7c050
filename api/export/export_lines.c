/*
 * Finding and printing events of exports.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/export/export_lines.h"

#include "core/base/must.h"
#include "eventlog/ledger_read.h"

enum {
    PAGE = 1000,
    PAGE_ARENA_BYTES = 64 << 20,
    LINE_ARENA_BYTES = 256 << 20, /* a body may be 4 MiB, and many times that printed */
    PIECE_BYTES = 1 << 20
};

static struct timeline_search search_at(const struct export_source *source, uint64_t from)
{
    return (struct timeline_search){
        .filter = source->filter, .from = from, .end = source->end, .work = TIMELINE_WORK};
}

static void
add_leaves(struct tree_growth *leaves, const struct timeline_event *events, size_t count)
{
    AUTO_BUF packed = {0};

    buf_init(&packed, ENTRY_MAX_BYTES);
    for (size_t i = 0; i < count; i++) {
        buf_clear(&packed);
        entry_pack(&events[i].entry, &packed);
        tree_grow(leaves, tree_leaf(buf_bytes(&packed)));
    }
}

void export_settle(const struct ledger *ledger, struct timeline_search *search)
{
    uint64_t size = ledger_size(ledger);

    if (search->from > size)
        search->from = size;
    if (search->end < search->from)
        search->end = search->from;
}

enum status export_count_page(
    const struct export_source *source,
    uint64_t *from,
    struct tree_growth *leaves,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(PAGE_ARENA_BYTES);
    struct timeline_search search = search_at(source, *from);
    const struct timeline_event *events = NULL;
    size_t count = 0;
    enum status status =
        timeline_find(source->ledger, source->index, &search, PAGE, arena, &events, &count, error);

    if (status != STATUS_OK)
        return status;
    add_leaves(leaves, events, count);
    *from = search.from < search.end ? search.from : source->end;
    return STATUS_OK;
}

/* An event as it is printed; the arena is used up. */
struct line {
    struct arena *arena;
    int64_t position;
};

static enum status add_line(
    const struct export_source *source,
    const struct export_print *print,
    const struct line *line,
    struct buf *out,
    struct error *error)
{
    struct position at = {(uint64_t)line->position};
    struct record record = {0};
    enum status status;

    arena_reset(line->arena);
    status = ledger_read_one(source->ledger, at, line->arena, &record, error);
    if (status != STATUS_OK)
        return status;
    export_format_add(
        print->format, log_history_origin(&print->history, at), &record, line->arena, out);
    buf_add_c(out, print->format->line_end);
    return STATUS_OK;
}

enum status export_add_lines(
    const struct export_source *source,
    const struct export_print *print,
    uint64_t *from,
    struct buf *out,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(PAGE_ARENA_BYTES);
    AUTO_ARENA of_line = arena_new(LINE_ARENA_BYTES);
    struct timeline_search search = search_at(source, *from);
    const struct timeline_event *events = NULL;
    size_t count = 0;
    size_t i = 0;
    enum status status =
        timeline_find(source->ledger, source->index, &search, PAGE, arena, &events, &count, error);

    for (; i < count && status == STATUS_OK && out->size < PIECE_BYTES; i++) {
        const struct line line = {of_line, events[i].entry.position};
        status = add_line(source, print, &line, out, error);
    }
    if (status != STATUS_OK)
        return status;
    if (i < count)
        *from = (uint64_t)events[i].entry.position;
    else
        *from = search.from < search.end ? search.from : source->end;
    return STATUS_OK;
}
