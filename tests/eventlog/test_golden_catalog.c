/*
 * The golden catalogue: whatever was released of events keeps its meaning for ever. Lines of
 * tests/golden/catalog.txt may be added, never changed or removed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/base/must.h"
#include "eventlog/reference.h"
#include "tests/support/expect.h"

#include <stdio.h>

enum { LARGEST_CATALOG = 16 << 20 };

static struct buf golden;
static struct buf printed;

static void given_both_catalogues(void)
{
    char block[4096];
    FILE *file = source_file("tests/golden/catalog.txt");

    buf_init(&golden, LARGEST_CATALOG);
    buf_init(&printed, LARGEST_CATALOG);
    must(file != NULL);
    for (size_t size; (size = fread(block, 1, sizeof(block), file)) > 0;)
        buf_add(&golden, block, size);
    fclose(file);
    catalog_print(&printed);
}

static void drop_both_catalogues(void)
{
    buf_fini(&golden);
    buf_fini(&printed);
}

static bool has_line(const struct buf *catalog, struct text wanted)
{
    for (struct text rest = buf_text(catalog); text_is_present(rest);) {
        if (text_equal(text_cut(&rest, '\n'), wanted))
            return true;
    }
    return false;
}

static void expect_lines_of(const struct buf *all, const struct buf *in, const char *advice)
{
    char message[512];

    for (struct text rest = buf_text(all); rest.size > 0;) {
        struct text line = text_cut(&rest, '\n');
        snprintf(message, sizeof(message), "\"%.*s\" %s", TEXT_ARGS(line), advice);
        expect_at(has_line(in, line), __FILE__, __LINE__, message);
    }
}

static void every_released_line_is_still_printed(void)
{
    expect(golden.size > 0);
    expect_lines_of(
        &golden, &printed,
        "was released and must stay: give the event a new schema and an upcaster instead");
}

static void every_printed_line_is_released(void)
{
    expect_lines_of(
        &printed, &golden,
        "is new: add it to tests/golden/catalog.txt (fleetledger describe catalog prints it), "
        "where it stays for ever");
}

static void no_line_is_printed_twice(void)
{
    for (struct text rest = buf_text(&printed); rest.size > 0;) {
        struct text line = text_cut(&rest, '\n');
        bool is_repeated = false;
        for (struct text others = rest; others.size > 0;)
            is_repeated = text_equal(text_cut(&others, '\n'), line) || is_repeated;
        expect_at(!is_repeated, __FILE__, __LINE__, "a line twice: two fields with one tag");
    }
}

static const struct test tests[] = {
    TEST(every_released_line_is_still_printed),
    TEST(every_printed_line_is_released),
    TEST(no_line_is_printed_twice),
};

const struct suite test_golden_catalog_suite = SUITE_WITH(
    "eventlog/golden_catalog",
    tests,
    .set_up = given_both_catalogues,
    .tear_down = drop_both_catalogues);
