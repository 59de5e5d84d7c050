/*
 * The walk over an LMDB file's pages (pages.c), for whoever does something with what it meets.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_STORE_PAGES_INTERNAL_H
#define EVENTLOG_STORE_PAGES_INTERNAL_H

#include "eventlog/store/page.h"
#include "eventlog/store/pages.h"

struct tables;

struct walk {
    const char *name; /* of the file */
    int file;
    const uint8_t *map; /* of it; NULL: it is read */
    uint64_t file_bytes;
    struct page_meta meta;
    uint8_t *seen; /* a bit a page; set by one thread or by two */
    struct pages_usage usage;
    struct tables *tables;
    struct error *error;
    /* Told of each page that is in use: as one of a tree, or of a long value; by several threads, each page
     * by one. NULL: nobody. */
    void (*note)(uint64_t page, bool is_of_tree, void *context);
    void *context;
};

/* Over every page of a commit, as pages_check_commit(). The caller has set `error`, `note` and `context`. */
MUST_USE enum status pages_walk_commit(struct walk *walk, const struct pages_commit *commit);

#endif
