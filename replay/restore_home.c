/*
 * The home and the place aside: what is there before is kept, and what is there after is whole.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/restore_internal.h"
#include "replay/workspace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum status restore_system_error(struct error *error, const char *path, const char *what)
{
    return error_set_code(
        error, errno == ENOSPC ? STATUS_FULL : STATUS_UNAVAILABLE, "home_unusable",
        "%s cannot be %s: %s", path, what, strerrordesc_np(errno));
}

static bool is_empty(const char *path)
{
    DIR *entries = opendir(path);
    const struct dirent *entry;
    bool is_nothing = entries != NULL;

    while (is_nothing && (entry = readdir(entries)) != NULL)
        is_nothing = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    if (entries != NULL)
        closedir(entries);
    return is_nothing;
}

enum status restore_expect_unused(const struct restore *restore, struct error *error)
{
    struct stat found;

    if (lstat(restore->home, &found) != 0)
        return errno == ENOENT ? STATUS_OK
                               : restore_system_error(error, restore->home, "looked at");
    if (S_ISDIR(found.st_mode) && is_empty(restore->home))
        return STATUS_OK;
    return error_set_code(
        error, STATUS_CONFLICT, "home_used",
        "%s is not empty: nothing is restored over what is there. Move it away, or name another home by "
        "--home",
        restore->home);
}

/* What a killed restore left there is of no use: the backup has it all. */
enum status restore_begin(struct restore *restore, struct error *error)
{
    if (mkdir(restore->aside, 0700) != 0 && errno != EEXIST)
        return restore_system_error(error, restore->aside, "made");
    return workspace_take(restore->aside, "restore", &restore->aside_at, error);
}

/* What is done stands under another name now, and stays. */
void restore_end(struct restore *restore, bool is_done)
{
    if (restore->aside_at < 0)
        return;
    if (is_done)
        workspace_unlock(restore->aside_at);
    else
        workspace_leave(restore->aside, restore->aside_at);
}

static enum status sync_file(const char *path, struct error *error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool is_synced = file >= 0 && fsync(file) == 0;

    if (file >= 0)
        close(file);
    return is_synced ? STATUS_OK : restore_system_error(error, path, "synced");
}

static const char *parent_of(struct restore *restore)
{
    const char *slash = strrchr(restore->home, '/');

    if (slash == NULL)
        return ".";
    if (slash == restore->home)
        return "/";
    return text_format(restore->arena, "%.*s", (int)(slash - restore->home), restore->home).data;
}

/* A home that was made for another user stays that user's. */
static void give_to_owner(const struct restore *restore)
{
    struct stat owner;
    DIR *entries;
    const struct dirent *entry;

    if (geteuid() != 0 || stat(restore->home, &owner) != 0 || owner.st_uid == 0)
        return;
    entries = opendir(restore->aside);
    while (entries != NULL && (entry = readdir(entries)) != NULL) {
        if (strcmp(entry->d_name, "..") != 0)
            (void)!fchownat(
                restore->aside_at, entry->d_name, owner.st_uid, owner.st_gid, AT_SYMLINK_NOFOLLOW);
    }
    if (entries != NULL)
        closedir(entries);
}

enum status restore_put_in_place(struct restore *restore, struct error *error)
{
    static const char *const files[] = {"ledger.mdb", "keys.mdb", "checkpoints.mdb"};
    enum status status = failpoint_pass(FAILPOINT_RESTORE, error);

    for (size_t i = 0; i < COUNT_OF(files) && status == STATUS_OK; i++)
        status =
            sync_file(text_format(restore->arena, "%s/%s", restore->aside, files[i]).data, error);
    if (status == STATUS_OK)
        status = sync_file(restore->aside, error);
    if (status == STATUS_OK)
        status = failpoint_pass(FAILPOINT_RESTORE, error);
    if (status != STATUS_OK)
        return status;
    give_to_owner(restore);
    if (rename(restore->aside, restore->home) != 0)
        return restore_system_error(error, restore->home, "put in its place");
    failpoint_reach(FAILPOINT_RESTORE);
    return sync_file(parent_of(restore), error);
}
