/*
 * fork and exec.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/program.h"

#include "core/base/timestamp.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STOP_S = 60, MOST_SAID = 64 << 10 };

void program_wait_a_little(void)
{
    const struct timespec step = {.tv_nsec = 5000000};

    nanosleep(&step, NULL);
}

/* In the program; nothing here may allocate. */
NORETURN static void become(const char *const *argv, const char *const *environment, int log)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    /* exec promises to leave them alone, but its prototype is older than const. */
    execvpe(argv[0], (char *const *)(uintptr_t)argv, (char *const *)(uintptr_t)environment);
    _exit(127);
}

enum status program_start(
    const char *const *argv,
    const char *const *environment,
    const char *log,
    pid_t *out,
    struct error *error)
{
    int output = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    pid_t program;

    if (output < 0)
        return error_set(
            error, STATUS_UNAVAILABLE, "%s cannot be written: %s", log, strerrordesc_np(errno));
    program = fork();
    if (program == 0)
        become(argv, environment == NULL ? (const char *const *)environ : environment, output);
    close(output);
    if (program < 0)
        return error_set(error, STATUS_UNAVAILABLE, "%s cannot be started", argv[0]);
    *out = program;
    return STATUS_OK;
}

bool program_has_ended(pid_t program)
{
    return waitpid(program, NULL, WNOHANG) != 0;
}

enum status program_wait(pid_t program, int patience_s, struct error *error)
{
    int64_t until_us = monotonic_us() + patience_s * (int64_t)US_PER_S;
    int how = 0;
    pid_t ended;

    while ((ended = waitpid(program, &how, WNOHANG)) == 0 && monotonic_us() < until_us)
        program_wait_a_little();
    if (ended == 0) {
        program_stop(program);
        return error_set(error, STATUS_TIMED_OUT, "a program does not end in %d s", patience_s);
    }
    if (!WIFEXITED(how) || WEXITSTATUS(how) != 0)
        return error_set(error, STATUS_INVALID, "a program ended with %d", WEXITSTATUS(how));
    return STATUS_OK;
}

struct text program_said(const char *log, struct arena *arena)
{
    char *said = arena_take(arena, MOST_SAID);
    FILE *file = fopen(log, "re");
    size_t size = 0;

    if (file != NULL) {
        size = fread(said, 1, MOST_SAID, file);
        (void)fclose(file);
    }
    return (struct text){said, size};
}

static void stop_by(pid_t program, int signal)
{
    int64_t until_us = monotonic_us() + STOP_S * (int64_t)US_PER_S;

    if (program <= 0)
        return;
    kill(program, signal);
    while (!program_has_ended(program)) {
        if (monotonic_us() > until_us) {
            kill(program, SIGKILL);
            waitpid(program, NULL, 0);
            return;
        }
        program_wait_a_little();
    }
}

void program_stop(pid_t program)
{
    stop_by(program, SIGTERM);
}

void program_interrupt(pid_t program)
{
    stop_by(program, SIGINT);
}
