/*
 * The events of an export, found to be counted and found again to be printed: the same ones, in pieces that
 * lose nothing between them, whatever the index has by then.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/export/export_lines.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "eventlog/events/workspace_events.h"
#include "eventlog/ledger_index.h"
#include "eventlog/ledger_read.h"
#include "tests/support/expect.h"
#include "tests/support/story.h"

#include <string.h>

enum { LARGE = 300000, MANY = 12 };

static struct test_ledger *ledger;
static struct ledger_index *index_of_ledger;
static struct arena *arena;
static struct timeline_filter filter;
static struct error error;

/* Events of a size of which four fill a piece. */
static void given_large_events(void)
{
    char *text = heap_new(LARGE);

    memset(text, '"', LARGE);
    for (unsigned i = 0; i < MANY; i++) {
        const struct team_created team = {
            make_id(100 + i), make_id(i % 3), text_lit("Team"), {text, LARGE}};
        given_event(ledger, &team_created_event, make_id(100 + i), make_id(i % 3), &team);
    }
    given_committed(ledger);
    heap_free(text);
}

static void set_up(void)
{
    ledger = make_ledger();
    arena = arena_new((size_t)1 << 30);
    filter = (struct timeline_filter){.outcome = 0};
    given_opening(ledger);
    given_chapter(ledger, 0);
    given_large_events();
    must(ledger_index_open(ledger->home, ledger->log, false, &index_of_ledger, NULL) == STATUS_OK);
}

static void tear_down(void)
{
    ledger_index_close(index_of_ledger);
    arena_free(arena);
    end_ledger(ledger);
}

static void given_index(void)
{
    size_t added = 1;

    while (added > 0)
        must(ledger_index_catch_up(index_of_ledger, 1000, &added, NULL) == STATUS_OK);
}

static struct export_source source_to(uint64_t end)
{
    return (struct export_source){ledger->log, index_of_ledger, &filter, end};
}

static struct record read_at(uint64_t position)
{
    struct record record = {0};

    must(
        ledger_read_one(ledger->log, (struct position){position}, arena, &record, &error) ==
        STATUS_OK);
    return record;
}

/* By reading every event, from the first on. */
struct naive {
    struct text origin;
    struct buf lines;
    struct tree_growth leaves;
};

static struct text origin_after(const struct record *record, struct text origin)
{
    if (record->type == &ledger_opened_event)
        return ((const struct ledger_opened *)record->event)->origin_name;
    if (record->type == &origin_declared_event)
        return ((const struct origin_declared *)record->event)->origin;
    if (record->type == &leader_promoted_event)
        return ((const struct leader_promoted *)record->event)->origin;
    return origin;
}

static void scan(const struct export_print *print, uint64_t end, struct naive *out)
{
    AUTO_BUF packed = {0};

    buf_init(&packed, ENTRY_MAX_BYTES);
    for (uint64_t at = 0; at < end; at++) {
        const struct record record = read_at(at);
        out->origin = origin_after(&record, out->origin);
        if (!timeline_passes(&filter, &record))
            continue;
        export_format_add(print->format, out->origin, &record, arena, &out->lines);
        buf_add_c(&out->lines, print->format->line_end);
        buf_clear(&packed);
        entry_pack(&record.entry, &packed);
        tree_grow(&out->leaves, tree_leaf(buf_bytes(&packed)));
    }
}

static size_t
print_pieces(const struct export_source *source, const struct export_print *print, struct buf *out)
{
    size_t pieces = 0;
    AUTO_BUF piece = {0};

    buf_init(&piece, 80 << 20);
    for (uint64_t from = 0; from < source->end; pieces++) {
        buf_clear(&piece);
        expect_ok(export_add_lines(source, print, &from, &piece, &error), &error);
        buf_add_text(out, buf_text(&piece));
    }
    return pieces;
}

static void expect_all_of(uint64_t end)
{
    const struct export_source source = source_to(end);
    struct export_print print = {
        export_format_of((struct enum_value){EXPORT_TIMESKETCH}), {.arena = arena}};
    struct naive wanted = {.leaves = {.size = 0}};
    struct tree_growth leaves = {.size = 0};
    struct digest roots[2];
    AUTO_BUF printed = {0};

    buf_init(&wanted.lines, 256 << 20);
    buf_init(&printed, 256 << 20);
    expect_ok(log_history_read(&print.history, ledger->log, index_of_ledger, end, &error), &error);
    scan(&print, end, &wanted);
    for (uint64_t from = 0; from < end;)
        expect_ok(export_count_page(&source, &from, &leaves, &error), &error);
    expect_int64(leaves.size, wanted.leaves.size);
    roots[0] = tree_growth_root(&leaves);
    roots[1] = tree_growth_root(&wanted.leaves);
    expect(memcmp(&roots[0], &roots[1], sizeof(roots[0])) == 0);
    expect((print_pieces(&source, &print, &printed) > 1) == (printed.size > 2 << 20));
    expect(text_equal(buf_text(&printed), buf_text(&wanted.lines)));
    buf_fini(&wanted.lines);
}

static void pieces_are_all_of_it_and_nothing_twice(void)
{
    expect_all_of(ledger_size(ledger->log));
    given_index();
    expect_all_of(ledger_size(ledger->log));
}

static void an_export_holds_what_passes_its_filter_alone(void)
{
    given_index();
    filter.type = text_lit("workspace.*");
    filter.workspace = make_id(1);
    expect_all_of(ledger_size(ledger->log));
    filter.type = text_lit("node.*");
    expect_all_of(ledger_size(ledger->log));
}

static void an_export_ends_where_it_was_made(void)
{
    for (uint64_t end = 0; end < 20; end++)
        expect_all_of(end);
}

static const struct test tests[] = {
    TEST(pieces_are_all_of_it_and_nothing_twice),
    TEST(an_export_holds_what_passes_its_filter_alone),
    TEST(an_export_ends_where_it_was_made),
};
const struct suite test_export_lines_suite =
    SUITE_WITH("api/export/export_lines", tests, .set_up = set_up, .tear_down = tear_down);
