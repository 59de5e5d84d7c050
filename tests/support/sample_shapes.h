/*
 * The shapes that tests and fuzz targets of core/shape share: one with every kind, small ones for rules.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_SAMPLE_SHAPES_H
#define TESTS_SUPPORT_SAMPLE_SHAPES_H

#include "core/shape/shape.h"

static const char *const color_names[] = {"red", "green", "blue", NULL};

struct part {
    struct text label;
    int64_t weight;
};

static const struct field part_fields[] = {
    {TEXT(part, label), .tag = 1, .flags = REQUIRED, .min = 1, .max = 20, .doc = "Its label."},
    {INT64(part, weight), .tag = 2, .max = 100, .doc = "Its weight."},
};
static const struct shape part_shape = SHAPE(part, "A part.");

struct everything {
    struct uuid id;
    struct text name;
    struct bytes raw;
    struct timestamp made_at;
    int64_t count;
    double ratio;
    struct opt_bool is_live;
    struct enum_value color;
    struct json extra;
    struct personal owner;
    const struct part *main_part;
    struct list labels;
    struct list friends;
    struct list sizes;
    struct list colors;
    struct list parts;
};

static const struct field everything_fields[] = {
    {UUID(everything, id), .tag = 1, .doc = "Who."},
    {TEXT(everything, name), .tag = 2, .doc = "Name."},
    {BYTES(everything, raw), .tag = 3, .doc = "Raw."},
    {TIMESTAMP(everything, made_at), .tag = 4, .doc = "When."},
    {INT64(everything, count), .tag = 5, .min = INT64_MIN, .doc = "How many."},
    {DOUBLE(everything, ratio), .tag = 6, .min = INT64_MIN, .doc = "How much."},
    {BOOL(everything, is_live), .tag = 7, .doc = "Whether."},
    {ENUM(everything, color, color_names), .tag = 8, .doc = "Which."},
    {JSON(everything, extra), .tag = 9, .doc = "What else."},
    {PERSONAL(everything, owner), .tag = 10, .doc = "Whose."},
    {OBJECT(everything, main_part, part), .tag = 11, .doc = "The main part."},
    {LIST_OF(everything, labels, KIND_TEXT), .tag = 12, .doc = "Labels."},
    {LIST_OF(everything, friends, KIND_UUID), .tag = 13, .doc = "Friends."},
    {LIST_OF(everything, sizes, KIND_INT64), .tag = 14, .doc = "Sizes."},
    {ENUMS(everything, colors, color_names), .tag = 15, .doc = "Colors."},
    {OBJECTS(everything, parts, part), .tag = 16, .doc = "Parts."},
};
static const struct shape everything_shape = SHAPE(everything, "One of every kind.");

/* Every member set; what it points at lives as long as the program. */
static inline struct everything make_everything(void)
{
    static const struct part main_part = {TEXT_OF("wheel"), 7};
    static const struct text labels[] = {TEXT_OF("a"), TEXT_OF("")};
    static const struct uuid friends[] = {{{1, 2, 3}}, {{4}}};
    static const int64_t sizes[] = {-1, 0, 300};
    static const struct enum_value colors[] = {{3}, {1}};
    static const struct part parts[] = {
        {TEXT_OF("bolt"), 1},
        {TEXT_OF("nut"), INT64_ABSENT},
    };
    static const uint8_t box[] = {9, 8, 7};
    static const uint8_t digest[32] = {5};

    return (struct everything){
        .id = {{0xAB, 0xCD, 3, 4, 5, 6, 0x77, 8, 0x89, 10, 11, 12, 13, 14, 15, 16}},
        .name = text_lit("Grüße"),
        .raw = {box, 2},
        .made_at = {1774198049206000},
        .count = -42,
        .ratio = 0.1,
        .is_live = {2},
        .color = {2},
        .extra = {text_lit("{\"a\":[1,2]}")},
        .owner = {text_lit("ann"), {box, 3}, {digest, 32}},
        .main_part = &main_part,
        .labels = {labels, 2},
        .friends = {friends, 2},
        .sizes = {sizes, 3},
        .colors = {colors, 2},
        .parts = {parts, 2},
    };
}

#endif
