/*
 * Time zones: the names of the system's tz database, sorted for looking them up in any case.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/time/timezone.h"

#include "core/base/arena.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/uenum.h>

enum { MOST_ZONES = 4096, DEEPEST = 3, LONGEST_PATH = 512, ARENA_BYTES = 1 << 20 };

struct timezone_list {
    struct arena *arena;
    struct text *names;
    size_t count;
};

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* "Area/Location", or a name such as "Japan"; what else stands alone is an abbreviation. */
static bool is_zone_name(const char *name)
{
    bool has_lower = false;

    if (strcmp(name, "UTC") == 0 || strcmp(name, "GMT") == 0)
        return true;
    for (const char *c = name; *c != '\0'; c++)
        has_lower = has_lower || (*c >= 'a' && *c <= 'z');
    return is_upper(name[0]) && (has_lower || strchr(name, '/') != NULL) &&
           strcmp(name, "Factory") != 0 && strcmp(name, "Etc/Unknown") != 0;
}

static void add(struct timezone_list *list, const char *name)
{
    if (is_zone_name(name) && list->count < MOST_ZONES)
        list->names[list->count++] = text_copy(list->arena, text_from(name));
}

/* Zones are files that begin so. */
static bool is_zone_file(const char *path)
{
    char magic[4] = "";
    FILE *file = fopen(path, "rbe");
    size_t got = file == NULL ? 0 : fread(magic, 1, sizeof(magic), file);

    if (file != NULL)
        (void)fclose(file);
    return got == sizeof(magic) && memcmp(magic, "TZif", sizeof(magic)) == 0;
}

/* `name` is what stands below the top so far ("America/"). Besides areas and zones, whose names begin
 * with a capital, the top holds tables, and all zones once more in other forms. */
static void
read_directory(struct timezone_list *list, const char *directory, const char *name, int depth)
{
    DIR *open = opendir(directory);
    const struct dirent *entry;
    char path[LONGEST_PATH];
    char below[LONGEST_PATH];

    while (open != NULL && (entry = readdir(open)) != NULL) {
        if (!is_upper(entry->d_name[0]))
            continue;
        snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
        snprintf(below, sizeof(below), "%s%s", name, entry->d_name);
        if (is_zone_file(path)) {
            add(list, below);
        } else if (depth < DEEPEST) {
            snprintf(below, sizeof(below), "%s%s/", name, entry->d_name);
            read_directory(list, path, below, depth + 1);
        }
    }
    if (open != NULL)
        closedir(open);
}

static void read_icu(struct timezone_list *list)
{
    UErrorCode error = U_ZERO_ERROR;
    UEnumeration *zones = ucal_openTimeZoneIDEnumeration(UCAL_ZONE_TYPE_ANY, NULL, NULL, &error);
    const char *zone;

    while (U_SUCCESS(error) && (zone = uenum_next(zones, NULL, &error)) != NULL)
        add(list, zone);
    uenum_close(zones);
}

static int compare(const void *a, const void *b)
{
    const struct text *left = a;
    const struct text *right = b;
    size_t size = left->size < right->size ? left->size : right->size;
    int order = strncasecmp(left->data, right->data, size);

    return order != 0 ? order : (left->size > right->size) - (left->size < right->size);
}

struct timezone_list *timezone_list_new(const char *directory)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct timezone_list *list = arena_one(arena, struct timezone_list);

    *list = (struct timezone_list){arena, arena_array(arena, MOST_ZONES, sizeof(struct text)), 0};
    read_directory(list, directory, "", 1);
    if (list->count == 0)
        read_icu(list);
    qsort(list->names, list->count, sizeof(*list->names), compare);
    return list;
}

void timezone_list_free(struct timezone_list *list)
{
    if (list != NULL)
        arena_free(list->arena);
}

struct text timezone_list_find(const struct timezone_list *list, struct text name)
{
    const struct text *found = bsearch(&name, list->names, list->count, sizeof(name), compare);

    return found == NULL ? (struct text){NULL, 0} : *found;
}
