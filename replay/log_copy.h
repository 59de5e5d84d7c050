/*
 * A copy of a log in a directory, laid out as C2SP tlog-tiles has it: "checkpoint", "tile/…". Whatever is
 * in it can be checked by anybody, without the server that it came from.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_LOG_COPY_H
#define REPLAY_LOG_COPY_H

#include "core/base/attributes.h"
#include "core/base/buf.h"
#include "core/base/error.h"

struct log_copy;

enum log_copy_use {
    LOG_COPY_READ,
    LOG_COPY_KEEP /* made where it is missing, and locked: STATUS_CONFLICT while another keeps it */
};

/* Given to the caller. */
MUST_USE enum status log_copy_open(
    struct text directory, enum log_copy_use use, struct log_copy **out, struct error *error);
void log_copy_close(struct log_copy *copy); /* accepts NULL */
const char *log_copy_directory(const struct log_copy *copy);

/* Appends a file. STATUS_NOT_FOUND: it is not there; STATUS_CORRUPT: it is larger than `out` may become.
 * Fits tile_source.read, with the copy as context. */
MUST_USE enum status
log_copy_read(void *copy, const char *path, struct buf *out, struct error *error);

/* Whole, or not at all. `is_lasting`: it outlives a loss of power. */
MUST_USE enum status log_copy_write(
    struct log_copy *copy,
    const char *path,
    struct text content,
    bool is_lasting,
    struct error *error);

void log_copy_remove(struct log_copy *copy, const char *path);

#endif
