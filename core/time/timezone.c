/*
 * Time zones: those of the system's tz database, sorted by name for looking them up in any case.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/time/timezone.h"

#include "core/base/arena.h"
#include "core/time/zone.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/uenum.h>

enum { MOST_ZONES = 4096, DEEPEST = 3, LONGEST_PATH = 512 };
enum { MOST_FILE = 1 << 16, ARENA_BYTES = 64 << 20 };

struct named_zone {
    struct text name; /* first: compare() is told names, too */
    const struct zone *zone;
};

struct timezone_list {
    struct arena *arena;
    struct named_zone *zones;
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

static void add(struct timezone_list *list, const char *name, const struct zone *zone)
{
    if (is_zone_name(name) && list->count < MOST_ZONES)
        list->zones[list->count++] =
            (struct named_zone){text_copy(list->arena, text_from(name)), zone};
}

/* NULL where it is no file of a zone. */
static const struct zone *read_zone(const struct timezone_list *list, const char *path)
{
    uint8_t bytes[MOST_FILE];
    FILE *file = fopen(path, "rbe");
    size_t got = file == NULL ? 0 : fread(bytes, 1, sizeof(bytes), file);

    if (file != NULL)
        (void)fclose(file);
    return got == sizeof(bytes) ? NULL : zone_read((struct bytes){bytes, got}, list->arena);
}

/* `name` is what stands below the top so far ("America/"). Besides areas and zones, whose names begin
 * with a capital, the top holds tables, and all zones once more in other forms. */
static void
read_directory(struct timezone_list *list, const char *directory, const char *name, int depth)
{
    DIR *open = opendir(directory);
    const struct dirent *entry;
    const struct zone *zone;
    char path[LONGEST_PATH];
    char below[LONGEST_PATH];

    while (open != NULL && (entry = readdir(open)) != NULL) {
        if (!is_upper(entry->d_name[0]))
            continue;
        snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
        snprintf(below, sizeof(below), "%s%s", name, entry->d_name);
        zone = read_zone(list, path);
        if (zone != NULL) {
            add(list, below, zone);
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
        add(list, zone, zone_of_icu(text_from(zone), list->arena));
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

    *list =
        (struct timezone_list){arena, arena_array(arena, MOST_ZONES, sizeof(struct named_zone)), 0};
    read_directory(list, directory, "", 1);
    if (list->count == 0)
        read_icu(list);
    qsort(list->zones, list->count, sizeof(*list->zones), compare);
    return list;
}

void timezone_list_free(struct timezone_list *list)
{
    if (list != NULL)
        arena_free(list->arena);
}

static const struct named_zone *find(const struct timezone_list *list, struct text name)
{
    return bsearch(&name, list->zones, list->count, sizeof(*list->zones), compare);
}

struct text timezone_list_find(const struct timezone_list *list, struct text name)
{
    const struct named_zone *found = find(list, name);

    return found == NULL ? (struct text){NULL, 0} : found->name;
}

const struct zone *timezone_list_zone(const struct timezone_list *list, struct text name)
{
    const struct named_zone *found = find(list, name);

    return found == NULL ? NULL : found->zone;
}
