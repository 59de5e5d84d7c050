/*
 * JSON Schemas of shapes: what an input may be, what an answer is.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/shape/shape_describe.h"
#include "core/shape/shape_internal.h"
#include "core/shape/shape_json.h"

#include <ctype.h>
#include <string.h>

/* A schema object being written. */
struct schema {
    struct buf *out;
    enum schema_side side;
    bool may_be_null;
};

static void write_schema(const struct field *field, const struct schema *schema);

static void add_key(const struct schema *schema, const char *key)
{
    bool is_first = text_ends_with(buf_text(schema->out), text_lit("{"));

    buf_printf(schema->out, "%s\"%s\":", is_first ? "" : ",", key);
}

static void add_text(const struct schema *schema, const char *key, const char *value)
{
    add_key(schema, key);
    json_write_text(schema->out, text_from(value));
}

static void add_int64(const struct schema *schema, const char *key, int64_t value)
{
    add_key(schema, key);
    buf_add_int64(schema->out, value);
}

static void add_literal(const struct schema *schema, const char *key, const char *literal)
{
    add_key(schema, key);
    buf_add_c(schema->out, literal);
}

static void add_type(const struct schema *schema, const char *type)
{
    add_key(schema, "type");
    buf_printf(schema->out, schema->may_be_null ? "[\"%s\",\"null\"]" : "\"%s\"", type);
}

/* Answers are not checked against bounds: what was stored before a bound changed stays readable. */
static void add_bounds(
    const struct field *field, const struct schema *schema, const char *least, const char *most)
{
    bool is_number = field->kind == KIND_INT64 || field->kind == KIND_DOUBLE;

    if (schema->side == SCHEMA_ANSWER)
        return;
    if (is_number ? field->min != INT64_MIN : field->min > 0)
        add_int64(schema, least, field->min);
    if (field->max != 0)
        add_int64(schema, most, field->max);
}

static void add_text_schema(const struct field *field, const struct schema *schema)
{
    add_type(schema, "string");
    add_bounds(field, schema, "minLength", "maxLength");
    if ((field->flags & EMAIL) != 0)
        add_text(schema, "format", "email");
    else if ((field->flags & SECRET) != 0)
        add_text(schema, "format", "password");
}

static void add_string_schema(const struct schema *schema, const char *key, const char *value)
{
    add_type(schema, "string");
    add_text(schema, key, value);
}

static void add_enum_schema(const struct field *field, const struct schema *schema)
{
    add_type(schema, "string");
    add_key(schema, "enum");
    for (size_t i = 0; field->names[i] != NULL; i++) {
        buf_add_char(schema->out, i == 0 ? '[' : ',');
        json_write_text(schema->out, text_from(field->names[i]));
    }
    buf_add_c(schema->out, schema->may_be_null ? ",null]" : "]");
}

bool field_is_shown(const struct shape *shape, const struct field *field, enum schema_side side)
{
    if (side == SCHEMA_ANSWER)
        return (field->flags & (SECRET | HIDDEN)) == 0;
    if (shape->given_tag != 0 && field->tag == shape->given_tag)
        return false;
    if ((field->flags & FROM_PATH) != 0)
        return side == SCHEMA_MESSAGE || (field->flags & PATH_ECHO) != 0;
    return (field->flags & SERVER_SET) == 0;
}

static bool is_required(const struct field *field, enum schema_side side)
{
    if (side == SCHEMA_ANSWER)
        return (field->flags & OMIT_ABSENT) == 0;
    return (field->flags & REQUIRED) != 0 &&
           (side == SCHEMA_MESSAGE || (field->flags & FROM_PATH) == 0);
}

static void add_properties(const struct shape *shape, const struct schema *schema)
{
    bool is_first = true;

    add_key(schema, "properties");
    buf_add_char(schema->out, '{');
    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        char name[64];
        if (!field_is_shown(shape, field, schema->side))
            continue;
        field_json_name(field, name);
        buf_printf(schema->out, "%s\"%s\":", is_first ? "" : ",", name);
        field_schema_write(field, schema->side, schema->out);
        is_first = false;
    }
    buf_add_char(schema->out, '}');
}

static void add_required(const struct shape *shape, const struct schema *schema)
{
    bool is_first = true;

    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        char name[64];
        if (!field_is_shown(shape, field, schema->side) || !is_required(field, schema->side))
            continue;
        if (is_first) {
            add_key(schema, "required");
            buf_add_char(schema->out, '[');
        }
        field_json_name(field, name);
        buf_printf(schema->out, "%s\"%s\"", is_first ? "" : ",", name);
        is_first = false;
    }
    if (!is_first)
        buf_add_char(schema->out, ']');
}

void shape_component_name(const struct shape *shape, char out[COMPONENT_NAME_SIZE])
{
    static const char *const endings[] = {"_row", "_view", "_body"};
    struct text name = text_from(shape->name);
    size_t size = 0;

    for (size_t i = 0; i < COUNT_OF(endings); i++) {
        if (text_ends_with(name, text_from(endings[i])))
            name = text_slice(name, 0, name.size - strlen(endings[i]));
    }
    for (size_t i = 0; i < name.size && size + 1 < COMPONENT_NAME_SIZE; i++) {
        bool is_start = i == 0 || name.data[i - 1] == '_';
        if (name.data[i] != '_')
            out[size++] = (char)(is_start ? toupper((unsigned char)name.data[i]) : name.data[i]);
    }
    out[size] = '\0';
}

void shape_reference_write(const struct shape *shape, struct buf *out)
{
    char name[COMPONENT_NAME_SIZE];

    shape_component_name(shape, name);
    buf_printf(out, "{\"$ref\":\"#/components/schemas/%s\"}", name);
}

static void add_reference(const struct field *field, const struct schema *schema)
{
    add_key(schema, schema->may_be_null ? "anyOf" : "allOf");
    buf_add_char(schema->out, '[');
    shape_reference_write(field->shape, schema->out);
    buf_add_c(schema->out, schema->may_be_null ? ",{\"type\":\"null\"}]" : "]");
}

static void add_shape_schema(const struct shape *shape, const struct schema *schema)
{
    add_type(schema, "object");
    add_properties(shape, schema);
    add_required(shape, schema);
    if (schema->side == SCHEMA_INPUT)
        add_literal(
            schema, "additionalProperties",
            shape->is_lenient && !shape->refuses_unknown ? "true" : "false");
}

static void add_list_schema(const struct field *field, const struct schema *schema)
{
    struct schema item_schema = {schema->out, schema->side, false};
    struct field item;

    add_type(schema, "array");
    add_bounds(field, schema, "minItems", "maxItems");
    if ((field->flags & UNIQUE) != 0 && schema->side != SCHEMA_ANSWER)
        add_literal(schema, "uniqueItems", "true");
    add_key(schema, "items");
    if (field->item == KIND_OBJECT) {
        shape_reference_write(field->shape, schema->out);
        return;
    }
    item = list_item_field(field);
    buf_add_char(schema->out, '{');
    write_schema(&item, &item_schema);
    buf_add_char(schema->out, '}');
}

static void write_schema(const struct field *field, const struct schema *schema)
{
    switch (field->kind) {
    case KIND_UUID:
        add_string_schema(schema, "format", "uuid");
        return;
    case KIND_TEXT:
    case KIND_PERSONAL:
        add_text_schema(field, schema);
        return;
    case KIND_BYTES:
        add_string_schema(schema, "contentEncoding", "base64");
        return;
    case KIND_TIMESTAMP:
        add_string_schema(schema, "format", "date-time");
        return;
    case KIND_INT64:
        add_type(schema, "integer");
        add_bounds(field, schema, "minimum", "maximum");
        return;
    case KIND_DOUBLE:
        add_type(schema, "number");
        add_bounds(field, schema, "minimum", "maximum");
        return;
    case KIND_BOOL:
        add_type(schema, "boolean");
        return;
    case KIND_ENUM:
        add_enum_schema(field, schema);
        return;
    case KIND_JSON:
        if ((field->flags & JSON_ANY) != 0)
            return; /* no type says: any */
        add_type(schema, "object");
        add_literal(schema, "additionalProperties", "true");
        return;
    case KIND_OBJECT:
        add_reference(field, schema);
        return;
    case KIND_LIST:
        add_list_schema(field, schema);
        return;
    case KIND_COUNT:
        break;
    }
    must(field->kind < KIND_COUNT);
}

static void write_fallback(const struct field *field, struct buf *out)
{
    if (field->kind == KIND_BOOL)
        buf_add_c(out, field->fallback == OPT_TRUE.is ? "true" : "false");
    else if (field->kind == KIND_ENUM)
        json_write_text(
            out, text_from(enum_name(field->names, (struct enum_value){field->fallback})));
    else if (field->kind == KIND_TEXT)
        json_write_text(out, text_from(field->fallback_text));
    else if (field->kind == KIND_JSON)
        buf_add_c(out, field->fallback_text);
    else if (field->kind == KIND_LIST)
        buf_add_c(out, "[]");
    else
        buf_add_int64(out, field->fallback);
}

/* Generators take a member of a body that has a default for one that is always there, so in bodies
 * the sentence tells it. */
static void add_sentence(const struct field *field, const struct schema *schema)
{
    bool has_fallback = (field->flags & HAS_FALLBACK) != 0;
    AUTO_BUF sentence = {0};

    buf_init(&sentence, 4096);
    buf_add_c(&sentence, field->doc == NULL ? "" : field->doc);
    if (schema->side == SCHEMA_INPUT && has_fallback) {
        buf_add_c(&sentence, sentence.size == 0 ? "Usually " : " Usually ");
        write_fallback(field, &sentence);
        buf_add_char(&sentence, '.');
    }
    if (sentence.size > 0)
        add_text(schema, "description", sentence.data);
    if (schema->side != SCHEMA_PARAMETER || !has_fallback)
        return;
    add_key(schema, "default");
    write_fallback(field, schema->out);
}

void field_schema_write(const struct field *field, enum schema_side side, struct buf *out)
{
    bool is_required = (field->flags & REQUIRED) != 0 && (field->flags & MAY_BE_NULL) == 0;
    struct schema schema = {out, side, !is_required && side != SCHEMA_PARAMETER};

    buf_add_char(out, '{');
    write_schema(field, &schema);
    add_sentence(field, &schema);
    buf_add_char(out, '}');
}

void shape_schema_write(const struct shape *shape, enum schema_side side, struct buf *out)
{
    struct schema schema = {out, side, false};

    buf_add_char(out, '{');
    add_shape_schema(shape, &schema);
    if (shape->doc != NULL)
        add_text(&schema, "description", shape->doc);
    buf_add_char(out, '}');
}
