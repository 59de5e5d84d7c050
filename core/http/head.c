/*
 * Strict parsing of a whole head (RFC 9112, sections 2 to 6).
 *
 *   "GET /nodes?limit=5 HTTP/1.1␍␊"   request line ─► method, target, path, query
 *   "Host: fleet.example␍␊"           field lines  ─► headers
 *   "␍␊"                              then the framing is read from the headers
 *
 * Whatever a proxy in front might frame otherwise than we do is refused, never repaired.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/http/head.h"

#include "core/http/grammar.h"

#include <string.h>

enum { LONGEST_LENGTH_DIGITS = 18 };

static bool refuse(struct http_defect *defect, int status, const char *reason)
{
    *defect = (struct http_defect){status, reason};
    return false;
}

/* Cuts one line off `rest`; false when it does not end with CR LF. */
static bool take_line(struct text *rest, struct text *out)
{
    struct text line = text_cut(rest, '\n');

    if (!text_is_present(*rest) || line.size == 0 || line.data[line.size - 1] != '\r')
        return false;
    *out = (struct text){line.data, line.size - 1};
    return true;
}

/* HTTP/1.0 is told apart; every later minor version is spoken to as 1.1. */
static bool parse_version(struct text version, struct http_request *out, struct http_defect *defect)
{
    const char *data = version.data;
    bool is_wellformed = version.size == 8 && memcmp(data, "HTTP/", 5) == 0 && data[5] >= '0' &&
                         data[5] <= '9' && data[6] == '.' && data[7] >= '0' && data[7] <= '9';

    if (!is_wellformed)
        return refuse(defect, 400, "The protocol version is malformed.");
    if (data[5] != '1')
        return refuse(defect, 505, "Only HTTP/1.0 and HTTP/1.1 are spoken here.");
    out->is_http10 = data[7] == '0';
    return true;
}

/* The path and query of "http://authority/path?query"; the authority is given out. */
static bool cut_absolute(struct text target, struct text *out_rest, struct text *out_authority)
{
    static const struct text schemes[] = {TEXT_OF("http://"), TEXT_OF("https://")};

    for (size_t i = 0; i < COUNT_OF(schemes); i++) {
        struct text start = text_slice(target, 0, schemes[i].size);
        size_t end = schemes[i].size;

        if (!text_equal_ignoring_case(start, schemes[i]))
            continue;
        while (end < target.size && target.data[end] != '/' && target.data[end] != '?')
            end++;
        *out_authority = text_slice(target, start.size, end - start.size);
        *out_rest = text_slice(target, end, target.size - end);
        return out_authority->size > 0;
    }
    return false;
}

static bool
parse_target(struct http_request *request, struct text *out_authority, struct http_defect *defect)
{
    struct text rest = request->target;

    if (!http_is_target(request->target))
        return refuse(defect, 400, "The request target is malformed.");
    if (text_is(request->method, "CONNECT"))
        return refuse(defect, 501, "Tunnels are not offered here.");
    if (text_is(request->method, "OPTIONS") && text_is(request->target, "*")) {
        request->path = request->target;
        return true;
    }
    if (rest.data[0] != '/' && !cut_absolute(request->target, &rest, out_authority))
        return refuse(defect, 400, "The request target is neither a path nor an address.");
    request->path = text_cut(&rest, '?');
    request->query = rest;
    if (request->path.size == 0)
        request->path = text_lit("/");
    return true;
}

static bool parse_request_line(
    struct text line,
    struct http_request *request,
    struct text *out_authority,
    struct http_defect *defect)
{
    request->method = text_cut(&line, ' ');
    if (!http_is_token(request->method) || !text_is_present(line))
        return refuse(defect, 400, "The request line is malformed.");
    request->target = text_cut(&line, ' ');
    if (!text_is_present(line))
        return refuse(defect, 400, "The request line is malformed.");
    return parse_version(line, request, defect) && parse_target(request, out_authority, defect);
}

bool http_field_parse(struct text line, struct http_header *out)
{
    struct text value = line;
    struct text name = text_cut(&value, ':');

    if (!text_is_present(value) || !http_is_token(name) || !http_is_field_value(value))
        return false;
    *out = (struct http_header){name, http_trim(value)};
    return true;
}

static size_t count_lines(struct text raw)
{
    size_t count = 0;

    for (size_t at = 0; (at = text_find(raw, '\n', at)) < raw.size; at++)
        count++;
    return count;
}

static bool parse_fields(
    struct arena *arena, struct text rest, struct http_request *request, struct http_defect *defect)
{
    size_t most = count_lines(rest);
    struct http_header *headers;
    struct text line;

    if (most > HTTP_MOST_HEADERS + 1)
        return refuse(defect, 431, "There are too many header fields.");
    headers = arena_array(arena, most, sizeof(*headers));
    request->headers = headers;
    while (take_line(&rest, &line)) {
        if (line.size == 0)
            return rest.size == 0 || refuse(defect, 400, "Something follows the head.");
        if (line.data[0] == ' ' || line.data[0] == '\t')
            return refuse(defect, 400, "Folded header fields are not accepted.");
        if (!http_field_parse(line, &headers[request->header_count]))
            return refuse(defect, 400, "A header field is malformed.");
        request->header_count++;
    }
    return refuse(defect, 400, "A line does not end with CR LF.");
}

/* How often a field occurs, and its first value. */
static size_t
count_fields(const struct http_request *request, const char *name, struct text *out_value)
{
    size_t count = 0;

    *out_value = (struct text){0};
    for (size_t i = 0; i < request->header_count; i++) {
        if (!text_equal_ignoring_case(request->headers[i].name, text_from(name)))
            continue;
        if (count++ == 0)
            *out_value = request->headers[i].value;
    }
    return count;
}

/* An absolute target names the host twice; two different names would be routed differently by
 * different readers. */
static bool
check_host(const struct http_request *request, struct text authority, struct http_defect *defect)
{
    struct text host;
    size_t count = count_fields(request, "Host", &host);

    if (count > 1 || (count == 0 && !request->is_http10))
        return refuse(defect, 400, "Exactly one Host header field is needed.");
    if (count == 1 && !http_is_host(host))
        return refuse(defect, 400, "The Host header field is malformed.");
    if (count == 1 && text_is_present(authority) && !text_equal_ignoring_case(host, authority))
        return refuse(defect, 400, "Host and the request target disagree.");
    return true;
}

static bool parse_length(struct text value, size_t *out)
{
    size_t length = 0;

    if (value.size == 0 || value.size > LONGEST_LENGTH_DIGITS)
        return false;
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] < '0' || value.data[i] > '9')
            return false;
        length = length * 10 + (size_t)(value.data[i] - '0');
    }
    *out = length;
    return true;
}

static bool read_framing(struct http_head *head, struct http_defect *defect)
{
    struct text coding;
    struct text length;
    size_t codings = count_fields(&head->request, "Transfer-Encoding", &coding);
    size_t lengths = count_fields(&head->request, "Content-Length", &length);

    if (codings > 0 && lengths > 0)
        return refuse(defect, 400, "Both Content-Length and Transfer-Encoding are given.");
    if (codings > 1 || lengths > 1)
        return refuse(defect, 400, "The framing of the body is given more than once.");
    if (codings == 1 && head->request.is_http10)
        return refuse(defect, 400, "HTTP/1.0 has no Transfer-Encoding.");
    if (codings == 1 && !text_equal_ignoring_case(coding, text_lit("chunked")))
        return refuse(defect, 400, "The transfer coding is not known.");
    if (lengths == 1 && !parse_length(length, &head->content_length))
        return refuse(defect, 400, "Content-Length is malformed.");
    head->is_chunked = codings == 1;
    return true;
}

static bool list_field_has(const struct http_request *request, const char *name, const char *word)
{
    for (size_t i = 0; i < request->header_count; i++) {
        const struct http_header *header = &request->headers[i];

        if (text_equal_ignoring_case(header->name, text_from(name)) &&
            http_list_has(header->value, word))
            return true;
    }
    return false;
}

static bool read_expectations(struct http_head *head, struct http_defect *defect)
{
    const struct http_request *request = &head->request;
    struct text expected = http_header(request, "Expect");

    if (list_field_has(request, "Connection", "close"))
        head->keeps_alive = false;
    else
        head->keeps_alive =
            !request->is_http10 || list_field_has(request, "Connection", "keep-alive");
    if (!text_is_present(expected) || request->is_http10)
        return true;
    head->expects_continue = text_equal_ignoring_case(expected, text_lit("100-continue"));
    return head->expects_continue || refuse(defect, 417, "This expectation cannot be met.");
}

bool http_head_parse(
    struct arena *arena, struct text raw, struct http_head *out, struct http_defect *defect)
{
    struct text rest = text_copy(arena, raw);
    struct http_head head = {0};
    struct text authority = {0};
    struct text line;

    if (!take_line(&rest, &line))
        return refuse(defect, 400, "A line does not end with CR LF.");
    if (!parse_request_line(line, &head.request, &authority, defect) ||
        !parse_fields(arena, rest, &head.request, defect) ||
        !check_host(&head.request, authority, defect) || !read_framing(&head, defect) ||
        !read_expectations(&head, defect))
        return false;
    if (arena_is_full(arena))
        return refuse(defect, 431, "The head is too large.");
    head.request.body = text_lit("");
    *out = head;
    return true;
}

struct text http_header(const struct http_request *request, const char *name)
{
    struct text value;

    (void)count_fields(request, name, &value);
    return value;
}
