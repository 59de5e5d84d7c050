/*
 * The writer of a follower: what its leader has appended is appended here, as it is, and folded. Nothing is
 * decided.
 *
 *   replay/follower ─verified─► adoption ─► [ledger: synced] ─► fold ─► writer.c: announced
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/writer_internal.h"
#include "core/base/must.h"

static enum status
append(const struct writer *writer, const struct adoption *adoption, struct error *error)
{
    struct ledger *log = writer->settings.log;
    enum status status;

    if (writer->is_stopped)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "ledger_stopped", "%s", writer->stop_error.text);
    status = batch_refuse_lost(writer, error);
    if (status != STATUS_OK)
        return status;
    if (adoption->records[0].position.value != ledger_size(log))
        return error_set(error, STATUS_CONFLICT, "what was adopted begins elsewhere");
    status = ledger_reserve(log, error);
    return status == STATUS_OK ? ledger_append_stored(log, adoption->events, adoption->count, error)
                               : status;
}

static void fold_all(struct writer *writer, const struct adoption *adoption)
{
    for (size_t i = 0; i < adoption->count; i++) {
        arena_reset(writer->fold.arena);
        fold_record(&writer->fold, &adoption->records[i]);
    }
    writer->uncommitted += adoption->count;
}

bool adopt_take(struct writer *writer, struct submission *submission)
{
    const struct adoption *adoption = submission->adoption;
    struct error *error = &submission->error;

    must(writer->settings.is_following && adoption->count > 0);
    submission->status = append(writer, adoption, error);
    if (submission->status == STATUS_OK) {
        fold_all(writer, adoption);
        atomic_fetch_add(&writer->stats.batches, 1);
        atomic_fetch_add(&writer->stats.events, adoption->count);
        atomic_store(&writer->stats.last_batch_events, adoption->count);
    }
    submission->size = ledger_size(writer->settings.log);
    return writer->is_stopped || !ledger_is_stopped(writer->settings.log, NULL);
}
