/*
 * The bounds of every field of every route, at the bound itself: what is as long, as many or as
 * large as may be is taken; one more is refused, or brought back to the bound where the field says
 * so. The bounds come from the shapes' tables, so that a new field is tried without a line here.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/route.h"
#include "core/base/buf.h"
#include "core/shape/shape_json.h"
#include "core/shape/shape_read.h"
#include "tests/support/expect.h"

#include <stdio.h>
#include <string.h>

enum { MOST_TRIED = 70000, LARGEST_BODY = 1 << 20 };

static struct arena *arena;
static size_t tried;

static void set_up(void)
{
    arena = arena_new(256 << 20);
    tried = 0;
}

static void tear_down(void)
{
    arena_free(arena);
}

/* One field of a route's input, and how its value is written so long, so many or so large. */
struct bound {
    const char *route;
    const struct shape *shape;
    const struct field *field;
    void (*write)(const struct field *field, int64_t amount, struct buf *out);
    const char *too_little; /* of the message */
    const char *too_much;
};

static void write_text(const struct field *field, int64_t amount, struct buf *out)
{
    /* Bounds are of characters; of a host's name they are of the form that DNS has. */
    const char *character = (field->flags & HOST_NAME) == 0 ? "\xc3\xa9" : "e";

    buf_add_char(out, '"');
    for (int64_t i = 0; i < amount; i++)
        buf_add_c(out, character);
    buf_add_char(out, '"');
}

static void write_number(const struct field *field, int64_t amount, struct buf *out)
{
    (void)field;
    buf_printf(out, "%lld", (long long)amount);
}

static void write_item(const struct field *field, int64_t number, struct buf *out)
{
    if (field->item == KIND_UUID)
        buf_printf(out, "\"01900000-0000-7000-8000-%012llx\"", (unsigned long long)number);
    else if (field->item == KIND_TEXT)
        buf_printf(out, "\"item-%lld\"", (long long)number);
    else
        buf_printf(out, "%lld", (long long)number);
}

static void write_list(const struct field *field, int64_t amount, struct buf *out)
{
    buf_add_char(out, '[');
    for (int64_t i = 0; i < amount; i++) {
        buf_add_c(out, i == 0 ? "" : ",");
        write_item(field, i, out);
    }
    buf_add_char(out, ']');
}

static int64_t amount_of(const struct field *field, const void *value)
{
    const void *at = field_at(field, value);

    if (field->kind == KIND_INT64)
        return *(const int64_t *)at;
    if (field->kind == KIND_LIST)
        return (int64_t)((const struct list *)at)->count;
    return (int64_t)text_length(*(const struct text *)at); /* a personal field begins with one */
}

/* What is said of a value of that amount; "" when nothing is, and then how much of it was kept. */
static const char *said_of(const struct bound *bound, int64_t amount, int64_t *out_kept)
{
    struct field field = *bound->field;
    struct shape one = *bound->shape;
    char name[64];
    void *value = arena_take(arena, bound->shape->size);
    struct error error = {.text = ""};
    AUTO_BUF body = {0};

    one.base = NULL;
    one.given_tag = 0;
    one.fields = &field;
    one.count = 1;
    shape_clear(&one, value);
    field_json_name(&field, name);
    buf_init(&body, LARGEST_BODY);
    buf_printf(&body, "{\"%s\":", name);
    bound->write(&field, amount, &body);
    buf_add_char(&body, '}');
    expect(!buf_is_full(&body));
    if (shape_json_read(&one, buf_text(&body), arena, value, &error) == STATUS_OK) {
        *out_kept = amount_of(&field, value);
        return "";
    }
    return text_c(arena, text_from(error.text));
}

/* It is refused in these words, or brought back to the bound. */
static void
expect_bounded(const struct bound *bound, int64_t amount, int64_t within, const char *words)
{
    int64_t kept = INT64_ABSENT;
    const char *said = said_of(bound, amount, &kept);
    bool is_bounded = said[0] == '\0' ? kept == within : strstr(said, words) != NULL;
    char message[512];

    snprintf(
        message, sizeof(message), "%s: %s of %lld says \"%.200s\", wanted \"%s\"", bound->route,
        bound->field->name, (long long)amount, said, words);
    expect_at(is_bounded, __FILE__, __LINE__, message);
}

/* The value is fine, as far as its amount goes: it may have to look like an address, too. */
static void expect_taken(const struct bound *bound, int64_t amount)
{
    int64_t kept;
    const char *said = said_of(bound, amount, &kept);
    char message[512];

    snprintf(
        message, sizeof(message), "%s: %s of %lld is refused: %.200s", bound->route,
        bound->field->name, (long long)amount, said);
    expect_at(
        strstr(said, bound->too_little) == NULL && strstr(said, bound->too_much) == NULL, __FILE__,
        __LINE__, message);
}

/* Of a report, what is too short is no reason to refuse the rest. */
static bool is_dropped_below(const struct bound *bound)
{
    return bound->shape->is_lenient && bound->field->kind == KIND_TEXT &&
           (bound->field->flags & EXACT) == 0;
}

static void try_bounds(const struct bound *bound)
{
    const struct field *field = bound->field;

    if (field->max > 0 && field->max <= MOST_TRIED) {
        expect_taken(bound, field->max);
        expect_bounded(bound, field->max + 1, field->max, bound->too_much);
        tried++;
    }
    if (field->min > 0) {
        expect_taken(bound, field->min);
        expect_bounded(
            bound, field->min - 1, is_dropped_below(bound) ? 0 : field->min, bound->too_little);
        tried++;
    }
}

static void try_field(const char *route, const struct shape *shape, const struct field *field)
{
    struct bound bound = {.route = route, .shape = shape, .field = field};

    if ((field->flags & (FROM_PATH | SERVER_SET)) != 0 || field->accepts != NULL)
        return;
    if (field->kind == KIND_TEXT || field->kind == KIND_PERSONAL) {
        bound.write = write_text;
        bound.too_little = "must be longer than or equal to";
        bound.too_much = "must be shorter than or equal to";
    } else if (field->kind == KIND_INT64) {
        bound.write = write_number;
        bound.too_little = "must not be less than";
        bound.too_much = "must not be greater than";
    } else if (field->kind == KIND_LIST && field->item != KIND_OBJECT && field->names == NULL) {
        bound.write = write_list;
        bound.too_little = "must contain at least";
        bound.too_much = "must contain no more than";
    } else {
        return;
    }
    try_bounds(&bound);
}

static void every_bound_of_every_field_holds_at_the_bound_itself(void)
{
    for (const struct route_area *area = route_catalog; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++) {
            const struct shape *shape = route_input(route, arena);
            for (size_t i = 0; shape != NULL && i < shape_count(shape); i++)
                try_field(route->path, shape, shape_field_at(shape, i));
        }
    }
    expect(tried > 50);
}

static const struct test tests[] = {
    TEST(every_bound_of_every_field_holds_at_the_bound_itself),
};
const struct suite test_bounds_suite =
    SUITE_WITH("api/bounds", tests, .set_up = set_up, .tear_down = tear_down);
