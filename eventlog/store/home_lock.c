/*
 * The lock belongs to the open file, so that a second attempt of the same process is refused too.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/store/home_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { HOLDER_SIZE = 24 };

/* The number is for humans only: it may be missing while the holder is about to write it. */
static enum status refuse(int descriptor, const char *home, struct error *error)
{
    char holder[HOLDER_SIZE] = "";
    ssize_t size = pread(descriptor, holder, sizeof(holder) - 1, 0);

    holder[size > 0 ? strspn(holder, "0123456789") : 0] = '\0';
    if (holder[0] == '\0')
        return error_set_code(
            error, STATUS_CONFLICT, "home_in_use", "another process is using %s; stop it first",
            home);
    return error_set_code(
        error, STATUS_CONFLICT, "home_in_use",
        "another process (number %s) is using %s; stop it first", holder, home);
}

static void write_holder(int descriptor)
{
    char holder[HOLDER_SIZE];
    int size = snprintf(holder, sizeof(holder), "%ld\n", (long)getpid());

    if (ftruncate(descriptor, 0) != 0 || pwrite(descriptor, holder, (size_t)size, 0) != size)
        return; /* only the message of a refusal is poorer */
}

enum status home_lock(const char *home, int *out, struct error *error)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof(path), "%s/lock", home);
    int descriptor;

    if (length < 0 || (size_t)length >= sizeof(path))
        return error_set(error, STATUS_UNAVAILABLE, "the name of the home is too long");
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0)
        return error_set(
            error, STATUS_UNAVAILABLE,
            "%s cannot be written: %s. Give it to the user that runs this (chown), on a volume that "
            "is not read-only, or set FLEETLEDGER_HOME to another directory",
            path, strerrordesc_np(errno));
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        enum status status = errno == EWOULDBLOCK
                                 ? refuse(descriptor, home, error)
                                 : error_set(
                                       error, STATUS_UNAVAILABLE, "%s cannot be locked: %s", path,
                                       strerrordesc_np(errno));
        close(descriptor);
        return status;
    }
    write_holder(descriptor);
    *out = descriptor;
    return STATUS_OK;
}

void home_unlock(int descriptor)
{
    if (descriptor >= 0)
        close(descriptor);
}
