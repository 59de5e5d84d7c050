/*
 * Names of time zones, and the directory that they come from. Each line of the input but the last is
 * a file below a directory made for it: its path, a blank, its content; the last is the name that is
 * looked up, there and in the system's database. What is found is spelled as the directory spells
 * it, is the same in any case, and is no path out of there.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/must.h"
#include "core/time/timezone.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_BYTES = 1 << 20, MOST_FILES = 16, LONGEST_INPUT = 4096, LONGEST_PATH = 8192 };

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

/* A path stays below: no part of it is empty, "." or "..". */
static bool stays_below(struct text path)
{
    while (text_is_present(path)) {
        struct text part = text_cut(&path, '/');
        if (part.size == 0 || text_is(part, ".") || text_is(part, ".."))
            return false;
    }
    return true;
}

static void make_file(const char *directory, struct text line)
{
    struct text name = text_cut(&line, ' ');
    char path[LONGEST_PATH];
    int file;

    if (!stays_below(name) || memchr(name.data, '\0', name.size) != NULL)
        return;
    snprintf(path, sizeof(path), "%s/%.*s", directory, TEXT_ARGS(name));
    for (char *c = path + strlen(directory) + 1; *c != '\0'; c++) {
        if (*c != '/')
            continue;
        *c = '\0';
        (void)mkdir(path, 0700); /* it may be there, or be a file */
        *c = '/';
    }
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        return;
    must(line.size == 0 || write(file, line.data, line.size) == (ssize_t)line.size);
    close(file);
}

static bool is_offset(struct text name)
{
    return name.size > 0 && (name.data[0] == '+' || name.data[0] == '-');
}

static void check_found(
    struct arena *arena, const struct timezone_list *zones, struct text name, struct text found)
{
    struct text capitals = text_copy(arena, found);

    must(text_equal_ignoring_case(name, found) && !is_offset(found));
    must(stays_below(found) && found.data[0] >= 'A' && found.data[0] <= 'Z');
    must(text_equal(timezone_list_find(zones, found), found));
    for (size_t i = 0; i < capitals.size; i++) {
        char *c = (char *)(uintptr_t)&capitals.data[i];
        *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
    }
    must(text_equal_ignoring_case(timezone_list_find(zones, capitals), found));
}

static void look_up(struct arena *arena, const struct timezone_list *zones, struct text name)
{
    struct text found = timezone_list_find(zones, name);

    if (text_is_present(found))
        check_found(arena, zones, name, found);
}

static const struct timezone_list *zones_of_the_system(void)
{
    static struct timezone_list *zones;

    if (zones == NULL)
        zones = timezone_list_new(TIMEZONE_SYSTEM_DIRECTORY);
    return zones;
}

static void look_up_in_made(struct arena *arena, struct text files, struct text name)
{
    char directory[] = "/tmp/fuzz-timezone-XXXXXX";
    struct timezone_list *zones;

    must(mkdtemp(directory) != NULL);
    for (size_t i = 0; text_is_present(files) && i < MOST_FILES; i++)
        make_file(directory, text_cut(&files, '\n'));
    zones = timezone_list_new(directory);
    look_up(arena, zones, name);
    timezone_list_free(zones);
    must(nftw(directory, remove_entry, 16, FTW_DEPTH | FTW_PHYS) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct text whole = {(const char *)data, size};
    size_t last = size;

    if (size > LONGEST_INPUT)
        return 0;
    while (last > 0 && data[last - 1] != '\n')
        last--;
    if (last > 0)
        look_up_in_made(arena, text_slice(whole, 0, last - 1), text_slice(whole, last, size));
    look_up(arena, zones_of_the_system(), text_slice(whole, last, size));
    return 0;
}
