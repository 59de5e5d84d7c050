/*
 * The front page, in one table: names, paths and sentences.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/platform/front_page.h"

#include "api/call.h"
#include "api/platform/docs.h"

struct front_page {
    struct text service;
    struct text version;
    struct text documentation;
    struct text document;
    struct text health;
    struct text readiness;
    struct text metrics;
};
static const struct field front_page_fields[] = {
    {TEXT(front_page, service), .flags = REQUIRED, .doc = "Name of the service."},
    {TEXT(front_page, version), .flags = REQUIRED, .doc = "Version of the program."},
    {TEXT(front_page, documentation), .doc = "Path of the API's page, where it is served."},
    {TEXT(front_page, document), .doc = "Path of the API's OpenAPI document, where it is served."},
    {TEXT(front_page, health), .flags = REQUIRED, .doc = "Path that tells the process is alive."},
    {TEXT(front_page, readiness), .flags = REQUIRED, .doc = "Path that tells what works."},
    {TEXT(front_page, metrics), .flags = REQUIRED, .doc = "Path of Prometheus' metrics."},
};
const struct shape front_page_shape = SHAPE(front_page, "What is here, and where.");

static const char policy[] =
    "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none';style-src "
    "'unsafe-inline'";

static void add_link(struct buf *out, struct text path, const char *sentence)
{
    if (text_is_present(path))
        buf_printf(
            out, "<li><a href=\"%.*s\">%.*s</a>: %s</li>\n", TEXT_ARGS(path), TEXT_ARGS(path),
            sentence);
}

static struct text page_of(const struct front_page *page, struct arena *arena)
{
    AUTO_BUF out = {0};

    buf_init(&out, 8192);
    buf_printf(
        &out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>Fleetledger</title>\n"
        "<style>body{font:1rem/1.5 sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}"
        "</style>\n</head>\n<body>\n<h1>Fleetledger %.*s</h1>\n"
        "<p>A control plane for fleets of Linux machines whose database is its audit trail. This "
        "server speaks HTTP and JSON.</p>\n<ul>\n",
        TEXT_ARGS(page->version));
    add_link(&out, page->documentation, "the API, to read and to try");
    add_link(&out, page->document, "the same as an OpenAPI document, for programs");
    add_link(&out, page->readiness, "what works, and what does not");
    add_link(&out, page->metrics, "figures for Prometheus");
    buf_add_c(
        &out, "</ul>\n<p>First steps are in the README that comes with the program: sign in by "
              "<code>POST /api/v1/auth/login</code>.</p>\n</body>\n</html>\n");
    return text_copy(arena, buf_text(&out));
}

void front_page_handle(struct call *call)
{
    const struct services *services = call->services;
    struct text accepted = http_header(call->request, "Accept");
    struct front_page page = {
        .service = text_lit("fleetledger"),
        .version = text_from(services->build->version),
        .documentation = docs_page_path(services->settings, call->arena),
        .document = docs_document_path(services->settings, call->arena),
        .health = text_lit("/health"),
        .readiness = text_lit("/health/ready"),
        .metrics = text_lit("/metrics"),
    };

    call_header(call, "Vary", text_lit("Accept"));
    if (!text_contains(accepted, text_lit("text/html"))) {
        call_answer_shape(call, 200, &front_page_shape, &page);
        return;
    }
    call_header(call, "Content-Security-Policy", text_from(policy));
    call_answer_text(call, 200, "text/html; charset=utf-8", page_of(&page, call->arena));
}
