/*
 * Programs that a row starts and ends: the server, Redis. They end with this program, however that
 * ends.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_PROGRAM_H
#define TESTS_BENCH_PROGRAM_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Starts argv[0] (a path, or a name to be looked for), with all that it prints in a file.
 * `environment` NULL: this program's. STATUS_UNAVAILABLE when no process can be made; a program that
 * is missing ends at once. */
MUST_USE enum status program_start(
    const char *const *argv,
    const char *const *environment,
    const char *log,
    pid_t *out,
    struct error *error);

/* Has it ended? Once that is true it must not be asked again. */
bool program_has_ended(pid_t program);

/* Waits; STATUS_INVALID with another exit code than 0, STATUS_TIMED_OUT (and an end by force). */
MUST_USE enum status program_wait(pid_t program, int patience_s, struct error *error);

/* What it printed: the beginning of that file, up to 64 KiB, in the arena. */
struct text program_said(const char *log, struct arena *arena);

/* SIGTERM; after a minute SIGKILL. Does nothing for 0. */
void program_stop(pid_t program);
/* The same by SIGINT, which ends PostgreSQL and its sessions. */
void program_interrupt(pid_t program);

/* Between two looks at something that takes its time: 5 ms. */
void program_wait_a_little(void);

#endif
