/*
 * The page is ours and small; what it loads came with the viewer. Nothing is asked from elsewhere,
 * and the page's own policy sees to that.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/platform/docs.h"

#include "api/asyncapi.h"
#include "api/call.h"
#include "api/openapi.h"
#include "api/platform/viewer.h"
#include "api/settings.h"

#define BASE  "/api/v1/"
#define USUAL BASE "docs"

struct docs_file {
    struct text file;
};

static const struct field docs_file_fields[] = {
    {TEXT(docs_file, file), .tag = 1, .flags = FROM_PATH, .max = 255, .doc = "Name of the file."},
};
const struct shape docs_file_shape = SHAPE(docs_file, "A file of the viewer.");

struct docs {
    struct document openapi;
    struct document asyncapi;
    struct document *files; /* as viewer_files */
};

const struct docs *docs_new(struct arena *arena)
{
    struct docs *docs = arena_one(arena, struct docs);
    size_t count = 0;

    while (viewer_files[count].name != NULL)
        count++;
    docs->openapi = document_make(arena, "application/json; charset=utf-8", openapi_print(arena));
    docs->asyncapi = document_make(arena, "application/json; charset=utf-8", asyncapi_print(arena));
    docs->files = arena_array(arena, count + 1, sizeof(*docs->files));
    for (size_t i = 0; i < count; i++) {
        const struct viewer_file *file = &viewer_files[i];
        struct text plain = {file->start, (size_t)(file->end - file->start)};

        docs->files[i] = document_make(arena, file->type, plain);
    }
    return docs;
}

static const char page_policy[] =
    "default-src 'none';base-uri 'none';connect-src 'self';font-src 'self';form-action 'none';"
    "frame-ancestors 'none';img-src 'self' data:;script-src 'self';style-src 'self' "
    "'unsafe-inline'";

static const char page_form[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>Fleetledger API</title>\n"
    "<link rel=\"icon\" type=\"image/png\" href=\"%.*s/favicon-32x32.png\">\n"
    "<link rel=\"stylesheet\" href=\"%.*s/swagger-ui.css\">\n</head>\n<body>\n"
    "<div id=\"viewer\"></div>\n<script src=\"%.*s/swagger-ui-bundle.js\"></script>\n"
    "<script src=\"%.*s/start.js\"></script>\n</body>\n</html>\n";

/* "/api/v1/docs", or what the operator calls it. */
static struct text place_of(const struct settings *settings, struct arena *arena)
{
    return text_format(arena, BASE "%.*s", TEXT_ARGS(settings->swagger_path));
}

void docs_page_handle(struct call *call)
{
    struct text place = place_of(call->services->settings, call->arena);
    struct error error;

    if (viewer_files[0].name == NULL) {
        error_set_code(
            &error, STATUS_NOT_FOUND, "viewer_not_built",
            "This program was built without npm, and so without the viewer. The document itself "
            "is at %.*s-json",
            TEXT_ARGS(place));
        call_answer_error(call, &error);
        return;
    }
    call_header(call, "Content-Security-Policy", text_from(page_policy));
    call_header(call, "Cache-Control", text_lit("no-cache"));
    call_answer_text(
        call, 200, "text/html; charset=utf-8",
        text_format(
            call->arena, page_form, TEXT_ARGS(place), TEXT_ARGS(place), TEXT_ARGS(place),
            TEXT_ARGS(place)));
}

void docs_file_handle(struct call *call)
{
    struct text name = ((const struct docs_file *)call->input)->file;
    struct error error;

    for (size_t i = 0; viewer_files[i].name != NULL; i++) {
        if (!text_is(name, viewer_files[i].name))
            continue;
        call_header(call, "Cache-Control", text_lit("public, max-age=3600"));
        call_answer_document(call, &call->services->docs->files[i]);
        return;
    }
    error_set_code(
        &error, STATUS_NOT_FOUND, "file_not_found", "The viewer has no file %.*s", TEXT_ARGS(name));
    call_answer_error(call, &error);
}

void docs_json_handle(struct call *call)
{
    call_header(call, "Cache-Control", text_lit("no-cache"));
    call_answer_document(call, &call->services->docs->openapi);
}

void docs_events_handle(struct call *call)
{
    call_header(call, "Cache-Control", text_lit("no-cache"));
    call_answer_document(call, &call->services->docs->asyncapi);
}

struct text docs_document_path(const struct settings *settings, struct arena *arena)
{
    if (!opt_bool_is_true(settings->swagger_enabled))
        return (struct text){NULL, 0};
    return text_format(arena, "%.*s-json", TEXT_ARGS(place_of(settings, arena)));
}

struct text docs_page_path(const struct settings *settings, struct arena *arena)
{
    if (!opt_bool_is_true(settings->swagger_enabled) || viewer_files[0].name == NULL)
        return (struct text){NULL, 0};
    return place_of(settings, arena);
}

/* Is it the page, a file below it, or a document beside it? */
static bool is_below(struct text path, struct text place)
{
    static const char *const beside[] = {"-json", "-json/", "-events", "-events/"};
    struct text rest;

    if (!text_equal_ignoring_case(text_slice(path, 0, place.size), place))
        return false;
    rest = text_slice(path, place.size, path.size);
    for (size_t i = 0; i < COUNT_OF(beside); i++) {
        if (text_equal_ignoring_case(rest, text_from(beside[i])))
            return true;
    }
    return rest.size == 0 || rest.data[0] == '/';
}

struct text docs_path(const struct settings *settings, struct arena *arena, struct text path)
{
    struct text place = place_of(settings, arena);

    if (!opt_bool_is_true(settings->swagger_enabled))
        return is_below(path, text_lit(USUAL)) ? (struct text){NULL, 0} : path;
    if (text_is(place, USUAL))
        return path;
    if (is_below(path, text_lit(USUAL)))
        return (struct text){NULL, 0};
    if (!is_below(path, place))
        return path;
    return text_format(arena, USUAL "%.*s", TEXT_ARGS(text_slice(path, place.size, path.size)));
}
