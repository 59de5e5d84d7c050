/*
 * Looking for what was planted.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/planted.h"

#include "core/base/must.h"
#include "core/db/db.h"
#include "tests/e2e/site.h"

#include <dirent.h>
#include <stdio.h>

const char *planted_in(const char *const *planted, struct text text)
{
    for (size_t i = 0; planted[i] != NULL; i++) {
        if (text_contains(text, text_from(planted[i])))
            return planted[i];
    }
    return NULL;
}

static bool is_in_file(const char *const *planted, const char *path)
{
    AUTO_ARENA arena = arena_new((size_t)1 << 30);
    const char *found = planted_in(planted, contents_of(arena, path));

    if (found != NULL)
        printf("\n\"%s\" is in %s\n", found, path);
    return found != NULL;
}

bool planted_is_below(const char *const *planted, const char *path)
{
    DIR *directory = opendir(path);
    const struct dirent *entry;
    bool is = false;

    if (directory == NULL)
        return is_in_file(planted, path);
    while ((entry = readdir(directory)) != NULL) {
        char inner[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(inner, sizeof(inner), "%s/%s", path, entry->d_name);
        is = planted_is_below(planted, inner) || is;
    }
    closedir(directory);
    return is;
}

bool planted_is_in_tables(const char *const *planted, const char *database)
{
    AUTO_ARENA arena = arena_new(64 << 20);
    struct text found = {NULL, 0};
    struct db *db = NULL;
    struct error error;

    must(db_open(database, 10, 0, &db, &error) == STATUS_OK);
    expect_ok(
        db_value(
            db, arena,
            "select string_agg(x::text, '')"
            " from (select table_to_xml(format('%I.%I', schemaname, tablename)::regclass, true,"
            "   false, '') x from pg_tables where schemaname like 'set\\_%') t",
            &found, &error),
        &error);
    db_close(db);
    return planted_in(planted, found) != NULL;
}
