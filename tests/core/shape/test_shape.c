/*
 * Looking at shapes, and whether a table is complete.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/shape/shape.h"
#include "tests/support/expect.h"
#include "tests/support/sample_shapes.h"

#include <math.h>
#include <string.h>

static void expect_incomplete(const struct shape *shape, const char *because)
{
    char why[128] = "";

    expect(!shape_is_complete(shape, why));
    if (strstr(why, because) == NULL)
        expect_text(text_from(why), because);
}

static void a_table_that_names_every_member_is_complete(void)
{
    char why[128] = "";

    expect(shape_is_complete(&everything_shape, why));
    expect(shape_is_complete(&part_shape, why));
}

static void a_forgotten_row_is_found(void)
{
    struct shape shape = everything_shape;

    shape.count--;
    expect_incomplete(&shape, "rows say");
}

struct priced_part {
    struct part part;
    int64_t price;
};
static const struct field priced_part_fields[] = {
    {INT64(priced_part, price), .tag = 9, .doc = "Price in cents."},
};
static const struct shape priced_part_shape =
    SHAPE_WITH(priced_part, "A part with its price.", .base = &part_shape);

static void a_shape_with_a_base_has_the_fields_of_both(void)
{
    struct priced_part priced;
    struct shape too_deep = priced_part_shape;
    char why[128] = "";

    expect(shape_is_complete(&priced_part_shape, why));
    expect_int64((int64_t)shape_count(&priced_part_shape), (int64_t)part_shape.count + 1);
    expect(shape_field_at(&priced_part_shape, 0) == &part_shape.fields[0]);
    expect(shape_field(&priced_part_shape, text_lit("price")) == &priced_part_fields[0]);
    shape_clear(&priced_part_shape, &priced);
    expect_int64(priced.price, INT64_ABSENT);
    too_deep.base = &priced_part_shape;
    expect_incomplete(&too_deep, "base has a base");
}

static void a_shape_has_a_kind_where_one_of_its_fields_or_its_bases_is_of_it(void)
{
    expect(shape_has_kind(&priced_part_shape, KIND_INT64));
    expect(shape_has_kind(&priced_part_shape, part_shape.fields[0].kind));
    expect(!shape_has_kind(&priced_part_shape, KIND_PERSONAL));
}

/* The part's shape with its second row changed. */
static struct shape given_second_row(struct field rows[2], struct field second)
{
    struct shape shape = part_shape;

    rows[0] = part_fields[0];
    rows[1] = second;
    shape.fields = rows;
    return shape;
}

static void wrong_rows_are_found(void)
{
    struct field rows[2];
    struct field row = part_fields[1];
    struct shape shape;

    row.tag = 1;
    shape = given_second_row(rows, row);
    expect_incomplete(&shape, "tag of another row");
    row.tag = 0;
    shape = given_second_row(rows, row);
    expect_incomplete(&shape, "no tag");
    row = part_fields[1];
    row.offset = 8;
    shape = given_second_row(rows, row);
    expect_incomplete(&shape, "another row stands");
    row = part_fields[1];
    row.min = 200;
    shape = given_second_row(rows, row);
    expect_incomplete(&shape, "least value");
    row = part_fields[1];
    row.doc = NULL;
    shape = given_second_row(rows, row);
    expect_incomplete(&shape, "sentence");
    row = part_fields[1];
    row.kind = KIND_ENUM;
    shape = given_second_row(rows, row);
    expect_incomplete(&shape, "without names");
    row.kind = KIND_LIST;
    row.item = KIND_DOUBLE;
    shape = given_second_row(rows, row);
    expect_incomplete(&shape, "possible kind of item");
    row.kind = KIND_OBJECT;
    shape = given_second_row(rows, row);
    expect_incomplete(&shape, "no shape");
    row = part_fields[1];
    row.flags = UNIQUE;
    shape = given_second_row(rows, row);
    expect_incomplete(&shape, "repeats");
    row.kind = KIND_COUNT;
    shape = given_second_row(rows, row);
    expect_incomplete(&shape, "no kind");
}

static bool accepts_nothing(struct text value)
{
    (void)value;
    return false;
}

static void rules_and_fallbacks_must_be_whole(void)
{
    struct field rows[2];
    struct field row = part_fields[1];
    struct shape shape;

    row.accepts = accepts_nothing;
    shape = given_second_row(rows, row);
    expect_incomplete(&shape, "rule without a message");
    row = part_fields[1];
    row.kind = KIND_TIMESTAMP;
    row.flags = HAS_FALLBACK;
    shape = given_second_row(rows, row);
    expect_incomplete(&shape, "no fallback");
    row.kind = KIND_TEXT;
    shape = given_second_row(rows, row);
    expect_incomplete(&shape, "no fallback");
}

static void the_tags_a_shape_names_must_be_rows(void)
{
    struct shape shape = part_shape;

    shape.subject_tag = 2;
    expect_incomplete(&shape, "subject");
    shape.subject_tag = 0;
    shape.given_tag = 1;
    expect_incomplete(&shape, "given");
}

static void fields_are_found_by_member_json_name_and_tag(void)
{
    expect(shape_field(&everything_shape, text_lit("made_at")) == &everything_fields[3]);
    expect(shape_field(&everything_shape, text_lit("madeAt")) == &everything_fields[3]);
    expect(shape_field(&everything_shape, text_lit("madeA")) == NULL);
    expect(shape_field(&everything_shape, text_lit("madeAtt")) == NULL);
    expect(shape_field(&everything_shape, text_lit("")) == NULL);
    expect(shape_field_of_tag(&everything_shape, 16) == &everything_fields[15]);
    expect(shape_field_of_tag(&everything_shape, 17) == NULL);
    expect(shape_field_of_tag(&everything_shape, 0) == NULL);
}

static void members_have_json_names(void)
{
    char name[64];

    field_json_name(&everything_fields[3], name);
    expect_text(text_from(name), "madeAt");
    field_json_name(&(struct field){.name = "a_1_bc_"}, name);
    expect_text(text_from(name), "a1Bc_");
}

static void clearing_makes_every_member_absent(void)
{
    struct everything value = make_everything();

    for (size_t i = 0; i < everything_shape.count; i++)
        expect(!field_is_absent(&everything_fields[i], &value));
    shape_clear(&everything_shape, &value);
    for (size_t i = 0; i < everything_shape.count; i++)
        expect(field_is_absent(&everything_fields[i], &value));
    expect_int64(value.count, INT64_ABSENT);
    expect(isnan(value.ratio));
}

static void an_empty_list_or_text_is_not_absent(void)
{
    struct everything value;

    shape_clear(&everything_shape, &value);
    value.labels.items = "";
    value.name = text_lit("");
    expect(!field_is_absent(&everything_fields[11], &value));
    expect(!field_is_absent(&everything_fields[1], &value));
}

static void copies_are_equal_and_stand_alone(void)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    char name[] = "abc";
    struct everything value = make_everything();
    struct everything copy;

    value.name = text_from(name);
    shape_copy(&everything_shape, arena, &value, &copy);
    expect(shape_equal(&everything_shape, &value, &copy));
    expect(copy.main_part != value.main_part);
    expect(copy.parts.items != value.parts.items);
    name[0] = 'x';
    expect_text(copy.name, "abc");
    expect(!shape_equal(&everything_shape, &value, &copy));
}

static int64_t bit_of(const char *name)
{
    for (size_t i = 0; i < everything_shape.count; i++) {
        if (strcmp(everything_fields[i].name, name) == 0)
            return INT64_C(1) << i;
    }
    return 0;
}

static void an_update_copies_what_differs_and_leaves_the_rest(void)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    char name[] = "abc";
    struct everything value = make_everything();
    struct everything copy;
    const void *part;

    shape_copy(&everything_shape, arena, &value, &copy);
    part = copy.main_part;
    value.name = text_from(name);
    value.count = INT64_ABSENT;
    value.labels = (struct list){NULL, 0};
    expect_int64(
        shape_update(&everything_shape, arena, &value, &copy),
        bit_of("name") | bit_of("count") | bit_of("labels"));
    expect(shape_equal(&everything_shape, &value, &copy));
    expect(copy.main_part == part);
    expect_int64(shape_update(&everything_shape, arena, &value, &copy), 0);
    name[0] = 'x';
    expect_text(copy.name, "abc");
}

static void absent_values_are_copied_and_equal(void)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    struct everything value;
    struct everything copy;

    shape_clear(&everything_shape, &value);
    shape_copy(&everything_shape, arena, &value, &copy);
    expect(shape_equal(&everything_shape, &value, &copy));
}

static void a_change_of_any_member_is_noticed(void)
{
    for (size_t i = 0; i < everything_shape.count; i++) {
        const struct field *field = &everything_fields[i];
        struct everything value = make_everything();
        struct everything other = make_everything();
        memset(field_in(field, &other), 0, field->size);
        expect(!shape_equal(&everything_shape, &value, &other));
        expect(!shape_equal(&everything_shape, &other, &value));
    }
}

static void a_change_inside_a_list_or_object_is_noticed(void)
{
    struct everything value = make_everything();
    struct everything other = make_everything();
    struct part part = {text_lit("wheel"), 8};
    struct text labels[] = {text_lit("a"), text_lit("b")};

    other.main_part = &part;
    expect(!shape_equal(&everything_shape, &value, &other));
    other = make_everything();
    other.labels.items = labels;
    expect(!shape_equal(&everything_shape, &value, &other));
    other = make_everything();
    other.sizes.count = 2;
    expect(!shape_equal(&everything_shape, &value, &other));
    other = make_everything();
    other.parts.items = value.labels.items;
    other.parts.count = 1;
    value.parts.count = 1;
    expect(!shape_equal(&everything_shape, &value, &other));
}

static void enums_have_names(void)
{
    expect_text(text_from(enum_name(color_names, (struct enum_value){3})), "blue");
    expect(enum_name(color_names, (struct enum_value){0}) == NULL);
    expect(enum_name(color_names, (struct enum_value){4}) == NULL);
    expect(enum_name(color_names, (struct enum_value){-1}) == NULL);
    expect_int64(enum_from(color_names, text_lit("green")).is, 2);
    expect_int64(enum_from(color_names, text_lit("Green")).is, 0);
    expect_int64(enum_from(color_names, (struct text){NULL, 0}).is, 0);
}

static const struct test tests[] = {
    TEST(a_table_that_names_every_member_is_complete),
    TEST(a_forgotten_row_is_found),
    TEST(a_shape_with_a_base_has_the_fields_of_both),
    TEST(a_shape_has_a_kind_where_one_of_its_fields_or_its_bases_is_of_it),
    TEST(wrong_rows_are_found),
    TEST(rules_and_fallbacks_must_be_whole),
    TEST(the_tags_a_shape_names_must_be_rows),
    TEST(fields_are_found_by_member_json_name_and_tag),
    TEST(members_have_json_names),
    TEST(clearing_makes_every_member_absent),
    TEST(an_empty_list_or_text_is_not_absent),
    TEST(copies_are_equal_and_stand_alone),
    TEST(an_update_copies_what_differs_and_leaves_the_rest),
    TEST(absent_values_are_copied_and_equal),
    TEST(a_change_of_any_member_is_noticed),
    TEST(a_change_inside_a_list_or_object_is_noticed),
    TEST(enums_have_names),
};

const struct suite test_shape_suite = SUITE("core/shape/shape", tests);
