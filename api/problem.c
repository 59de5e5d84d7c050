/*
 * Faults as bodies: the contract's fields (statusCode, path, timestamp, message, error, errors) and
 * ours beside them (code, messageKey, fallbackMessage, details, traceId).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/problem.h"

#include "core/base/timestamp.h"
#include "core/shape/shape_json.h"

enum { LARGEST_PROBLEM = 256 * 1024 };

static void add_member(struct buf *out, const char *name, struct text value)
{
    buf_printf(out, ",\"%s\":", name);
    json_write_text(out, value);
}

static void add_violations(struct buf *out, const struct violations *violations)
{
    buf_add_c(out, ",\"errors\":[");
    for (size_t i = 0; i < violations->count; i++) {
        if (i > 0)
            buf_add_char(out, ',');
        json_write_text(out, violations->items[i]);
    }
    buf_add_char(out, ']');
}

static void add_message(struct buf *out, const struct error *error)
{
    const struct violations *violations = error->violations;

    if (violations == NULL) {
        add_member(out, "message", text_from(error->text));
        return;
    }
    /* The joined text may be longer than an error can hold. */
    AUTO_BUF joined = {0};
    buf_init(&joined, LARGEST_PROBLEM / 2);
    for (size_t i = 0; i < violations->count; i++) {
        if (i > 0)
            buf_add_c(&joined, "; ");
        buf_add_text(&joined, violations->items[i]);
    }
    add_member(out, "message", buf_text(&joined));
    add_violations(out, violations);
}

/* A plain 401 of the bearer gate, 429 and 500 carry no reason phrase: clients of the contract were
 * built against that. */
static bool has_reason(const struct error *error)
{
    int http = status_http(error->status);

    return http != 429 && http != 500 && !text_is(text_from(error->code), "unauthenticated");
}

struct text problem_body(
    struct arena *arena, const struct error *error, struct text target, struct text trace_id)
{
    AUTO_BUF out = {0};
    char at[TIMESTAMP_TEXT_SIZE];

    buf_init(&out, LARGEST_PROBLEM);
    timestamp_print(timestamp_now(), at);
    buf_printf(&out, "{\"statusCode\":%d", status_http(error->status));
    add_member(&out, "path", target);
    add_member(&out, "timestamp", text_from(at));
    add_message(&out, error);
    if (has_reason(error))
        add_member(&out, "error", text_from(status_phrase(error->status)));
    add_member(&out, "code", text_from(error->code));
    buf_printf(&out, ",\"messageKey\":\"errors.%s\"", error->code);
    add_member(&out, "fallbackMessage", text_from(error->text));
    buf_add_c(&out, ",\"details\":");
    if (error->field[0] == '\0') {
        buf_add_c(&out, "null");
    } else {
        buf_add_c(&out, "{\"field\":");
        json_write_text(&out, text_from(error->field));
        buf_add_char(&out, '}');
    }
    add_member(&out, "traceId", trace_id);
    buf_add_char(&out, '}');
    return text_copy(arena, buf_text(&out));
}
