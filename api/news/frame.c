/*
 * What a row of frames must say.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/frame.h"

#include "core/base/must.h"

#include <stdio.h>

const struct shape *frame_shape(const struct frame *frame)
{
    return frame->shape != NULL ? frame->shape : resource_view(frame->resource);
}

static bool is_uuid(const struct resource *resource, const char *name)
{
    const struct field *field = shape_field(resource_view(resource), text_from(name));

    return field != NULL && field->kind == KIND_UUID;
}

static const char *row_problem(const struct frame *frame)
{
    if (!is_uuid(frame->resource, frame->id == NULL ? "id" : frame->id))
        return "cannot tell which row it shows";
    if (!is_uuid(frame->resource, "workspace_id"))
        return "shows rows of no workspace";
    if (frame->node != NULL && !is_uuid(frame->resource, frame->node))
        return "names a field for the node that there is not";
    if ((frame->shape != NULL || frame->shows_beginning) && frame->fill == NULL)
        return "has a payload that nothing fills";
    return NULL;
}

const char *frame_row_problem(const struct frame *frame)
{
    if (frame->doc == NULL || !text_ends_with(text_from(frame->doc), text_lit(".")))
        return "has no sentence";
    if (frame->resource == NULL && (frame->after != NULL || frame->shape == NULL))
        return "has nothing to show";
    return frame->resource == NULL ? NULL : row_problem(frame);
}

void frame_check_all(void)
{
    for (const struct frame_area *area = frame_catalog; area->name != NULL; area++) {
        for (size_t i = 0; area->frames[i] != NULL; i++) {
            const char *problem = frame_row_problem(area->frames[i]);
            char message[256];
            if (problem == NULL)
                continue;
            snprintf(message, sizeof(message), "The frame %s %s", area->frames[i]->name, problem);
            must_fail(__FILE__, __LINE__, message);
        }
    }
}
