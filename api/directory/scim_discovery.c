/*
 * What this server can do for directories: documents, of which the schemas follow from tables of attributes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_discovery.h"

#include "api/call.h"
#include "api/directory/scim_filter.h"
#include "api/directory/scim_list.h"
#include "api/directory/scim_user.h"
#include "api/directory/scim_view.h"
#include "core/shape/shape_json.h"

enum { LARGEST_DOCUMENT = 64 * 1024 };

struct scim_documents {
    struct text filter;
};
static const struct field scim_documents_fields[] = {
    {TEXT(scim_documents, filter), .flags = ONE_LINE, .max = SCIM_LONGEST_FILTER,
     .doc = "Not taken: 403."},
};
const struct shape scim_documents_shape =
    SHAPE_WITH(scim_documents, "Documents that a directory asks for.", .ignores_unknown = true);

struct scim_document {
    struct text id;
};
static const struct field scim_document_fields[] = {
    {TEXT(scim_document, id), .flags = REQUIRED | FROM_PATH | ONE_LINE,
     .doc = "Id of the document."},
};
const struct shape scim_document_shape =
    SHAPE_WITH(scim_document, "A document, by its id.", .ignores_unknown = true);

static void write_service(struct buf *out)
{
    buf_printf(
        out,
        "{\"schemas\":[\"" SCIM_CORE "ServiceProviderConfig\"],\"patch\":{\"supported\":true},"
        "\"bulk\":{\"supported\":false,\"maxOperations\":0,\"maxPayloadSize\":0},"
        "\"filter\":{\"supported\":true,\"maxResults\":%d},"
        "\"changePassword\":{\"supported\":false},\"sort\":{\"supported\":false},"
        "\"etag\":{\"supported\":true},\"authenticationSchemes\":[{\"type\":\"oauthbearertoken\","
        "\"name\":\"Bearer token\",\"description\":\"A token of the provider, which a platform "
        "admin makes.\",\"specUri\":\"https://www.rfc-editor.org/rfc/rfc6750\",\"primary\":true}],"
        "\"meta\":{\"resourceType\":\"ServiceProviderConfig\","
        "\"location\":\"/scim/v2/ServiceProviderConfig\"}}",
        SCIM_MOST_PER_PAGE);
}

/* Groups have what their schema asks for (RFC 7643, section 4.2). */
static const struct scim_attribute group_attributes[] = {
    {"displayName", "Name of the group.", .type = SCIM_STRING, .is_required = true,
     .is_unique = true},
    {"members", "People in it.", .type = SCIM_COMPLEX, .is_many = true},
    {"members.value", "Id of the account.", .type = SCIM_STRING, .is_case_exact = true},
    {"members.$ref", "Where it is read.", .type = SCIM_REFERENCE, .is_case_exact = true,
     .reference_to = "User"},
    {"members.type", "Always User.", .type = SCIM_STRING, .only_value = "User"},
};

/* What there is of a kind. */
struct resource_row {
    const char *name;
    const char *doc;
    const char *endpoint;
    const char *schema;
    const struct scim_attribute *attributes;
    size_t count;
};
static const struct resource_row resources[] = {
    {"User", "An account that the directory looks after.", "/Users", SCIM_USER_URN,
     scim_user_attributes, SCIM_USER_ATTRIBUTE_COUNT},
    {"Group", "A group of people whom the directory looks after.", "/Groups", SCIM_CORE "Group",
     group_attributes, COUNT_OF(group_attributes)},
};

static void write_flag(struct buf *out, const char *name, bool value)
{
    buf_printf(out, ",\"%s\":%s", name, value ? "true" : "false");
}

static void write_text(struct buf *out, const char *name, const char *value)
{
    buf_printf(out, ",\"%s\":", name);
    json_write_text(out, text_from(value));
}

static void write_list(struct buf *out, const char *name, const char *only)
{
    buf_printf(out, ",\"%s\":[", name);
    json_write_text(out, text_from(only));
    buf_add_char(out, ']');
}

/* The name of a sub-attribute is what stands behind the point. */
static bool is_part(const struct scim_attribute *attribute)
{
    return text_contains(text_from(attribute->path), text_lit("."));
}

/* Without the end, behind which sub-attributes may come. */
static void begin_attribute(const struct scim_attribute *attribute, struct buf *out)
{
    struct text name = text_from(attribute->path);
    struct text whole = text_cut(&name, '.');

    buf_add_c(out, "{\"name\":");
    json_write_text(out, text_is_present(name) ? name : whole);
    write_text(out, "type", scim_type_names[attribute->type]);
    write_flag(out, "multiValued", attribute->is_many);
    write_text(out, "description", attribute->doc);
    write_flag(out, "required", attribute->is_required);
    if (attribute->type == SCIM_STRING)
        write_flag(out, "caseExact", attribute->is_case_exact);
    write_text(out, "mutability", attribute->is_read_only ? "readOnly" : "readWrite");
    write_text(out, "returned", attribute->is_always_returned ? "always" : "default");
    write_text(out, "uniqueness", attribute->is_unique ? "server" : "none");
    if (attribute->only_value != NULL)
        write_list(out, "canonicalValues", attribute->only_value);
    if (attribute->reference_to != NULL)
        write_list(out, "referenceTypes", attribute->reference_to);
}

/* Rows from this one on that are parts of the one before it. */
static size_t write_parts(const struct resource_row *resource, size_t from, struct buf *out)
{
    size_t at = from;

    buf_add_c(out, ",\"subAttributes\":[");
    for (; at < resource->count && is_part(&resource->attributes[at]); at++) {
        if (at > from)
            buf_add_char(out, ',');
        begin_attribute(&resource->attributes[at], out);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
    return at;
}

static void write_attributes(const struct resource_row *resource, struct buf *out)
{
    bool is_first = true;

    for (size_t i = 0; i < resource->count;) {
        const struct scim_attribute *attribute = &resource->attributes[i++];

        if (attribute->is_common)
            continue;
        if (!is_first)
            buf_add_char(out, ',');
        is_first = false;
        begin_attribute(attribute, out);
        if (attribute->type == SCIM_COMPLEX)
            i = write_parts(resource, i, out);
        buf_add_char(out, '}');
    }
}

static void write_meta(struct buf *out, const char *type, const char *path, const char *id)
{
    buf_printf(
        out, ",\"meta\":{\"resourceType\":\"%s\",\"location\":\"/scim/v2/%s/%s\"}}", type, path,
        id);
}

static void write_schema(const struct resource_row *resource, struct buf *out)
{
    buf_add_c(out, "{\"schemas\":[\"" SCIM_CORE "Schema\"]");
    write_text(out, "id", resource->schema);
    write_text(out, "name", resource->name);
    write_text(out, "description", resource->doc);
    buf_add_c(out, ",\"attributes\":[");
    write_attributes(resource, out);
    buf_add_char(out, ']');
    write_meta(out, "Schema", "Schemas", resource->schema);
}

static void write_type(const struct resource_row *resource, struct buf *out)
{
    buf_add_c(out, "{\"schemas\":[\"" SCIM_CORE "ResourceType\"]");
    write_text(out, "id", resource->name);
    write_text(out, "name", resource->name);
    write_text(out, "description", resource->doc);
    write_text(out, "endpoint", resource->endpoint);
    write_text(out, "schema", resource->schema);
    write_meta(out, "ResourceType", "ResourceTypes", resource->name);
}

/* One kind of document about each resource. */
struct document_kind {
    const char *what;
    void (*write)(const struct resource_row *resource, struct buf *out);
    bool is_named_by_schema; /* or by the resource */
};
static const struct document_kind types = {"type of resource", write_type, false};
static const struct document_kind schemas = {"schema", write_schema, true};

static void answer(struct call *call, const struct buf *out)
{
    call_answer_text(call, 200, SCIM_MEDIA_TYPE, text_copy(call->arena, buf_text(out)));
}

void scim_show_service(struct call *call)
{
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_DOCUMENT);
    write_service(&out);
    answer(call, &out);
}

/* Who filters is not to take this for all that passes (RFC 7644, section 4). */
static bool refuses_filter(struct call *call)
{
    struct error error;

    if (!text_is_present(((const struct scim_documents *)call->input)->filter))
        return false;
    error_set_code(
        &error, STATUS_FORBIDDEN, "scim_filter_forbidden",
        "These documents cannot be filtered: leave filter out.");
    call_answer_error(call, &error);
    return true;
}

static void list(struct call *call, const struct document_kind *kind)
{
    AUTO_BUF out = {0};

    if (refuses_filter(call))
        return;
    buf_init(&out, LARGEST_DOCUMENT);
    scim_begin_list(&out, COUNT_OF(resources), 1, COUNT_OF(resources));
    for (size_t i = 0; i < COUNT_OF(resources); i++) {
        if (i > 0)
            buf_add_char(&out, ',');
        kind->write(&resources[i], &out);
    }
    buf_add_c(&out, "]}");
    answer(call, &out);
}

static const struct resource_row *find(const struct document_kind *kind, struct text id)
{
    for (size_t i = 0; i < COUNT_OF(resources); i++) {
        const char *name = kind->is_named_by_schema ? resources[i].schema : resources[i].name;

        if (text_equal_ignoring_case(id, text_from(name)))
            return &resources[i];
    }
    return NULL;
}

static void show(struct call *call, const struct document_kind *kind)
{
    const struct resource_row *resource =
        find(kind, ((const struct scim_document *)call->input)->id);
    struct error error;
    AUTO_BUF out = {0};

    if (resource == NULL) {
        error_set_code(
            &error, STATUS_NOT_FOUND, "scim_document_not_found", "There is no %s of that id.",
            kind->what);
        call_answer_error(call, &error);
        return;
    }
    buf_init(&out, LARGEST_DOCUMENT);
    kind->write(resource, &out);
    answer(call, &out);
}

void scim_list_resource_types(struct call *call)
{
    list(call, &types);
}

void scim_show_resource_type(struct call *call)
{
    show(call, &types);
}

void scim_list_schemas(struct call *call)
{
    list(call, &schemas);
}

void scim_show_schema(struct call *call)
{
    show(call, &schemas);
}
