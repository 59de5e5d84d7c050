/*
 * The files of a log on another machine: from the copy that is kept of it, else from its server, several at
 * once and ahead of who reads them in order, so that a server far away is not waited for one by one. What is
 * fetched goes into the copy. One thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_LOG_SOURCE_H
#define REPLAY_LOG_SOURCE_H

#include "core/base/buf.h"
#include "core/base/error.h"

#define LOG_PATH "/api/v1/ledger/" /* of a server */

struct fetch;
struct log_copy;
struct log_source;

/* Given to the caller. Both are borrowed; `copy` may be NULL. */
struct log_source *log_source_new(struct fetch *fetch, struct log_copy *copy);
void log_source_free(struct log_source *source); /* accepts NULL */

/* What follows is of a log of that size. `is_direct`: from the server alone, and the copy is left as it is. */
void log_source_aim(struct log_source *source, uint64_t size, bool is_direct);

/* Was something read from the copy since then? */
bool log_source_used_copy(const struct log_source *source);

/* Fits tile_source.read, with the source as context. What was signed and is not shown, or is too large, is
 * STATUS_CORRUPT. */
MUST_USE enum status
log_source_read(void *source, const char *path, struct buf *out, struct error *error);

#endif
