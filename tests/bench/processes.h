/*
 * What processes have used, as the kernel tells below /proc: processor time by the names of threads,
 * and memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_PROCESSES_H
#define TESTS_BENCH_PROCESSES_H

#include "core/base/error.h"

#include <stdint.h>
#include <sys/types.h>

enum { MOST_THREAD_NAMES = 24, THREAD_NAME_SIZE = 16 };

/* Processor time since the threads began, µs. */
struct thread_times {
    struct {
        char name[THREAD_NAME_SIZE];
        double us;
    } items[MOST_THREAD_NAMES];
    size_t count;
    double all_us;
};

/* Of a process, threads of the same name together. STATUS_UNAVAILABLE when it is gone, or when the
 * kernel keeps no schedstat. */
MUST_USE enum status
processes_thread_times(pid_t process, struct thread_times *out, struct error *error);

/* Of all names but those listed (NULL-ended); of one name. */
double thread_times_of(const struct thread_times *times, const char *name);

/* Of a process and all that descend from it, those that have ended included. */
double processes_family_us(pid_t root);

/* Of the calling process, and of the calling thread. */
double processes_own_us(void);
double processes_thread_us(void);

/* The child of a process whose command is called so, or 0. */
pid_t processes_child(pid_t parent, const char *name);

/* Resident memory in bytes without pages of files and shared ones; 0 when it is gone. The second is
 * of a process and all that descend from it. */
int64_t processes_private_bytes(pid_t process);
int64_t processes_family_private_bytes(pid_t root);

#endif
