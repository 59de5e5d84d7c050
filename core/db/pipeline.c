/*
 * Statements that are sent without waiting, and their results in the same order.
 *
 *   begin · (prepare) · execute · execute · … · commit · sync ──► server
 *   result each, "aborted" after the first failure ◄──────────────┘
 *
 * After a failure the server skips all up to the sync, the commit too; then it is rolled back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/alloc.h"
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
    if (PQenterPipelineMode(db->conn) != 1) {
        db->is_dead = true;
        return db_unavailable(error, "the connection to the database is lost");
    }
    db->pipeline = heap_new(sizeof(*db->pipeline));
    return send_command(db, "begin", error);
}

void db_pipeline_tag(struct db *db, const void *tag)
{
    db->pipeline->tag = tag;
}

/* What the server did not prepare must be prepared again. */
static enum status take_result(
    struct db *db, const struct pipeline_step *step, enum status before, struct error *error)
{
    AUTO_RESULT result = PQgetResult(db->conn);
    ExecStatusType wanted =
        PQresultStatus(result) == PGRES_TUPLES_OK ? PGRES_TUPLES_OK : PGRES_COMMAND_OK;
    enum status status = db_result_check(db, result, wanted, before == STATUS_OK ? error : NULL);

    if (result != NULL)
        PQclear(PQgetResult(db->conn)); /* the NULL behind each statement's result */
    if (status != STATUS_OK && step->prepared != NULL)
        statement_forget(db, step->prepared);
    return before == STATUS_OK ? status : before;
}

static enum status
take_results(struct db *db, enum status status, const void **out_tag, struct error *error)
{
    const struct pipeline *pipeline = db->pipeline;

    for (size_t i = 0; i < pipeline->count && !db->is_dead; i++) {
        enum status before = status;
        status = take_result(db, &pipeline->steps[i], before, error);
        if (before == STATUS_OK && status != STATUS_OK)
            *out_tag = pipeline->steps[i].tag;
    }
    return status;
}

/* The sync has a result of its own. */
static void leave(struct db *db)
{
    AUTO_RESULT sync = PQgetResult(db->conn);

    if (PQresultStatus(sync) != PGRES_PIPELINE_SYNC || PQexitPipelineMode(db->conn) != 1)
        db->is_dead = true;
}

enum status
db_pipeline_end(struct db *db, enum status status, const void **out_tag, struct error *error)
{
    bool is_wanted = status == STATUS_OK;

    must(db->pipeline != NULL);
    if (!is_wanted)
        *out_tag = db->pipeline->tag;
    db->pipeline->tag = NULL;
    if (is_wanted)
        status = send_command(db, "commit", error);
    else if (!db->is_dead)
        (void)!send_command(db, "rollback", NULL);
    if (!db->is_dead && PQpipelineSync(db->conn) == 1) {
        status = take_results(db, status, out_tag, error);
        leave(db);
    } else if (is_wanted) {
        db->is_dead = true;
        status = db_unavailable(error, "the connection to the database is lost");
    }
    statement_drop_pipeline(db);
    if (is_wanted && status != STATUS_OK && !db->is_dead) {
        enum status ignored = db_script(db, "rollback", NULL);
        (void)ignored;
    }
    return status;
}
