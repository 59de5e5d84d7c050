/*
 * Answers: body and headers are made where the call is, then sent on its loop.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/document.h"
#include "api/entity_tag.h"
#include "api/worker.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/http/gzip.h"
#include "core/shape/shape_json.h"

enum { LARGEST_BODY = 64 << 20 };

void call_header(struct call *call, const char *name, struct text value)
{
    for (size_t i = 0; i < call->header_count; i++) {
        if (text_is(call->headers[i].name, name)) {
            call->headers[i].value = value;
            return;
        }
    }
    must(call->header_count < COUNT_OF(call->headers));
    call->headers[call->header_count++] = (struct http_header){text_from(name), value};
}

/* What comes by the thousand every second is only logged where it failed. */
static enum log_level level_of(const struct call *call)
{
    if (call->status >= 500)
        return LOG_LEVEL_ERROR;
    return call->exchange == NULL && call->status < 400 ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO;
}

static void log_answer(const struct call *call, int64_t took_us)
{
    struct log_value actor = uuid_is_present(call->actor.id) ? log_uuid("actor", call->actor.id)
                                                             : log_c("actor", "stranger");

    LOG_AT(
        level_of(call), "http.answered", log_text("method", call->request->method),
        log_c("route", call->route == NULL ? "unknown" : call->route->path),
        log_int64("status", call->status), log_int64("us", took_us),
        log_uuid("correlation", call->correlation_id),
        log_text("address", call->request->remote_address), actor);
}

/* The last thing that happens to a call. Loop. */
static void send_answer(struct call *call)
{
    int64_t took_us = monotonic_us() - call->arrived_us;

    meter_answer(call->services->meter, call->route_index, call->status, took_us);
    if (!call->transport->is_owner)
        log_answer(call, took_us);
    call->transport->send(call);
}

/* Packed by workers only: a loop has others to serve, and what is made on it is small. */
static void pack(struct call *call)
{
    struct text accepted = http_header(call->request, "Accept-Encoding");
    struct buf packed = {0};

    if (call->is_packed || call->is_lasting || call->worker == NULL ||
        !http_gzip_body(call->worker->gzip, accepted, call->body, &packed)) {
        buf_fini(&packed);
        return;
    }
    buf_fini(&call->storage);
    call->storage = packed;
    call->body = buf_text(&call->storage);
    call->is_packed = true;
}

static bool has_committed(const struct call *call)
{
    return call->submission.status == STATUS_OK && call->submission.emitted > 0;
}

static void finish(struct call *call, int status, const char *content_type, struct text body)
{
    call->status = status;
    call->body = body;
    if (content_type != NULL)
        call_header(call, "Content-Type", text_from(content_type));
    if (call->ledger_size > 0)
        call_header(
            call, "Ledger-Size",
            text_format(call->arena, "%llu", (unsigned long long)call->ledger_size));
    if (has_committed(call))
        call_header(
            call, "Ledger-Position",
            text_format(call->arena, "%llu", (unsigned long long)call->submission.first.value));
    if (arena_is_full(call->arena))
        log_error("http.answer_too_large", log_int64("bytes", (int64_t)body.size));
    pack(call);
    if (call->worker == NULL)
        send_answer(call);
    else
        call_to_loop(call, send_answer);
}

/* Adds the entity tag to a successful GET; true when the peer has this very answer already. A strong
 * tag is of the bytes that are sent (RFC 9110, section 8.8.3.3), so they are packed before. */
static bool is_known(struct call *call, int status, int64_t revision)
{
    struct text tag;

    if (status != 200 ||
        !(text_is(call->request->method, "GET") || text_is(call->request->method, "HEAD")))
        return false;
    tag = entity_tag(call->arena, revision, call->body);
    if (revision != INT64_ABSENT)
        pack(call);
    if (call->is_packed)
        tag = entity_tag_packed(call->arena, tag);
    call_header(call, "ETag", tag);
    return entity_tag_matches(http_header(call->request, "If-None-Match"), tag);
}

static void finish_known(struct call *call)
{
    call->is_packed = false;
    finish(call, 304, NULL, text_lit(""));
}

static void finish_json(struct call *call, int status, int64_t revision, struct text body)
{
    call->body = body;
    if (is_known(call, status, revision))
        finish_known(call);
    else
        finish(call, status, "application/json; charset=utf-8", call->body);
}

void call_answer_json(struct call *call, int status, struct text body)
{
    if (status == 204)
        finish(call, status, NULL, body);
    else
        finish_json(call, status, INT64_ABSENT, body);
}

void call_answer_text(struct call *call, int status, const char *content_type, struct text body)
{
    finish(call, status, content_type, body);
}

void call_answer_document(struct call *call, const struct document *document)
{
    bool takes_packed = text_is_present(document->packed) &&
                        http_gzip_is_accepted(http_header(call->request, "Accept-Encoding"));

    call_header(call, "ETag", document->tag);
    if (entity_tag_matches(http_header(call->request, "If-None-Match"), document->tag)) {
        finish_known(call);
        return;
    }
    call->is_packed = takes_packed;
    call->is_lasting = true;
    finish(call, 200, document->type, takes_packed ? document->packed : document->plain);
}

/* What went wrong inside is for the log, not for callers. */
static void redact_error(const struct call *call, const struct error *error, struct error *out)
{
    bool is_inside = error->status == STATUS_INTERNAL || error->status == STATUS_CORRUPT;

    *out = *error;
    if (call->transport->is_owner ||
        (!is_inside && !text_is(text_from(error->code), "database_unavailable")))
        return;
    log_error(
        "http.failed", log_uuid("correlation", call->correlation_id), log_cause(error),
        log_c("route", call->route == NULL ? "unknown" : call->route->path));
    if (is_inside)
        error_set(out, error->status, "Internal server error");
    else
        error_set_code(
            out, STATUS_UNAVAILABLE, "database_unavailable",
            "The read models are away at the moment. Try again.");
}

/* Of what has been done, only the showing failed; damage stays named, since no repeat mends it, and so does what
 * followers do not hold. */
static bool only_showing_failed(const struct call *call, const struct error *error)
{
    return has_committed(call) && status_http(error->status) >= 500 &&
           error->status != STATUS_CORRUPT && !text_is(text_from(error->code), "recorded_not_held");
}

static void not_shown(const struct call *call, struct error *out)
{
    if (has_committed(call))
        error_set_code(
            out, STATUS_UNAVAILABLE, "committed_not_visible",
            "The change is recorded at position %llu but cannot be shown yet. Repeat the request "
            "with the same Idempotency-Key to be answered without changing anything again.",
            (unsigned long long)call->submission.first.value);
    else
        error_set_code(
            out, STATUS_UNAVAILABLE, "read_model_behind",
            "The read model has not reached ledger size %llu yet. Try again.",
            (unsigned long long)call->shown_size);
}

void call_answer_error(struct call *call, const struct error *inner)
{
    struct error error;
    struct text body;

    redact_error(call, inner, &error);
    if (only_showing_failed(call, &error))
        not_shown(call, &error);
    body = call->transport->tell(call, &error);
    if (error.status == STATUS_UNAVAILABLE)
        call_header(call, "Retry-After", text_lit("1"));
    finish(call, status_http(error.status), "application/json; charset=utf-8", body);
}

void call_answer_not_shown(struct call *call)
{
    struct error error;

    not_shown(call, &error);
    call_answer_error(call, &error);
}

/* A JSON text made in a bounded buffer, which goes with the answer. What does not fit is said so:
 * how much a list holds is up to callers. */
static void finish_storage(struct call *call, int status, int64_t revision)
{
    struct error error;

    if (!buf_is_full(&call->storage)) {
        finish_json(call, status, revision, buf_text(&call->storage));
        return;
    }
    buf_fini(&call->storage);
    error_set_code(
        &error, STATUS_TOO_LARGE, "answer_too_large",
        "The answer would be larger than %d MiB. Ask for less at a time.", LARGEST_BODY >> 20);
    call_answer_error(call, &error);
}

static int64_t revision_of(const struct shape *shape, const void *value)
{
    const struct field *field = shape_field(shape, text_lit("revision"));

    return field == NULL ? INT64_ABSENT : *(const int64_t *)field_at(field, value);
}

void call_answer_shape(struct call *call, int status, const struct shape *shape, const void *value)
{
    buf_init(&call->storage, LARGEST_BODY);
    shape_json_write(shape, value, &call->storage);
    finish_storage(call, status, revision_of(shape, value));
}

void call_answer_list(
    struct call *call, int status, const struct shape *shape, const void *items, size_t count)
{
    buf_init(&call->storage, LARGEST_BODY);
    shape_json_write_list(shape, items, count, &call->storage);
    finish_storage(call, status, INT64_ABSENT);
}

void call_answer_busy(struct call *call)
{
    struct error error;

    atomic_fetch_add(&call->services->meter->refused_busy, 1);
    error_set_code(
        &error, STATUS_UNAVAILABLE, "busy",
        "The server has more to do than it can take on. Nothing was changed; try again.");
    call_answer_error(call, &error);
}
