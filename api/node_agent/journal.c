/*
 * Files of tasks. One process at a time has the directory.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/journal.h"

#include "core/base/buf.h"
#include "core/base/files.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADER_SIZE = 17, BLOCK_BYTES = 4096, FREED_AT_ONCE = 1 << 20 };

static const char spare_name[] = "next";
static const char ending[] = ".task";

static const char *const kinds[JOURNAL_KIND_COUNT] = {"started", "lines", "completed"};

struct journal {
    char directory[PATH_MAX - 64];
    int lock;
    int spare; /* a file that has its room, or -1 */
    struct dirent **left;
    int left_count;
    int left_next;
};

struct journal_file {
    char path[PATH_MAX];
    int file;
    struct uuid task;
    int64_t untold; /* place of the first record that was not told */
    int64_t size;
    int64_t freed; /* of what was told, no block is left before this */
    bool has[JOURNAL_KIND_COUNT];
};

static const char *path_in(const struct journal *journal, const char *name, char out[PATH_MAX])
{
    must(snprintf(out, PATH_MAX, "%s/%s", journal->directory, name) < PATH_MAX);
    return out;
}

/* Room. */

/* Blocks for what is to come, beyond the file's end. A file system that cannot reserve promises
 * nothing. */
static bool reserve(int file, int64_t from, int64_t size)
{
    return fallocate(file, FALLOC_FL_KEEP_SIZE, from, size) == 0 || errno == EOPNOTSUPP;
}

static bool write_at(int file, int64_t at, struct text bytes)
{
    size_t written = 0;

    while (written < bytes.size) {
        ssize_t put =
            pwrite(file, bytes.data + written, bytes.size - written, at + (int64_t)written);
        if (put < 0)
            return false;
        written += (size_t)put;
    }
    return true;
}

static bool write_header(int file, int64_t untold)
{
    char header[HEADER_SIZE + 1];

    snprintf(header, sizeof(header), "%016lld\n", (long long)untold);
    return write_at(file, 0, (struct text){header, HEADER_SIZE});
}

enum status journal_prepare(struct journal *journal, struct error *error)
{
    char path[PATH_MAX];
    int file;

    if (journal->spare >= 0)
        return STATUS_OK;
    path_in(journal, spare_name, path);
    file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        return files_fail(error, "make", path, errno);
    if (!write_header(file, HEADER_SIZE) || !reserve(file, HEADER_SIZE, JOURNAL_END_ROOM) ||
        fsync(file) != 0) {
        enum status status = files_fail(error, "write", path, errno);
        close(file);
        (void)unlink(path);
        return status;
    }
    journal->spare = file;
    return STATUS_OK;
}

/* Files. */

static struct journal_file *make_file(const struct journal *journal, struct uuid task, int file)
{
    struct journal_file *made = heap_new(sizeof(*made));
    char id[UUID_TEXT_SIZE];
    char name[64];

    uuid_print(task, id);
    snprintf(name, sizeof(name), "%s%s", id, ending);
    path_in(journal, name, made->path);
    made->task = task;
    made->file = file;
    made->untold = made->size = HEADER_SIZE;
    made->freed = BLOCK_BYTES; /* the first one holds the header */
    return made;
}

enum status journal_begin(
    struct journal *journal, struct uuid task, struct journal_file **out, struct error *error)
{
    struct journal_file *file = make_file(journal, task, journal->spare);
    char spare[PATH_MAX];
    enum status status = STATUS_OK;

    must(journal->spare >= 0);
    if (rename(path_in(journal, spare_name, spare), file->path) != 0)
        status = files_fail(error, "make", file->path, errno);
    if (status == STATUS_OK)
        status = files_sync_directory(journal->directory, error);
    journal->spare = -1;
    if (status != STATUS_OK) {
        journal_file_close(file);
        return status;
    }
    *out = file;
    return STATUS_OK;
}

void journal_file_close(struct journal_file *file)
{
    if (file == NULL)
        return;
    close(file->file);
    heap_free(file);
}

void journal_file_remove(struct journal_file *file)
{
    if (file == NULL)
        return;
    if (unlink(file->path) != 0)
        log_warning("journal.not_removed", log_c("file", file->path));
    journal_file_close(file);
}

bool journal_has(const struct journal_file *file, enum journal_kind kind)
{
    return file->has[kind];
}

struct uuid journal_task_of(const struct journal_file *file)
{
    return file->task;
}

/* Adding. */

static bool has_room_for(const struct journal_file *file, enum journal_kind kind, size_t size)
{
    int64_t most = JOURNAL_MOST_BYTES + (kind == JOURNAL_COMPLETED ? JOURNAL_LARGEST_RECORD : 0);

    return size <= JOURNAL_LARGEST_RECORD && file->size - file->untold + (int64_t)size <= most;
}

enum status journal_add(
    struct journal_file *file, enum journal_kind kind, struct text body, struct error *error)
{
    int64_t beyond = kind == JOURNAL_COMPLETED ? 0 : JOURNAL_END_ROOM;
    AUTO_BUF line = {0};

    must(memchr(body.data, '\n', body.size) == NULL);
    buf_init(&line, JOURNAL_LARGEST_RECORD + 64);
    buf_printf(&line, "%s ", kinds[kind]);
    buf_add_text(&line, body);
    buf_add_char(&line, '\n');
    if (buf_is_full(&line) || !has_room_for(file, kind, line.size))
        return error_set(error, STATUS_FULL, "%s is as large as it may be", file->path);
    if (!reserve(file->file, file->size, (int64_t)line.size + beyond) ||
        !write_at(file->file, file->size, buf_text(&line)) ||
        (kind == JOURNAL_COMPLETED && fdatasync(file->file) != 0)) {
        int problem = errno;
        (void)!ftruncate(file->file, file->size);
        return files_fail(error, "write", file->path, problem);
    }
    file->size += (int64_t)line.size;
    file->has[kind] = true;
    return STATUS_OK;
}

/* Reading. */

/* The line at a place, without its end, in the arena; false where there is no whole one. */
static bool
read_line(const struct journal_file *file, int64_t at, struct arena *arena, struct text *out)
{
    size_t room = 4096;

    for (;; room *= 16) {
        char *data = arena_take(arena, room);
        ssize_t got = pread(file->file, data, room, at);
        const char *end = got <= 0 ? NULL : memchr(data, '\n', (size_t)got);
        if (end != NULL) {
            *out = (struct text){data, (size_t)(end - data)};
            return true;
        }
        if (got < (ssize_t)room || room > JOURNAL_LARGEST_RECORD)
            return false;
    }
}

static bool read_record(
    const struct journal_file *file, int64_t at, struct arena *arena, struct journal_record *out)
{
    struct text rest;
    struct text kind;

    if (!read_line(file, at, arena, &rest))
        return false;
    kind = text_cut(&rest, ' ');
    for (int i = 0; i < JOURNAL_KIND_COUNT; i++) {
        if (!text_is(kind, kinds[i]) || !text_starts_with(rest, text_lit("{")) ||
            !text_ends_with(rest, text_lit("}")))
            continue;
        *out = (struct journal_record){(enum journal_kind)i, at, rest};
        return true;
    }
    return false;
}

static int64_t place_after(const struct journal_record *record)
{
    return record->place + (int64_t)(strlen(kinds[record->kind]) + 1 + record->body.size + 1);
}

bool journal_first(struct journal_file *file, struct arena *arena, struct journal_record *out)
{
    return file->untold < file->size && read_record(file, file->untold, arena, out);
}

/* A task may write for days. The mark is durable before what it marks goes. A file system that cannot
 * give back keeps it until the task ends. */
static void free_told(struct journal_file *file)
{
    int64_t until = file->untold / BLOCK_BYTES * BLOCK_BYTES;

    if (until - file->freed < FREED_AT_ONCE || fdatasync(file->file) != 0)
        return;
    (void)!fallocate(
        file->file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, file->freed, until - file->freed);
    file->freed = until;
}

void journal_tell(struct journal_file *file)
{
    AUTO_ARENA arena = arena_new(2 * (JOURNAL_LARGEST_RECORD << 4));
    struct journal_record record;

    if (!journal_first(file, arena, &record))
        return;
    file->untold = place_after(&record);
    /* Not synced: what is told twice is told under the same key. */
    if (!write_header(file->file, file->untold))
        log_warning("journal.not_written", log_c("file", file->path));
    else
        free_told(file);
}

/* What an earlier process left. */

/* Where the first record stands that was not told; where nothing can be believed, the first of all. */
static int64_t read_mark(const struct journal_file *file)
{
    char header[HEADER_SIZE + 1] = "";
    int64_t mark = 0;
    struct stat st;
    bool is_whole = pread(file->file, header, HEADER_SIZE, 0) == HEADER_SIZE &&
                    fstat(file->file, &st) == 0 &&
                    text_to_int64(text_trim((struct text){header, HEADER_SIZE}), &mark);

    return is_whole && mark >= HEADER_SIZE && mark <= st.st_size ? mark : HEADER_SIZE;
}

/* Of which records there are; what a loss of power left half written is cut. What was told may be gone:
 * that begins with the start. */
static void look_through(struct journal_file *file)
{
    int64_t at = read_mark(file);
    struct journal_record record;

    file->untold = at;
    file->has[JOURNAL_STARTED] = at > HEADER_SIZE;
    for (;;) {
        AUTO_ARENA arena = arena_new(2 * (JOURNAL_LARGEST_RECORD << 4));
        if (!read_record(file, at, arena, &record))
            break;
        file->has[record.kind] = true;
        at = place_after(&record);
    }
    file->size = at;
    (void)!ftruncate(file->file, at);
}

static bool is_task_file(const char *name, struct uuid *out)
{
    struct text t = text_from(name);

    return text_ends_with(t, text_from(ending)) &&
           uuid_parse(text_slice(t, 0, t.size - strlen(ending)), out);
}

struct journal_file *journal_take_left(struct journal *journal)
{
    while (journal->left_next < journal->left_count) {
        const char *name = journal->left[journal->left_next++]->d_name;
        char path[PATH_MAX];
        struct uuid task;
        struct journal_file *found;
        int file;

        if (!is_task_file(name, &task))
            continue;
        file = open(path_in(journal, name, path), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
        if (file < 0) {
            log_error("journal.not_read", log_c("file", path));
            continue;
        }
        found = make_file(journal, task, file);
        look_through(found);
        return found;
    }
    return NULL;
}

enum status journal_open(const char *directory, struct journal **out, struct error *error)
{
    struct journal *journal;
    enum status status = files_make_directory(directory, error);

    if (status != STATUS_OK)
        return status;
    journal = heap_new(sizeof(*journal));
    must(
        snprintf(journal->directory, sizeof(journal->directory), "%s", directory) <
        (int)sizeof(journal->directory));
    journal->spare = -1;
    journal->lock = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (journal->lock < 0 || flock(journal->lock, LOCK_EX | LOCK_NB) != 0) {
        status = error_set(
            error, STATUS_CONFLICT, "%s cannot be used: another agent has it, or %s", directory,
            strerrordesc_np(errno));
        journal_close(journal);
        return status;
    }
    /* Ids of tasks rise with time. */
    journal->left_count = scandir(directory, &journal->left, NULL, alphasort);
    *out = journal;
    return STATUS_OK;
}

void journal_close(struct journal *journal)
{
    if (journal == NULL)
        return;
    for (int i = 0; i < journal->left_count; i++)
        heap_free(journal->left[i]);
    heap_free(journal->left);
    if (journal->spare >= 0)
        close(journal->spare);
    if (journal->lock >= 0)
        close(journal->lock);
    heap_free(journal);
}
