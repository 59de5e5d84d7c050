/*
 * Reading filters of directories.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_filter.h"

#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"

static enum status refuse(struct error *error)
{
    return error_set_code(
        error, STATUS_INVALID, "scim_filter_invalid", "%s",
        "filter must be one comparison: userName, externalId or id, eq, and a text in quotation marks.");
}

/* A JSON string is what values are written as. */
static bool read_value(struct arena *arena, struct text written, struct text *out)
{
    struct text compact;
    struct error error;

    if (written.size < 2 || written.data[0] != '"' ||
        json_compact(written, arena, &compact, &error) != STATUS_OK)
        return false;
    *out = json_peek_text(arena, compact);
    return out->data != NULL;
}

enum status scim_filter_parse(
    struct arena *arena, struct text text, struct scim_filter *out, struct error *error)
{
    struct text rest = text_trim(text);
    struct text name;
    struct text value;

    *out = (struct scim_filter){.is_for_nobody = false};
    if (rest.size == 0)
        return STATUS_OK;
    name = text_cut(&rest, ' ');
    rest = text_trim(rest);
    if (!text_equal_ignoring_case(text_cut(&rest, ' '), text_lit("eq")) ||
        !read_value(arena, text_trim(rest), &value))
        return refuse(error);
    if (text_equal_ignoring_case(name, text_lit("userName")) ||
        text_equal_ignoring_case(name, text_lit("emails.value")) ||
        text_equal_ignoring_case(name, text_lit("emails")))
        out->user_name = value;
    else if (text_equal_ignoring_case(name, text_lit("externalId")))
        out->external_id = value;
    else if (text_equal_ignoring_case(name, text_lit("id")))
        out->is_for_nobody = !uuid_parse(value, &out->user_id);
    else
        return refuse(error);
    return STATUS_OK;
}
