/*
 * Faults as directories expect them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/scim_problem.h"

#include "core/shape/shape_json.h"

enum { LARGEST_PROBLEM = 64 * 1024 };

/* Table 9 of RFC 7644. A code that is not here, of a request that is at fault, is a value's. */
static const struct {
    const char *code;
    const char *scim_type;
} types[] = {
    {"email_taken", "uniqueness"},
    {"directory_group_taken", "uniqueness"},
    {"directory_address_taken", "uniqueness"},
    {"scim_filter_invalid", "invalidFilter"},
    {"scim_filter_too_wide", "tooMany"},
    {"scim_path_invalid", "invalidPath"},
    {"scim_operation_invalid", "invalidSyntax"},
    {"scim_target_missing", "noTarget"},
    {"scim_attribute_fixed", "mutability"},
    {"malformed_json", "invalidSyntax"},
};

static const char *type_of(const struct error *error)
{
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        if (text_is(text_from(error->code), types[i].code))
            return types[i].scim_type;
    }
    return status_http(error->status) == 400 ? "invalidValue" : NULL;
}

bool scim_problem_is_for(struct text path)
{
    const struct text root = text_lit("/scim/v2/");

    return text_equal_ignoring_case(text_slice(path, 0, root.size), root);
}

struct text scim_problem_body(struct arena *arena, const struct error *error)
{
    const char *type = type_of(error);
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_PROBLEM);
    buf_printf(
        &out, "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:Error\"],\"status\":\"%d\"",
        status_http(error->status));
    if (type != NULL)
        buf_printf(&out, ",\"scimType\":\"%s\"", type);
    buf_add_c(&out, ",\"detail\":");
    json_write_text(&out, text_from(error->text));
    buf_add_char(&out, '}');
    return text_copy(arena, buf_text(&out));
}
