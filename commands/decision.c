/*
 * What deciding may use: ids, emitting, refusing. Nothing here reads a clock or a generator, so the
 * same command against the same state emits the same events.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/command.h"
#include "commands/command_internal.h"
#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"

#include <endian.h>
#include <stdarg.h>
#include <string.h>

static struct decide_ctx *decide_ctx_of(struct decision *decision)
{
    return (struct decide_ctx *)decision;
}

/*
 * Ids sort as they were made, because queues are walked in the order of ids:
 *
 *   of uuid_v7() | count 14 | digest of seed and count 48
 */
struct uuid decision_id(struct decision *decision)
{
    struct decide_ctx *decide_ctx = decide_ctx_of(decision);
    uint64_t count = decide_ctx->ids++;
    uint64_t big_endian = htobe64(count);
    struct bytes pieces[] = {
        {decide_ctx->seed, sizeof(decide_ctx->seed)},
        {(const uint8_t *)&big_endian, sizeof(big_endian)}};
    struct digest digest = sha256_of(pieces, COUNT_OF(pieces));
    uint8_t rest[8] = {(uint8_t)(count >> 8), (uint8_t)count};

    memcpy(rest + 2, digest.bytes, 6);
    return uuid_v7(decision->now, rest);
}

static void make_room(struct decide_ctx *decide_ctx)
{
    size_t capacity = decide_ctx->capacity == 0 ? 4 : 2 * decide_ctx->capacity;
    struct emitted *events;

    if (decide_ctx->count < decide_ctx->capacity)
        return;
    events = arena_array(decide_ctx->decision.arena, capacity, sizeof(*events));
    if (decide_ctx->count > 0)
        memcpy(events, decide_ctx->events, decide_ctx->count * sizeof(*events));
    decide_ctx->events = events;
    decide_ctx->capacity = capacity;
}

/* The event is copied into the arena. */
static void add_event(struct decision *decision, struct emitted emitted, const void *event)
{
    struct decide_ctx *decide_ctx = decide_ctx_of(decision);

    must(uuid_is_present(emitted.stream));
    if (decide_ctx->count == COMMAND_MAX_EVENTS) {
        decide_ctx->is_too_large = true;
        return;
    }
    make_room(decide_ctx);
    emitted.cause = decide_ctx->cause;
    emitted.event = arena_take(decision->arena, emitted.type->shape->size);
    memcpy(emitted.event, event, emitted.type->shape->size);
    decide_ctx->events[decide_ctx->count++] = emitted;
}

void decision_emit(
    struct decision *decision,
    const struct event_type *type,
    struct uuid stream,
    struct uuid workspace,
    const void *event)
{
    add_event(
        decision, (struct emitted){type, stream, workspace, NULL, OUTCOME_DONE, UUID_NONE}, event);
}

void decision_emit_refusal(
    struct decision *decision,
    const struct event_type *type,
    struct uuid stream,
    struct uuid workspace,
    const void *event)
{
    add_event(
        decision, (struct emitted){type, stream, workspace, NULL, OUTCOME_REFUSED, UUID_NONE},
        event);
}

void decision_caused_by(struct decision *decision, struct uuid event_id)
{
    decide_ctx_of(decision)->cause = event_id;
}

void decision_caused_by_timer(struct decision *decision, const struct timer *timer)
{
    struct uuid event_id;

    if (timer->kind != 0 && model_timer_cause(decision->model, timer, &event_id))
        decision_caused_by(decision, event_id);
}

/* A row's text knows one sign, %s: printf would have to trust a format from a table. */
static void print_refusal(struct buf *out, const char *text, va_list args)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (at[0] == '%' && at[1] == 's') {
            buf_add_c(out, va_arg(args, const char *));
            at++;
        } else {
            buf_add_char(out, *at);
        }
    }
}

enum status decision_refuse(struct error *error, const struct refusal *refusal, ...)
{
    AUTO_BUF text = {0};
    va_list args;

    buf_init(&text, 16 * ERROR_TEXT_SIZE);
    va_start(args, refusal);
    print_refusal(&text, refusal->text, args);
    va_end(args);
    return error_set_code(
        error, refusal->status, refusal->code, "%.*s", TEXT_ARGS(buf_text(&text)));
}

const char *decision_show(const struct decision *decision, struct uuid id)
{
    char *text = arena_take(decision->arena, UUID_TEXT_SIZE);

    uuid_print(id, text);
    return text;
}
