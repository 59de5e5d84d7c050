/*
 * The writer of a follower: what its leader has appended is appended here, as it is, and folded. Nothing is
 * decided.
 *
 *   replay/follower ─verified─► adoption ─► [ledger: synced] ─► [keys that are destroyed, fold] ─► committed
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/writer_internal.h"
#include "core/base/must.h"
#include "eventlog/events/platform_events.h"

static enum status
append(const struct writer *writer, const struct adoption *adoption, struct error *error)
{
    struct ledger *log = writer->settings.log;
    enum status status;

    if (writer->is_stopped)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "ledger_stopped", "%s", writer->stop_error.text);
    if (adoption->records[0].position.value != ledger_size(log))
        return error_set(error, STATUS_CONFLICT, "what was adopted begins elsewhere");
    status = ledger_reserve(log, error);
    return status == STATUS_OK ? ledger_append_stored(log, adoption->events, adoption->count, error)
                               : status;
}

/* In the file, too: whoever reads it later finds nothing there. */
static enum status
destroy(const struct writer *writer, const struct key_destroyed *event, struct error *error)
{
    bool was_there = false;

    if (event->key_id.size != 8)
        return STATUS_OK;
    return keyring_destroy(
        writer->settings.keyring, event->subject, event->key_id.data, &was_there, error);
}

static enum status
fold_all(struct writer *writer, const struct adoption *adoption, struct error *error)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < adoption->count && status == STATUS_OK; i++) {
        const struct record *record = &adoption->records[i];

        arena_reset(writer->fold.arena);
        if (record->type == &key_destroyed_event)
            status = destroy(writer, record->event, error);
        fold_record(&writer->fold, record);
    }
    writer->uncommitted += adoption->count;
    return status;
}

bool adopt_take(struct writer *writer, struct submission *submission)
{
    const struct adoption *adoption = submission->adoption;
    struct error *error = &submission->error;

    must(writer->settings.is_following && adoption->count > 0);
    submission->status = append(writer, adoption, error);
    if (submission->status == STATUS_OK) {
        submission->status = fold_all(writer, adoption, error);
        atomic_fetch_add(&writer->stats.batches, 1);
        atomic_fetch_add(&writer->stats.events, adoption->count);
        atomic_store(&writer->stats.last_batch_events, adoption->count);
        writer->settings.committed(adoption->records, adoption->count, writer->settings.context);
    }
    submission->size = ledger_size(writer->settings.log);
    return writer->is_stopped || !ledger_is_stopped(writer->settings.log, NULL);
}
