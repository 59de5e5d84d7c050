/*
 * The writer's thread: gathers batches, commits each once, answers. Head comment of writer.h tells
 * the flow; batch.c decides one command, draft.c makes what is stored.
 *
 *            ┌────────────── more waits ─────────────┐
 *   [take all that waits] ─► [decide ≤ 512 events] ─► [keys, ledger: synced] ─► [answer all]
 *                                                        └ fails: stopped for good
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/writer.h"

#include "commands/writer_internal.h"
#include "core/base/alloc.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/base/random.h"

enum {
    BATCH_ARENA = 256 << 20,
    BODY_CEILING = BODY_MAX_BYTES,
    MODEL_EVENTS = 4096, /* the model is committed after so many events … */
    MODEL_US = US_PER_S  /* … or so much time */
};

void submission_init(struct submission *submission, const struct command *command)
{
    *submission = (struct submission){
        .command = command, .expected_revision = INT64_ABSENT, .now = timestamp_now()};
    random_fill(submission->seed, sizeof(submission->seed));
}

struct writer *writer_new(const struct writer_settings *settings)
{
    struct writer *writer = heap_new(sizeof(*writer));

    must(model_size(settings->model) == ledger_size(settings->log));
    writer->settings = *settings;
    writer->queue = queue_new(settings->queue_limit);
    writer->batch.arena = arena_new(BATCH_ARENA);
    writer->fold = (struct fold){.model = settings->model, .arena = arena_new(BATCH_ARENA)};
    buf_init(&writer->fields, BODY_CEILING);
    buf_init(&writer->stored, BODY_CEILING);
    writer->clock = clock_watch_begin(timestamp_now(), boottime_us());
    writer->committed_us = monotonic_us();
    return writer;
}

void writer_free(struct writer *writer)
{
    if (writer == NULL)
        return;
    queue_free(writer->queue);
    arena_free(writer->batch.arena);
    arena_free(writer->fold.arena);
    buf_fini(&writer->fields);
    buf_fini(&writer->stored);
    heap_free(writer->batch.drafts);
    heap_free(writer->batch.records);
    heap_free(writer);
}

static void watch_clock(struct writer *writer)
{
    struct timestamp last = ledger_last_timestamp(writer->settings.log);

    if (clock_watch_look(&writer->clock, timestamp_now(), boottime_us(), last))
        log_warning(
            writer->clock.has_jumped ? "writer.clock_jumped" : "writer.clock_fell_behind",
            log_int64("behind_us", (int64_t)writer->clock.behind_us));
    atomic_store(&writer->stats.clock_behind_us, writer->clock.behind_us);
    if (writer->clock.has_jumped)
        atomic_store(&writer->stats.is_refusing_writes, true);
}

static void begin_batch(struct writer *writer)
{
    struct batch *batch = &writer->batch;

    arena_reset(batch->arena);
    arena_reset(writer->fold.arena);
    batch->count = batch->bytes = batch->commands = 0;
    batch->base = ledger_size(writer->settings.log);
    batch->last = ledger_last_timestamp(writer->settings.log);
    batch->has_checked_space = false;
    watch_clock(writer);
}

/* What happens after this is only known once the ledger has been opened again. */
static void stop_writing(struct writer *writer, const struct error *error)
{
    writer->is_stopped = true;
    writer->stop_error = *error;
    atomic_store(&writer->stats.is_refusing_writes, true);
    log_error("writer.stopped", log_cause(error));
}

static enum status append(struct writer *writer, struct error *error)
{
    struct batch *batch = &writer->batch;
    enum status status = keyring_commit(writer->settings.keyring, error);

    if (status == STATUS_OK)
        status = ledger_append(writer->settings.log, batch->drafts, batch->count, error);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < batch->count; i++)
        batch->records[i].entry = batch->drafts[i].entry;
    atomic_fetch_add(&writer->stats.batches, 1);
    atomic_fetch_add(&writer->stats.events, batch->count);
    atomic_store(&writer->stats.last_batch_events, batch->count);
    return STATUS_OK;
}

/* Nobody may believe an answer of a batch that is not on the ledger, refusals included. */
static void fail_batch(struct submission *submission, const struct error *why)
{
    bool is_unknown = text_is(text_from(why->code), "outcome_unknown");

    submission->status = error_set_code(
        &submission->error, STATUS_UNAVAILABLE, is_unknown ? why->code : "ledger_stopped", "%s: %s",
        is_unknown ? "Whether this was done is unknown" : "This was not done", why->text);
    submission->answer = NULL;
    submission->emitted = 0;
}

/* Commits what the batch has drafted; `taken` are its submissions, oldest first. */
static void end_batch(struct writer *writer, struct queue_item *taken)
{
    struct batch *batch = &writer->batch;
    struct error error = {0};
    bool has_failed = false;

    if (batch->count > 0 && append(writer, &error) != STATUS_OK) {
        has_failed = true;
        stop_writing(writer, &error);
    } else if (batch->count > 0 && writer->settings.committed != NULL) {
        writer->settings.committed(batch->records, batch->count, writer->settings.context);
    }
    while (taken != NULL) {
        struct submission *submission = (struct submission *)taken;
        taken = taken->next;
        if (has_failed)
            fail_batch(submission, &error);
        if (submission->done != NULL)
            submission->done(submission);
    }
    if (writer->settings.answered != NULL)
        writer->settings.answered(
            batch->records, has_failed ? 0 : batch->count, writer->settings.context);
}

/* One batch from what waits; leaves the rest waiting. */
static void run_batch(struct writer *writer)
{
    struct queue_item *taken = writer->waiting;
    struct queue_item *last = NULL;

    begin_batch(writer);
    while (writer->waiting != NULL && batch_has_room(&writer->batch)) {
        last = writer->waiting;
        writer->waiting = last->next;
        batch_take(writer, (struct submission *)last);
    }
    must(last != NULL);
    last->next = NULL;
    end_batch(writer, taken);
}

static enum status commit_model(struct writer *writer, struct error *error)
{
    uint64_t size = ledger_size(writer->settings.log);
    struct digest root;
    enum status status = ledger_root(writer->settings.log, size, &root, error);

    if (status != STATUS_OK)
        return status;
    model_mark(writer->settings.model, size, root);
    return model_commit(writer->settings.model, error);
}

/* A model that could not be committed has lost what it folded; so nothing can be decided on it. */
static void save_model(struct writer *writer)
{
    struct error error = {0};

    if (writer->is_stopped || writer->uncommitted == 0)
        return;
    if (commit_model(writer, &error) != STATUS_OK)
        stop_writing(writer, &error);
    writer->uncommitted = 0;
    writer->committed_us = monotonic_us();
}

static int64_t us_until_save(const struct writer *writer)
{
    int64_t left;

    if (writer->uncommitted == 0 || writer->is_stopped)
        return -1;
    if (writer->uncommitted >= MODEL_EVENTS)
        return 0;
    left = writer->committed_us + MODEL_US - monotonic_us();
    return left > 0 ? left : 0;
}

void writer_run(struct writer *writer)
{
    bool is_closed = false;

    while (!is_closed || writer->waiting != NULL) {
        while (writer->waiting != NULL)
            run_batch(writer);
        if (us_until_save(writer) == 0)
            save_model(writer);
        is_closed = queue_is_closed(writer->queue);
        writer->waiting = queue_take_all(writer->queue, us_until_save(writer));
    }
    save_model(writer);
}

bool writer_submit(struct writer *writer, struct submission *submission)
{
    return queue_put(writer->queue, &submission->item);
}

void writer_stop(struct writer *writer)
{
    queue_close(writer->queue);
}

void writer_execute(struct writer *writer, struct submission *submission)
{
    submission->item.next = NULL;
    writer->waiting = &submission->item;
    run_batch(writer);
    save_model(writer);
}

struct writer_stats writer_stats(const struct writer *writer)
{
    return (struct writer_stats){
        .commands = writer->stats.commands,
        .refusals = writer->stats.refusals,
        .batches = writer->stats.batches,
        .events = writer->stats.events,
        .queue_depth = queue_depth(writer->queue),
        .last_batch_events = writer->stats.last_batch_events,
        .clock_behind_us = writer->stats.clock_behind_us,
        .is_refusing_writes = writer->stats.is_refusing_writes,
    };
}
