/*
 * Filters of directories. One that is refused says so by its code; one that is read passes everybody or not, and whoever
 * passes has what its key says.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_filter.h"
#include "core/base/must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct scim_row row = {
    .id = {{1}},
    .email = TEXT_OF("ann@example.com"),
    .name = TEXT_OF("Ann"),
    .is_active = {1},
    .external_id = TEXT_OF("e-1"),
    .created_at = {1},
    .updated_at = {2000},
    .revision = 1,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(4 << 20);
    const struct text text = {(const char *)data, size};
    const struct scim_filter *filter = NULL;
    const struct scim_filter *key;
    struct error error;

    if (!text_is_clean_utf8(text)) /* as texts of shapes are */
        return 0;
    if (scim_filter_read(arena, text, &filter, &error) != STATUS_OK) {
        must(text_is(text_from(error.code), "scim_filter_invalid"));
        return 0;
    }
    key = scim_filter_key(filter);
    if (scim_filter_passes(arena, filter, &row) && key != NULL)
        must(scim_filter_passes(arena, key, &row));
    return 0;
}
