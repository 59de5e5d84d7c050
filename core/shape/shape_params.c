/*
 * Parameters become an object of texts and go the way of a body, so that "?limit=abc" is refused
 * in the same words as {"limit": "abc"}.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_params.h"

#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/shape/json_tree.h"
#include "core/shape/shape_internal.h"
#include "core/shape/shape_read.h"

enum { PARAMS_MAX = 64 };

struct params {
    const struct param *items;
    size_t count;
};

static bool decode(struct arena *arena, struct text raw, struct text *out)
{
    char *decoded = arena_take(arena, raw.size + 1);
    size_t size = 0;

    for (size_t i = 0; i < raw.size; i++) {
        if (raw.data[i] == '%') {
            int high = i + 2 < raw.size ? hex_value(raw.data[i + 1]) : -1;
            int low = i + 2 < raw.size ? hex_value(raw.data[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            decoded[size++] = (char)(high << 4 | low);
            i += 2;
        } else {
            decoded[size++] = raw.data[i] == '+' ? ' ' : raw.data[i];
        }
    }
    *out = (struct text){decoded, size};
    return true;
}

bool params_parse(
    struct arena *arena, struct text query, const struct param **out, size_t *out_count)
{
    struct param *params = arena_array(arena, PARAMS_MAX, sizeof(*params));
    size_t count = 0;

    while (text_is_present(query)) {
        struct text value = text_cut(&query, '&');
        struct text name = text_cut(&value, '=');
        if (name.size == 0 && value.size == 0)
            continue;
        if (count == PARAMS_MAX || !decode(arena, name, &params[count].name) ||
            !decode(arena, value, &params[count].value))
            return false;
        count++;
    }
    *out = params;
    *out_count = count;
    return true;
}

static bool is_list(const struct shape *shape, struct text name)
{
    for (size_t i = 0; i < shape_count(shape); i++) {
        if (field_json_name_is(shape_field_at(shape, i), name))
            return shape_field_at(shape, i)->kind == KIND_LIST;
    }
    return false;
}

/* A name that comes again turns its member into an array, which only a list accepts. */
static void add_member(const struct shape *shape, const struct param *param, json_t *members)
{
    const struct text name = param->name;
    json_t *value =
        json_stringn(param->value.size == 0 ? "" : param->value.data, param->value.size);
    json_t *present = json_object_getn(members, name.data, name.size);
    json_t *array;
    int failed = 0;

    must(value != NULL);
    if (present == NULL && !is_list(shape, name)) {
        must(json_object_setn_new(members, name.data, name.size, value) == 0);
        return;
    }
    if (present != NULL && json_is_array(present)) {
        must(json_array_append_new(present, value) == 0);
        return;
    }
    array = json_array();
    must(array != NULL);
    if (present != NULL)
        failed |= json_array_append(array, present);
    failed |= json_array_append_new(array, value);
    failed |= json_object_setn_new(members, name.data, name.size, array);
    must(failed == 0);
}

static enum status read_params(
    struct reading *reading,
    const struct shape *shape,
    const struct params *params,
    void *out,
    struct error *error)
{
    AUTO_JSON members = json_object();

    must(members != NULL);
    for (size_t i = 0; i < params->count; i++) {
        const struct param *param = &params->items[i];
        if (!text_is_clean_utf8(param->name) || !text_is_clean_utf8(param->value))
            return error_set_code(
                error, STATUS_INVALID, "malformed_parameters",
                "The parameters are not clean UTF-8.");
        add_member(shape, param, members);
    }
    return shape_read(reading, shape, members, out, error);
}

enum status shape_params_read(
    const struct shape *shape,
    const struct param *params,
    size_t count,
    struct arena *arena,
    void *out,
    struct error *error)
{
    struct reading reading = {.arena = arena, .source = SOURCE_QUERY};

    return read_params(&reading, shape, &(struct params){params, count}, out, error);
}

enum status shape_path_read(
    const struct shape *shape,
    const struct param *params,
    size_t count,
    struct arena *arena,
    void *out,
    struct error *error)
{
    struct reading reading = {.arena = arena, .source = SOURCE_PATH};

    return read_params(&reading, shape, &(struct params){params, count}, out, error);
}
