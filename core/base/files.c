/*
 * Reading and replacing small files.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum status files_fail(struct error *error, const char *what, const char *path, int problem)
{
    bool is_full = problem == ENOSPC || problem == EDQUOT || problem == EFBIG;

    return error_set(
        error, is_full ? STATUS_FULL : STATUS_UNAVAILABLE, "cannot %s %.200s: %s", what, path,
        strerrordesc_np(problem));
}

static enum status read_open_file(
    int file,
    const char *path,
    size_t most,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    char *data;
    size_t size = 0;
    ssize_t got = 1;

    if (!arena_has_room(arena, most + 1, 1))
        return error_set(error, STATUS_TOO_LARGE, "there is no room for %.200s", path);
    data = arena_take(arena, most + 1);
    while (got > 0 && size <= most) {
        got = read(file, data + size, most + 1 - size);
        size += got > 0 ? (size_t)got : 0;
    }
    if (got < 0)
        return files_fail(error, "read", path, errno);
    if (size > most)
        return error_set(error, STATUS_TOO_LARGE, "%.200s is larger than %zu bytes", path, most);
    *out = (struct text){data, size};
    return STATUS_OK;
}

enum status files_read(
    const char *path, size_t most, struct arena *arena, struct text *out, struct error *error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    enum status status;

    if (file < 0 && errno == ENOENT)
        return error_set(error, STATUS_NOT_FOUND, "there is no %.200s", path);
    if (file < 0)
        return files_fail(error, "read", path, errno);
    status = read_open_file(file, path, most, arena, out, error);
    close(file);
    return status;
}

static enum status write_synced(int file, struct text content)
{
    size_t written = 0;

    while (written < content.size) {
        ssize_t put = write(file, content.data + written, content.size - written);
        if (put < 0)
            return STATUS_UNAVAILABLE;
        written += (size_t)put;
    }
    return fsync(file) == 0 ? STATUS_OK : STATUS_UNAVAILABLE;
}

/* The directory that a path is in, in `out`. */
static void directory_of(const char *path, char out[PATH_MAX])
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        snprintf(out, PATH_MAX, ".");
    else
        snprintf(out, PATH_MAX, "%.*s", slash == path ? 1 : (int)(slash - path), path);
}

enum status files_sync_directory(const char *path, struct error *error)
{
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_synced = directory >= 0 && fsync(directory) == 0;
    int problem = errno;

    if (directory >= 0)
        close(directory);
    return is_synced ? STATUS_OK : files_fail(error, "sync", path, problem);
}

enum status files_replace(const char *path, struct text content, struct error *error)
{
    char beside[PATH_MAX];
    char directory[PATH_MAX];
    bool is_put = false;
    int problem = 0;
    int file;

    if (snprintf(beside, sizeof(beside), "%s.new", path) >= (int)sizeof(beside))
        return files_fail(error, "write", path, ENAMETOOLONG);
    file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        return files_fail(error, "write", beside, errno);
    is_put = write_synced(file, content) == STATUS_OK && rename(beside, path) == 0;
    problem = errno;
    close(file);
    if (!is_put) {
        (void)unlink(beside);
        return files_fail(error, "write", path, problem);
    }
    directory_of(path, directory);
    return files_sync_directory(directory, error);
}

enum status files_make_directory(const char *path, struct error *error)
{
    char part[PATH_MAX];
    size_t size = strlen(path);

    if (size >= sizeof(part))
        return files_fail(error, "make", path, ENAMETOOLONG);
    for (size_t at = 1; at <= size; at++) {
        if (path[at] != '/' && path[at] != '\0')
            continue;
        memcpy(part, path, at);
        part[at] = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST)
            return files_fail(error, "make", part, errno);
    }
    return STATUS_OK;
}
