/*
 * Opening a home: the lock comes first (with the ledger), so that a second server never touches the
 * first one's PostgreSQL.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/home.h"

#include "core/cluster/cluster.h"
#include "eventlog/ledger.h"
#include "eventlog/seal.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Makes the directory, for us alone, and those above it as usual: the embedded PostgreSQL runs as
 * somebody else, who must pass them. */
static enum status make_directories(const char *path, struct arena *arena, struct error *error)
{
    char *part = arena_take(arena, strlen(path) + 1);

    for (size_t i = 0; path[i] != '\0'; i++) {
        part[i] = path[i];
        if (i == 0 || (path[i + 1] != '/' && path[i + 1] != '\0') || path[i] == '/')
            continue;
        part[i + 1] = '\0';
        if (mkdir(part, path[i + 1] == '\0' ? 0700 : 0755) != 0 && errno != EEXIST)
            return error_set_code(
                error, STATUS_UNAVAILABLE, "home_unusable",
                "The directory %s cannot be made: %s. Set FLEETLEDGER_HOME to one that can.", part,
                strerrordesc_np(errno));
    }
    return STATUS_OK;
}

static enum status
absolute(const char *path, struct arena *arena, const char **out, struct error *error)
{
    char real[PATH_MAX];

    if (realpath(path, real) == NULL)
        return error_set_code(
            error, STATUS_NOT_FOUND, "home_missing",
            "There is no directory %s. Set FLEETLEDGER_HOME to the home of a ledger.", path);
    *out = text_c(arena, text_from(real));
    return STATUS_OK;
}

static struct cluster_settings embedded_settings(const struct home *home)
{
    return (struct cluster_settings){
        .home = home->path,
        .name = "fleetledger",
        .alternative = "name a running one by DATABASE_URL",
        .loss = "it holds read models only, which a replay makes again",
    };
}

static enum status open_database(
    struct home *home,
    const struct home_settings *settings,
    struct arena *arena,
    struct error *error)
{
    struct cluster_settings embedded = embedded_settings(home);
    enum status status;

    if (!settings->needs_database)
        return STATUS_OK;
    if (text_is_present(settings->conninfo)) {
        home->conninfo = text_c(arena, settings->conninfo);
        return STATUS_OK;
    }
    if (!home->is_owner) {
        struct text joined;
        status = cluster_join(&embedded, arena, &joined, error);
        if (status == STATUS_OK)
            home->conninfo = joined.data;
        return status;
    }
    status = cluster_start(&embedded, &home->cluster, error);
    if (status == STATUS_OK)
        home->conninfo = cluster_conninfo(home->cluster);
    return status;
}

/* Fresh keys for an old ledger would open nothing: nobody could sign in, and what is sealed from
 * then on would be lost to whoever brings the old keys back. */
static enum status expect_keys(const struct home *home, struct arena *arena, struct error *error)
{
    const char *path = text_format(arena, "%s/keys.mdb", home->path).data;

    if (ledger_size(home->log) == 0 || access(path, F_OK) == 0)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_UNAVAILABLE, "keys_missing",
        "%s is missing, but the ledger has %llu events: restore it from its backup. (To give up "
        "for ever what it sealed, make an empty file of that name.)",
        path, (unsigned long long)ledger_size(home->log));
}

static enum status open_all(
    struct home *home,
    const struct home_settings *settings,
    struct arena *arena,
    struct error *error)
{
    struct ledger_settings log = {
        .home = home->path,
        .is_read_only = !home->is_owner,
        .reserve_bytes = settings->reserve_bytes,
    };
    enum status status = ledger_open(&log, &home->log, error);

    if (status == STATUS_OK)
        status = expect_keys(home, arena, error);
    if (status == STATUS_OK)
        status = keyring_open(home->path, settings->secret, !home->is_owner, &home->keyring, error);
    if (status == STATUS_OK)
        status = open_database(home, settings, arena, error);
    if (status != STATUS_OK)
        home_close(home);
    return status;
}

enum status home_open(
    const struct home_settings *settings,
    struct arena *arena,
    struct home *out,
    struct error *error)
{
    struct home home = {.is_owner = true};
    enum status status = make_directories(settings->path, arena, error);

    if (status == STATUS_OK)
        status = absolute(settings->path, arena, &home.path, error);
    if (status == STATUS_OK)
        status = open_all(&home, settings, arena, error);
    if (status == STATUS_OK)
        *out = home;
    return status;
}

enum status home_open_beside(
    const struct home_settings *settings,
    struct arena *arena,
    struct home *out,
    struct error *error)
{
    struct home home = {.is_owner = false};
    enum status status = absolute(settings->path, arena, &home.path, error);

    if (status == STATUS_OK)
        status = open_all(&home, settings, arena, error);
    if (status == STATUS_OK)
        *out = home;
    return status;
}

void home_close(struct home *home)
{
    keyring_close(home->keyring);
    ledger_close(home->log);
    cluster_stop(home->cluster);
    *home = (struct home){.path = NULL};
}
