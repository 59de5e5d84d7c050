/*
 * Statements that are sent without waiting, and their results in the same order.
 *
 *   begin · (prepare) · execute · execute · … · commit · sync ──► server
 *   result each, "aborted" after the first failure ◄──────────────┘
 *
 * After a failure the server skips all up to the sync, the commit too; then it is rolled back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/db/db_internal.h"

static enum status send_command(struct db *db, const char *command, struct error *error)
{
    int is_sent = PQsendQueryParams(db->conn, command, 0, NULL, NULL, NULL, NULL, 1);

    return statement_note_sent(db, is_sent, NULL, error);
}

enum status db_pipeline_begin(struct db *db, struct error *error)
{
    enum status status = statement_make_room(db, error);

    must(db->pipeline == NULL);
    if (status != STATUS_OK)
        return status;
    if (PQenterPipelineMode(db->conn) != 1)
        return connection_lost(db, error);
    db->pipeline = heap_new(sizeof(*db->pipeline));
    status = send_command(db, "begin", error);
    if (status != STATUS_OK)
        statement_drop_pipeline(db);
    return status;
}

void db_pipeline_tag(struct db *db, const void *tag)
{
    db->pipeline->tag = tag;
}

/* The result of one step: what was asked for, or a refusal, and behind that what was passed over. */
static enum status take_step(struct db *db, enum status before, struct error *error)
{
    AUTO_RESULT result = NULL;
    enum status status = connection_take(db, &result, error);
    enum status end;

    if (status != STATUS_OK)
        return status;
    if (before == STATUS_OK)
        status = connection_check(db, result, PGRES_COMMAND_OK, error);
    else if (PQresultStatus(result) == PGRES_PIPELINE_ABORTED)
        status = before;
    else
        status = connection_lost(db, error);
    if (!db_is_alive(db))
        return status;
    end = connection_end(db, error);
    return end == STATUS_OK ? status : end;
}

/* What the server did not prepare must be prepared again. */
static enum status
take_steps(struct db *db, bool is_wanted, const void **out_tag, struct error *error)
{
    const struct pipeline *pipeline = db->pipeline;
    enum status status = STATUS_OK;

    for (size_t i = 0; i < pipeline->count && db_is_alive(db); i++) {
        enum status before = status;
        status = take_step(db, before, error);
        if (is_wanted && before == STATUS_OK && status != STATUS_OK)
            *out_tag = pipeline->steps[i].tag;
        if (status != STATUS_OK && pipeline->steps[i].prepared != NULL)
            statement_forget(db, pipeline->steps[i].prepared);
    }
    return status;
}

/* The sync has a result of its own. */
static enum status leave(struct db *db, struct error *error)
{
    AUTO_RESULT sync = NULL;
    enum status status = connection_take(db, &sync, error);

    if (status != STATUS_OK)
        return status;
    if (PQresultStatus(sync) != PGRES_PIPELINE_SYNC || PQexitPipelineMode(db->conn) != 1)
        return connection_lost(db, error);
    return STATUS_OK;
}

static enum status finish(struct db *db, bool is_wanted, const void **out_tag, struct error *error)
{
    enum status status = send_command(db, is_wanted ? "commit" : "rollback", error);
    enum status left;

    if (status != STATUS_OK)
        return status;
    if (PQpipelineSync(db->conn) != 1)
        return connection_lost(db, error);
    status = take_steps(db, is_wanted, out_tag, error);
    if (!db_is_alive(db))
        return status;
    left = leave(db, error);
    return left == STATUS_OK ? status : left;
}

enum status
db_pipeline_end(struct db *db, enum status status, const void **out_tag, struct error *error)
{
    bool is_wanted = status == STATUS_OK;
    enum status end;

    must(db->pipeline != NULL);
    if (!is_wanted)
        *out_tag = db->pipeline->tag;
    db->pipeline->tag = NULL;
    /* Why it is given up is told, but for the connection's loss. */
    end = finish(db, is_wanted, out_tag, is_wanted ? error : NULL);
    statement_drop_pipeline(db);
    if (end != STATUS_OK && db_is_alive(db) && db_script(db, "rollback", NULL) != STATUS_OK)
        connection_close(db);
    return is_wanted ? end : status;
}
