/*
 * Names that carry the time sort by it, so that the oldest is the first.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/set_aside.h"

#include "core/base/timestamp.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { OPEN_DIRECTORIES = 16 };

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

/* How many are kept, and which is the oldest. */
static size_t count_kept(const char *directory, const char *name, char oldest[NAME_MAX + 1])
{
    char prefix[SET_ASIDE_NAME_SIZE];
    DIR *all = opendir(directory);
    size_t count = 0;

    snprintf(prefix, sizeof(prefix), "%s.damaged-", name);
    for (struct dirent *entry = all == NULL ? NULL : readdir(all); entry != NULL;
         entry = readdir(all)) {
        if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0)
            continue;
        if (count++ == 0 || strcmp(entry->d_name, oldest) < 0)
            snprintf(oldest, NAME_MAX + 1, "%s", entry->d_name);
    }
    if (all != NULL)
        closedir(all);
    return count;
}

/* What cannot be removed is room lost, and no reason to stop. */
static void keep_few(const char *directory, const char *name)
{
    char oldest[NAME_MAX + 1] = "";
    char path[PATH_MAX];

    while (count_kept(directory, name, oldest) > SET_ASIDE_KEPT) {
        snprintf(path, sizeof(path), "%s/%s", directory, oldest);
        if (nftw(path, remove_entry, OPEN_DIRECTORIES, FTW_DEPTH | FTW_PHYS) != 0)
            return;
    }
}

/* "20260322T120000123456Z" */
static void print_time(char out[TIMESTAMP_TEXT_SIZE])
{
    struct timestamp now = timestamp_now();
    char shown[TIMESTAMP_TEXT_SIZE]; /* to the millisecond */
    size_t size = 0;

    timestamp_print(now, shown);
    for (const char *c = shown; *c != '\0'; c++) {
        if (strchr("-:.Z", *c) == NULL)
            out[size++] = *c;
    }
    snprintf(out + size, TIMESTAMP_TEXT_SIZE - size, "%03dZ", (int)(now.us % US_PER_MS));
}

enum status
set_aside(const char *directory, const char *name, struct set_aside_name *out, struct error *error)
{
    char time[TIMESTAMP_TEXT_SIZE];
    char from[PATH_MAX];
    char to[PATH_MAX];

    print_time(time);
    snprintf(out->text, sizeof(out->text), "%s.damaged-%s", name, time);
    if (snprintf(from, sizeof(from), "%s/%s", directory, name) >= (int)sizeof(from) ||
        snprintf(to, sizeof(to), "%s/%s", directory, out->text) >= (int)sizeof(to))
        return error_set(error, STATUS_UNAVAILABLE, "the name of %s is too long", name);
    if (rename(from, to) != 0)
        return error_set(
            error, STATUS_UNAVAILABLE, "%s is damaged and cannot be set aside: %s", from,
            strerrordesc_np(errno));
    if (snprintf(to, sizeof(to), "%s/%s-lock", directory, name) < (int)sizeof(to))
        unlink(to);
    keep_few(directory, name);
    return STATUS_OK;
}
