/*
 * Finding the private PostgreSQL that another process of ours has started: by the file that the
 * server itself writes, postmaster.pid, whose lines are
 *
 *   process · data directory · start time · port · socket directory · address · memory · state
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/cluster/cluster_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGEST_NOTE = 8192, SOCKET_LINE = 4 };

static bool is_of_user(pid_t pid, uid_t uid)
{
    char path[64];
    struct stat st;

    snprintf(path, sizeof(path), "/proc/%d", (int)pid);
    return stat(path, &st) == 0 && st.st_uid == uid;
}

/* Where the process works; absent, and errno says why, where that cannot be seen. */
static struct text directory_of(pid_t pid, char out[PATH_MAX])
{
    char link[64];
    ssize_t size;

    snprintf(link, sizeof(link), "/proc/%d/cwd", (int)pid);
    size = readlink(link, out, PATH_MAX);
    return (struct text){size > 0 ? out : NULL, size > 0 ? (size_t)size : 0};
}

bool cluster_is_server(const char *data, uid_t uid, pid_t pid)
{
    char directory[PATH_MAX];

    return is_of_user(pid, uid) && text_is(directory_of(pid, directory), data);
}

/* A unit with PrivateUsers= hides where its processes work, from their own user too. Whoever joins
 * believes the file then: where it is wrong, connecting fails. */
static bool may_be_server(const char *data, uid_t uid, pid_t pid)
{
    char directory[PATH_MAX];

    if (cluster_is_server(data, uid, pid))
        return true;
    return is_of_user(pid, uid) && directory_of(pid, directory).data == NULL && errno == EACCES;
}

bool pidfile_read(struct arena *arena, const char *path, struct pidfile *out)
{
    char *content = arena_take(arena, LARGEST_NOTE);
    int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct pidfile pidfile = {.pid = 0};
    int64_t pid = 0;
    struct text rest;
    ssize_t size;

    if (file < 0)
        return false;
    size = read(file, content, LARGEST_NOTE);
    close(file);
    rest = (struct text){content, size > 0 ? (size_t)size : 0};
    if (!text_to_int64(text_trim(text_cut(&rest, '\n')), &pid) || pid <= 1 || pid > INT_MAX)
        return false;
    for (int line = 1; line <= SOCKET_LINE; line++)
        pidfile.socket_directory = text_cut(&rest, '\n');
    if (!text_is_present(rest))
        pidfile.socket_directory = rest; /* that line is not whole yet */
    pidfile.pid = (pid_t)pid;
    *out = pidfile;
    return true;
}

bool cluster_path_is_plain(const char *path)
{
    for (; *path != '\0'; path++) {
        if ((*path < 'a' || *path > 'z') && (*path < 'A' || *path > 'Z') &&
            (*path < '-' || *path > '9') && *path != '_')
            return false;
    }
    return true;
}

struct text cluster_conninfo_of(
    struct arena *arena, const char *socket_directory, const char *name, const char *database)
{
    return text_format(
        arena, "host=%s port=5432 dbname=%s user=%s sslmode=disable gssencmode=disable",
        socket_directory, database, name);
}

static enum status none_runs(const char *home, const char *why, struct error *error)
{
    return error_set_code(
        error, STATUS_UNAVAILABLE, "database_unavailable",
        "the PostgreSQL of the server that runs in %s cannot be joined: %s", home, why);
}

enum status cluster_join(
    const struct cluster_settings *settings,
    struct arena *arena,
    struct text *out_conninfo,
    struct error *error)
{
    const char *home = settings->home;
    struct text data = text_format(arena, "%s/postgres/data", home);
    struct text path = text_format(arena, "%s/postmaster.pid", data.data);
    struct pidfile pidfile;
    const char *directory;
    struct stat st;

    if (stat(data.data, &st) != 0 || access(data.data, R_OK | X_OK) != 0)
        return none_runs(home, "there is none, or its directory is another user's", error);
    if (!pidfile_read(arena, path.data, &pidfile) ||
        !may_be_server(data.data, st.st_uid, pidfile.pid))
        return none_runs(home, "it does not run", error);
    directory = text_c(arena, pidfile.socket_directory);
    if (directory[0] != '/' || !cluster_path_is_plain(directory))
        return none_runs(home, "it is only just starting", error);
    *out_conninfo = cluster_conninfo_of(arena, directory, settings->name, settings->name);
    return STATUS_OK;
}
