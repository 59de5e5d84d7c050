/*
 * The handler makes the file and steps back: where a page cannot be read, the same instruction faults
 * again and meets whoever handled it before us.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/run/crash_note.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum { FAULTS = 3 };

static const int faults[FAULTS] = {SIGSEGV, SIGBUS, SIGABRT};

/* A handler is given nothing but the signal. */
static struct {
    char path[PATH_MAX];
    struct sigaction before[FAULTS];
} armed;

static void leave_note(int number)
{
    int file = open(armed.path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (file >= 0)
        close(file);
    for (int i = 0; i < FAULTS; i++) {
        if (faults[i] == number)
            sigaction(number, &armed.before[i], NULL);
    }
}

bool crash_note_arm(const char *path)
{
    struct sigaction handler = {.sa_handler = leave_note};
    int length = snprintf(armed.path, sizeof(armed.path), "%s", path);

    if (length < 0 || (size_t)length >= sizeof(armed.path))
        return false;
    sigemptyset(&handler.sa_mask);
    for (int i = 0; i < FAULTS; i++) {
        struct sigaction before;
        if (sigaction(faults[i], &handler, &before) != 0)
            return false;
        if (before.sa_handler != leave_note) /* else armed before: a step back leads nowhere */
            armed.before[i] = before;
    }
    return true;
}

bool crash_note_is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

void crash_note_clear(const char *path)
{
    unlink(path);
}
