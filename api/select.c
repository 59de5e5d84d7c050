/*
 * Answering from the read model: one statement on the worker's connection. The size that the
 * answer reflects is read before it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/worker.h"
#include "core/base/must.h"

#include <string.h>

enum status call_query(
    struct call *call,
    const struct query *query,
    const void *input,
    const void **out_rows,
    size_t *out_count,
    struct error *error)
{
    struct worker *worker = call->worker;
    enum status status = STATUS_UNAVAILABLE;

    must(worker != NULL);
    /* A connection that was lost while nobody used it shows that at its next use. */
    for (int tries = worker->reader.db == NULL ? 1 : 2; status == STATUS_UNAVAILABLE && tries > 0;
         tries--) {
        uint64_t size = call->services->progress->size;
        struct db *db;

        status = reader_db(&worker->reader, &db, error);
        if (status != STATUS_OK)
            continue;
        call->ledger_size = size;
        status = db_query(db, &query->sql, input, call->arena, out_rows, out_count, error);
        if (status == STATUS_UNAVAILABLE || !db_is_alive(db))
            reader_close(&worker->reader);
    }
    return status;
}

/* What has been done but cannot be shown is not answered as if it had not been done. */
static void answer_failed(struct call *call, const struct error *error)
{
    if (call->submission.emitted > 0 &&
        (error->status == STATUS_UNAVAILABLE || error->status == STATUS_TIMED_OUT))
        call_answer_not_shown(call);
    else
        call_answer_error(call, error);
}

static void answer_missing(struct call *call, const struct query *query)
{
    struct text id = text_lit("");
    const char *at = query->missing == NULL ? NULL : strstr(query->missing, "%s");
    struct error error;

    if (call->path_param_count > 0)
        id = call->path_params[call->path_param_count - 1].value;
    if (at == NULL)
        error_set(
            &error, STATUS_NOT_FOUND, "%s", query->missing == NULL ? "Not found" : query->missing);
    else
        error_set(
            &error, STATUS_NOT_FOUND, "%.*s%.*s%s", (int)(at - query->missing), query->missing,
            TEXT_ARGS(id), at + 2);
    call_answer_error(call, &error);
}

/* What the list may show of whose workspaces holds for what it belongs to as well. */
static void
copy_member(const struct call *call, const struct query *from, const struct query *to, void *input)
{
    const struct field *own = shape_field(from->input, text_lit("member_id"));
    const struct field *other = shape_field(to->input, text_lit("member_id"));

    if (own != NULL && other != NULL)
        *(struct uuid *)field_in(other, input) = *(const struct uuid *)field_at(own, call->input);
}

/* An empty list of something that is there, or of nothing? */
static void answer_empty(struct call *call, int status, const struct query *query)
{
    void *input;
    const void *rows = NULL;
    size_t count = 1;
    struct error error;

    if (query->within != NULL) {
        input = arena_take(call->arena, query->within->input->size);
        shape_clear(query->within->input, input);
        copy_member(call, query, query->within, input);
        if (shape_path_read(
                query->within->input, call->path_params, call->path_param_count, call->arena, input,
                &error) != STATUS_OK ||
            call_query(call, query->within, input, &rows, &count, &error) != STATUS_OK) {
            call_answer_error(call, &error);
            return;
        }
    }
    if (count == 0)
        answer_missing(call, query->within);
    else
        call_answer_list(call, status, query->sql.row, NULL, 0);
}

void call_answer_query(struct call *call, int status, const struct query *query, const void *input)
{
    const void *rows = NULL;
    size_t count = 0;
    struct error error;

    if (call_query(call, query, input, &rows, &count, &error) != STATUS_OK) {
        answer_failed(call, &error);
        return;
    }
    if (query->complete != NULL && count > 0) {
        void *own = arena_array(call->arena, count, query->sql.row->size);
        memcpy(own, rows, count * query->sql.row->size);
        query->complete(call, own, count);
        rows = own;
    }
    if (!query->is_one && count == 0)
        answer_empty(call, status, query);
    else if (!query->is_one)
        call_answer_list(call, status, query->sql.row, rows, count);
    else if (count == 0)
        answer_missing(call, query);
    else
        call_answer_shape(call, status, query->sql.row, rows);
}
