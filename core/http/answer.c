/*
 * Renders answers: status line, Date, the caller's headers, framing, body.
 *
 * The framing is Content-Length but for streams, and there is none where the status forbids a body (204,
 * 304), so that no reader can disagree about where an answer ends.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/http/answer.h"

#include "core/http/grammar.h"

enum { MOST_HEAD_BYTES = 65536 };

static const struct {
    int status;
    const char *phrase;
} phrases[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {423, "Locked"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

/* The phrase may be empty (RFC 9112, section 4). */
static const char *phrase_of(int status)
{
    for (size_t i = 0; i < COUNT_OF(phrases); i++) {
        if (phrases[i].status == status)
            return phrases[i].phrase;
    }
    return "";
}

static bool is_ours(struct text name)
{
    static const struct text ours[] = {
        TEXT_OF("Connection"), TEXT_OF("Content-Length"),    TEXT_OF("Date"),
        TEXT_OF("Keep-Alive"), TEXT_OF("Transfer-Encoding"),
    };

    for (size_t i = 0; i < COUNT_OF(ours); i++) {
        if (text_equal_ignoring_case(name, ours[i]))
            return true;
    }
    return false;
}

static void add_header(struct buf *head, struct text name, struct text value)
{
    buf_add_text(head, name);
    buf_add_c(head, ": ");
    buf_add_text(head, value);
    buf_add_c(head, "\r\n");
}

static void add_callers_headers(struct buf *head, const struct http_answer *answer)
{
    for (size_t i = 0; i < answer->header_count; i++) {
        const struct http_header *header = &answer->headers[i];

        if (http_is_token(header->name) && http_is_field_value(header->value) &&
            !is_ours(header->name))
            add_header(head, header->name, header->value);
    }
}

static bool forbids_body(int status)
{
    return status == 204 || status == 304;
}

static void
add_framing(const struct http_answer *answer, enum http_framing framing, struct http_rendering *out)
{
    if (framing != HTTP_BY_LENGTH) {
        if (framing == HTTP_BY_CHUNKS)
            add_header(&out->head, text_lit("Transfer-Encoding"), text_lit("chunked"));
        return;
    }
    out->body = answer->body;
    if (answer->is_packed)
        add_header(&out->head, text_lit("Content-Encoding"), text_lit("gzip"));
    buf_printf(&out->head, "Content-Length: %zu\r\n", out->body.size);
}

static void add_connection(const struct http_terms *terms, struct buf *head)
{
    if (terms->closes)
        add_header(head, text_lit("Connection"), text_lit("close"));
    else if (terms->names_keepalive)
        add_header(head, text_lit("Connection"), text_lit("keep-alive"));
}

/* A head past the ceiling is the server's own error: the answer then says that alone. */
static void render_overflow(const struct http_terms *terms, struct http_rendering *out)
{
    buf_clear(&out->head);
    buf_printf(&out->head, "HTTP/1.1 500 %s\r\nContent-Length: 0\r\n", phrase_of(500));
    add_connection(terms, &out->head);
    buf_add_c(&out->head, "\r\n");
    out->body = text_lit("");
}

void http_answer_render(
    const struct http_answer *answer, const struct http_terms *terms, struct http_rendering *out)
{
    char date[30];

    *out = (struct http_rendering){0};
    buf_init(&out->head, MOST_HEAD_BYTES);
    timestamp_print_http(terms->now, date);
    buf_printf(&out->head, "HTTP/1.1 %d %s\r\n", answer->status, phrase_of(answer->status));
    add_header(&out->head, text_lit("Date"), text_from(date));
    add_callers_headers(&out->head, answer);
    if (answer->varies_by_encoding) /* on a 304 too: it speaks for the answer with a body */
        add_header(&out->head, text_lit("Vary"), text_lit("Accept-Encoding"));
    if (!forbids_body(answer->status))
        add_framing(answer, terms->framing, out);
    add_connection(terms, &out->head);
    buf_add_c(&out->head, "\r\n");
    if (buf_is_full(&out->head))
        render_overflow(terms, out);
    if (terms->is_head)
        out->body = text_lit("");
}

void http_rendering_fini(struct http_rendering *rendering)
{
    buf_fini(&rendering->head);
}
