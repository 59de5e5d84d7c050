/*
 * Reciting the catalogue of events.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/reference.h"

#include "core/base/buf.h"
#include "core/shape/shape_describe.h"
#include "eventlog/event_type.h"
#include "eventlog/record.h"
#include "eventlog/upcast/upcast.h"

#include <stdio.h>

/* Under whose key its personal fields are sealed. */
static void describe_subject(const struct shape *shape, struct buf *out)
{
    const struct field *subject = shape_field_of_tag(shape, shape->subject_tag);
    char name[64];

    if (!shape_has_kind(shape, KIND_PERSONAL) || subject == NULL)
        return;
    field_json_name(subject, name);
    buf_printf(
        out, "\nPersonal fields are sealed for `%s`%s.\n", name,
        (subject->flags & REQUIRED) != 0 ? "" : "; where it is absent, as the origin is");
}

static void describe_type(const struct event_type *type, struct buf *out)
{
    buf_printf(
        out, "\n### `%s`\n\n%s Schema %lld.%s\n\n", type->name, type->doc, (long long)type->schema,
        type->is_droppable ? " Its body may be dropped on record." : "");
    shape_describe_stored(type->shape, out);
    describe_subject(type->shape, out);
}

void reference_events(struct buf *out)
{
    for (const struct event_area *area = event_catalog; area->name != NULL; area++) {
        buf_printf(out, "\n## %s\n", area->name);
        for (size_t i = 0; area->types[i] != NULL; i++)
            describe_type(area->types[i], out);
    }
}

static void
print_shape(const char *name, int64_t schema, const struct shape *shape, struct buf *out)
{
    char prefix[128];

    snprintf(prefix, sizeof(prefix), "%s %lld", name, (long long)schema);
    shape_golden(shape, prefix, out);
}

void catalog_print(struct buf *out)
{
    print_shape("entry", 1, &entry_shape, out);
    print_shape("body", 1, &body_shape, out);
    for (const struct event_area *area = event_catalog; area->name != NULL; area++) {
        for (size_t i = 0; area->types[i] != NULL; i++)
            print_shape(area->types[i]->name, area->types[i]->schema, area->types[i]->shape, out);
    }
    for (const struct upcast *old = upcasts; old->type != NULL; old++)
        print_shape(old->type, old->from_schema, old->shape, out);
}
