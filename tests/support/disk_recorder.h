/*
 * A disk that remembers. While it records, everything that this program writes to files of one
 * directory, and every sync, goes through here and is noted in order; then the directory can be made
 * again as a loss of power at any moment might have left it.
 *
 *   sync          makes all that was written to its file before durable
 *   O_DSYNC       a write that is durable when it returns, and may be torn until then
 *   what else     may be there whole, in part, in any order, or not at all: sectors of 512 bytes are
 *                 written as a whole, and nothing else is promised
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_DISK_RECORDER_H
#define TESTS_SUPPORT_DISK_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From now on; `names` are those of the files, NULL-ended, and borrowed. */
void disk_record(const char *directory, const char *const *names);
void disk_record_end(void);
void disk_record_free(void);

/* How often the directory itself, which holds the files' names, was synced. */
size_t disk_directory_syncs(void);

/* Notes that something was acknowledged by now. */
void disk_acknowledge(uint64_t what);

/* What a loss of power may do with writes that were not synced. */
enum disk_loss {
    DISK_KEEPS_ALL,  /* they have all arrived */
    DISK_KEEPS_NONE, /* none has */
    DISK_KEEPS_SOME  /* any of their sectors */
};

/* How the disk is told to have been used: as it was, or worse. */
enum disk_fault {
    DISK_AS_IT_WAS,
    DISK_WITHOUT_SYNC,   /* nothing was ever synced */
    DISK_WITH_FIRST_LATE /* what the first file got was written at the next acknowledgement only */
};

/* Walks through all that happened, and stops after each step. */
struct disk_walk;
struct disk_walk *disk_walk_new(enum disk_fault fault, uint64_t seed);
void disk_walk_free(struct disk_walk *walk);

/* False at the end. */
bool disk_walk_step(struct disk_walk *walk);
/* Is anything not synced just now? Without it all losses are alike. */
bool disk_walk_has_unsynced(const struct disk_walk *walk);
/* The last that was acknowledged. */
uint64_t disk_walk_acknowledged(const struct disk_walk *walk);
/* Makes the files in another directory as a loss of power at this moment leaves them. */
void disk_walk_lose_power(struct disk_walk *walk, enum disk_loss loss, const char *directory);

#endif
