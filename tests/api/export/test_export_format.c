/*
 * Formats of exports, on a ledger that has every type of event in it: lines that stand alone, values that
 * are harmless wherever they are opened, hashes that are those of the ledger. Whether others can read them is
 * asked of their own programs (tests/export).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/export/export_format.h"
#include "core/base/encode.h"
#include "core/base/heap.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/workspace_events.h"
#include "eventlog/ledger_read.h"
#include "tests/support/expect.h"
#include "tests/support/story.h"

#include <string.h>

enum { LARGEST_TEXT = BODY_MAX_BYTES - 1000 };

static struct test_ledger *ledger;
static struct arena *arena;
static struct buf out;

static void set_up(void)
{
    ledger = make_ledger();
    arena = arena_new(256 << 20);
    buf_init(&out, EXPORT_MOST_BYTES);
    given_opening(ledger);
    given_chapter(ledger, 0);
    given_committed(ledger);
}

static void tear_down(void)
{
    buf_fini(&out);
    arena_free(arena);
    end_ledger(ledger);
}

static struct record read_at(uint64_t position)
{
    struct record record = {0};
    struct error error;

    expect_ok(
        ledger_read_one(ledger->log, (struct position){position}, arena, &record, &error), &error);
    return record;
}

static struct text print_record(const char *format, const struct record *record)
{
    struct enum_value is = enum_from(export_format_names, text_from(format));

    buf_clear(&out);
    export_format_add(export_format_of(is), text_lit("ledger.example/1"), record, arena, &out);
    return buf_text(&out);
}

/* A team whose description is what somebody wrote on purpose. */
static struct record given_text(const char *text)
{
    const struct team_created team = {make_id(1), make_id(2), text_lit("=1+1"), text_from(text)};

    given_event(ledger, &team_created_event, make_id(1), make_id(2), &team);
    given_committed(ledger);
    return read_at(ledger_size(ledger->log) - 1);
}

static void each_format_has_its_row_and_its_name(void)
{
    size_t count = 0;

    for (; export_formats[count].name != NULL; count++) {
        expect(export_format_names[count] != NULL);
        expect_text(text_from(export_formats[count].name), export_format_names[count]);
    }
    expect(export_format_names[count] == NULL);
}

static void every_event_is_one_line_in_every_format(void)
{
    uint64_t size = ledger_size(ledger->log);

    for (size_t i = 0; export_formats[i].name != NULL; i++) {
        for (uint64_t at = 0; at < size; at++) {
            const struct record record = read_at(at);
            struct text line = print_record(export_formats[i].name, &record);
            expect(line.size > 0);
            expect_int64(text_find(line, '\n', 0), line.size);
            expect_int64(text_find(line, '\r', 0), line.size);
            expect(text_is_utf8(line));
        }
    }
}

static void a_leaf_hash_is_that_of_the_ledger(void)
{
    for (uint64_t at = 0; at < ledger_size(ledger->log); at++) {
        const struct record record = read_at(at);
        const struct exported_event event = exported_event_of(&record, arena);
        struct digest leaf;
        struct error error;
        expect_ok(ledger_leaf(ledger->log, (struct position){at}, &leaf, &error), &error);
        expect(text_equal(event.leaf_hash, hex_encode(arena, (struct bytes){leaf.bytes, 32})));
    }
}

static void what_is_personal_stays_sealed_and_is_named(void)
{
    const struct record record = read_at(1); /* the first admin registers */
    struct text line = print_record("jsonl", &record);

    expect(text_contains(line, text_lit("\"email\":null,\"name\":null")));
    expect(text_contains(line, text_lit("\"email\",\"name\"")));
    expect(!text_contains(line, text_lit("192.0.2.7")));
}

static void a_dropped_body_is_said(void)
{
    struct record record = read_at(1);
    struct text line;

    record.has_body = false;
    record.body = (struct body){.origin = NULL};
    line = print_record("jsonl", &record);
    expect(text_contains(line, text_lit("\"hasBody\":false")));
    expect(text_contains(line, text_lit("\"body\":\"dropped\"")));
    expect(text_contains(line, text_lit("\"sealed\":[],\"fields\":null}")));
}

static void an_unknown_type_is_said(void)
{
    struct record record = read_at(1);

    record.type = NULL;
    expect(text_contains(print_record("jsonl", &record), text_lit("\"body\":\"unknown\"")));
}

static void signs_that_hide_how_text_is_read_are_escapes(void)
{
    const struct record record = given_text("\u202Egnp.exe\u2066\u200B\xC2\x9B\uFEFFü\u00a0€");

    for (size_t i = 0; export_formats[i].name != NULL; i++) {
        struct text line = print_record(export_formats[i].name, &record);
        expect(!text_contains(line, text_lit("\u202E")));
        expect(!text_contains(line, text_lit("\u2066")));
        expect(!text_contains(line, text_lit("\xC2\x9B")));
        expect(!text_contains(line, text_lit("\uFEFF")));
    }
    expect(text_contains(
        print_record("jsonl", &record),
        text_lit("\"\\u202egnp.exe\\u2066\\u200b\\u009b\\ufeffü\u00a0€\"")));
}

static void no_cell_begins_a_formula(void)
{
    static const char starts[] = {'=', '+', '-', '@', '\t', '\r', '\n'};
    struct record record = given_text("=HYPERLINK(\"x\")\n@SUM(A1)\t+1");
    struct text line = print_record("csv", &record);

    for (size_t i = 0; i + 1 < line.size; i++) {
        if (line.data[i] == '"' && (i == 0 || line.data[i - 1] == ','))
            expect(strchr("=+-@\t\r\n", line.data[i + 1]) == NULL);
    }
    record.type = NULL; /* of a program that is not this one */
    for (size_t i = 0; i < COUNT_OF(starts); i++) {
        struct text type = text_format(arena, "%ccmd|'/c calc'!A0", starts[i]);
        record.entry.type = type;
        line = print_record("csv", &record);
        expect(text_contains(line, text_format(arena, ",\"'%.*s\",", TEXT_ARGS(type))));
    }
}

/* Of signs of which each becomes as many bytes as any. */
static void the_largest_body_fits_every_format(void)
{
    char *text = heap_new(LARGEST_TEXT + 1);
    struct record record;

    memset(text, '\x01', LARGEST_TEXT);
    memset(text, '\x7F', LARGEST_TEXT / 2);
    record = given_text(text);
    for (size_t i = 0; export_formats[i].name != NULL; i++)
        expect(print_record(export_formats[i].name, &record).size > 0);
    heap_free(text);
}

static void fields_that_cef_has_no_room_for_are_left_out_and_said(void)
{
    char text[4001];
    struct record record;

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    record = given_text("short");
    expect(text_contains(print_record("cef", &record), text_lit(" cs6Label=fields")));
    record = given_text(text);
    expect(text_contains(print_record("cef", &record), text_lit(" bytes cs6Label=fieldsLeftOut")));
    expect(print_record("cef", &record).size < 2000);
}

static const struct test tests[] = {
    TEST(the_largest_body_fits_every_format),
    TEST(fields_that_cef_has_no_room_for_are_left_out_and_said),
    TEST(each_format_has_its_row_and_its_name),
    TEST(every_event_is_one_line_in_every_format),
    TEST(a_leaf_hash_is_that_of_the_ledger),
    TEST(what_is_personal_stays_sealed_and_is_named),
    TEST(a_dropped_body_is_said),
    TEST(an_unknown_type_is_said),
    TEST(signs_that_hide_how_text_is_read_are_escapes),
    TEST(no_cell_begins_a_formula),
};
const struct suite test_export_format_suite =
    SUITE_WITH("api/export/export_format", tests, .set_up = set_up, .tear_down = tear_down);
