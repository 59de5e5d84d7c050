/*
 * The parts of the OpenAPI document: operations name components, which are printed at the end.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_OPENAPI_INTERNAL_H
#define API_OPENAPI_INTERNAL_H

#include "api/route.h"
#include "core/base/buf.h"
#include "core/shape/shape_describe.h"

enum { MOST_COMPONENTS = 512 };

/* Shapes that were named so far. A name means one shape on one side: that is a must. */
struct openapi_components {
    struct openapi_component {
        const struct shape *shape;
        enum schema_side side;
        char name[COMPONENT_NAME_SIZE];
    } rows[MOST_COMPONENTS];
    size_t count;
};

/* Adds the shape and those inside it, once. */
void openapi_components_add(
    struct openapi_components *components, const struct shape *shape, enum schema_side side);

/* Appends `"Name":{…}` of each. */
void openapi_schemas_write(const struct openapi_components *components, struct buf *out);

/* Appends the value of "components". */
void openapi_components_write(const struct openapi_components *components, struct buf *out);

/* Appends `"401":{"$ref":…}` for each way in which a route may refuse, and the rest as "default". */
void openapi_refusals_write(const struct route *route, struct buf *out);

/* Appends references to the headers that a route reads besides what its input says; `count` are
 * before them. */
void openapi_header_parameters_write(const struct route *route, size_t count, struct buf *out);

/* Appends the headers of an answer with this status, as the value of "headers". */
void openapi_answer_headers_write(const struct route *route, struct buf *out);

#endif
