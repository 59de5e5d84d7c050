/*
 * One command of a batch: is it a repeat, was the caller's picture of the state right, what does it
 * come to, what is answered. Everything is decided against the state that the commands before it
 * have left.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/history.h"
#include "commands/writer_internal.h"
#include "core/base/failpoint.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "core/crypto/crypto.h"
#include "eventlog/leadership.h"

#include <string.h>

enum {
    BATCH_EVENTS = 512,
    BATCH_BYTES = 1 << 20,
    BATCH_COMMANDS = 1024,
    UNRECORDED_SAID_EVERY_US = 60 * US_PER_S
};

bool batch_has_room(const struct batch *batch)
{
    return batch->count < BATCH_EVENTS && batch->bytes < BATCH_BYTES &&
           batch->commands < BATCH_COMMANDS && !arena_is_full(batch->arena);
}

static struct decide_ctx
begin_decision(struct writer *writer, const struct submission *submission, struct arena *arena)
{
    struct decide_ctx decide_ctx = {0};
    struct timestamp next = timestamp_plus_us(writer->batch.last, 1);

    decide_ctx.decision = (struct decision){
        .model = writer->settings.model,
        .policy = writer->settings.policy,
        .now = submission->now.us > next.us ? submission->now : next,
        .actor = submission->actor,
        .arena = arena,
        .history = writer->settings.history,
    };
    memcpy(decide_ctx.seed, submission->seed, sizeof(decide_ctx.seed));
    return decide_ctx;
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
first_entry(struct writer *writer, struct position first, struct entry *out, struct error *error)
{
    struct batch *batch = &writer->batch;
    struct record record;
    enum status status;

    if (first.value >= batch->base) {
        must(first.value < size_now(writer));
        *out = batch->records[first.value - batch->base].entry;
        return STATUS_OK;
    }
    status = ledger_read_one(writer->settings.log, first, batch->arena, &record, error);
    if (status == STATUS_OK)
        *out = record.entry;
    return status;
}

static enum status answer_repeat(
    struct writer *writer,
    struct submission *submission,
    const struct idempotency_record *idempotency_record)
{
    struct decide_ctx decide_ctx = begin_decision(writer, submission, submission->arena);
    struct decision *decision = &decide_ctx.decision;
    struct entry entry;
    enum status status;

    if (submission->request_digest.size != DIGEST_SIZE ||
        memcmp(submission->request_digest.data, idempotency_record->request.bytes, DIGEST_SIZE) !=
            0)
        return error_set_code(
            &submission->error, STATUS_CONFLICT, "idempotency_key_reused",
            "This idempotency key belongs to another request");
    status = first_entry(writer, idempotency_record->first, &entry, &submission->error);
    if (status != STATUS_OK)
        return status;
    decision->now = entry.recorded_at;
    decision->first_event = entry.event_id;
    decision->subject = submission->subject = idempotency_record->subject;
    decision->first = submission->first = idempotency_record->first;
    decision->emitted = submission->emitted = idempotency_record->count;
    submission->is_repeat = true;
    submission->revision =
        (int64_t)model_revision(writer->settings.model, idempotency_record->subject);
    fill_answer(submission, decision);
    return STATUS_OK;
}

static enum status check_revision(struct writer *writer, struct submission *submission)
{
    struct decide_ctx decide_ctx = begin_decision(writer, submission, writer->batch.arena);
    uint64_t revision = 0;
    enum status status = STATUS_OK;

    if (submission->expected_revisions == NULL)
        return STATUS_OK;
    status = history_revision(
        &decide_ctx.decision, submission->expected_stream, &revision, &submission->error);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < submission->expected_count; i++) {
        if (revision == (uint64_t)submission->expected_revisions[i])
            return STATUS_OK;
    }
    return error_set(
        &submission->error, STATUS_STALE,
        "It was changed meanwhile: its revision is %llu, none that was expected",
        (unsigned long long)revision);
}

/* Asked by the first command of a batch that wants to write: questions need no space. */
static enum status may_write(struct writer *writer, struct error *error)
{
    struct batch *batch = &writer->batch;

    enum status status = leadership_hold(writer->settings.leadership, error);

    if (status != STATUS_OK)
        return status;
    if (writer->is_stopped)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "ledger_stopped",
            "The ledger takes no more writes until it has been checked: %s",
            writer->stop_error.text);
    if (writer->clock.has_jumped)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "clock_jumped",
            "The clock was set by more than an hour; set it right or restart to confirm it");
    if (!batch->has_checked_space) {
        batch->has_checked_space = true;
        batch->space = ledger_reserve(writer->settings.log, &batch->space_error);
        atomic_store(&writer->stats.is_refusing_writes, batch->space != STATUS_OK);
    }
    if (batch->space != STATUS_OK)
        *error = batch->space_error;
    return batch->space;
}

/* Of the stream that the command's first event, at `before`, belongs to. */
static int64_t newest_revision(const struct batch *batch, size_t before)
{
    size_t i = batch->count - 1;

    while (!uuid_equal(batch->records[i].entry.stream, batch->records[before].entry.stream))
        i--;
    return batch->records[i].entry.revision;
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
    submission->revision = newest_revision(&writer->batch, before);
}

/* Said when it begins, and then once a minute. */
static void leave_unrecorded(struct writer *writer, const char *command, const struct error *why)
{
    uint64_t count = atomic_fetch_add(&writer->stats.unrecorded, 1) + 1;
    int64_t now_us = monotonic_us();

    if (count > 1 && now_us < writer->unrecorded_said_us + UNRECORDED_SAID_EVERY_US)
        return;
    writer->unrecorded_said_us = now_us;
    log_error(
        "writer.left_unrecorded", log_c("command", command), log_int64("count", (int64_t)count),
        log_cause(why));
}

static enum status record_events(
    struct writer *writer,
    struct submission *submission,
    struct decide_ctx *decide_ctx,
    struct uuid command_id)
{
    struct error *error = &submission->error;
    size_t before = writer->batch.count;
    enum status status;

    must(!submission->command->is_question);
    status = may_write(writer, error);
    if (status != STATUS_OK && submission->command->may_go_unrecorded) {
        leave_unrecorded(writer, submission->command->name, error);
        return STATUS_OK;
    }
    if (status == STATUS_OK)
        status = draft_events(writer, submission, decide_ctx, command_id, error);
    if (status == STATUS_OK)
        note_outcome(writer, submission, &decide_ctx->decision, before);
    return status;
}

static enum status run(struct writer *writer, struct submission *submission, struct uuid command_id)
{
    struct error *error = &submission->error;
    struct decide_ctx decide_ctx = begin_decision(writer, submission, writer->batch.arena);
    enum status status = failpoint_pass(FAILPOINT_DECIDE, error);

    if (status == STATUS_OK)
        status =
            command_decide(submission->command, &decide_ctx.decision, submission->input, error);
    if (status == STATUS_OK && decide_ctx.count > 0)
        status = record_events(writer, submission, &decide_ctx, command_id);
    if (status != STATUS_OK)
        return status;
    decide_ctx.decision.arena = submission->arena;
    fill_answer(submission, &decide_ctx.decision);
    return STATUS_OK;
}

enum status batch_refuse_lost(const struct writer *writer, struct error *error)
{
    if (!writer->is_model_lost)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_UNAVAILABLE, "model_lost",
        "What is decided on cannot be read, which is tried again: %s", writer->model_error.text);
}

/* Is it one that this server may decide? What another leader has recorded is not in our state: that there is
 * nothing to do, or that it was done before, is then no more ours to say than that it was done. */
static enum status may_decide(const struct writer *writer, struct submission *submission)
{
    const struct command *command = submission->command;

    if (writer->settings.is_following && !command->is_question)
        return error_set_code(
            &submission->error, STATUS_UNAVAILABLE, "follower",
            "This server follows another one, its leader, which alone takes changes.");
    if (command_is_relied_on(command) || uuid_is_present(submission->command_id))
        return leadership_hold(writer->settings.leadership, &submission->error);
    return STATUS_OK;
}

static enum status execute(struct writer *writer, struct submission *submission)
{
    struct uuid command_id = UUID_NONE;
    struct idempotency_record idempotency_record;
    enum status status = batch_refuse_lost(writer, &submission->error);

    if (status == STATUS_OK)
        status = may_decide(writer, submission);
    if (status != STATUS_OK)
        return status;
    if (!submission->command->is_question) {
        command_id = submission->command_id;
        if (!uuid_is_present(command_id))
            command_id = uuid_new();
        else if (model_recall(writer->settings.model, command_id, &idempotency_record))
            return answer_repeat(writer, submission, &idempotency_record);
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
    submission->is_repeat = false;
    submission->subject = UUID_NONE;
    submission->revision = 0;
    submission->status = execute(writer, submission);
    submission->size = size_now(writer);
    writer->batch.commands++;
    if (submission->command->is_question)
        return;
    atomic_fetch_add(&writer->stats.commands, 1);
    if (submission->status != STATUS_OK)
        atomic_fetch_add(&writer->stats.refusals, 1);
}
