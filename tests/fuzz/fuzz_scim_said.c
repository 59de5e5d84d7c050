/*
 * Users as directories write them. What is refused says so by a code that directories know; a text that is taken is one
 * that was written.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_said.h"
#include "core/base/must.h"
#include "core/shape/shape_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect_known(const struct error *error)
{
    struct text code = text_from(error->code);

    must(
        text_is(code, "validation_failed") || text_is(code, "malformed_json") ||
        text_is(code, "unclean_text") || text_is(code, "scim_operation_invalid") ||
        text_is(code, "scim_target_missing") || text_is(code, "scim_attribute_fixed"));
}

/* A whole user; and as the value of an operation, once by a path. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const paths[] = {NULL, "name", "ACTIVE", "emails[type eq \"work\"].value"};
    AUTO_ARENA arena = arena_new(16 << 20);
    const struct text body = {(const char *)data, size};
    struct scim_said said = {.is_active = {0}};
    struct error error;
    struct text compact;

    if (scim_said_read_user(arena, body, &said, &error) != STATUS_OK)
        expect_known(&error);
    if (json_compact(body, arena, &compact, &error) != STATUS_OK)
        return 0;
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        const struct scim_operation operation = {
            text_lit("Replace"), text_from(paths[i]), {compact}};

        said = (struct scim_said){.is_active = {0}};
        if (scim_said_read_operation(arena, &operation, &said, &error) != STATUS_OK)
            expect_known(&error);
        else if (text_is_present(scim_said_name(&said)))
            must(scim_said_name(&said).size <= size);
    }
    return 0;
}
