/*
 * Before the private PostgreSQL can start: its user, its directory, its binaries, its data.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/random.h"
#include "core/cluster/cluster_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LOOK_MS = 50,
    NEWEST_VERSION_TRIED = 40,
    INITDB_TIMEOUT_MS = 120000,
    REMOVE_TIMEOUT_MS = 60000,
    MOST_UNFINISHED = 16,
};

enum status cluster_choose_user(const char *directory, struct child_user *out, struct error *error)
{
    struct stat st;
    const struct passwd *entry;

    if (geteuid() != 0) {
        *out = (struct child_user){.uid = geteuid(), .gid = getegid()};
        return STATUS_OK;
    }
    if (lstat(directory, &st) == 0 && st.st_uid != 0) {
        *out = (struct child_user){.uid = st.st_uid, .gid = st.st_gid, .is_other = true};
        return STATUS_OK;
    }
    entry = getpwnam("postgres");
    if (entry == NULL)
        entry = getpwnam("nobody");
    if (entry == NULL || entry->pw_uid == 0)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "database_unavailable",
            "PostgreSQL does not run as root, and there is no user \"postgres\" or \"nobody\" for "
            "it: add one, or run as an ordinary user");
    *out = (struct child_user){.uid = entry->pw_uid, .gid = entry->pw_gid, .is_other = true};
    return STATUS_OK;
}

/* Lets the server's user through our own home, by its group where that takes nothing from the
 * group that is there. */
static bool open_home(const char *home, const struct child_user *user)
{
    struct stat st;

    if (stat(home, &st) != 0 || st.st_uid != geteuid())
        return false;
    if (st.st_gid != user->gid && (st.st_mode & S_IRWXG) != 0)
        return chmod(home, (st.st_mode & 07777) | S_IXOTH) == 0;
    return chown(home, (uid_t)-1, user->gid) == 0 &&
           chmod(home, (st.st_mode & 07777) | S_IXGRP) == 0;
}

static enum status check_reach(const struct cluster_setup *setup, struct error *error)
{
    const struct child_user *user = &setup->user;
    int blocked = child_blocked_at(setup->directory, user);

    if (blocked > 0 && (size_t)blocked == strlen(setup->home) && open_home(setup->home, user))
        blocked = child_blocked_at(setup->directory, user);
    if (blocked == 0)
        return STATUS_OK;
    if (blocked < 0)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "database_unavailable",
            "no process for PostgreSQL could be started as user number %u", user->uid);
    return error_set_code(
        error, STATUS_UNAVAILABLE, "database_unavailable",
        "PostgreSQL must run as user number %u, which may not enter %.*s: allow it (chmod o+x), "
        "choose another home directory, or %s",
        user->uid, blocked, setup->directory, setup->settings->alternative);
}

/* The part of a path before its last slash that exists; "/" in the end. */
static void cut_to_existing_parent(char *path)
{
    struct stat st;

    do {
        char *slash = strrchr(path, '/');
        if (slash == NULL || slash == path) {
            path[1] = '\0';
            return;
        }
        *slash = '\0';
    } while (stat(path, &st) != 0);
}

bool cluster_can_live_in(const char *home)
{
    char parent[PATH_MAX];
    struct child_user user = {0};

    if (home[0] != '/' || strlen(home) >= sizeof(parent) ||
        cluster_choose_user(home, &user, NULL) != STATUS_OK || !user.is_other)
        return true; /* what else may be wrong is told when it starts */
    snprintf(parent, sizeof(parent), "%s", home);
    cut_to_existing_parent(parent);
    return child_blocked_at(parent, &user) == 0;
}

enum status cluster_prepare_directory(const struct cluster_setup *setup, struct error *error)
{
    const struct child_user *user = &setup->user;
    struct stat st;

    if (mkdir(setup->directory, 0700) != 0 && errno != EEXIST)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "database_unavailable", "%s cannot be made: %s",
            setup->directory, strerrordesc_np(errno));
    if (lstat(setup->directory, &st) != 0 || !S_ISDIR(st.st_mode))
        return error_set_code(
            error, STATUS_UNAVAILABLE, "database_unavailable", "%s is not a directory",
            setup->directory);
    /* Fresh, or left by a run that ended between the two calls. */
    if (user->is_other && st.st_uid == 0 && lchown(setup->directory, user->uid, user->gid) != 0)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "database_unavailable", "%s cannot be given to user %u: %s",
            setup->directory, user->uid, strerrordesc_np(errno));
    if (!user->is_other && st.st_uid != user->uid)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "database_unavailable",
            "%s belongs to user number %u, not to us: run as that user or as root, or remove it (%s)",
            setup->directory, st.st_uid, setup->settings->loss);
    return user->is_other ? check_reach(setup, error) : STATUS_OK;
}

static bool has_programs(const char *folder)
{
    static const char *const programs[] = {"initdb", "postgres"};
    char path[PATH_MAX];

    for (size_t i = 0; i < 2; i++) {
        int size = snprintf(path, sizeof(path), "%s/%s", folder, programs[i]);
        if (folder[0] != '/' || size < 0 || (size_t)size >= sizeof(path) || access(path, X_OK) != 0)
            return false;
    }
    return true;
}

/* Where the packages of Debian's and of Red Hat's families put a version. */
static const char *find_version(struct arena *arena, int version)
{
    const char *folder = text_format(arena, "/usr/lib/postgresql/%d/bin", version).data;

    if (has_programs(folder))
        return folder;
    folder = text_format(arena, "/usr/pgsql-%d/bin", version).data;
    return has_programs(folder) ? folder : NULL;
}

static const char *find_in_path(struct arena *arena)
{
    struct text rest = text_from(getenv("PATH"));

    while (text_is_present(rest)) {
        const char *folder = text_c(arena, text_cut(&rest, ':'));
        if (has_programs(folder))
            return folder;
    }
    return NULL;
}

/* The major version that made the data, or 0 when there are none. */
static int data_version(struct arena *arena, const char *data)
{
    char content[16] = "";
    int file =
        open(text_format(arena, "%s/PG_VERSION", data).data, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    int64_t version = 0;
    ssize_t size;

    if (file < 0)
        return 0;
    size = read(file, content, sizeof(content) - 1);
    close(file);
    if (size <= 0 || !text_to_int64(text_trim((struct text){content, (size_t)size}), &version))
        return 0;
    return version > 0 && version < 1000 ? (int)version : 0;
}

enum status cluster_find_binaries(struct cluster_setup *setup, struct error *error)
{
    struct arena *arena = setup->arena;
    int made_by = data_version(arena, setup->data);
    int newest = made_by == 0 ? NEWEST_VERSION_TRIED : made_by;
    int oldest = made_by == 0 ? LEAST_POSTGRES_VERSION : made_by;
    const char *found = NULL;

    for (int version = newest; version >= oldest && found == NULL; version--)
        found = find_version(arena, version);
    if (found == NULL)
        found = find_in_path(arena);
    if (found == NULL && made_by != 0)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "database_unavailable",
            "%s was made by PostgreSQL %d, which is not installed: install it, or remove that "
            "folder (%s)",
            setup->data, made_by, setup->settings->loss);
    if (found == NULL)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "database_unavailable",
            "PostgreSQL %d or newer is not installed: install it (on Debian: apt-get install "
            "postgresql), or %s",
            LEAST_POSTGRES_VERSION, setup->settings->alternative);
    setup->binaries = found;
    return STATUS_OK;
}

/* False when it takes too long, or when we are asked to end. */
static bool ends_in_time(pid_t pid, int timeout_ms, int *how)
{
    for (int waited = 0; waited < timeout_ms && !child_is_end_asked(); waited += LOOK_MS) {
        if (child_ends_within(pid, LOOK_MS, how))
            return true;
    }
    return false;
}

static enum status run_program(const struct child_order *order, int timeout_ms, struct error *error)
{
    pid_t pid = child_start(order);
    int how = -1;

    if (pid > 0 && ends_in_time(pid, timeout_ms, &how) && how == 0)
        return STATUS_OK;
    if (pid > 0 && how == -1 && kill(pid, SIGKILL) == 0)
        child_ends_within(pid, 1000, NULL);
    if (child_is_end_asked())
        return error_set_code(
            error, STATUS_TIMED_OUT, "stopped", "interrupted while PostgreSQL was set up");
    return error_set_code(
        error, STATUS_UNAVAILABLE, "database_unavailable", "%s failed", order->argv[0]);
}

/* What runs that were killed have left of data that were never whole. */
static void remove_unfinished(const struct cluster_setup *setup)
{
    const char *argv[MOST_UNFINISHED + 3] = {"/bin/rm", "-rf"};
    const struct child_order order = {
        .argv = argv, .log = setup->log, .user = setup->user, .death_signal = SIGTERM};
    DIR *all = opendir(setup->directory);
    size_t count = 2;

    for (struct dirent *entry = all == NULL ? NULL : readdir(all);
         entry != NULL && count < MOST_UNFINISHED + 2; entry = readdir(all)) {
        if (strncmp(entry->d_name, "data.new", strlen("data.new")) == 0)
            argv[count++] =
                text_format(setup->arena, "%s/%s", setup->directory, entry->d_name).data;
    }
    if (all != NULL)
        closedir(all);
    /* What stays takes room and does no harm. */
    if (count > 2)
        (void)!run_program(&order, REMOVE_TIMEOUT_MS, NULL);
}

/* Under a name of its own each time: the initdb of a run that was killed may still be clearing up. */
static const char *unfinished_name(const struct cluster_setup *setup)
{
    char id[UUID_TEXT_SIZE];

    uuid_print(uuid_new(), id);
    return text_format(setup->arena, "%s.new-%s", setup->data, id).data;
}

/* Letters of all scripts are letters, for its indexes of words; order is that of bytes. */
static const char *letters_locale(void)
{
    locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);

    if (locale == (locale_t)0)
        return "--lc-ctype=C";
    freelocale(locale);
    return "--lc-ctype=C.UTF-8";
}

enum status cluster_make_data(const struct cluster_setup *setup, struct error *error)
{
    const char *fresh = unfinished_name(setup);
    const char *initdb = text_format(setup->arena, "%s/initdb", setup->binaries).data;
    const char *const make[] = {
        initdb,
        "-D",
        fresh,
        "-U",
        setup->settings->name,
        "-E",
        "UTF8",
        "--locale=C",
        letters_locale(),
        "--auth=trust",
        setup->settings->is_disposable ? "--no-sync" : NULL,
        NULL};
    const struct child_order order = {
        .argv = make, .log = setup->log, .user = setup->user, .death_signal = SIGTERM};
    off_t from = cluster_log_end(setup->log);
    enum status status = run_program(&order, INITDB_TIMEOUT_MS, error);

    if (status != STATUS_OK) {
        error_context(error, "\"%s\"", cluster_log_tail(setup->arena, setup->log, from));
        return status;
    }
    if (rename(fresh, setup->data) != 0)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "database_unavailable", "%s cannot be renamed: %s", fresh,
            strerrordesc_np(errno));
    remove_unfinished(setup);
    return STATUS_OK;
}
