/*
 * What this server can do for directories: documents, of which the schema follows from the table of attributes.
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

static void write_user_type(struct buf *out)
{
    buf_add_c(
        out,
        "{\"schemas\":[\"" SCIM_CORE "ResourceType\"],\"id\":\"User\",\"name\":\"User\","
        "\"description\":\"An account that the directory looks after.\",\"endpoint\":\"/Users\","
        "\"schema\":\"" SCIM_USER_URN "\",\"meta\":{\"resourceType\":\"ResourceType\","
        "\"location\":\"/scim/v2/ResourceTypes/User\"}}");
}

static void write_flag(struct buf *out, const char *name, bool value)
{
    buf_printf(out, ",\"%s\":%s", name, value ? "true" : "false");
}

static void write_text(struct buf *out, const char *name, const char *value)
{
    buf_printf(out, ",\"%s\":", name);
    json_write_text(out, text_from(value));
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
}

static void write_sub_attributes(enum scim_user_attribute whole, struct buf *out)
{
    buf_add_c(out, ",\"subAttributes\":[");
    for (int i = (int)whole + 1; i < SCIM_USER_ATTRIBUTE_COUNT; i++) {
        if (scim_user_attribute_whole((enum scim_user_attribute)i) != whole)
            break;
        if (i > (int)whole + 1)
            buf_add_char(out, ',');
        begin_attribute(&scim_user_attributes[i], out);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

static void write_user_schema(struct buf *out)
{
    bool is_first = true;

    buf_add_c(
        out, "{\"schemas\":[\"" SCIM_CORE "Schema\"],\"id\":\"" SCIM_USER_URN "\","
             "\"name\":\"User\",\"description\":\"An account that the directory looks after.\","
             "\"attributes\":[");
    for (int i = 0; i < SCIM_USER_ATTRIBUTE_COUNT; i++) {
        enum scim_user_attribute attribute = (enum scim_user_attribute)i;

        if (scim_user_attributes[i].is_common || scim_user_attribute_whole(attribute) != attribute)
            continue;
        if (!is_first)
            buf_add_char(out, ',');
        is_first = false;
        begin_attribute(&scim_user_attributes[i], out);
        if (scim_user_attributes[i].type == SCIM_COMPLEX)
            write_sub_attributes(attribute, out);
        buf_add_char(out, '}');
    }
    buf_add_c(
        out,
        "],\"meta\":{\"resourceType\":\"Schema\",\"location\":\"/scim/v2/Schemas/" SCIM_USER_URN
        "\"}}");
}

/* What there is of a kind. */
struct document_row {
    const char *id;
    void (*write)(struct buf *out);
};
static const struct document_row resource_types[] = {{"User", write_user_type}, {NULL, NULL}};
static const struct document_row schemas[] = {{SCIM_USER_URN, write_user_schema}, {NULL, NULL}};

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

static void list(struct call *call, const struct document_row *rows)
{
    size_t count = 0;
    AUTO_BUF out = {0};

    if (refuses_filter(call))
        return;
    while (rows[count].id != NULL)
        count++;
    buf_init(&out, LARGEST_DOCUMENT);
    scim_begin_list(&out, (int64_t)count, 1, count);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_add_char(&out, ',');
        rows[i].write(&out);
    }
    buf_add_c(&out, "]}");
    answer(call, &out);
}

static void show(struct call *call, const struct document_row *rows, const char *what)
{
    const struct scim_document *asked = call->input;
    struct error error;
    AUTO_BUF out = {0};

    for (const struct document_row *row = rows; row->id != NULL; row++) {
        if (!text_equal_ignoring_case(asked->id, text_from(row->id)))
            continue;
        buf_init(&out, LARGEST_DOCUMENT);
        row->write(&out);
        answer(call, &out);
        return;
    }
    error_set_code(
        &error, STATUS_NOT_FOUND, "scim_document_not_found", "There is no %s of that id.", what);
    call_answer_error(call, &error);
}

void scim_list_resource_types(struct call *call)
{
    list(call, resource_types);
}

void scim_show_resource_type(struct call *call)
{
    show(call, resource_types, "type of resource");
}

void scim_list_schemas(struct call *call)
{
    list(call, schemas);
}

void scim_show_schema(struct call *call)
{
    show(call, schemas, "schema");
}
