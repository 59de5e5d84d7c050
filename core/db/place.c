/*
 * A conninfo as people may see it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/db/db_internal.h"

#include <string.h>

static const char *value_of(const PQconninfoOption *options, const char *keyword)
{
    for (; options->keyword != NULL; options++) {
        if (strcmp(options->keyword, keyword) == 0)
            return options->val != NULL && options->val[0] != '\0' ? options->val : NULL;
    }
    return NULL;
}

static const char *or_else(const char *value, const char *usual)
{
    return value == NULL ? usual : value;
}

struct text db_place(const char *conninfo, struct arena *arena)
{
    PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
    const char *host;
    struct text place;

    if (options == NULL)
        return text_lit("an address that cannot be read");
    host = value_of(options, "host");
    if (host == NULL)
        host = value_of(options, "hostaddr");
    place = text_format(
        arena, "%s:%s/%s", or_else(host, "localhost"), or_else(value_of(options, "port"), "5432"),
        or_else(value_of(options, "dbname"), ""));
    PQconninfoFree(options);
    return place;
}
