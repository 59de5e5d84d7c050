/*
 * An LMDB file looked at page by page, without LMDB: a damaged page ends the process that meets it
 * there (SIGSEGV, SIGBUS), while here it is a sentence.
 *
 *   meta pages ─► trees of the newest commit ─► every page once in use, or once on the free list
 *
 * The layout is that of LMDB 0.9 on 64-bit machines, in the machine's byte order; a test holds this to
 * what the library writes.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_STORE_PAGES_H
#define EVENTLOG_STORE_PAGES_H

#include "core/base/attributes.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* How the pages of one commit are used. */
struct pages_usage {
    uint64_t pages; /* that LMDB has given out, both meta pages among them */
    uint64_t used;  /* by trees and meta pages */
    uint64_t free;
};

/* Before opening: are the meta pages right, and can all of the file be there? With `is_thorough`, or
 * where the file is shorter than its meta pages say, every page is looked at. A file that is missing
 * or has no bytes is fine: LMDB begins it. Nobody may write to it meanwhile. STATUS_CORRUPT, code
 * "file_damaged", names file, page and damage. */
MUST_USE enum status
pages_check_file(const char *directory, const char *name, bool is_thorough, struct error *error);

/* One commit of a file that others may write to, while a reading transaction keeps its pages. */
struct pages_commit {
    const char *name; /* of the file, for messages */
    int descriptor;
    uint64_t transaction; /* LMDB's number of it; 0: the newest */
};

/* Every page of it. STATUS_CORRUPT as above; STATUS_NOT_FOUND (the error is left alone) when its meta
 * page has been overwritten, as two commits later it is. */
MUST_USE enum status
pages_check_commit(const struct pages_commit *commit, struct pages_usage *out, struct error *error);

/* Fills with zeros what the commit, which must be the newest, does not use: pages, and room between offsets and nodes.
 * Nobody may write to the file, or read an older commit of it, meanwhile. The file is not synced.
 * `*out_bytes`: how many were no zeros before. Statuses as above; STATUS_UNAVAILABLE and STATUS_FULL where
 * the file cannot be written to. */
MUST_USE enum status
pages_overwrite_unused(const struct pages_commit *commit, uint64_t *out_bytes, struct error *error);

#endif
