/*
 * Opening a data directory: the lock comes first (with the ledger), so that a second server never touches the
 * first one's PostgreSQL.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/data_dir.h"

#include "core/base/log.h"
#include "core/cluster/cluster.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/home_mark.h"
#include "eventlog/ledger.h"
#include "eventlog/ledger_read.h"
#include "eventlog/seal.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
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

static struct cluster_settings embedded_settings(const struct data_dir *data_dir)
{
    return (struct cluster_settings){
        .home = data_dir->path,
        .name = "fleetledger",
        .alternative = "name a running one by DATABASE_URL",
        .loss = "it holds read models only, which a replay makes again",
    };
}

static enum status open_database(
    struct data_dir *data_dir,
    const struct data_dir_settings *settings,
    struct arena *arena,
    struct error *error)
{
    struct cluster_settings embedded = embedded_settings(data_dir);
    enum status status;

    if (text_is_present(settings->conninfo)) {
        data_dir->conninfo = text_c(arena, settings->conninfo);
        return STATUS_OK;
    }
    if (!data_dir->is_owner) {
        struct text joined;
        status = cluster_join(&embedded, arena, &joined, error);
        if (status == STATUS_OK)
            data_dir->conninfo = joined.data;
        return status;
    }
    status = cluster_start(&embedded, &data_dir->cluster, error);
    if (status != STATUS_OK)
        return status;
    data_dir->conninfo = cluster_conninfo(data_dir->cluster);
    if (cluster_set_aside(data_dir->cluster)[0] != '\0')
        log_warning(
            "postgres.set_aside", log_c("home", data_dir->path),
            log_c("kept_as", cluster_set_aside(data_dir->cluster)),
            log_int64("ms", cluster_made_anew_ms(data_dir->cluster)),
            log_c("now", "the read models are made again"));
    return STATUS_OK;
}

/* Does a file of the home hold anything? */
static bool is_filled(const struct data_dir *data_dir, const char *name, struct arena *arena)
{
    struct stat file;

    return stat(text_format(arena, "%s/%s", data_dir->path, name).data, &file) == 0 &&
           (file.st_size > 0 || S_ISDIR(file.st_mode));
}

/* A first start makes the ledger before everything else: where something is there without it, it was
 * lost, and a new one would empty what was made from it. */
static enum status
expect_ledger(const struct data_dir *data_dir, struct arena *arena, struct error *error)
{
    static const char *const made_later[] = {
        "keys.mdb", "model.mdb", "index.mdb", "telemetry.mdb", "postgres/data"};

    if (is_filled(data_dir, "ledger.mdb", arena))
        return STATUS_OK;
    for (size_t i = 0; i < COUNT_OF(made_later); i++) {
        if (is_filled(data_dir, made_later[i], arena))
            return error_set_code(
                error, STATUS_UNAVAILABLE, "ledger_missing",
                "%s/ledger.mdb is missing or empty, but %s beside it is not: restore ledger.mdb from its "
                "backup. To begin a new ledger, set FLEETLEDGER_HOME to an empty directory.",
                data_dir->path, made_later[i]);
    }
    return STATUS_OK;
}

/* The key of a person is made for an event that stands behind the first one. */
static enum status expect_events(const struct data_dir *data_dir, struct error *error)
{
    bool has_subjects = false;
    enum status status = keyring_has_subjects(data_dir->keyring, &has_subjects, error);

    if (status != STATUS_OK || !has_subjects || ledger_size(data_dir->log) > 0)
        return status;
    return error_set_code(
        error, STATUS_UNAVAILABLE, "ledger_missing",
        "%s/ledger.mdb holds no event, but keys.mdb beside it has keys of people: restore ledger.mdb "
        "from its backup. To begin a new ledger, set FLEETLEDGER_HOME to an empty directory.",
        data_dir->path);
}

/* Fresh keys for an old ledger would open nothing: nobody could sign in, and what is sealed from
 * then on would be lost to whoever brings the old keys back. */
static enum status
expect_keys(const struct data_dir *data_dir, struct arena *arena, struct error *error)
{
    if (ledger_size(data_dir->log) == 0 || is_filled(data_dir, "keys.mdb", arena))
        return STATUS_OK;
    return error_set_code(
        error, STATUS_UNAVAILABLE, "keys_missing",
        "%s/keys.mdb is missing or empty, but the ledger has %llu events: restore it from its backup.",
        data_dir->path, (unsigned long long)ledger_size(data_dir->log));
}

/* Other keys would make other digests: everybody would be a stranger, and every e-mail address free. */
static enum status
expect_own_keys(const struct data_dir *data_dir, struct arena *arena, struct error *error)
{
    const struct ledger_opened *opened;
    uint8_t ids[KEYRING_OWN_IDS_SIZE];
    struct record record;
    enum status status;

    if (ledger_size(data_dir->log) == 0)
        return STATUS_OK;
    status = ledger_read_one(data_dir->log, (struct position){0}, arena, &record, error);
    if (status != STATUS_OK)
        return status;
    keyring_own_ids(data_dir->keyring, ids);
    opened = record.type == &ledger_opened_event ? record.event : NULL;
    if (opened != NULL && bytes_equal(opened->key_ids, (struct bytes){ids, sizeof(ids)}))
        return STATUS_OK;
    return error_set_code(
        error, STATUS_UNAVAILABLE, "keys_foreign",
        "keys.mdb in %s was not made with this ledger: restore the keys.mdb that belongs to it.",
        data_dir->path);
}

static enum status open_all(
    struct data_dir *data_dir,
    const struct data_dir_settings *settings,
    struct arena *arena,
    struct error *error)
{
    struct ledger_settings log = {
        .home = data_dir->path,
        .is_read_only = !data_dir->is_owner,
        .is_following = home_mark_is_set(data_dir->path, HOME_FOLLOWS) ||
                        home_mark_is_set(data_dir->path, HOME_PROMOTING),
        .reserve_bytes = settings->reserve_bytes,
    };
    enum status status = data_dir->is_owner ? expect_ledger(data_dir, arena, error) : STATUS_OK;

    if (status == STATUS_OK)
        status = ledger_open(&log, &data_dir->log, error);
    if (status == STATUS_OK)
        status = expect_keys(data_dir, arena, error);
    if (status == STATUS_OK)
        status = keyring_open_with(
            &(struct keyring_settings){
                .home = data_dir->path,
                .secret = settings->secret,
                .former = settings->former_secret,
                .is_read_only = !data_dir->is_owner},
            &data_dir->keyring, error);
    if (status == STATUS_OK)
        status = expect_own_keys(data_dir, arena, error);
    if (status == STATUS_OK)
        status = expect_events(data_dir, error);
    if (status == STATUS_OK)
        status = open_database(data_dir, settings, arena, error);
    if (status != STATUS_OK)
        data_dir_close(data_dir);
    return status;
}

enum status data_dir_open(
    const struct data_dir_settings *settings,
    struct arena *arena,
    struct data_dir *out,
    struct error *error)
{
    struct data_dir data_dir = {.is_owner = true};
    enum status status = make_directories(settings->path, arena, error);

    if (status == STATUS_OK)
        status = absolute(settings->path, arena, &data_dir.path, error);
    if (status == STATUS_OK)
        status = open_all(&data_dir, settings, arena, error);
    if (status == STATUS_OK)
        *out = data_dir;
    return status;
}

enum status data_dir_open_beside(
    const struct data_dir_settings *settings,
    struct arena *arena,
    struct data_dir *out,
    struct error *error)
{
    struct data_dir data_dir = {.is_owner = false};
    enum status status = absolute(settings->path, arena, &data_dir.path, error);

    if (status == STATUS_OK)
        status = open_all(&data_dir, settings, arena, error);
    if (status == STATUS_OK)
        *out = data_dir;
    return status;
}

enum status data_dir_has_ledger(const struct data_dir_settings *settings, struct error *error)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof(path), "%s/ledger.mdb", settings->path);

    if (length > 0 && (size_t)length < sizeof(path) && access(path, F_OK) == 0)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_NOT_FOUND, "ledger_missing",
        "There is no ledger in %.300s. Set FLEETLEDGER_HOME to the home of one.", settings->path);
}

enum status data_dir_open_either(
    const struct data_dir_settings *settings,
    struct arena *arena,
    struct data_dir *out,
    struct error *error)
{
    struct error why = {0};
    enum status status = data_dir_has_ledger(settings, error);

    if (status != STATUS_OK)
        return status;
    status = data_dir_open(settings, arena, out, &why);
    if (status == STATUS_CONFLICT && text_is(text_from(why.code), "home_in_use"))
        return data_dir_open_beside(settings, arena, out, error);
    if (status != STATUS_OK && error != NULL)
        *error = why;
    return status;
}

void data_dir_close(struct data_dir *data_dir)
{
    keyring_close(data_dir->keyring);
    ledger_close(data_dir->log);
    cluster_stop(data_dir->cluster);
    *data_dir = (struct data_dir){.path = NULL};
}
