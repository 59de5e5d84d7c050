/*
 * Appending to a file. It is opened anew each time, so that whoever rotates it just renames it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/sink/sink_internal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOOK_BYTES = 64 << 10 };

static enum status fail(struct error *error, struct text name, const char *what)
{
    return error_set(error, STATUS_UNAVAILABLE, "file %.*s %s", TEXT_ARGS(name), what);
}

/* Where the last whole line ends: behind the last line end of the file, or at its beginning. */
static bool find_end(int file, off_t size, off_t *out)
{
    char bytes[LOOK_BYTES];

    for (*out = size; *out > 0;) {
        off_t from = *out > LOOK_BYTES ? *out - LOOK_BYTES : 0;
        ssize_t got = pread(file, bytes, (size_t)(*out - from), from);
        if (got != *out - from)
            return false;
        for (; *out > from; (*out)--) {
            if (bytes[*out - from - 1] == '\n')
                return true;
        }
    }
    return true;
}

static bool write_all(int file, struct text bytes)
{
    while (bytes.size > 0) {
        ssize_t written = write(file, bytes.data, bytes.size);
        if (written <= 0)
            return false;
        bytes = text_slice(bytes, (size_t)written, bytes.size);
    }
    return true;
}

static enum status
append(int file, struct text name, struct text head, struct text lines, struct error *error)
{
    struct stat now;
    off_t end;

    if (fstat(file, &now) != 0 || !S_ISREG(now.st_mode))
        return fail(error, name, "is no regular file");
    if (!find_end(file, now.st_size, &end) || (end < now.st_size && ftruncate(file, end) != 0))
        return fail(error, name, "cannot be read");
    if ((end > 0 || write_all(file, head)) && write_all(file, lines) && fdatasync(file) == 0)
        return STATUS_OK;
    (void)!ftruncate(file, end); /* what is left of it is taken away next time */
    return fail(error, name, "cannot be written");
}

enum status sink_file_append(
    const char *directory,
    struct text name,
    struct text head,
    struct text lines,
    struct arena *arena,
    struct error *error)
{
    const char *path = text_c(arena, text_format(arena, "%s/%.*s", directory, TEXT_ARGS(name)));
    int file = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640);
    enum status status;

    if (file < 0)
        return fail(error, name, "cannot be opened");
    status = append(file, name, head, lines, error);
    if (close(file) != 0 && status == STATUS_OK)
        status = fail(error, name, "cannot be closed");
    return status;
}
