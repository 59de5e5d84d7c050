/*
 * What has to be told of a task, kept until it was: a file for each task, so that neither a restart nor
 * an outage loses its end, and nothing runs twice.
 *
 *   journal_prepare ─► [a claim] ─► journal_begin ─► journal_add … ─► journal_first ─► told ─► removed
 *        room for one more end        durable         durable: its end                     │
 *   the next start: journal_take_left ◄─────────────── what was not told ──────────────────┘
 *
 * A file is text: the place of the first record that was not told, then the records, a line each:
 *
 *   0000000000000017
 *   started {"timestamp":"2026-03-22T16:47:29.206Z"}
 *   lines {"lines":[{"stream":"stdout","line":"hello"}]}
 *   completed {"status":"success","exitCode":0}
 *
 * What was told gives its room back. Room for the end is reserved on the disk before a task is taken: a disk that fills up meanwhile costs
 * lines of output, never the end.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_JOURNAL_H
#define API_NODE_AGENT_JOURNAL_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/uuid.h"

#include <stdbool.h>
#include <stdint.h>

struct journal;
struct journal_file;

enum {
    JOURNAL_END_ROOM = 256 << 10, /* reserved for the end of each task */
    JOURNAL_MOST_BYTES = 8 << 20, /* of one task that were not told, its end aside */
    JOURNAL_LARGEST_RECORD = 4 << 20
};

enum journal_kind { JOURNAL_STARTED, JOURNAL_LINES, JOURNAL_COMPLETED, JOURNAL_KIND_COUNT };

struct journal_record {
    enum journal_kind kind;
    int64_t place; /* names it: the same after a restart */
    struct text body;
};

/* Below this directory, which is made. Given to the caller. */
MUST_USE enum status journal_open(const char *directory, struct journal **out, struct error *error);
void journal_close(struct journal *journal); /* accepts NULL */

/* Makes sure that one more task can be begun, however full the disk gets. STATUS_FULL where there is
 * no room. */
MUST_USE enum status journal_prepare(struct journal *journal, struct error *error);

/* After journal_prepare(). Durable on return; given to the caller. */
MUST_USE enum status journal_begin(
    struct journal *journal, struct uuid task, struct journal_file **out, struct error *error);

/* What an earlier process left, a file at a time, oldest task first; NULL: nothing more. Its damaged
 * end, if any, is cut. Given to the caller. */
struct journal_file *journal_take_left(struct journal *journal);

/* Adds a record; its end is durable on return. STATUS_FULL, and nothing, beyond the bounds above and on
 * a full disk. */
MUST_USE enum status journal_add(
    struct journal_file *file, enum journal_kind kind, struct text body, struct error *error);

/* The first record that was not told, in the arena; false for none. */
bool journal_first(struct journal_file *file, struct arena *arena, struct journal_record *out);

/* Whoever was to know the first record knows it. */
void journal_tell(struct journal_file *file);

/* Is a record of the kind in it, told or not? */
bool journal_has(const struct journal_file *file, enum journal_kind kind);

struct uuid journal_task_of(const struct journal_file *file);

/* Frees; the file stays for the next start, or goes. Both accept NULL. */
void journal_file_close(struct journal_file *file);
void journal_file_remove(struct journal_file *file);

#endif
