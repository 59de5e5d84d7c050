/*
 * What came of an export against what was promised of it: whole, in whatever pieces, in each format; and
 * damaged in whatever way.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/export/export_check.h"
#include "api/export/export_lines.h"
#include "core/base/encode.h"
#include "core/base/must.h"
#include "eventlog/ledger_read.h"
#include "tests/support/expect.h"
#include "tests/support/story.h"

#include <string.h>

enum { MOST_BYTES = 8 << 20, EVENTS = 40 };

static struct test_ledger *ledger;
static struct arena *arena;
static struct buf content;
static struct export_promise promise;
static struct digest leaf; /* of the last event */
static struct error error;

static void set_up(void)
{
    ledger = make_ledger();
    arena = arena_new(256 << 20);
    given_opening(ledger);
    given_chapter(ledger, 0);
    given_committed(ledger);
}

static void tear_down(void)
{
    buf_fini(&content);
    arena_free(arena);
    end_ledger(ledger);
}

static struct digest leaf_of(const struct record *record)
{
    AUTO_BUF entry = {0};

    buf_init(&entry, ENTRY_MAX_BYTES);
    entry_pack(&record->entry, &entry);
    return tree_leaf(buf_bytes(&entry));
}

static struct text print_digest(struct digest digest)
{
    return hex_encode(arena, (struct bytes){digest.bytes, DIGEST_SIZE});
}

/* The first events in a format, and what a server would say of them. */
static void given_content(const struct export_format *format)
{
    struct tree_growth leaves = {.size = 0};

    buf_fini(&content);
    buf_init(&content, EXPORT_MOST_BYTES);
    buf_add_c(&content, format->head);
    for (uint64_t at = 0; at < EVENTS; at++) {
        struct record record = {0};
        must(
            ledger_read_one(ledger->log, (struct position){at}, arena, &record, &error) ==
            STATUS_OK);
        leaf = leaf_of(&record);
        tree_grow(&leaves, leaf);
        export_format_add(format, text_lit("ledger.example/1"), &record, arena, &content);
        buf_add_c(&content, format->line_end);
    }
    promise = (struct export_promise){EVENTS, print_digest(tree_growth_root(&leaves))};
}

static enum status
check_in_pieces(const struct export_format *format, struct text whole, size_t size)
{
    struct export_check *check = export_check_new(format);
    enum status status = STATUS_OK;

    error = (struct error){.status = STATUS_OK};
    while (whole.size > 0 && status == STATUS_OK) {
        struct text piece = text_slice(whole, 0, size);
        status = export_check_take(check, bytes_of_text(piece), &error);
        whole = text_slice(whole, piece.size, whole.size);
    }
    if (status == STATUS_OK)
        status = export_check_end(check, &promise, &error);
    export_check_free(check);
    return status;
}

static void expect_damaged(const struct export_format *format, struct text whole, const char *why)
{
    expect_status(check_in_pieces(format, whole, 1000), STATUS_CORRUPT, &error);
    expect_text(text_from(error.code), "export_damaged");
    expect_at(strstr(error.text, why) != NULL, __FILE__, __LINE__, error.text);
}

static void what_was_promised_holds_in_each_format_and_in_any_pieces(void)
{
    static const size_t sizes[] = {1, 7, 4096, MOST_BYTES};

    for (const struct export_format *format = export_formats; format->name != NULL; format++) {
        given_content(format);
        for (size_t i = 0; i < COUNT_OF(sizes); i++)
            expect_ok(check_in_pieces(format, buf_text(&content), sizes[i]), &error);
    }
}

static size_t end_of_line(struct text whole, int lines)
{
    size_t at = 0;

    while (lines-- > 0)
        at = text_find(whole, '\n', at) + 1;
    return at;
}

/* Behind the head and so many events. */
static struct text behind(const struct export_format *format, struct text whole, int events)
{
    size_t at = end_of_line(whole, events + (format->head[0] == '\0' ? 0 : 1));

    return text_slice(whole, at, whole.size);
}

static struct text without(struct text whole, struct text end)
{
    return text_slice(whole, 0, whole.size - end.size);
}

static void expect_changes_named(const struct export_format *format, struct text whole)
{
    struct text start = without(whole, behind(format, whole, 1));
    struct text others = behind(format, whole, 2);
    struct text again = behind(format, whole, 0);

    expect_damaged(
        format, text_format(arena, "%.*s%.*s", TEXT_ARGS(start), TEXT_ARGS(others)),
        "39 events came, and 40 are on record");
    expect_damaged(
        format, text_format(arena, "%.*s%.*s", TEXT_ARGS(start), TEXT_ARGS(again)),
        "41 events came, and 40 are on record");
    expect_damaged(format, text_slice(whole, 0, whole.size - 3), "is not whole");
    expect_damaged(format, text_format(arena, "%.*sx\n", TEXT_ARGS(start)), "is no event");
}

static void what_was_changed_on_the_way_is_named(void)
{
    for (const struct export_format *format = export_formats; format->name != NULL; format++) {
        struct text whole;
        given_content(format);
        whole = text_copy(arena, buf_text(&content));
        expect_changes_named(format, whole);
    }
}

/* One digit of the last event's. */
static void another_leaf_makes_another_root(void)
{
    for (const struct export_format *format = export_formats; format->name != NULL; format++) {
        char *whole;
        char *digits;
        given_content(format);
        whole = arena_take(arena, content.size + 1);
        memcpy(whole, buf_text(&content).data, content.size);
        whole[content.size] = '\0';
        while ((digits = strstr(whole, text_c(arena, print_digest(leaf)))) != NULL)
            digits[5] = digits[5] == '0' ? '1' : '0';
        expect_damaged(format, (struct text){whole, content.size}, "is on record");
    }
}

static const struct test tests[] = {
    TEST(what_was_promised_holds_in_each_format_and_in_any_pieces),
    TEST(what_was_changed_on_the_way_is_named),
    TEST(another_leaf_makes_another_root),
};

const struct suite test_export_check_suite =
    SUITE_WITH("api/export/export_check", tests, .set_up = set_up, .tear_down = tear_down);
