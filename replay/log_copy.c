/*
 * Files of a directory, read below a descriptor of it, and written by renaming.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/log_copy.h"

#include "core/base/arena.h"
#include "core/base/heap.h"
#include "core/base/must.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK_BYTES = 65536 };

static const char unfinished[] = "unfinished";

struct log_copy {
    char *directory;
    int at; /* descriptor of it, which holds the lock */
};

static enum status cannot(
    struct error *error, const struct log_copy *copy, const char *path, const char *what, int cause)
{
    enum status status = cause == ENOENT ? STATUS_NOT_FOUND : STATUS_INTERNAL;

    return error_set_code(
        error, status, status == STATUS_NOT_FOUND ? "copy_incomplete" : "copy_unusable",
        "%s%s%s cannot be %s: %s", copy->directory, path[0] == '\0' ? "" : "/", path, what,
        strerrordesc_np(cause));
}

static enum status open_directory(struct log_copy *copy, enum log_copy_use use, struct error *error)
{
    if (use == LOG_COPY_KEEP && mkdir(copy->directory, 0777) != 0 && errno != EEXIST)
        return cannot(error, copy, "", "made", errno);
    copy->at = open(copy->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (copy->at < 0)
        return cannot(error, copy, "", "opened", errno);
    if (use == LOG_COPY_KEEP && flock(copy->at, LOCK_EX | LOCK_NB) != 0)
        return error_set_code(
            error, STATUS_CONFLICT, "copy_in_use",
            "another verify keeps %s: give each its own directory", copy->directory);
    return STATUS_OK;
}

enum status log_copy_open(
    struct text directory, enum log_copy_use use, struct log_copy **out, struct error *error)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    struct log_copy *copy = heap_new(sizeof(*copy));
    enum status status;

    copy->directory = heap_copy(text_c(arena, directory));
    copy->at = -1;
    status = open_directory(copy, use, error);
    if (status != STATUS_OK) {
        log_copy_close(copy);
        return status;
    }
    *out = copy;
    return STATUS_OK;
}

void log_copy_close(struct log_copy *copy)
{
    if (copy == NULL)
        return;
    if (copy->at >= 0)
        close(copy->at);
    heap_free(copy->directory);
    heap_free(copy);
}

const char *log_copy_directory(const struct log_copy *copy)
{
    return copy->directory;
}

static enum status read_whole(
    const struct log_copy *copy, int file, const char *path, struct buf *out, struct error *error)
{
    char block[BLOCK_BYTES];
    ssize_t size = 0;

    while ((size = read(file, block, sizeof(block))) > 0 && !buf_is_full(out))
        buf_add(out, block, (size_t)size);
    if (size < 0)
        return cannot(error, copy, path, "read", errno);
    if (buf_is_full(out))
        return error_set_code(
            error, STATUS_CORRUPT, "evidence_damaged", "%s is larger than it may be", path);
    return STATUS_OK;
}

enum status log_copy_read(void *context, const char *path, struct buf *out, struct error *error)
{
    const struct log_copy *copy = context;
    int file = openat(copy->at, path, O_RDONLY | O_CLOEXEC);
    enum status status;

    if (file < 0)
        return cannot(error, copy, path, "opened", errno);
    status = read_whole(copy, file, path, out, error);
    close(file);
    return status;
}

/* The directories above a file. */
static enum status make_way(const struct log_copy *copy, const char *path, struct error *error)
{
    char part[PATH_MAX];

    for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
        if (mkdirat(copy->at, part, 0777) != 0 && errno != EEXIST)
            return cannot(error, copy, part, "made", errno);
    }
    return STATUS_OK;
}

static bool write_whole(int file, struct text content)
{
    while (content.size > 0) {
        ssize_t written = write(file, content.data, content.size);
        if (written < 0)
            return false;
        content = text_slice(content, (size_t)written, content.size);
    }
    return true;
}

static enum status write_unfinished(
    const struct log_copy *copy, struct text content, bool is_lasting, struct error *error)
{
    int file = openat(copy->at, unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool is_written = file >= 0 && write_whole(file, content) && (!is_lasting || fsync(file) == 0);
    int cause = errno;

    if (file >= 0 && close(file) != 0 && is_written) {
        is_written = false;
        cause = errno;
    }
    return is_written ? STATUS_OK : cannot(error, copy, unfinished, "written", cause);
}

enum status log_copy_write(
    struct log_copy *copy,
    const char *path,
    struct text content,
    bool is_lasting,
    struct error *error)
{
    enum status status = make_way(copy, path, error);

    if (status == STATUS_OK)
        status = write_unfinished(copy, content, is_lasting, error);
    if (status != STATUS_OK)
        return status;
    if (renameat(copy->at, unfinished, copy->at, path) != 0 || (is_lasting && fsync(copy->at) != 0))
        return cannot(error, copy, path, "written", errno);
    return STATUS_OK;
}

void log_copy_remove(struct log_copy *copy, const char *path)
{
    int ignored = unlinkat(copy->at, path, 0);

    (void)ignored; /* what is left over does no harm */
}
