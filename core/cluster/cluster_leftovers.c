/*
 * What an earlier run left behind, and what keeps a new one from starting.
 *
 *   the server of postmaster.pid, ours ──SIGINT──► 10 s ──SIGQUIT──► 5 s ─┐
 *   processes of PostgreSQL that work on these data, its child or not ◄───┘ SIGKILL, 5 s
 *   a postmaster.pid that still names a process: removed, since PostgreSQL would believe it
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "core/cluster/cluster_internal.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LOOK_MS = 20 };

static bool is_our_server(const struct cluster_setup *setup, pid_t pid)
{
    return cluster_is_server(setup->data, setup->user.uid, pid);
}

/* Not our child, so it cannot be waited for. */
static bool is_gone_within(const struct cluster_setup *setup, pid_t pid, int timeout_ms)
{
    int64_t deadline = monotonic_us() + (int64_t)timeout_ms * US_PER_MS;

    while (is_our_server(setup, pid)) {
        if (monotonic_us() >= deadline)
            return false;
        child_wait_ms(LOOK_MS);
    }
    return true;
}

/* Somebody's shell may stand in the directory, too. */
static bool is_postgres(pid_t pid)
{
    char path[64];
    char name[32] = "";
    ssize_t size = -1;
    int file;

    snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
    file = open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        size = read(file, name, sizeof(name) - 1);
        close(file);
    }
    return size > 0 && strncmp(name, "postgres", 8) == 0;
}

/* How many processes of PostgreSQL on these data were still there to be killed. */
static size_t kill_processes(const struct cluster_setup *setup)
{
    DIR *all = opendir("/proc");
    size_t count = 0;

    for (struct dirent *entry = all == NULL ? NULL : readdir(all); entry != NULL;
         entry = readdir(all)) {
        int64_t pid = 0;
        if (!text_to_int64(text_from(entry->d_name), &pid) || pid <= 1 || pid > INT_MAX ||
            !is_our_server(setup, (pid_t)pid) || !is_postgres((pid_t)pid))
            continue;
        kill((pid_t)pid, SIGKILL);
        count++;
    }
    if (all != NULL)
        closedir(all);
    return count;
}

/* One that is frozen, or whose server has gone without it, keeps the data from being used. */
static enum status end_processes(const struct cluster_setup *setup, struct error *error)
{
    int64_t deadline = monotonic_us() + (int64_t)IMMEDIATE_STOP_MS * US_PER_MS;

    while (kill_processes(setup) > 0) {
        if (monotonic_us() >= deadline)
            return error_set_code(
                error, STATUS_UNAVAILABLE, "database_unavailable",
                "the PostgreSQL that an earlier run left behind in %s cannot be ended: end its "
                "processes, then start again",
                setup->data);
        child_wait_ms(LOOK_MS);
    }
    return STATUS_OK;
}

enum status cluster_end_leftovers(
    const struct cluster_setup *setup,
    const char *pidfile_path,
    const char *socket_lock,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    struct pidfile pidfile;
    bool is_noted = pidfile_read(arena, pidfile_path, &pidfile) && kill(pidfile.pid, 0) == 0;
    enum status status;

    if (is_noted && is_our_server(setup, pidfile.pid)) {
        kill(pidfile.pid, SIGINT);
        if (!is_gone_within(setup, pidfile.pid, FAST_STOP_MS) && is_our_server(setup, pidfile.pid))
            kill(pidfile.pid, SIGQUIT);
        (void)is_gone_within(setup, pidfile.pid, IMMEDIATE_STOP_MS);
    }
    status = end_processes(setup, error);
    if (status == STATUS_OK && is_noted) {
        unlink(pidfile_path);
        unlink(socket_lock);
    }
    return status;
}
