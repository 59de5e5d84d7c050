/*
 * Answers as rows: every column of the shape, whatever stands in the cells.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_rows.h"
#include "tests/support/expect.h"

struct owner {
    struct text name;
    int64_t age;
};
static const struct field owner_fields[] = {
    {TEXT(owner, name), .doc = "Name."},
    {INT64(owner, age), .doc = "Age."},
};
static const struct shape owner_shape = SHAPE(owner, "Whose it is.");

struct thing {
    int64_t number;
    const struct owner *owned_by;
    struct list marks;
};
static const struct field thing_fields[] = {
    {INT64(thing, number), .doc = "Number."},
    {OBJECT(thing, owned_by, owner), .doc = "Owner."},
    {LIST_OF(thing, marks, KIND_TEXT), .doc = "Marks."},
};
static const struct shape thing_shape = SHAPE(thing, "A thing.");

static const char things[] =
    "[{\"number\":1,\"ownedBy\":{\"name\":\"ann \\u00e9\",\"age\":7},\"marks\":[\"a\",\"b\"],"
    "\"newer\":true},{\"number\":22,\"ownedBy\":null,\"marks\":null}]";

static struct arena *arena;
static struct buf out;
static bool goes_on;

static void set_up(void)
{
    arena = arena_new(1 << 20);
    buf_init(&out, 1 << 16);
    goes_on = false;
}

static void tear_down(void)
{
    buf_fini(&out);
    arena_free(arena);
}

static void print(enum rows_form form, const char *columns, const char *tag_name)
{
    const struct rows_part parts[] = {
        {text_lit("first"), text_from(things)}, {text_lit("last"), text_lit("{\"number\":3}")}};
    struct rows rows = {.form = form, .tag_name = tag_name, .goes_on = goes_on};

    rows.columns =
        columns == NULL ? rows_columns(&thing_shape, arena) : rows_columns_named(columns, arena);
    buf_clear(&out);
    rows_begin(&rows, &out);
    rows_add(&rows, parts, COUNT_OF(parts), &out);
}

static void columns_are_the_fields_of_the_shape_flattened(void)
{
    print(ROWS_CSV, NULL, NULL);
    expect_text(
        buf_text(&out), "number,ownedBy.name,ownedBy.age,marks\r\n"
                        "1,ann \u00e9,7,\"[\"\"a\"\",\"\"b\"\"]\"\r\n22,,,\r\n3,,,\r\n");
}

static void a_table_is_aligned_and_programs_get_tabs(void)
{
    print(ROWS_TABLE, "number ownedBy.name", "from");
    expect_text(
        buf_text(&out), "from   number  ownedBy.name\n"
                        "first  1       ann \u00e9\n"
                        "first  22      \n"
                        "last   3       \n");
    goes_on = true;
    print(ROWS_TABLE, "number", NULL);
    expect_text(buf_text(&out), "1\n22\n3\n");
    print(ROWS_TABS, "number ownedBy.name", NULL);
    expect_text(buf_text(&out), "1\tann \u00e9\n22\t\n3\t\n");
}

static void a_line_is_the_row_as_it_was(void)
{
    print(ROWS_JSONL, NULL, NULL);
    expect(text_starts_with(buf_text(&out), text_lit("{\"number\":1,\"ownedBy\":{")));
    expect(text_ends_with(buf_text(&out), text_lit("\n{\"number\":3}\n")));
}

static void no_cell_steers_a_terminal(void)
{
    rows_add_printable(&out, text_lit("a\033[2J\n\t\302\2331m\342\200\256\177z"));
    expect_text(buf_text(&out), "a\\u001b[2J\\n\\t\\u009b1m\\u202e\\u007fz");
}

static void no_cell_is_a_formula(void)
{
    static const char *const formulas[] = {"=1+1", "+1", "-1", "@SUM(1)"};

    for (size_t i = 0; i < COUNT_OF(formulas); i++) {
        buf_clear(&out);
        rows_add_csv_cell(&out, text_from(formulas[i]));
        expect_int64(out.data[0], '\'');
    }
    buf_clear(&out);
    rows_add_csv_cell(&out, text_lit("=\"x\",\r\n"));
    expect_text(buf_text(&out), "\"'=\"\"x\"\",\r\n\"");
}

static void one_thing_is_a_line_a_member(void)
{
    rows_add_members(
        ROWS_TABLE, text_lit("{\"number\":1,\"of\":{\"name\":\"x\\ty\"},\"none\":null}"), &out);
    expect_text(buf_text(&out), "number   1\nof.name  x\\ty\nnone     \n");
    buf_clear(&out);
    rows_add_members(ROWS_TABS, text_lit("{\"marks\":[1,{\"a\":2}]}"), &out);
    expect_text(buf_text(&out), "marks\t[1,{\"a\":2}]\n");
}

static const struct test tests[] = {
    TEST(columns_are_the_fields_of_the_shape_flattened),
    TEST(a_table_is_aligned_and_programs_get_tabs),
    TEST(a_line_is_the_row_as_it_was),
    TEST(no_cell_steers_a_terminal),
    TEST(no_cell_is_a_formula),
    TEST(one_thing_is_a_line_a_member),
};
const struct suite test_shape_rows_suite =
    SUITE_WITH("core/shape/shape_rows", tests, .set_up = set_up, .tear_down = tear_down);
