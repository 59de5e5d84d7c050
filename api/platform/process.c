/*
 * Figures of the process from /proc (proc(5)).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/platform/process.h"

#include "core/base/text.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

enum { LONGEST_STAT = 2048, THREADS = 17, VIRTUAL = 20, RESIDENT = 21 };

static struct text read_stat(char *data, size_t size)
{
    int file = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 ? -1 : read(file, data, size);

    if (file >= 0)
        close(file);
    return (struct text){data, got < 0 ? 0 : (size_t)got};
}

/* The fields behind the program's name, which may hold anything and ends at the last bracket. */
static struct text behind_name(struct text stat)
{
    size_t end = stat.size;

    while (end > 0 && stat.data[end - 1] != ')')
        end--;
    return text_slice(stat, end + 1, stat.size);
}

/* Counted from 0 behind the name. */
static double field_of(struct text fields, int index)
{
    int64_t value = 0;

    for (int i = 0; i < index; i++)
        (void)text_cut(&fields, ' ');
    if (!text_to_int64(text_cut(&fields, ' '), &value))
        return 0;
    return (double)value;
}

static double count_open_files(void)
{
    DIR *directory = opendir("/proc/self/fd");
    double count = -1; /* the directory's own */

    if (directory == NULL)
        return 0;
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory))
        count += entry->d_name[0] != '.';
    closedir(directory);
    return count;
}

static double seconds_of(const struct timeval *t)
{
    return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

struct process_stats process_stats(void)
{
    char data[LONGEST_STAT];
    struct text fields = behind_name(read_stat(data, sizeof(data)));
    struct rusage usage = {0};
    struct rlimit files = {0};

    (void)getrusage(RUSAGE_SELF, &usage);
    (void)getrlimit(RLIMIT_NOFILE, &files);
    return (struct process_stats){
        .cpu_seconds = seconds_of(&usage.ru_utime) + seconds_of(&usage.ru_stime),
        .resident_bytes = field_of(fields, RESIDENT) * (double)sysconf(_SC_PAGESIZE),
        .virtual_bytes = field_of(fields, VIRTUAL),
        .threads = field_of(fields, THREADS),
        .open_files = count_open_files(),
        .most_files = (double)files.rlim_cur,
    };
}
