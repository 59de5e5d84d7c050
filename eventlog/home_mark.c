/*
 * Marks as files: written aside, synced, renamed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/home_mark.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const names[HOME_MARK_COUNT] = {
    "follows", "promoting", "succeeds", "superseded", "holder"};

struct mark_path {
    char text[PATH_MAX];
};

/* False where its name is too long. */
static bool path_of(const char *home, const char *name, const char *ending, struct mark_path *out)
{
    return snprintf(out->text, sizeof(out->text), "%s/%s%s", home, name, ending) <
           (int)sizeof(out->text);
}

bool home_mark_is_set(const char *home, enum home_mark mark)
{
    struct mark_path path;
    struct stat file;

    return path_of(home, names[mark], "", &path) && stat(path.text, &file) == 0 && file.st_size > 0;
}

static enum status unusable(const char *home, enum home_mark mark, int why, struct error *error)
{
    return error_set_code(
        error, STATUS_UNAVAILABLE, "home_unusable", "%.300s/%s cannot be read or written: %s.",
        home, names[mark], strerrordesc_np(why));
}

enum status home_mark_read(
    const char *home,
    enum home_mark mark,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    char *content = arena_take(arena, HOME_MARK_BYTES);
    struct mark_path path;
    FILE *file = path_of(home, names[mark], "", &path) ? fopen(path.text, "re") : NULL;
    size_t size;
    int why;

    if (file == NULL)
        return unusable(home, mark, errno, error);
    size = fread(content, 1, HOME_MARK_BYTES, file);
    why = ferror(file) ? errno : 0;
    fclose(file);
    if (why != 0)
        return unusable(home, mark, why, error);
    *out = (struct text){content, size};
    return STATUS_OK;
}

static bool sync_directory(const char *home)
{
    int directory = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_synced = directory >= 0 && fsync(directory) == 0;

    if (directory >= 0)
        close(directory);
    return is_synced;
}

static bool write_whole(const char *path, struct text says)
{
    FILE *file = fopen(path, "we");
    bool is_written;

    if (file == NULL)
        return false;
    is_written = fwrite(says.data, 1, says.size, file) == says.size && fflush(file) == 0 &&
                 fsync(fileno(file)) == 0;
    return fclose(file) == 0 && is_written;
}

enum status
home_mark_set(const char *home, enum home_mark mark, struct text says, struct error *error)
{
    struct mark_path fresh;
    struct mark_path path;

    errno = ENAMETOOLONG;
    if (path_of(home, names[mark], ".new", &fresh) && path_of(home, names[mark], "", &path) &&
        (mkdir(home, 0700) == 0 || errno == EEXIST) && write_whole(fresh.text, says) &&
        rename(fresh.text, path.text) == 0 && sync_directory(home))
        return STATUS_OK;
    return unusable(home, mark, errno, error);
}

enum status
home_mark_change(const char *home, enum home_mark from, enum home_mark to, struct error *error)
{
    struct mark_path before;
    struct mark_path after;

    errno = ENAMETOOLONG;
    if (path_of(home, names[from], "", &before) && path_of(home, names[to], "", &after) &&
        rename(before.text, after.text) == 0 && sync_directory(home))
        return STATUS_OK;
    return unusable(home, to, errno, error);
}
