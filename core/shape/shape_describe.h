/*
 * What a shape says of itself: a JSON Schema (2020-12, as OpenAPI 3.1 uses it), and lines of
 * reference pages.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_SHAPE_SHAPE_DESCRIBE_H
#define CORE_SHAPE_SHAPE_DESCRIBE_H

#include "core/base/buf.h"
#include "core/shape/shape.h"

enum schema_side {
    SCHEMA_INPUT,  /* FROM_PATH and SERVER_SET fields are left out; REQUIRED are required;
                     additionalProperties is false, unless the shape drops them */
    SCHEMA_ANSWER, /* every field is required unless OMIT_ABSENT; all that are not REQUIRED may be
                      null; SECRET fields are left out */
    SCHEMA_PARAMETER, /* as an input, but nothing in a path or query is null: it is left out */
    SCHEMA_MESSAGE /* as an input, but what a path would say is in it, and others may stand beside */
};

/* Appends a schema object for the shape. Shapes inside are references to components. */
void shape_schema_write(const struct shape *shape, enum schema_side side, struct buf *out);

/* Appends the schema of one field's value. */
void field_schema_write(const struct field *field, enum schema_side side, struct buf *out);

/* Is the field part of the schema on this side? */
bool field_is_shown(const struct shape *shape, const struct field *field, enum schema_side side);

/* The name of the shape's component: "CreateTask" for create_task, "Task" for task_row and
 * task_view. And a reference to it. */
enum { COMPONENT_NAME_SIZE = 64 };
void shape_component_name(const struct shape *shape, char out[COMPONENT_NAME_SIZE]);
void shape_reference_write(const struct shape *shape, struct buf *out);

/* Appends a value that fits the schema, made from the table alone: always the same one. */
void shape_example_write(const struct shape *shape, enum schema_side side, struct buf *out);
void field_example_write(const struct field *field, enum schema_side side, struct buf *out);

/* Appends a Markdown table of the fields: name, kind, bounds, sentence; with their tags first, where the
 * stored form is meant. */
void shape_describe(const struct shape *shape, struct buf *out);
void shape_describe_stored(const struct shape *shape, struct buf *out);

/* Of a lenient shape: a Markdown table of what becomes of values that are not as they should be. */
void shape_describe_leniency(const struct shape *shape, struct buf *out);

/* Appends the lines of the golden catalogue: "<prefix> <tag> <kind> <name>" per field ("list:text"
 * is a list of texts), "<prefix> <tag> is <name>" per name of an enum, because names are stored,
 * and the fields of inner shapes with "<prefix>/<tag>" as their prefix. */
void shape_golden(const struct shape *shape, const char *prefix, struct buf *out);

/* "uuid", "text", … for documents. */
const char *kind_name(enum kind kind);

#endif
