/*
 * Making and removing directories.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/place.h"

#include "core/base/must.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_OPEN_DIRECTORIES = 16 };

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
