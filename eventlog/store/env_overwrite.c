/*
 * Overwriting: while nobody commits, and nobody reads what was before the newest commit.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/store/env_overwrite.h"

#include "eventlog/store/env_internal.h"
#include "eventlog/store/pages.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A line of LMDB's list of readers: "pid thread transaction", or "-" where none is open. */
static int note_reader(const char *line, void *context)
{
    size_t *oldest = context;
    const char *last = strrchr(line, ' ');
    char *end = NULL;
    size_t transaction = last == NULL ? 0 : strtoull(last + 1, &end, 10);

    if (end != NULL && end > last + 1 && transaction < *oldest)
        *oldest = transaction;
    return 0;
}

/* Whoever died reading does not count. */
static enum status is_nobody_behind(struct store_env *env, size_t newest, struct error *error)
{
    size_t oldest = newest;
    int dead = 0;
    int rc = mdb_reader_check(env->env, &dead);

    if (rc == 0)
        rc = mdb_reader_list(env->env, note_reader, &oldest) < 0 ? EIO : 0;
    if (rc != 0)
        return store_error(env, rc, "list its readers", error);
    if (oldest == newest)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_UNAVAILABLE, "being_read",
        "%s is still read as it was before its newest commit; what it no longer uses is overwritten later",
        env->name);
}

enum status store_overwrite_unused(struct store_env *env, struct error *error)
{
    AUTO_TXN txn = NULL; /* keeps all others from committing; commits nothing itself */
    uint64_t overwritten = 0;
    size_t newest;
    enum status status = store_begin(env, true, &txn, error);

    if (status != STATUS_OK)
        return status;
    newest = mdb_txn_id(txn->txn) - 1;
    status = is_nobody_behind(env, newest, error);
    if (status == STATUS_OK)
        status = pages_overwrite_unused(
            &(struct pages_commit){env->name, store_descriptor(env), newest}, &overwritten, error);
    if (status == STATUS_NOT_FOUND)
        return error_set(
            error, STATUS_CORRUPT, "%s has no meta page of its newest commit", env->name);
    if (status == STATUS_OK && overwritten > 0 && fdatasync(store_descriptor(env)) != 0)
        return error_set(
            error, STATUS_UNAVAILABLE, "%s cannot be synced: %s", env->name,
            strerrordesc_np(errno));
    return status;
}
