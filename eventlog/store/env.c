/*
 * Opening LMDB environments, and the one table from its errors to our statuses.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/store/env.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "eventlog/store/env_internal.h"
#include "eventlog/store/pages.h"

#include <lmdb.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Every thread that reads takes a slot for the length of a call. */
enum { MOST_READERS = 512 };

#define LEAST_MAP_BYTES ((size_t)64 << 20)

static enum status status_of(int rc)
{
    switch (rc) {
    case MDB_MAP_FULL:
    case ENOSPC:
    case EDQUOT:
        return STATUS_FULL;
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH:
    case MDB_INCOMPATIBLE:
    case MDB_PANIC:
        return STATUS_CORRUPT;
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case EACCES:
    case EPERM:
    case EROFS:
    case ENAMETOOLONG:
    case MDB_READERS_FULL:
        return STATUS_UNAVAILABLE;
    default:
        return STATUS_INTERNAL;
    }
}

enum status store_error(const struct store_env *env, int rc, const char *doing, struct error *error)
{
    const char *why = rc > 0 ? strerrordesc_np(rc) : mdb_strerror(rc);

    if (rc == MDB_NOTFOUND)
        return STATUS_NOT_FOUND;
    return error_set(
        error, status_of(rc), "%s cannot %s: %s", env->name, doing,
        why == NULL ? "unknown error" : why);
}

static int open_at(MDB_env *env, const struct store_settings *settings, size_t map_bytes)
{
    char path[PATH_MAX];
    unsigned flags = MDB_NOSUBDIR | MDB_NOTLS | (settings->is_read_only ? MDB_RDONLY : 0) |
                     (settings->is_unlocked ? MDB_NOLOCK : 0);
    int length = snprintf(path, sizeof(path), "%s/%s", settings->directory, settings->name);
    int rc;

    if (length < 0 || (size_t)length >= sizeof(path))
        return ENAMETOOLONG;
    rc = mdb_env_set_mapsize(env, map_bytes);
    if (rc == 0)
        rc = mdb_env_set_maxdbs(env, settings->most_tables);
    if (rc == 0)
        rc = mdb_env_set_maxreaders(env, MOST_READERS);
    if (rc == 0)
        rc = mdb_env_open(env, path, flags, 0600);
    return rc;
}

/* An environment that failed to open is good for nothing but closing. */
static int open_halving(const struct store_settings *settings, MDB_env **out)
{
    size_t map_bytes = settings->map_bytes;
    int rc;

    for (;;) {
        MDB_env *env;

        rc = mdb_env_create(&env);
        if (rc != 0)
            return rc;
        rc = open_at(env, settings, map_bytes);
        if (rc == 0) {
            *out = env;
            return 0;
        }
        mdb_env_close(env);
        map_bytes /= 2;
        if (rc != ENOMEM || map_bytes < LEAST_MAP_BYTES)
            return rc;
    }
}

/* LMDB sets close-on-exec on its other files, but not on the data. */
static int keep_from_children(MDB_env *env)
{
    int descriptor;
    int rc = mdb_env_get_fd(env, &descriptor);

    if (rc != 0)
        return rc;
    return fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 ? 0 : errno;
}

/* A new file's name must be as durable as what it holds. */
static int sync_directory(const char *directory)
{
    int descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc;

    if (descriptor < 0)
        return errno;
    rc = fsync(descriptor) == 0 ? 0 : errno;
    close(descriptor);
    return rc;
}

enum status
store_open(const struct store_settings *settings, struct store_env **out, struct error *error)
{
    struct store_env *env;
    int dead = 0;
    int rc;

    if (!settings->is_read_only) {
        enum status status = pages_check_file(
            settings->directory, settings->name, settings->is_checked_whole, error);
        if (status != STATUS_OK)
            return status;
    }
    env = heap_new(sizeof(*env));
    env->name = settings->name;
    env->fault_injection = settings->fault_injection;
    env->is_read_only = settings->is_read_only;
    rc = open_halving(settings, &env->env);
    if (rc == 0)
        rc = keep_from_children(env->env);
    if (rc == 0)
        rc = mdb_reader_check(env->env, &dead);
    if (rc == 0 && !settings->is_read_only)
        rc = sync_directory(settings->directory);
    if (rc != 0) {
        enum status status = store_error(env, rc, "be opened", error);
        store_close(env);
        return status;
    }
    *out = env;
    return STATUS_OK;
}

void store_close(struct store_env *env)
{
    if (env == NULL)
        return;
    if (env->env != NULL)
        mdb_env_close(env->env);
    heap_free(env);
}

uint64_t store_used_bytes(struct store_env *env)
{
    MDB_envinfo info;
    MDB_stat stat;

    must(mdb_env_info(env->env, &info) == 0);
    must(mdb_env_stat(env->env, &stat) == 0);
    return ((uint64_t)info.me_last_pgno + 1) * stat.ms_psize;
}

int store_descriptor(struct store_env *env)
{
    int descriptor;

    must(mdb_env_get_fd(env->env, &descriptor) == 0);
    return descriptor;
}
