/*
 * A row with a column of every kind, for the tests of this folder.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_CORE_DB_THING_H
#define TESTS_CORE_DB_THING_H

#include "core/base/attributes.h"
#include "core/db/table.h"

struct part {
    struct text name;
    int64_t weight;
};

static const struct field part_fields[] = {
    {TEXT(part, name), .tag = 1, .doc = "Its name."},
    {INT64(part, weight), .tag = 2, .doc = "In grams."},
};
static const struct shape part_shape UNUSED = SHAPE(part, "A part.");

static const char *const colours[] = {"red", "green", NULL};

struct thing {
    struct uuid id;
    struct text name;
    struct bytes blob;
    struct timestamp at;
    int64_t count;
    double ratio;
    struct opt_bool ready;
    struct enum_value colour;
    struct json payload;
    struct personal email;
    const struct part *part;
    struct list tags;
    struct list ids;
    struct list numbers;
    struct list shades;
    struct list parts;
};

static const struct field thing_fields[] = {
    {UUID(thing, id), .tag = 1, .doc = "Its key."},
    {TEXT(thing, name), .tag = 2, .doc = "Its name."},
    {BYTES(thing, blob), .tag = 3, .doc = "Bytes."},
    {TIMESTAMP(thing, at), .tag = 4, .doc = "When."},
    {INT64(thing, count), .tag = 5, .doc = "How many."},
    {DOUBLE(thing, ratio), .tag = 6, .doc = "How much."},
    {BOOL(thing, ready), .tag = 7, .doc = "Yes or no."},
    {ENUM(thing, colour, colours), .tag = 8, .doc = "One of."},
    {JSON(thing, payload), .tag = 9, .doc = "Anything."},
    {PERSONAL(thing, email), .tag = 10, .doc = "Somebody's."},
    {OBJECT(thing, part, part), .tag = 11, .doc = "A part."},
    {LIST_OF(thing, tags, KIND_TEXT), .tag = 12, .doc = "Texts."},
    {LIST_OF(thing, ids, KIND_UUID), .tag = 13, .doc = "Ids."},
    {LIST_OF(thing, numbers, KIND_INT64), .tag = 14, .doc = "Numbers."},
    {ENUMS(thing, shades, colours), .tag = 15, .doc = "Some of."},
    {OBJECTS(thing, parts, part), .tag = 16, .doc = "Parts."},
};
static const struct shape thing_shape UNUSED = SHAPE(thing, "A thing.");

static const struct table things_table UNUSED = {
    .name = "things", .area = "test", .shape = &thing_shape};
static const struct table nothings_table UNUSED = {
    .name = "nothings", .area = "test", .shape = &thing_shape};

static const char thing_table[] UNUSED =
    "create table things (id uuid primary key, name text, blob bytea, at timestamptz, "
    "count bigint, ratio double precision, ready boolean, colour text, payload jsonb, email text, "
    "part jsonb, tags jsonb, ids jsonb, numbers jsonb, shades jsonb, parts jsonb)";

/* All columns filled. */
static inline struct thing make_thing(uint8_t key)
{
    static const uint8_t blob[] = {0, 1, 0xFF};
    static const struct part part = {TEXT_OF("wheel"), 12};
    static const struct text tags[] = {TEXT_OF("a"), TEXT_OF("b \"quoted\""), TEXT_OF("")};
    static const struct uuid ids[] = {{{1}}, {{0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 1}}};
    static const int64_t numbers[] = {-1, 0, INT64_MAX};
    static const struct enum_value shades[] = {{2}, {1}};
    static const struct part parts[] = {{TEXT_OF("wheel"), 12}, {TEXT_OF("axle"), 3}};

    return (struct thing){
        .id = {{key, 2, 3, 4, 5, 6, 0x77, 8, 0x89, 10, 11, 12, 13, 14, 15, 16}},
        .name = text_lit("Gr\xC3\xB6\xC3\x9F"
                         "e"),
        .blob = {blob, sizeof(blob)},
        .at = {1774198049206001},
        .count = -42,
        .ratio = 0.1,
        .ready = OPT_FALSE,
        .colour = {2},
        .payload = {text_lit("{\"a\":[1,\"two : , \\\" three\",null],\"b\":{}}")},
        .email = {.text = text_lit("ada@example.org")},
        .part = &part,
        .tags = {tags, COUNT_OF(tags)},
        .ids = {ids + 1, 1},
        .numbers = {numbers, COUNT_OF(numbers)},
        .shades = {shades, COUNT_OF(shades)},
        .parts = {parts, COUNT_OF(parts)},
    };
}

/* Only its key filled. */
static inline struct thing make_bare_thing(uint8_t key)
{
    struct thing thing;
    struct uuid id = make_thing(key).id;

    shape_clear(&thing_shape, &thing);
    thing.id = id;
    return thing;
}

#endif
