/*
 * What operations have in common: schemas of shapes, refusals, headers, ways to sign in.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/openapi_internal.h"
#include "core/base/must.h"
#include "core/shape/shape_json.h"

#include <string.h>

/* Schemas. */

static bool is_known(
    const struct openapi_components *components,
    const struct shape *shape,
    enum schema_side side,
    const char *name)
{
    for (size_t i = 0; i < components->count; i++) {
        const struct openapi_component *row = &components->rows[i];
        if (strcmp(row->name, name) != 0)
            continue;
        must(row->shape == shape && row->side == side);
        return true;
    }
    return false;
}

void openapi_components_add(
    struct openapi_components *components, const struct shape *shape, enum schema_side side)
{
    struct openapi_component *row = &components->rows[components->count];

    must(components->count < MOST_COMPONENTS);
    shape_component_name(shape, row->name);
    if (is_known(components, shape, side, row->name))
        return;
    row->shape = shape;
    row->side = side;
    components->count++;
    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        if (field->shape != NULL && field_is_shown(shape, field, side))
            openapi_components_add(components, field->shape, side);
    }
}

static void write_schema(const struct openapi_component *row, struct buf *out)
{
    buf_printf(out, "\"%s\":", row->name);
    shape_schema_write(row->shape, row->side, out);
    buf_truncate(out, out->size - 1);
    buf_add_c(out, ",\"examples\":[");
    shape_example_write(row->shape, row->side, out);
    buf_add_c(out, "]}");
}

static const char problem_schema[] =
    "\"Problem\":{\"type\":\"object\",\"description\":\"Why a request was refused, or failed.\","
    "\"required\":[\"statusCode\",\"path\",\"timestamp\",\"message\",\"code\","
    "\"messageKey\",\"fallbackMessage\",\"details\",\"traceId\"],\"properties\":{"
    "\"statusCode\":{\"type\":\"integer\",\"description\":\"Status of the answer.\"},"
    "\"path\":{\"type\":\"string\",\"description\":\"Target of the request.\"},"
    "\"timestamp\":{\"type\":\"string\",\"format\":\"date-time\","
    "\"description\":\"Time of the answer.\"},"
    "\"message\":{\"type\":\"string\",\"description\":\"Sentence for people.\"},"
    "\"error\":{\"type\":\"string\",\"description\":\"Phrase of the status.\"},"
    "\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"string\"},"
    "\"description\":\"Everything that is wrong with the input.\"},"
    "\"code\":{\"type\":\"string\",\"description\":\"Stable code for programs; docs/reference/"
    "refusals.md lists them.\"},"
    "\"messageKey\":{\"type\":\"string\",\"description\":\"Key for translations.\"},"
    "\"fallbackMessage\":{\"type\":\"string\",\"description\":\"Sentence where there is no "
    "translation.\"},"
    "\"details\":{\"type\":[\"object\",\"null\"],\"additionalProperties\":true,"
    "\"description\":\"What the sentence is about.\"},"
    "\"traceId\":{\"type\":\"string\",\"description\":\"Correlation of the request; the log and "
    "the ledger have it too.\"}},"
    "\"examples\":[{\"statusCode\":404,\"path\":\"/api/v1/nodes/0195bd0c-7a4e-7c3b-9f1d-"
    "2e6a5b4c3d21\",\"timestamp\":\"2026-03-22T16:47:29.120Z\",\"message\":\"Node was not "
    "found\",\"error\":\"Not Found\",\"code\":\"not_found\",\"messageKey\":"
    "\"errors.not_found\",\"fallbackMessage\":\"Node was not found\",\"details\":null,"
    "\"traceId\":\"0195bd0c-7a4e-7c3b-9f1d-2e6a5b4c3d22\"}]}";

/* Refusals. */

static bool always(const struct route *route)
{
    (void)route;
    return true;
}

static bool asks_who(const struct route *route)
{
    return route->who != WHO_ANYONE || route_has_body(route);
}

static bool asks_rights(const struct route *route)
{
    return route->who != WHO_ANYONE;
}

static bool names_something(const struct route *route)
{
    return strchr(route->path, ':') != NULL || route->command != NULL;
}

static bool changes(const struct route *route)
{
    return route->command != NULL && route->method[0] != 'G';
}

static bool reads(const struct route *route)
{
    return route->method[0] == 'G' && route->who != WHO_ANYONE;
}

static bool is_conditional(const struct route *route)
{
    return changes(route) || reads(route);
}

static bool is_throttled(const struct route *route)
{
    return route->throttle != THROTTLE_NONE;
}

static const struct {
    int status;
    const char *name;
    const char *doc;
    bool (*applies)(const struct route *route);
} refusals[] = {
    {400, "Malformed", "The request is malformed, or its input breaks a rule.", always},
    {401, "Unauthenticated", "The caller is not signed in, or no longer.", asks_who},
    {403, "Forbidden", "The caller may not do this.", asks_rights},
    {404, "NotFound", "There is no such thing, or the caller may not see it.", names_something},
    {409, "Conflict", "A rule, or what others did meanwhile, stands against it.", changes},
    {412, "PreconditionFailed", "If-Match or Ledger-Min-Size does not hold.", is_conditional},
    {413, "TooLarge", "The body is too large.", route_has_body},
    {429, "TooMany", "Too many requests; Retry-After says when to try again.", is_throttled},
    {503, "Unavailable", "Something that is needed is away; try again later.", asks_rights},
};

void openapi_refusals_write(const struct route *route, struct buf *out)
{
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        if (refusals[i].applies(route) && route->reply.or_status != refusals[i].status)
            buf_printf(
                out, ",\"%d\":{\"$ref\":\"#/components/responses/%s\"}", refusals[i].status,
                refusals[i].name);
    }
    buf_add_c(out, ",\"default\":{\"$ref\":\"#/components/responses/Failed\"}");
}

static void write_refusal(const char *name, const char *doc, struct buf *out)
{
    buf_printf(out, "\"%s\":{\"description\":", name);
    json_write_text(out, text_from(doc));
    buf_add_c(
        out, ",\"content\":{\"application/json\":{\"schema\":"
             "{\"$ref\":\"#/components/schemas/Problem\"}}}}");
}

static void write_refusals(struct buf *out)
{
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        write_refusal(refusals[i].name, refusals[i].doc, out);
        buf_add_char(out, ',');
    }
    write_refusal("Failed", "The request was refused, or failed.", out);
}

/* Headers. */

static bool lists(const struct route *route)
{
    return route->lists != NULL;
}

enum header_side { OF_REQUEST, OF_ANSWER };

static const char *const header_sections[] = {"parameters", "headers"};

static const struct {
    enum header_side side;
    const char *component;
    const char *name;
    const char *doc;
    const char *schema;
    bool (*applies)(const struct route *route);
} headers[] = {
    {OF_REQUEST, "IdempotencyKey", "Idempotency-Key",
     "Key of the caller's; a repeat with the same key and request gets the first answer.",
     "{\"type\":\"string\",\"maxLength\":200}", changes},
    {OF_REQUEST, "IfMatch", "If-Match", "Entity tag that the thing must still have, else 412.",
     "{\"type\":\"string\"}", changes},
    {OF_REQUEST, "IfNoneMatch", "If-None-Match",
     "Entity tag that the caller has; 304 where it is still so.", "{\"type\":\"string\"}", reads},
    {OF_REQUEST, "LedgerMinSize", "Ledger-Min-Size",
     "Size of the ledger that the answer must reflect, from Ledger-Size of another; else 412.",
     "{\"type\":\"integer\",\"minimum\":0}", reads},
    {OF_ANSWER, "CorrelationId", "X-Correlation-ID",
     "Correlation of the request, as sent or as made.", "{\"type\":\"string\"}", always},
    {OF_ANSWER, "LedgerSize", "Ledger-Size", "Size of the ledger that the answer reflects.",
     "{\"type\":\"integer\"}", asks_rights},
    {OF_ANSWER, "LedgerPosition", "Ledger-Position",
     "Position of the first event that the request made; its receipt proves it.",
     "{\"type\":\"integer\"}", changes},
    {OF_ANSWER, "ETag", "ETag", "Entity tag of the answer.", "{\"type\":\"string\"}", reads},
    {OF_ANSWER, "Link", "Link", "Next page (rel=next), where this one is full.",
     "{\"type\":\"string\"}", lists},
};

/* A list of parameters, but members of an object where an answer's headers are named. */
static void
write_references(enum header_side side, const struct route *route, size_t count, struct buf *out)
{
    for (size_t i = 0; i < COUNT_OF(headers); i++) {
        if (headers[i].side != side || !headers[i].applies(route))
            continue;
        buf_add_c(out, count++ > 0 ? "," : "");
        if (side == OF_ANSWER)
            buf_printf(out, "\"%s\":", headers[i].name);
        buf_printf(
            out, "{\"$ref\":\"#/components/%s/%s\"}", header_sections[side], headers[i].component);
    }
}

void openapi_header_parameters_write(const struct route *route, size_t count, struct buf *out)
{
    write_references(OF_REQUEST, route, count, out);
}

void openapi_answer_headers_write(const struct route *route, struct buf *out)
{
    buf_add_char(out, '{');
    write_references(OF_ANSWER, route, 0, out);
    buf_add_char(out, '}');
}

static void write_headers(enum header_side side, struct buf *out)
{
    size_t count = 0;

    buf_printf(out, "\"%s\":{", header_sections[side]);
    for (size_t i = 0; i < COUNT_OF(headers); i++) {
        if (headers[i].side != side)
            continue;
        buf_printf(out, "%s\"%s\":{", count++ > 0 ? "," : "", headers[i].component);
        if (side == OF_REQUEST)
            buf_printf(
                out, "\"name\":\"%s\",\"in\":\"header\",\"required\":false,", headers[i].name);
        buf_add_c(out, "\"description\":");
        json_write_text(out, text_from(headers[i].doc));
        buf_printf(out, ",\"schema\":%s}", headers[i].schema);
    }
    buf_add_char(out, '}');
}

void openapi_schemas_write(const struct openapi_components *components, struct buf *out)
{
    for (size_t i = 0; i < components->count; i++) {
        buf_add_c(out, i > 0 ? "," : "");
        write_schema(&components->rows[i], out);
    }
}

void openapi_components_write(const struct openapi_components *components, struct buf *out)
{
    buf_printf(out, "{\"schemas\":{%s,", problem_schema);
    openapi_schemas_write(components, out);
    buf_add_c(out, "},\"responses\":{");
    write_refusals(out);
    buf_add_c(out, "},");
    write_headers(OF_REQUEST, out);
    buf_add_char(out, ',');
    write_headers(OF_ANSWER, out);
    buf_add_c(
        out, ",\"securitySchemes\":{"
             "\"user\":{\"type\":\"http\",\"scheme\":\"bearer\",\"bearerFormat\":\"JWT\","
             "\"description\":\"Access token of a person, from POST /api/v1/auth/login.\"},"
             "\"agent\":{\"type\":\"http\",\"scheme\":\"bearer\","
             "\"description\":\"Credential of a node, from its registration.\"},"
             "\"follower\":{\"type\":\"http\",\"scheme\":\"bearer\","
             "\"description\":\"Token of a follower, from fleetledger admit-follower.\"},"
             "\"directory\":{\"type\":\"http\",\"scheme\":\"bearer\","
             "\"description\":\"Token of a provider's directory, made by a platform admin.\"}}}");
}
