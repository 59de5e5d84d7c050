/*
 * Bodies of requests into structs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_json.h"
#include "core/shape/shape_read.h"

enum status shape_json_read(
    const struct shape *shape,
    struct text body,
    struct arena *arena,
    void *out,
    struct error *error)
{
    struct reading reading = {.arena = arena, .source = SOURCE_BODY};
    AUTO_JSON members = NULL;

    if (text_trim(body).size > 0) {
        enum status status = json_tree_parse(body, false, &members, error);
        if (status != STATUS_OK)
            return status;
    }
    return read_checked(&reading, shape, members, out, error);
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
