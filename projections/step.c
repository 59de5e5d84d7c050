/*
 * Applying events in transactions of their own, and finding the one that cannot be applied.
 *
 *   read 1,000 ─► apply ─► commit        all is well
 *                   │ refused
 *                   ▼
 *             halves: the first half again, alone ─► commit, or halve again
 *                   │ one event is left and refused
 *                   ▼
 *             projection_failed: position, table, reason; what lies before is applied
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/failpoint.h"
#include "projections/build_internal.h"

#include <inttypes.h>
#include <stdio.h>

bool build_status_is_about_event(enum status status)
{
    return status != STATUS_OK && status != STATUS_UNAVAILABLE && status != STATUS_TIMED_OUT &&
           status != STATUS_FULL;
}

enum status build_begin(struct build *build, struct error *error)
{
    return db_script(build->db, "begin", error);
}

void build_rollback(struct build *build)
{
    /* When the connection is gone the server has rolled back by itself. */
    enum status ignored = db_script(build->db, "rollback", NULL);

    (void)ignored;
}

enum status build_mark(struct build *build, uint64_t size, struct error *error)
{
    struct digest root;
    enum status status = ledger_root(build->source.log, size, &root, error);

    if (status == STATUS_OK)
        status = sets_set_position(build->db, build->schema, size, root, error);
    return status;
}

/* All changes and the position, in one transaction and one round trip. */
static enum status commit_rows(struct build *build, uint64_t size, struct error *error)
{
    const void *failed = NULL;
    enum status status = db_pipeline_begin(build->db, error);

    if (status != STATUS_OK)
        return status;
    status = rows_send(build->rows, error);
    db_pipeline_tag(build->db, NULL);
    if (status == STATUS_OK)
        status = build_mark(build, size, error);
    if (status == STATUS_OK)
        status = failpoint_pass(FAILPOINT_ROWS, error);
    status = db_pipeline_end(build->db, status, &failed, error);
    if (status != STATUS_OK) {
        build->rows->failed = failed;
        return status;
    }
    rows_written(build->rows);
    build->size = size;
    return STATUS_OK;
}

/* What is left in memory after a failure is not what is stored. */
static enum status apply_range(struct build *build, size_t from, size_t count, struct error *error)
{
    const struct record *last = &build->batch.records[from + count - 1];
    struct rows *rows = build->rows;
    enum status status;

    rows->failed = NULL;
    status = failpoint_pass(FAILPOINT_PROJECT, error);
    if (status == STATUS_OK)
        status = batch_open(&build->batch, &build->source, from, count, error);
    if (status == STATUS_OK)
        status = batch_apply(&build->batch, &build->source, from, count, rows, error);
    if (status == STATUS_OK)
        status = commit_rows(build, last->position.value + 1, error);
    if (status != STATUS_OK) {
        const struct table *failed = rows->failed;
        rows_forget(rows);
        rows->failed = failed;
        return status;
    }
    rows_trim(rows);
    build->recorded_at = last->entry.recorded_at;
    return STATUS_OK;
}

/* Nothing but the opening of a body comes before a table is touched. */
static enum status name_event(struct build *build, size_t index, struct error *error)
{
    const struct table *table = build->rows->failed;
    const char *name = table == NULL ? "*" : table->name;
    char reason[ERROR_TEXT_SIZE];

    quarantine_expire(build->quarantine);
    if (error == NULL)
        return STATUS_INTERNAL;
    snprintf(reason, sizeof(reason), "%s", error->text);
    error_set_code(
        error, STATUS_INTERNAL, "projection_failed",
        "the event at position %" PRIu64 " cannot be applied to table %s: %.380s",
        build->batch.records[index].position.value, name, reason);
    error_field(error, name);
    return STATUS_INTERNAL;
}

static enum status bisect(struct build *build, size_t count, struct error *error)
{
    size_t from = 0;
    size_t end = count;

    while (from < end) {
        size_t half = end - from > 1 ? (end - from) / 2 : 1;
        enum status status = apply_range(build, from, half, error);
        if (status == STATUS_OK)
            from += half;
        else if (!build_status_is_about_event(status))
            return status;
        else if (half == 1)
            return name_event(build, from, error);
        else
            end = from + half;
        if (from == end)
            end = count; /* what failed together goes singly: try what is left */
    }
    return STATUS_OK;
}

enum status build_step(struct build *build, size_t limit, size_t *out_applied, struct error *error)
{
    enum status status = quarantine_refresh(build->quarantine, build->db, error);

    if (status == STATUS_OK)
        status = build_make_keys(build, error);
    build->has_keys = build->has_keys || status == STATUS_OK;
    if (status == STATUS_OK)
        status = batch_read(&build->batch, &build->source, build->size, limit, error);
    if (status != STATUS_OK) {
        quarantine_expire(build->quarantine);
        return status;
    }
    if (build->batch.count > 0)
        status = apply_range(build, 0, build->batch.count, error);
    if (build_status_is_about_event(status))
        status = bisect(build, build->batch.count, error);
    if (status == STATUS_OK)
        *out_applied = build->batch.count;
    return status;
}
