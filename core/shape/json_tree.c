/*
 * Parsed JSON as jansson's trees: parsed within limits, written back compact.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/json_tree.h"

#include "core/base/must.h"
#include "core/shape/json_check.h"
#include "core/shape/json_repair.h"
#include "core/shape/shape_internal.h"
#include "core/shape/shape_json.h"

/* jansson says what is wrong with a document, and nothing where there was no memory to read it. */
static bool is_without_memory(const json_error_t *wrong)
{
    return wrong->text[0] == '\0' || json_error_code(wrong) == json_error_out_of_memory;
}

enum status
json_tree_parse(struct text document, bool is_any_allowed, json_t **out, struct error *error)
{
    json_error_t parse_error;
    json_t *tree;

    if (!json_is_bounded(document))
        return error_set_code(
            error, STATUS_INVALID, "malformed_json",
            "The JSON is nested more than %d deep, an object has more than %d members, or there are "
            "more than %d values.",
            JSON_DEPTH_MAX, JSON_MEMBERS_MAX, JSON_VALUES_MAX);
    if (text_find(document, '\0', 0) < document.size) /* where jansson would stop reading */
        return error_set_code(
            error, STATUS_INVALID, "malformed_json", "The body is not valid JSON (it has a NUL).");
    tree = json_loadb(
        document.data == NULL ? "" : document.data, document.size,
        is_any_allowed ? JSON_DECODE_ANY : 0, &parse_error);
    if (tree == NULL && is_without_memory(&parse_error))
        return error_set(error, STATUS_UNAVAILABLE, "There is no memory to read this JSON now.");
    if (tree == NULL)
        return error_set_code(
            error, STATUS_INVALID, "malformed_json",
            "The body is not valid JSON (line %d, column %d).", parse_error.line,
            parse_error.column);
    *out = tree;
    return STATUS_OK;
}

static void write_array(const json_t *array, struct buf *out)
{
    buf_add_char(out, '[');
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (i > 0)
            buf_add_char(out, ',');
        json_tree_write(json_array_get(array, i), out);
    }
    buf_add_char(out, ']');
}

/* jansson iterates over pointers to non-const objects, hence the parameter. */
static void write_object(json_t *object, struct buf *out)
{
    const char *key;
    json_t *member;
    bool is_first = true;

    buf_add_char(out, '{');
    json_object_foreach(object, key, member)
    {
        if (!is_first)
            buf_add_char(out, ',');
        is_first = false;
        json_write_text(out, text_from(key));
        buf_add_char(out, ':');
        json_tree_write(member, out);
    }
    buf_add_char(out, '}');
}

static void write_number(const json_t *number, struct buf *out)
{
    char digits[NUMBER_TEXT_SIZE];

    if (json_is_integer(number)) {
        buf_add_int64(out, json_integer_value(number));
        return;
    }
    shape_print_double(json_real_value(number), digits);
    buf_add_c(out, digits);
}

void json_tree_write(json_t *tree, struct buf *out)
{
    must(tree != NULL);
    switch (json_typeof(tree)) {
    case JSON_OBJECT:
        write_object(tree, out);
        return;
    case JSON_ARRAY:
        write_array(tree, out);
        return;
    case JSON_STRING:
        json_write_text(out, (struct text){json_string_value(tree), json_string_length(tree)});
        return;
    case JSON_INTEGER:
    case JSON_REAL:
        write_number(tree, out);
        return;
    case JSON_TRUE:
        buf_add_c(out, "true");
        return;
    case JSON_FALSE:
        buf_add_c(out, "false");
        return;
    case JSON_NULL:
        buf_add_c(out, "null");
        return;
    }
    must_fail(__FILE__, __LINE__, "a JSON value has a type");
}

struct text json_tree_text(json_t *tree, struct arena *arena)
{
    AUTO_BUF out = {0};

    buf_init(&out, SIZE_MAX / 2); /* as long as the document it came from, which had a limit */
    json_tree_write(tree, &out);
    return text_copy(arena, buf_text(&out));
}

enum status
json_compact(struct text document, struct arena *arena, struct text *out, struct error *error)
{
    AUTO_JSON tree = NULL;
    enum status status = json_tree_parse(document, true, &tree, error);

    if (status == STATUS_OK)
        *out = json_tree_text(tree, arena);
    return status;
}
