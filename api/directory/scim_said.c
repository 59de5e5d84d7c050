/*
 * What a directory says of a person: by the table of attributes, whose types are asked for.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_said.h"

#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"

static enum status
refuse_type(struct error *error, enum scim_user_attribute attribute, const char *wanted)
{
    return error_set_field(
        error, "validation_failed", scim_user_attributes[attribute].path, "must be %s", wanted);
}

static enum status refuse_change(struct error *error, struct text path, const char *why)
{
    return error_set_code(
        error, STATUS_INVALID, "scim_attribute_fixed", "%.*s %s",
        TEXT_ARGS(text_first_bytes(path, 80)), why);
}

static void say_nothing(enum scim_user_attribute attribute, struct scim_said *said)
{
    if (attribute == SCIM_USER_EXTERNAL_ID) {
        said->external_id = (struct text){NULL, 0};
        said->has_no_external_id = true;
    } else if (
        attribute == SCIM_USER_DISPLAY_NAME || attribute == SCIM_USER_FULL_NAME ||
        attribute == SCIM_USER_FULL_NAME_FORMATTED) {
        said->display_name = (struct text){NULL, 0};
        said->formatted_name = (struct text){NULL, 0};
        said->has_no_name = true;
    }
}

/* true, false, and as some send them "True" and "False". */
static enum status
say_active(struct text value, struct text spelled, struct scim_said *said, struct error *error)
{
    struct text word = text_is_present(spelled) ? spelled : value;
    bool is_on = text_equal_ignoring_case(word, text_lit("true"));

    if (!is_on && !text_equal_ignoring_case(word, text_lit("false")))
        return refuse_type(error, SCIM_USER_ACTIVE, "true or false");
    said->is_active = opt_bool_of(is_on);
    return STATUS_OK;
}

static void say_text(enum scim_user_attribute attribute, struct text text, struct scim_said *said)
{
    if (attribute == SCIM_USER_NAME)
        said->user_name = text;
    if (attribute == SCIM_USER_EXTERNAL_ID) {
        said->external_id = text;
        said->has_no_external_id = false;
    }
    if (attribute == SCIM_USER_DISPLAY_NAME)
        said->display_name = text;
    if (attribute == SCIM_USER_FULL_NAME_FORMATTED)
        said->formatted_name = text;
}

static enum status
say(struct arena *arena,
    enum scim_user_attribute attribute,
    struct text value,
    struct scim_said *said,
    struct error *error);

/* Names of sub-attributes are those behind the point. */
static enum status say_parts(
    struct arena *arena,
    enum scim_user_attribute whole,
    struct text value,
    struct scim_said *said,
    struct error *error)
{
    enum status status = STATUS_OK;
    struct text name;
    struct text part;
    size_t cursor = 0;

    if (value.data[0] != '{')
        return refuse_type(error, whole, "an object");
    while (status == STATUS_OK && json_peek_pair(arena, value, &cursor, &name, &part))
        status =
            say(arena,
                scim_user_attribute_named(text_format(
                    arena, "%s.%.*s", scim_user_attributes[whole].path, TEXT_ARGS(name))),
                part, said, error);
    return status;
}

/* Null is what is not assigned (RFC 7643, section 2.5). */
static enum status
say(struct arena *arena,
    enum scim_user_attribute attribute,
    struct text value,
    struct scim_said *said,
    struct error *error)
{
    struct text text = json_peek_text(arena, value);

    if (attribute == SCIM_USER_ATTRIBUTE_COUNT || scim_user_attributes[attribute].is_read_only)
        return STATUS_OK;
    if (text_is(value, "null")) {
        say_nothing(attribute, said);
        return STATUS_OK;
    }
    if (scim_user_attributes[attribute].type == SCIM_COMPLEX)
        return say_parts(arena, attribute, value, said, error);
    if (attribute == SCIM_USER_ACTIVE)
        return say_active(value, text, said, error);
    if (!text_is_present(text))
        return refuse_type(error, attribute, "a text");
    say_text(attribute, text, said);
    return STATUS_OK;
}

static enum status
say_all(struct arena *arena, struct text object, struct scim_said *said, struct error *error)
{
    enum status status = STATUS_OK;
    struct text name;
    struct text value;
    size_t cursor = 0;

    while (status == STATUS_OK && json_peek_pair(arena, object, &cursor, &name, &value))
        status = say(arena, scim_user_attribute_named(name), value, said, error);
    return status;
}

enum status scim_said_read_user(
    struct arena *arena, struct text body, struct scim_said *said, struct error *error)
{
    struct text compact;
    enum status status;

    if (text_trim(body).size == 0)
        return STATUS_OK;
    status = json_compact(body, arena, &compact, error);
    return status == STATUS_OK ? say_all(arena, compact, said, error) : status;
}

/* An account always has an address, and is on or off. */
static enum status remove_attribute(
    enum scim_user_attribute attribute,
    struct text path,
    struct scim_said *said,
    struct error *error)
{
    if (attribute == SCIM_USER_NAME || attribute == SCIM_USER_ACTIVE)
        return refuse_change(error, path, "cannot be removed: replace it.");
    if (attribute != SCIM_USER_ATTRIBUTE_COUNT)
        say_nothing(attribute, said);
    return STATUS_OK;
}

static bool is_fixed(enum scim_user_attribute attribute)
{
    return attribute != SCIM_USER_ATTRIBUTE_COUNT && scim_user_attributes[attribute].is_common &&
           scim_user_attributes[attribute].is_read_only;
}

static enum status refuse_operation(struct error *error, const char *text)
{
    return error_set_code(error, STATUS_INVALID, "scim_operation_invalid", "%s", text);
}

/* Without a path: an object of attributes. */
static enum status say_object(
    struct arena *arena,
    struct text value,
    bool is_removed,
    struct scim_said *said,
    struct error *error)
{
    if (is_removed)
        return error_set_code(
            error, STATUS_INVALID, "scim_target_missing",
            "path must name the attribute that is removed.");
    if (!text_is_present(value) || value.data[0] != '{')
        return refuse_operation(
            error, "value must be an object of attributes where there is no path.");
    return say_all(arena, value, said, error);
}

/* A replacement by null, which shapes read as absent, is a removal. */
enum status scim_said_read_operation(
    struct arena *arena,
    const struct scim_operation *operation,
    struct scim_said *said,
    struct error *error)
{
    struct text value = operation->value.text;
    bool is_added = text_equal_ignoring_case(operation->op, text_lit("add"));
    bool is_replaced = text_equal_ignoring_case(operation->op, text_lit("replace"));
    enum scim_user_attribute attribute = scim_user_attribute_named(operation->path);

    if (!is_added && !is_replaced && !text_equal_ignoring_case(operation->op, text_lit("remove")))
        return refuse_operation(error, "op must be add, replace or remove.");
    if (is_added && !text_is_present(value))
        return refuse_operation(error, "value must be given for what is added.");
    if (!text_is_present(operation->path))
        return say_object(arena, value, !is_added && !is_replaced, said, error);
    if (is_fixed(attribute))
        return refuse_change(error, operation->path, "is the server's, and cannot be changed.");
    if (text_is_present(value) && (is_added || is_replaced))
        return say(arena, attribute, value, said, error);
    return remove_attribute(attribute, operation->path, said, error);
}

struct text scim_said_name(const struct scim_said *said)
{
    return text_is_present(said->display_name) ? said->display_name : said->formatted_name;
}
