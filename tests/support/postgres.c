/*
 * The embedded server of the program under test serves its tests too.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/postgres.h"

#include "core/base/arena.h"
#include "core/base/must.h"
#include "core/cluster/cluster.h"
#include "core/db/db.h"
#include "tests/support/expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct cluster *cluster;
static struct arena *names;
static int database_count;

static void stop(void)
{
    cluster_stop(cluster);
    arena_free(names);
}

/* make_directory() registers its own end first, and what is registered last ends first. */
static void start(void)
{
    struct cluster_settings settings = {
        .home = make_directory(),
        .name = "tests",
        .alternative = "none",
        .loss = "nothing",
        .is_disposable = true};
    struct error error;

    if (cluster_start(&settings, &cluster, &error) != STATUS_OK) {
        fprintf(stderr, "no PostgreSQL for the tests: %s\n", error.text);
        exit(EXIT_FAILURE);
    }
    names = arena_new(1 << 20);
    must(atexit(stop) == 0);
}

static const char *make_from(const char *other)
{
    struct db *db = NULL;
    struct error error;
    struct text create;

    if (cluster == NULL)
        start();
    create = text_format(names, "create database test_%d template %s", ++database_count, other);
    must(db_open(cluster_conninfo(cluster), 10, 0, &db, &error) == STATUS_OK);
    must(db_script(db, create.data, &error) == STATUS_OK);
    db_close(db);
    return text_format(names, "%s dbname=test_%d", cluster_conninfo(cluster), database_count).data;
}

const char *make_database(void)
{
    return make_from("template1");
}

/* Its name stands last (make_from). */
const char *copy_database(const char *conninfo)
{
    const char *name = strrchr(conninfo, '=');

    must(name != NULL);
    return make_from(name + 1);
}
