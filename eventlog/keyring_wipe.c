/*
 * What is left of destroyed keys, and its end. LMDB leaves it in pages that are free and in pages that it
 * moved nodes in; and for as long as this process lives in the memory of pages that it has written, which it
 * uses again without wiping: a later commit can bring a key back to the file. So from the first destruction
 * on each commit of this process is followed by overwriting all that the file does not use:
 *
 *   keys.unwiped made ─► commit ─► overwritten (store_overwrite_unused) ─► keys.unwiped removed
 *
 * The mark is a file beside, as taking it out of keys.mdb would be another commit. Whoever starts with it
 * there goes on with it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/failpoint.h"
#include "core/base/must.h"
#include "eventlog/keyring_internal.h"
#include "eventlog/store/env_overwrite.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum status failed(const char *doing, struct error *error)
{
    return error_set(
        error, errno == ENOSPC ? STATUS_FULL : STATUS_UNAVAILABLE, "keys.unwiped cannot be %s: %s",
        doing, strerrordesc_np(errno));
}

/* Opened as a file of the home; -1 where that fails. */
static int open_in(const struct keyring *keyring, const char *name, int flags)
{
    char path[PATH_MAX];

    if (snprintf(path, sizeof(path), "%s/%s", keyring->home, name) >= (int)sizeof(path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return open(path, flags | O_CLOEXEC, 0600);
}

/* What was made or removed in the home stays so. */
static bool sync_home(const struct keyring *keyring)
{
    int home = open_in(keyring, ".", O_RDONLY | O_DIRECTORY);
    bool is_synced = home >= 0 && fsync(home) == 0;

    if (home >= 0)
        close(home);
    return is_synced;
}

enum status keyring_note_traces(struct keyring *keyring, struct error *error)
{
    int mark;

    if (!atomic_load(&keyring->has_traces))
        return STATUS_OK;
    mark = open_in(keyring, "keys.unwiped", O_WRONLY | O_CREAT);
    if (mark < 0)
        return failed("made", error);
    close(mark);
    atomic_store(&keyring->is_wipe_due, true);
    return sync_home(keyring) ? STATUS_OK : failed("synced", error);
}

enum status keyring_begin_traces(struct keyring *keyring, struct error *error)
{
    return atomic_exchange(&keyring->has_traces, true) ? STATUS_OK
                                                       : keyring_note_traces(keyring, error);
}

bool keyring_has_mark(const struct keyring *keyring)
{
    int mark = open_in(keyring, "keys.unwiped", O_RDONLY);

    if (mark >= 0)
        close(mark);
    return mark >= 0;
}

bool keyring_is_wiped(const struct keyring *keyring)
{
    return !atomic_load(&keyring->is_wipe_due);
}

static enum status remove_mark(struct keyring *keyring, struct error *error)
{
    char path[PATH_MAX];

    snprintf(path, sizeof(path), "%s/keys.unwiped", keyring->home);
    if ((unlink(path) != 0 && errno != ENOENT) || !sync_home(keyring))
        return failed("removed", error);
    atomic_store(&keyring->is_wipe_due, false);
    return STATUS_OK;
}

enum status keyring_wipe(struct keyring *keyring, struct error *error)
{
    enum status status;

    must(!keyring->is_read_only);
    if (keyring_is_wiped(keyring))
        return STATUS_OK;
    pthread_mutex_lock(&keyring->trace_lock);
    status = store_overwrite_unused(keyring->env, error);
    failpoint_reach(FAILPOINT_WIPED);
    if (status == STATUS_OK)
        status = remove_mark(keyring, error);
    pthread_mutex_unlock(&keyring->trace_lock);
    return status;
}
