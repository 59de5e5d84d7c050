/*
 * Making, filling and removing directories.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/place.h"

#include "core/base/must.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_OPEN_DIRECTORIES = 16, COPY_BYTES = 64 << 20 };

static enum status make_one(const char *path, struct error *error)
{
    if (mkdir(path, 0755) == 0 || errno == EEXIST)
        return STATUS_OK;
    return error_set(
        error, STATUS_UNAVAILABLE, "%s cannot be made: %s", path, strerrordesc_np(errno));
}

enum status place_make(const char *directory, struct place *out, struct error *error)
{
    struct place place;
    enum status status = STATUS_OK;
    int size = snprintf(place.path, sizeof(place.path), "%s", directory);

    if (size <= 0 || (size_t)size >= sizeof(place.path))
        return error_set(error, STATUS_INVALID, "the name of the directory is too long");
    for (char *at = place.path + 1; status == STATUS_OK && *at != '\0'; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        status = make_one(place.path, error);
        *at = '/';
    }
    if (status == STATUS_OK)
        status = make_one(place.path, error);
    if (status == STATUS_OK && realpath(place.path, out->path) == NULL)
        status = error_set(error, STATUS_UNAVAILABLE, "%s cannot be reached", place.path);
    return status;
}

struct place place_below(const struct place *place, const char *name)
{
    struct place below;
    int size = snprintf(below.path, sizeof(below.path), "%s/%s", place->path, name);

    must(size > 0 && (size_t)size < sizeof(below.path));
    return below;
}

enum status
place_make_empty(const struct place *place, const char *name, struct place *out, struct error *f)
{
    *out = place_below(place, name);
    place_remove(out);
    return make_one(out->path, f);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
    (void)st;
    (void)kind;
    (void)walk;
    return remove(path);
}

void place_remove(const struct place *place)
{
    nftw(place->path, remove_one, MOST_OPEN_DIRECTORIES, FTW_DEPTH | FTW_PHYS);
}

enum status place_copy_file(
    const struct place *from, const struct place *to, const char *name, struct error *error)
{
    struct place source = place_below(from, name);
    struct place target = place_below(to, name);
    int in = open(source.path, O_RDONLY | O_CLOEXEC);
    int out = open(target.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    ssize_t size = -1;
    bool is_copied;

    while (in >= 0 && out >= 0 && (size = copy_file_range(in, NULL, out, NULL, COPY_BYTES, 0)) > 0)
        ;
    is_copied = size == 0 && fsync(out) == 0;
    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    return is_copied ? STATUS_OK
                     : error_set(error, STATUS_UNAVAILABLE, "%s cannot be copied", source.path);
}
