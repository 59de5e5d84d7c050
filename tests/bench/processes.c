/*
 * Reading /proc.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/processes.h"

#include "core/base/timestamp.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { MOST_PROCESSES = 32768, PATH_SIZE = 96 };

/* The first number of a schedstat: nanoseconds on a processor. Negative without one. */
static double processor_us(const char *path)
{
    FILE *file = fopen(path, "re");
    long long ns = -1;

    if (file == NULL)
        return -1;
    if (fscanf(file, "%lld", &ns) != 1)
        ns = -1;
    fclose(file);
    return ns < 0 ? -1 : (double)ns / 1000;
}

static void read_name(const char *path, char out[THREAD_NAME_SIZE])
{
    FILE *file = fopen(path, "re");

    out[0] = '\0';
    if (file == NULL)
        return;
    if (fgets(out, THREAD_NAME_SIZE, file) != NULL)
        out[strcspn(out, "\n")] = '\0';
    fclose(file);
}

static void add_thread(struct thread_times *times, const char *name, double us)
{
    size_t i = 0;

    times->all_us += us;
    while (i < times->count && strcmp(times->items[i].name, name) != 0)
        i++;
    if (i == MOST_THREAD_NAMES)
        return; /* in the sum all the same */
    if (i == times->count)
        snprintf(times->items[times->count++].name, THREAD_NAME_SIZE, "%s", name);
    times->items[i].us += us;
}

enum status processes_thread_times(pid_t process, struct thread_times *out, struct error *error)
{
    char path[PATH_SIZE];
    char name[THREAD_NAME_SIZE];
    DIR *threads;
    struct dirent *entry;

    snprintf(path, sizeof(path), "/proc/%d/task", (int)process);
    threads = opendir(path);
    *out = (struct thread_times){.count = 0};
    while (threads != NULL && (entry = readdir(threads)) != NULL) {
        double us;
        snprintf(path, sizeof(path), "/proc/%d/task/%.16s/schedstat", (int)process, entry->d_name);
        us = processor_us(path);
        if (us < 0)
            continue; /* "." and "..", and threads that have just ended */
        snprintf(path, sizeof(path), "/proc/%d/task/%.16s/comm", (int)process, entry->d_name);
        read_name(path, name);
        add_thread(out, name, us);
    }
    if (threads != NULL)
        closedir(threads);
    if (out->count == 0)
        return error_set(
            error, STATUS_UNAVAILABLE, "no processor time of process %d (CONFIG_SCHED_INFO)",
            (int)process);
    return STATUS_OK;
}

double thread_times_of(const struct thread_times *times, const char *name)
{
    for (size_t i = 0; i < times->count; i++) {
        if (strcmp(times->items[i].name, name) == 0)
            return times->items[i].us;
    }
    return 0;
}

/* What the kernel tells of a process in a line "pid (name) state parent …". */
struct process_stat {
    pid_t parent;
    double ended_us; /* processor time of children that have ended, in steps of a clock tick */
};

/* False when the process is gone. */
static bool read_stat(pid_t process, struct process_stat *out)
{
    char path[PATH_SIZE];
    char line[512];
    const char *after_name = NULL;
    FILE *file;
    int parent = 0;
    long long user = 0;
    long long system = 0;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)process);
    file = fopen(path, "re");
    if (file == NULL)
        return false;
    if (fgets(line, sizeof(line), file) != NULL)
        after_name = strrchr(line, ')');
    fclose(file);
    if (after_name == NULL ||
        sscanf(
            after_name, ") %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %lld %lld", &parent,
            &user, &system) != 3)
        return false;
    out->parent = parent;
    out->ended_us = (double)(user + system) * US_PER_S / (double)sysconf(_SC_CLK_TCK);
    return true;
}

static pid_t parent_of(pid_t process)
{
    struct process_stat stat;

    return read_stat(process, &stat) ? stat.parent : 0;
}

/* Calls `visit` for every process, until it says that this is enough. */
static void each_process(bool (*visit)(pid_t process, void *context), void *context)
{
    DIR *all = opendir("/proc");
    struct dirent *entry;
    bool goes_on = true;

    while (all != NULL && goes_on && (entry = readdir(all)) != NULL) {
        int64_t process;
        if (text_to_int64(text_from(entry->d_name), &process))
            goes_on = visit((pid_t)process, context);
    }
    if (all != NULL)
        closedir(all);
}

struct family {
    pid_t root;
    double us;
    int64_t private_bytes;
};

static bool descends_from(pid_t process, pid_t root)
{
    while (process > 1 && process != root)
        process = parent_of(process);
    return process == root;
}

static bool add_member(pid_t process, void *context)
{
    struct family *family = context;
    char path[PATH_SIZE];
    struct process_stat stat;
    double us;

    if (!descends_from(process, family->root))
        return true;
    snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)process);
    us = processor_us(path);
    if (us > 0)
        family->us += us;
    if (read_stat(process, &stat))
        family->us += stat.ended_us;
    return true;
}

double processes_family_us(pid_t root)
{
    struct family family = {.root = root};

    each_process(add_member, &family);
    return family.us;
}

static double used_us(int who)
{
    struct rusage used;

    if (getrusage(who, &used) != 0)
        return 0;
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * US_PER_S +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

double processes_own_us(void)
{
    return used_us(RUSAGE_SELF);
}

double processes_thread_us(void)
{
    return used_us(RUSAGE_THREAD);
}

struct wanted_child {
    pid_t parent;
    const char *name;
    pid_t found;
};

static bool is_other(pid_t process, void *context)
{
    struct wanted_child *wanted = context;
    char path[PATH_SIZE];
    char name[THREAD_NAME_SIZE];

    if (parent_of(process) != wanted->parent)
        return true;
    snprintf(path, sizeof(path), "/proc/%d/comm", (int)process);
    read_name(path, name);
    if (strcmp(name, wanted->name) != 0)
        return true;
    wanted->found = process;
    return false;
}

pid_t processes_child(pid_t parent, const char *name)
{
    struct wanted_child wanted = {.parent = parent, .name = name};

    each_process(is_other, &wanted);
    return wanted.found;
}

int64_t processes_private_bytes(pid_t process)
{
    char path[PATH_SIZE];
    FILE *file;
    long long resident = 0;
    long long shared = 0;

    snprintf(path, sizeof(path), "/proc/%d/statm", (int)process);
    file = fopen(path, "re");
    if (file == NULL)
        return 0;
    if (fscanf(file, "%*s %lld %lld", &resident, &shared) != 2)
        resident = shared = 0;
    fclose(file);
    return (resident - shared) * sysconf(_SC_PAGESIZE);
}

static bool add_memory(pid_t process, void *context)
{
    struct family *family = context;

    if (descends_from(process, family->root))
        family->private_bytes += processes_private_bytes(process);
    return true;
}

int64_t processes_family_private_bytes(pid_t root)
{
    struct family family = {.root = root};

    each_process(add_memory, &family);
    return family.private_bytes;
}
