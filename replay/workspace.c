/*
 * The lock is on the directory itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/workspace.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN_DIRECTORIES = 16 };

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    return at->level == 0 ? 0 : remove(path);
}

static void empty(const char *path)
{
    int ignored = nftw(path, remove_entry, OPEN_DIRECTORIES, FTW_DEPTH | FTW_PHYS);

    (void)ignored; /* what cannot be removed is met again when something is made in its place */
}

static enum status
lock_as(const char *path, int flags, const char *what, int *out_lock, struct error *error)
{
    int lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags);

    if (lock < 0)
        return error_set(
            error, STATUS_UNAVAILABLE, "no directory %.300s can be made to work in", path);
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        close(lock);
        return error_set_code(
            error, STATUS_CONFLICT, "at_work", "another %s is at work in %.300s", what, path);
    }
    *out_lock = lock;
    return STATUS_OK;
}

enum status workspace_lock(const char *path, const char *what, int *out_lock, struct error *error)
{
    return lock_as(path, 0, what, out_lock, error);
}

void workspace_unlock(int lock)
{
    if (lock >= 0)
        close(lock);
}

enum status workspace_take(const char *path, const char *what, int *out_lock, struct error *error)
{
    enum status status;

    mkdir(path, 0700); /* where that fails, opening it does, too */
    status = lock_as(path, O_NOFOLLOW, what, out_lock, error);
    if (status == STATUS_OK)
        empty(path);
    return status;
}

void workspace_leave(const char *path, int lock)
{
    empty(path);
    rmdir(path);
    workspace_unlock(lock);
}
