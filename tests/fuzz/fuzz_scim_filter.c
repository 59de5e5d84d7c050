/*
 * Filters of directories. One that is read asks for one thing at most; one that is refused says so by its code.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_filter.h"
#include "core/base/must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(4 << 20);
    struct scim_filter filter;
    struct error error;
    int asked;

    if (scim_filter_parse(arena, (struct text){(const char *)data, size}, &filter, &error) !=
        STATUS_OK) {
        must(text_is(text_from(error.code), "scim_filter_invalid"));
        return 0;
    }
    asked = (filter.user_name.data != NULL) + (filter.external_id.data != NULL) +
            uuid_is_present(filter.user_id) + filter.is_for_nobody;
    must(asked <= 1);
    return 0;
}
