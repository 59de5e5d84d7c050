/*
 * Content-Type and Content-Encoding of bodies (RFC 9110, sections 8.3, 8.4 and 15.5.16).
 *
 * Nothing of what was sent is said back: a form that is taken for a type, or a type for a form, may
 * hold a password.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/body_type.h"

/* "application/json", "text/json", "application/merge-patch+json", with parameters or without. */
static bool is_json(struct text type)
{
    struct text name = text_trim(text_slice(type, 0, text_find(type, ';', 0)));
    struct text suffix =
        name.size < 5 ? (struct text){NULL, 0} : text_slice(name, name.size - 5, 5);

    return text_equal_ignoring_case(name, text_lit("application/json")) ||
           text_equal_ignoring_case(name, text_lit("text/json")) ||
           text_equal_ignoring_case(suffix, text_lit("+json"));
}

#define FORM_TYPE "application/x-www-form-urlencoded"

static bool is_form(struct text type)
{
    struct text name = text_trim(text_slice(type, 0, text_find(type, ';', 0)));

    return text_equal_ignoring_case(name, text_lit(FORM_TYPE));
}

static struct text without_quotes(struct text value)
{
    if (value.size > 1 && value.data[0] == '"' && value.data[value.size - 1] == '"')
        return text_slice(value, 1, value.size - 2);
    return value;
}

/* JSON is UTF-8 (RFC 8259, section 8.1), of which ASCII is a part. */
static bool is_utf8(struct text type)
{
    (void)text_cut(&type, ';');
    while (text_is_present(type)) {
        struct text value = text_cut(&type, ';');
        struct text name = text_trim(text_cut(&value, '='));
        if (text_equal_ignoring_case(name, text_lit("charset"))) {
            value = without_quotes(text_trim(value));
            return text_equal_ignoring_case(value, text_lit("utf-8")) ||
                   text_equal_ignoring_case(value, text_lit("utf8")) ||
                   text_equal_ignoring_case(value, text_lit("us-ascii"));
        }
    }
    return true;
}

static bool is_as_it_is(struct text coding)
{
    return coding.size == 0 || text_equal_ignoring_case(coding, text_lit("identity"));
}

static enum status refuse(struct error *error, const char *remedy)
{
    return error_set_code(error, STATUS_UNSUPPORTED, "unsupported_media_type", "%s", remedy);
}

enum status body_type_check(struct call *call, struct error *error)
{
    struct text type = text_trim(http_header(call->request, "Content-Type"));
    struct text coding = text_trim(http_header(call->request, "Content-Encoding"));

    if (call->request->body.size == 0)
        return STATUS_OK;
    if (!is_as_it_is(coding)) {
        call_header(call, "Accept-Encoding", text_lit("identity"));
        return refuse(error, "Send the body without Content-Encoding: it is read as it is.");
    }
    if (call->route->takes_form) {
        if (is_form(type))
            return STATUS_OK;
        call_header(call, "Accept-Post", text_lit(FORM_TYPE));
        return refuse(
            error, "Send the body as a form, with the header Content-Type: " FORM_TYPE ".");
    }
    if (!is_json(type)) {
        call_header(call, "Accept-Post", text_lit("application/json"));
        return refuse(
            error, "Send the body as JSON, with the header Content-Type: application/json.");
    }
    if (!is_utf8(type))
        return refuse(error, "Send the JSON in UTF-8, without another charset in Content-Type.");
    return STATUS_OK;
}
