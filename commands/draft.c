/*
 * From what was emitted to what is stored: ids and salts, sealing, packing; then, when all of a
 * command's events fit, their revisions and their fold. Nothing is folded of a command that does
 * not fit.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/privacy/privacy_lookup.h"
#include "commands/writer_internal.h"
#include "core/base/heap.h"
#include "core/base/random.h"
#include "core/shape/shape_check.h"
#include "core/shape/shape_pack.h"
#include "eventlog/keyed_digest.h"
#include "eventlog/origin_key.h"

#include <string.h>

/* All that is random of one event, from one call of the kernel. */
struct event_entropy {
    uint8_t id[8];
    uint8_t salt[BODY_SALT_SIZE];
};

/* What all events of one command share. */
struct append_ctx {
    struct writer *writer;
    const struct submission *submission;
    struct decide_ctx *decide_ctx;
    struct uuid command_id;
    struct uuid correlation;
    struct uuid subject; /* of fields, unless the event says whom it is about */
};

static struct entry
entry_of(const struct append_ctx *append_ctx, size_t i, const struct event_entropy *event_entropy)
{
    const struct submission *submission = append_ctx->submission;
    const struct emitted *emitted = &append_ctx->decide_ctx->events[i];
    struct timestamp at = timestamp_plus_us(append_ctx->decide_ctx->decision.now, (int64_t)i);

    return (struct entry){
        .format = ENTRY_FORMAT,
        .position = (int64_t)(append_ctx->writer->batch.base + append_ctx->writer->batch.count + i),
        .event_id = uuid_v7(at, event_entropy->id),
        .command_id = append_ctx->command_id,
        .recorded_at = at,
        .type = text_from(emitted->type->name),
        .schema = emitted->type->schema,
        .stream = emitted->stream,
        .workspace = emitted->workspace,
        .actor_kind = submission->actor.kind,
        .actor_id = submission->actor.id,
        .actor_session = submission->actor.session,
        .correlation = append_ctx->correlation,
        .causation = uuid_is_present(emitted->cause) ? emitted->cause : submission->causation,
        .outcome = emitted->outcome,
    };
}

/* The last door: what is stored for ever and shown to PostgreSQL is text, wherever it came from. */
static enum status check_text(const struct shape *shape, const void *value, struct error *error)
{
    const struct field *unclean = shape_unclean(shape, value);

    if (unclean == NULL)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_INVALID, "unclean_text",
        "\"%s\" of %s holds bytes that are no text (UTF-8 without U+0000)", unclean->name,
        shape->name);
}

/* Whoever signs in, or comes with a mailed token, is a stranger until then: that origin is the person's. */
static struct origin_key whose_origin(
    const struct append_ctx *append_ctx, const struct emitted *emitted, const struct entry *entry)
{
    struct uuid person = seal_subject(emitted->type->shape, emitted->event, UUID_NONE);

    return origin_key_of(append_ctx->submission->actor, person, entry->recorded_at);
}

/* The origin sealed for one event, or NULL where nothing is known of it, or of somebody who was erased. */
static enum status seal_origin(
    const struct append_ctx *append_ctx,
    const struct emitted *emitted,
    const struct entry *entry,
    const struct origin **out,
    struct error *error)
{
    const struct submission *submission = append_ctx->submission;
    struct arena *arena = append_ctx->writer->batch.arena;
    struct origin_key under;
    struct origin *origin;
    enum status status;

    if (!text_is_present(submission->origin.address.text) &&
        !text_is_present(submission->origin.user_agent.text))
        return STATUS_OK;
    under = whose_origin(append_ctx, emitted, entry);
    if (privacy_is_erased(append_ctx->writer->settings.model, under.subject, NULL))
        return STATUS_OK;
    status = check_text(&origin_shape, &submission->origin, error);
    if (status != STATUS_OK)
        return status;
    origin = arena_one(arena, struct origin);
    *origin = submission->origin;
    if (keyed_digest_day(submission->now) != keyed_digest_day(entry->recorded_at))
        keyed_digest_personal(
            append_ctx->writer->settings.keyring, &origin_shape, entry->recorded_at, arena, origin);
    status = keyring_seal_origin(
        append_ctx->writer->settings.keyring, entry->event_id, &under, arena, origin, error);
    if (status == STATUS_OK)
        *out = origin;
    return status;
}

/* Nothing new is kept of somebody who was erased. */
static enum status seal_fields(
    const struct append_ctx *append_ctx,
    const struct emitted *emitted,
    struct uuid event_id,
    struct error *error)
{
    const struct shape *shape = emitted->type->shape;
    struct writer *writer = append_ctx->writer;
    struct uuid subject = seal_subject(shape, emitted->event, append_ctx->subject);

    if (!shape_has_kind(shape, KIND_PERSONAL))
        return STATUS_OK;
    if (privacy_is_erased(writer->settings.model, subject, NULL)) {
        for (size_t i = 0; i < shape_count(shape); i++) {
            if (shape_field_at(shape, i)->kind == KIND_PERSONAL)
                field_clear(shape_field_at(shape, i), emitted->event);
        }
        return STATUS_OK;
    }
    return keyring_seal(
        writer->settings.keyring, shape, event_id, append_ctx->subject, writer->batch.arena,
        emitted->event, error);
}

static enum status too_large(struct error *error)
{
    return error_set(error, STATUS_TOO_LARGE, "The command would write more than one command may");
}

/* Packs the body into the arena. The record keeps the event as a struct, not packed. */
static enum status store_body(
    struct writer *writer,
    const struct emitted *emitted,
    const struct event_entropy *event_entropy,
    const struct record *record,
    struct bytes *out)
{
    struct body body = record->body;

    buf_clear(&writer->fields);
    buf_clear(&writer->stored);
    shape_pack(emitted->type->shape, emitted->event, &writer->fields);
    body.fields = buf_bytes(&writer->fields);
    body_pack(&body, event_entropy->salt, &writer->stored);
    if (buf_is_full(&writer->fields) || buf_is_full(&writer->stored))
        return STATUS_TOO_LARGE;
    *out = bytes_copy(writer->batch.arena, buf_bytes(&writer->stored));
    return STATUS_OK;
}

/* Bodies that the event drops are gone with its commit, so it is seen before that it may. */
static enum status check_drops(
    struct writer *writer,
    const struct emitted *emitted,
    struct ledger_draft *draft,
    struct error *error)
{
    draft->drops = (struct list){NULL, 0};
    if (emitted->type->dropped == NULL)
        return STATUS_OK;
    draft->drops = emitted->type->dropped(emitted->event);
    return ledger_may_drop(
        writer->settings.log, emitted->type, emitted->stream, &draft->drops, error);
}

static enum status draft_one(const struct append_ctx *append_ctx, size_t i, struct error *error)
{
    struct writer *writer = append_ctx->writer;
    const struct emitted *emitted = &append_ctx->decide_ctx->events[i];
    struct record *record = &writer->batch.records[writer->batch.count + i];
    struct event_entropy event_entropy;
    enum status status;

    random_fill(&event_entropy, sizeof(event_entropy));
    *record = (struct record){.type = emitted->type, .has_body = true, .event = emitted->event};
    record->entry = entry_of(append_ctx, i, &event_entropy);
    record->position = (struct position){(uint64_t)record->entry.position};
    if (i == 0)
        record->body.request_digest = append_ctx->submission->request_digest;
    status = check_text(emitted->type->shape, emitted->event, error);
    if (status == STATUS_OK)
        status =
            check_drops(writer, emitted, &writer->batch.drafts[writer->batch.count + i], error);
    if (status == STATUS_OK)
        status = seal_origin(append_ctx, emitted, &record->entry, &record->body.origin, error);
    if (status != STATUS_OK)
        return status;
    status = seal_fields(append_ctx, emitted, record->entry.event_id, error);
    if (status != STATUS_OK)
        return status;
    status = store_body(
        writer, emitted, &event_entropy, record,
        &writer->batch.drafts[writer->batch.count + i].body);
    return status == STATUS_OK ? STATUS_OK : too_large(error);
}

static void make_room(struct batch *batch, size_t count)
{
    size_t capacity = batch->capacity == 0 ? 1024 : batch->capacity;

    while (capacity < batch->count + count)
        capacity *= 2;
    if (capacity == batch->capacity)
        return;
    batch->drafts = heap_resize(batch->drafts, capacity * sizeof(*batch->drafts));
    batch->records = heap_resize(batch->records, capacity * sizeof(*batch->records));
    batch->capacity = capacity;
}

/* From here on nothing can fail. */
static void fold_drafts(struct writer *writer, size_t count)
{
    struct batch *batch = &writer->batch;

    for (size_t i = 0; i < count; i++) {
        struct record *record = &batch->records[batch->count];
        record->entry.revision =
            (int64_t)model_revision(writer->settings.model, record->entry.stream) + 1;
        batch->drafts[batch->count].entry = record->entry;
        batch->bytes += batch->drafts[batch->count].body.size;
        batch->last = record->entry.recorded_at;
        batch->count++;
        arena_reset(writer->fold.arena);
        fold_record(&writer->fold, record);
    }
    writer->uncommitted += count;
}

enum status draft_events(
    struct writer *writer,
    const struct submission *submission,
    struct decide_ctx *decide_ctx,
    struct uuid command_id,
    struct error *error)
{
    struct append_ctx append_ctx = {
        .writer = writer,
        .submission = submission,
        .decide_ctx = decide_ctx,
        .command_id = command_id,
        .correlation =
            uuid_is_present(submission->correlation) ? submission->correlation : command_id,
        .subject = origin_subject(submission->actor, decide_ctx->decision.now),
    };
    enum status status = STATUS_OK;

    if (decide_ctx->is_too_large || arena_is_full(writer->batch.arena))
        return too_large(error);
    make_room(&writer->batch, decide_ctx->count);
    for (size_t i = 0; status == STATUS_OK && i < decide_ctx->count; i++)
        status = draft_one(&append_ctx, i, error);
    if (status == STATUS_OK && arena_is_full(writer->batch.arena))
        status = too_large(error);
    if (status == STATUS_OK)
        fold_drafts(writer, decide_ctx->count);
    return status;
}
