/*
 * Writes a ledger that has every type of event in it, and text that somebody wrote on purpose, in each format
 * of exports, for other people's programs to read (validate.py): files named by the formats, in the directory
 * that EXPORT_FILES names.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/export/export_format.h"
#include "core/base/must.h"
#include "core/shape/shape_describe.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/workspace_events.h"
#include "eventlog/ledger_read.h"
#include "tests/support/expect.h"
#include "tests/support/story.h"

#include <limits.h>
#include <stdlib.h>

static const char *const hostile[] = {
    "=HYPERLINK(\"http://x\")",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tTab",
    "\rReturn",
    "two\r\nlines, \"quoted\"",
    "\u202Egnp.exe",
    "a|b=c\\d",
    "CEF:0|x|y|",
    "\x01\x1F\x7F",
    "ümläut €",
    "lines of\u2028Unicode\u2029and of\302\205EBCDIC",
};

static void given_hostile(struct test_ledger *ledger)
{
    for (unsigned i = 0; i < COUNT_OF(hostile); i++) {
        struct text text = text_from(hostile[i]);
        const struct team_created team = {make_id(10 + i), make_id(2), text, text};
        given_event(ledger, &team_created_event, make_id(10 + i), make_id(2), &team);
    }
}

static void given_example(struct test_ledger *ledger, const struct event_type *type)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    void *event = arena_take(arena, type->shape->size);
    struct error error;
    AUTO_BUF example = {0};

    buf_init(&example, 1 << 20);
    shape_example_write(type->shape, SCHEMA_MESSAGE, &example);
    expect_ok(shape_json_read(type->shape, buf_text(&example), arena, event, &error), &error);
    given_event(ledger, type, make_id(20), make_id(2), event);
}

/* An example of each type; those that drop bodies stand in the story. */
static void given_examples(struct test_ledger *ledger)
{
    for (const struct event_area *area = event_catalog; area->name != NULL; area++) {
        for (size_t i = 0; area->types[i] != NULL; i++) {
            if (area->types[i]->dropped == NULL)
                given_example(ledger, area->types[i]);
        }
    }
}

static void
write_line(struct ledger *log, uint64_t at, const struct export_format *format, struct buf *line)
{
    AUTO_ARENA arena = arena_new(256 << 20);
    struct record record;
    struct error error;

    must(ledger_read_one(log, (struct position){at}, arena, &record, &error) == STATUS_OK);
    buf_clear(line);
    export_format_add(format, text_lit("fleetledger/test"), &record, arena, line);
}

static void write_file(struct ledger *log, const struct export_format *format)
{
    char path[PATH_MAX];
    FILE *file;
    AUTO_BUF line = {0};

    (void)snprintf(path, sizeof(path), "%s/%s", getenv("EXPORT_FILES"), format->name);
    file = fopen(path, "we");
    must(file != NULL);
    buf_init(&line, EXPORT_MOST_BYTES);
    (void)fputs(format->head, file);
    for (uint64_t at = 0; at < ledger_size(log); at++) {
        write_line(log, at, format, &line);
        (void)fwrite(line.data, 1, line.size, file);
        (void)fputs(format->line_end, file);
    }
    expect(fclose(file) == 0);
}

static void every_type_of_event_is_written_in_every_format(void)
{
    struct test_ledger *ledger = make_ledger();

    must(getenv("EXPORT_FILES") != NULL);
    given_opening(ledger);
    given_chapter(ledger, 0);
    given_examples(ledger);
    given_hostile(ledger);
    given_committed(ledger);
    for (size_t i = 0; export_formats[i].name != NULL; i++)
        write_file(ledger->log, &export_formats[i]);
    end_ledger(ledger);
}

static const struct test tests[] = {
    TEST(every_type_of_event_is_written_in_every_format),
};
const struct suite test_export_files_suite = SUITE("api/export", tests);
