/*
 * What is asked of every event type, so that one added tomorrow cannot forget it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/event_type.h"
#include "eventlog/record.h"
#include "tests/support/expect.h"

#include <stdio.h>
#include <string.h>

static void each_type(void (*visit)(const struct event_type *type))
{
    for (const struct event_area *area = event_catalog; area->name != NULL; area++) {
        for (size_t i = 0; area->types[i] != NULL; i++)
            visit(area->types[i]);
    }
}

static void expect_found(const struct event_type *type)
{
    expect(event_type_named(text_from(type->name)) == type);
}

static void every_type_is_found_by_its_name(void)
{
    each_type(expect_found);
}

static void other_names_are_found_nowhere(void)
{
    expect(event_type_named(text_lit("")) == NULL);
    expect(event_type_named(text_lit("task")) == NULL);
    expect(event_type_named(text_lit("task.")) == NULL);
    expect(event_type_named(text_lit("task.create")) == NULL);
    expect(event_type_named(text_lit("task.createdd")) == NULL);
    expect(event_type_named(text_lit("task.created\0x")) == NULL);
    expect(event_type_named((struct text){NULL, 0}) == NULL);
}

static void expect_complete(const struct shape *shape)
{
    char why[128] = "";
    char message[256];
    bool is_complete = shape_is_complete(shape, why);

    snprintf(message, sizeof(message), "%s: %s", shape->name, why);
    expect_at(is_complete, __FILE__, __LINE__, message);
}

static void expect_type_complete(const struct event_type *type)
{
    expect_complete(type->shape);
    expect(type->schema >= 1 && type->doc != NULL && strchr(type->name, '.') != NULL);
}

static void every_row_of_every_type_is_there(void)
{
    each_type(expect_type_complete);
    expect_complete(&entry_shape);
    expect_complete(&origin_shape);
    expect_complete(&body_shape);
}

static void expect_nothing_personal(const struct shape *shape)
{
    for (size_t i = 0; i < shape->count; i++) {
        expect(shape->fields[i].kind != KIND_PERSONAL);
        if (shape->fields[i].shape != NULL)
            expect_nothing_personal(shape->fields[i].shape);
    }
}

static void expect_personal_at_the_top(const struct event_type *type)
{
    for (size_t i = 0; i < type->shape->count; i++) {
        const struct field *field = &type->shape->fields[i];
        if (field->shape != NULL)
            expect_nothing_personal(field->shape);
    }
}

/* Sealing looks no deeper. */
static void personal_fields_stand_at_the_top_of_their_shapes(void)
{
    each_type(expect_personal_at_the_top);
}

static void expect_own_tags(const struct event_type *type)
{
    for (size_t i = 0; i < origin_shape.count; i++)
        expect(shape_field_of_tag(type->shape, origin_shape.fields[i].tag) == NULL);
}

/* Or a box of the one could be taken for a box of the other. */
static void events_and_origins_share_no_tag(void)
{
    each_type(expect_own_tags);
}

static const struct test tests[] = {
    TEST(every_type_is_found_by_its_name),  TEST(other_names_are_found_nowhere),
    TEST(every_row_of_every_type_is_there), TEST(personal_fields_stand_at_the_top_of_their_shapes),
    TEST(events_and_origins_share_no_tag),
};

const struct suite test_catalog_suite = SUITE("eventlog/catalog", tests);
