/*
 * The writer's thread: gathers batches, commits each once, answers. Head comment of writer.h tells
 * the flow; batch.c decides one command, draft.c makes what is stored.
 *
 *            ┌────────────── more waits ─────────────┐
 *   [take all that waits] ─► [decide ≤ 512 events] ─► [keys, ledger: synced] ─► [answer all]
 *                                                        └ fails: no more writes; questions go on
 *
 * A model that has folded what is not on the ledger, or that could not be committed, is opened anew
 * and folded to the ledger's size, whatever failed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/writer.h"

#include "commands/writer_internal.h"
#include "core/base/failpoint.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "eventlog/keyring_copy.h"
#include "eventlog/leadership.h"

enum {
    BATCH_ARENA = 256 << 20,
    BODY_CEILING = BODY_MAX_BYTES,
    MOST_NAMES_BYTES = 256 << 20,
    MODEL_EVENTS = 4096, /* the model is committed after so many events … */
    MODEL_US = US_PER_S, /* … or so much time; where that fails each time twice as long, … */
    LONGEST_MODEL_US = 60 * US_PER_S /* … until this */
};

void submission_init(struct submission *submission, const struct command *command)
{
    *submission = (struct submission){.command = command, .now = timestamp_now()};
    random_fill(submission->seed, sizeof(submission->seed));
}

void submission_name(struct submission *submission, struct digest name)
{
    submission->command_id = uuid_v8(name.bytes);
    submission->request_digest =
        bytes_copy(submission->arena, (struct bytes){name.bytes, DIGEST_SIZE});
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
    writer->save_after_us = MODEL_US;
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

/* What is recorded next comes after it. A clock that is behind must not let time stand still: nothing
 * would fall due until it has caught up. */
static struct timestamp latest_timestamp(const struct ledger *log)
{
    struct timestamp last = ledger_last_timestamp(log);

    return timestamp_now().us < last.us ? ledger_now(log) : last;
}

static void begin_batch(struct writer *writer)
{
    struct batch *batch = &writer->batch;

    arena_reset(batch->arena);
    arena_reset(writer->fold.arena);
    batch->count = batch->bytes = batch->commands = 0;
    batch->base = ledger_size(writer->settings.log);
    batch->last = latest_timestamp(writer->settings.log);
    batch->has_checked_space = false;
    watch_clock(writer);
}

/* What happens after this is only known once the ledger has been opened again. */
static void stop_writing(struct writer *writer, const struct error *error)
{
    writer->is_stopped = true;
    writer->stop_error = *error;
    atomic_store(&writer->stats.is_stopped, true);
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

/* Back to what is on the ledger. Nothing of that is committed: a disk that takes nothing can be read. */
static void restore_model(struct writer *writer)
{
    uint64_t size = ledger_size(writer->settings.log);
    struct error error = {0};
    enum status status = model_reopen(writer->settings.model, &error);

    if (status == STATUS_OK) {
        writer->uncommitted = size - model_size(writer->settings.model);
        status = fold_forward(writer->settings.model, writer->settings.log, size, &error);
    }
    writer->fold.command = UUID_NONE;
    writer->committed_us = monotonic_us();
    if (status != STATUS_OK && !writer->is_model_lost)
        log_error("writer.model_lost", log_cause(&error));
    if (status == STATUS_OK && writer->is_model_lost)
        log_info("writer.model_restored", log_int64("size", (int64_t)size));
    writer->is_model_lost = status != STATUS_OK;
    writer->model_error = error;
    atomic_store(&writer->stats.is_model_lost, writer->is_model_lost);
}

static void add_name(struct uuid subject, const uint8_t *key_id, void *names)
{
    uint8_t name[KEY_ROW_NAME_SIZE];

    keyring_row_name(subject, key_id, name);
    buf_add(names, name, sizeof(name));
}

/* What records say of keys is done once they are on the ledger. Where that fails nothing more is written: the
 * next start does it. */
static void destroy_keys(struct writer *writer, const struct record *records, size_t count)
{
    AUTO_BUF names = {0};
    uint64_t were_there;
    struct error error = {0};

    buf_init(&names, MOST_NAMES_BYTES);
    for (size_t i = 0; i < count; i++) {
        if (records[i].type->each_destroyed != NULL)
            records[i].type->each_destroyed(records[i].event, add_name, &names);
    }
    must(!buf_is_full(&names));
    if (names.size > 0 &&
        keyring_destroy(writer->settings.keyring, buf_bytes(&names), &were_there, &error) !=
            STATUS_OK)
        stop_writing(writer, &error);
}

/* Nobody may believe an answer of a batch that is not on the ledger, refusals included; a question is
 * asked again. */
static void fail_submission(
    struct writer *writer,
    struct submission *submission,
    enum status status,
    const struct error *why)
{
    bool is_unknown = text_is(text_from(why->code), "outcome_unknown");

    if (submission->command->is_question) {
        batch_take(writer, submission);
        return;
    }
    submission->answer = NULL;
    submission->emitted = 0;
    submission->size = ledger_size(writer->settings.log);
    if (status == STATUS_FULL) {
        submission->error = *why;
        submission->status = status;
        return;
    }
    submission->status = error_set_code(
        &submission->error, STATUS_UNAVAILABLE, is_unknown ? why->code : "ledger_stopped", "%s: %s",
        is_unknown ? "Whether this was done is unknown" : "This was not done", why->text);
}

/* A full disk stores nothing and is no reason to stop. */
static void fail_batch(struct writer *writer, enum status status, const struct error *why)
{
    if (status != STATUS_FULL)
        stop_writing(writer, why);
    writer->batch.count = 0;
    restore_model(writer);
}

/* While another process reads the keys as they were, it is tried again after each batch. */
static void wipe_keys(struct writer *writer)
{
    struct error error = {0};
    enum status status = STATUS_OK;

    if (!writer->is_stopped)
        status = keyring_wipe(writer->settings.keyring, &error);
    if (status != STATUS_OK && status != STATUS_FULL &&
        !text_is(text_from(error.code), "being_read"))
        stop_writing(writer, &error);
}

static void announce(struct writer *writer, const struct record *records, size_t count)
{
    destroy_keys(writer, records, count);
    if (writer->settings.committed != NULL)
        writer->settings.committed(records, count, writer->settings.context);
}

static void adopt(struct writer *writer, struct submission *submission)
{
    if (!adopt_take(writer, submission))
        stop_writing(writer, &submission->error);
    else if (submission->status == STATUS_OK)
        announce(writer, submission->adoption->records, submission->adoption->count);
}

/* The time between may have been long: then another server may lead by now, and not have it. */
static enum status may_acknowledge(const struct writer *writer, struct error *error)
{
    struct error why = {0};

    if (writer->batch.count == 0 || leadership_hold(writer->settings.leadership, &why) == STATUS_OK)
        return STATUS_OK;
    return error_set_code(error, STATUS_UNAVAILABLE, "outcome_unknown", "%s", why.text);
}

/* Commits what the batch has drafted; `taken` are its submissions, oldest first. */
static void end_batch(struct writer *writer, struct queue_item *taken)
{
    struct batch *batch = &writer->batch;
    struct error error = {0};
    enum status status = batch->count > 0 ? append(writer, &error) : STATUS_OK;

    if (status != STATUS_OK)
        fail_batch(writer, status, &error);
    else if (batch->count > 0)
        announce(writer, batch->records, batch->count);
    wipe_keys(writer);
    if (status == STATUS_OK)
        status = may_acknowledge(writer, &error);
    while (taken != NULL) {
        struct submission *submission = (struct submission *)taken;
        taken = taken->next;
        if (status != STATUS_OK)
            fail_submission(writer, submission, status, &error);
        failpoint_reach(FAILPOINT_ANSWER);
        if (submission->done != NULL)
            submission->done(submission);
    }
    if (writer->settings.answered != NULL)
        writer->settings.answered(writer->settings.context);
}

/* One batch from what waits; leaves the rest waiting. */
static void run_batch(struct writer *writer)
{
    struct queue_item *taken = writer->waiting;
    struct queue_item *last = NULL;

    begin_batch(writer);
    while (writer->waiting != NULL && batch_has_room(&writer->batch)) {
        struct submission *submission = (struct submission *)writer->waiting;

        last = writer->waiting;
        writer->waiting = last->next;
        if (submission->adoption == NULL)
            batch_take(writer, submission);
        else
            adopt(writer, submission);
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
    status = failpoint_pass(FAILPOINT_MODEL, error);
    return status == STATUS_OK ? model_commit(writer->settings.model, error) : status;
}

/* What could not be committed is lost to the model, but not to the ledger. Where nothing is to be
 * committed this ends its transaction, which belongs to the thread that began it. */
static void save_model(struct writer *writer)
{
    struct error error = {0};

    if (writer->is_model_lost) {
        restore_model(writer);
        return;
    }
    if (commit_model(writer, &error) == STATUS_OK) {
        writer->uncommitted = 0;
        writer->save_after_us = MODEL_US;
    } else {
        atomic_fetch_add(&writer->stats.failed_saves, 1);
        log_error("writer.model_not_saved", log_cause(&error));
        restore_model(writer);
        if (writer->save_after_us < LONGEST_MODEL_US)
            writer->save_after_us *= 2;
    }
    writer->committed_us = monotonic_us();
}

static int64_t us_until_save(const struct writer *writer)
{
    bool is_well = !writer->is_model_lost && writer->save_after_us == MODEL_US;
    int64_t left;

    if (writer->uncommitted == 0 && !writer->is_model_lost)
        return -1;
    if (is_well && writer->uncommitted >= MODEL_EVENTS)
        return 0;
    left = writer->committed_us + writer->save_after_us - monotonic_us();
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
        .unrecorded = writer->stats.unrecorded,
        .failed_saves = writer->stats.failed_saves,
        .is_stopped = writer->stats.is_stopped,
        .is_refusing_writes = writer->stats.is_refusing_writes,
        .is_model_lost = writer->stats.is_model_lost,
    };
}
