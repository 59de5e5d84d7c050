/*
 * One command of a batch: is it a repeat, was the caller's picture of the state right, what does it
 * come to, what is answered. Everything is decided against the state that the commands before it
 * have left.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/writer_internal.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "core/crypto/crypto.h"

#include <string.h>

enum { BATCH_EVENTS = 512, BATCH_BYTES = 1 << 20, BATCH_COMMANDS = 1024 };

bool batch_has_room(const struct batch *batch)
{
    return batch->count < BATCH_EVENTS && batch->bytes < BATCH_BYTES &&
           batch->commands < BATCH_COMMANDS && !arena_is_full(batch->arena);
}

/* Callers that send no key are never taken for a repeat. */
static struct uuid command_id_of(const struct submission *submission)
{
    uint8_t kind = (uint8_t)submission->actor.kind;
    struct bytes pieces[] = {
        {&kind, sizeof(kind)},
        {submission->actor.id.bytes, sizeof(submission->actor.id.bytes)},
        bytes_of_text(submission->idempotency_key)};
    struct digest digest;

    if (!text_is_present(submission->idempotency_key))
        return uuid_new();
    digest = sha256_of(pieces, COUNT_OF(pieces));
    return uuid_v8(digest.bytes);
}

static struct deciding
begin_decision(struct writer *writer, const struct submission *submission, struct arena *arena)
{
    struct deciding deciding = {0};
    struct moment next = moment_plus_us(writer->batch.last, 1);

    deciding.decision = (struct decision){
        .model = writer->settings.model,
        .policy = writer->settings.policy,
        .now = submission->now.us > next.us ? submission->now : next,
        .actor = submission->actor,
        .arena = arena,
    };
    memcpy(deciding.seed, submission->seed, sizeof(deciding.seed));
    return deciding;
}

static uint64_t size_now(const struct writer *writer)
{
    return writer->batch.base + writer->batch.count;
}

static void fill_answer(struct submission *submission, const struct decision *decision)
{
    const struct command *command = submission->command;

    if (command->answer == NULL || command->answer_from == NULL)
        return;
    submission->answer = arena_take(submission->arena, command->answer->size);
    shape_clear(command->answer, submission->answer);
    command->answer_from(decision, submission->input, submission->arena, submission->answer);
}

/* The event that a repeated command began with: still a draft of this batch, or on the ledger. */
static enum status
first_entry(struct writer *writer, struct position first, struct entry *out, struct fault *fault)
{
    struct batch *batch = &writer->batch;
    struct record record;
    enum status status;

    if (first.value >= batch->base) {
        must(first.value < size_now(writer));
        *out = batch->records[first.value - batch->base].entry;
        return STATUS_OK;
    }
    status = evlog_read_one(writer->settings.log, first, batch->arena, &record, fault);
    if (status == STATUS_OK)
        *out = record.entry;
    return status;
}

static enum status answer_repeat(
    struct writer *writer, struct submission *submission, const struct remembered *remembered)
{
    struct deciding deciding = begin_decision(writer, submission, submission->arena);
    struct decision *decision = &deciding.decision;
    struct entry entry;
    enum status status;

    if (submission->request_digest.size != DIGEST_SIZE ||
        memcmp(submission->request_digest.data, remembered->request.bytes, DIGEST_SIZE) != 0)
        return fault_code(
            &submission->fault, STATUS_CONFLICT, "idempotency_key_reused",
            "This idempotency key belongs to another request");
    status = first_entry(writer, remembered->first, &entry, &submission->fault);
    if (status != STATUS_OK)
        return status;
    decision->now = entry.recorded_at;
    decision->first_event = entry.event_id;
    decision->subject = submission->subject = remembered->subject;
    decision->first = submission->first = remembered->first;
    decision->emitted = submission->emitted = remembered->count;
    submission->is_repeat = true;
    fill_answer(submission, decision);
    return STATUS_OK;
}

static enum status check_revision(const struct writer *writer, struct submission *submission)
{
    uint64_t revision;

    if (submission->expected_revision == WHOLE_ABSENT)
        return STATUS_OK;
    revision = model_revision(writer->settings.model, submission->expected_stream);
    if (revision == (uint64_t)submission->expected_revision)
        return STATUS_OK;
    return fault_set(
        &submission->fault, STATUS_STALE,
        "It was changed meanwhile: its revision is %llu, not %lld", (unsigned long long)revision,
        (long long)submission->expected_revision);
}

/* Asked by the first command of a batch that wants to write: questions need no space. */
static enum status may_write(struct writer *writer, struct fault *fault)
{
    struct batch *batch = &writer->batch;

    if (writer->clock.has_jumped)
        return fault_code(
            fault, STATUS_UNAVAILABLE, "clock_jumped",
            "The clock was set by more than an hour; set it right or restart to confirm it");
    if (!batch->has_checked_space) {
        batch->has_checked_space = true;
        batch->space = evlog_reserve(writer->settings.log, &batch->space_fault);
        atomic_store(&writer->stats.is_refusing_writes, batch->space != STATUS_OK);
    }
    if (batch->space != STATUS_OK)
        *fault = batch->space_fault;
    return batch->space;
}

static void note_outcome(
    struct writer *writer, struct submission *submission, struct decision *decision, size_t before)
{
    const struct entry *first = &writer->batch.records[before].entry;

    decision->arena = submission->arena;
    decision->subject = submission->subject = first->stream;
    decision->first = submission->first = writer->batch.records[before].position;
    decision->first_event = first->event_id;
    decision->emitted = submission->emitted = writer->batch.count - before;
}

static enum status run(struct writer *writer, struct submission *submission, struct uuid command_id)
{
    struct fault *fault = &submission->fault;
    struct deciding deciding = begin_decision(writer, submission, writer->batch.arena);
    size_t before = writer->batch.count;
    enum status status;

    status = submission->command->decide(&deciding.decision, submission->input, fault);
    if (status != STATUS_OK)
        return status;
    if (deciding.count > 0) {
        must(!submission->command->is_question);
        status = may_write(writer, fault);
        if (status == STATUS_OK)
            status = draft_events(writer, submission, &deciding, command_id, fault);
        if (status != STATUS_OK)
            return status;
        note_outcome(writer, submission, &deciding.decision, before);
    }
    deciding.decision.arena = submission->arena;
    fill_answer(submission, &deciding.decision);
    return STATUS_OK;
}

static enum status settle(struct writer *writer, struct submission *submission)
{
    struct uuid command_id = UUID_NONE;
    struct remembered remembered;
    enum status status;

    if (writer->is_stopped)
        return fault_code(
            &submission->fault, STATUS_UNAVAILABLE, "ledger_stopped",
            "The ledger takes no more writes until it has been checked: %s",
            writer->stop_fault.text);
    if (!submission->command->is_question) {
        command_id = command_id_of(submission);
        if (text_is_present(submission->idempotency_key) &&
            model_recall(writer->settings.model, command_id, &remembered))
            return answer_repeat(writer, submission, &remembered);
    }
    status = check_revision(writer, submission);
    if (status != STATUS_OK)
        return status;
    return run(writer, submission, command_id);
}

void batch_take(struct writer *writer, struct submission *submission)
{
    submission->answer = NULL;
    submission->emitted = 0;
    submission->subject = UUID_NONE;
    submission->is_repeat = false;
    submission->status = settle(writer, submission);
    submission->size = size_now(writer);
    submission->revision =
        uuid_is_present(submission->subject)
            ? (int64_t)model_revision(writer->settings.model, submission->subject)
            : 0;
    writer->batch.commands++;
    atomic_fetch_add(&writer->stats.commands, 1);
    if (submission->status != STATUS_OK)
        atomic_fetch_add(&writer->stats.refusals, 1);
}
