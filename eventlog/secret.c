/*
 * The secret that wraps all keys: from the settings, where people choose it, so that guessing must cost
 * (argon2id); or from a file of random bytes that only we can read. The file appears whole or not at
 * all: a half-written secret would lock its owner out for ever.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/random.h"
#include "eventlog/keyring_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECRET_SIZE = AEAD_KEY_SIZE };

static enum status system_error(struct error *error, const char *doing, const char *path, int rc)
{
    return error_set(error, STATUS_UNAVAILABLE, "%s %s: %s", doing, path, strerrordesc_np(rc));
}

static void close_file(const int *descriptor)
{
    if (*descriptor >= 0)
        close(*descriptor);
}

#define AUTO_FILE CLEANUP(close_file) int

static bool write_whole(int file, const uint8_t *data, size_t size)
{
    while (size > 0) {
        ssize_t written = write(file, data, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        data += written;
        size -= (size_t)written;
    }
    return fsync(file) == 0;
}

static bool sync_directory(const char *home)
{
    AUTO_FILE directory = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return directory >= 0 && fsync(directory) == 0;
}

/* link() instead of rename(): it never replaces a secret that is there already. */
static enum status create(const char *home, const char *path, struct error *error)
{
    char fresh[PATH_MAX];
    uint8_t secret[SECRET_SIZE];
    AUTO_FILE file = -1;
    bool is_written;
    int rc = 0;

    if (snprintf(fresh, sizeof(fresh), "%s.new", path) >= (int)sizeof(fresh))
        return system_error(error, "writing", path, ENAMETOOLONG);
    unlink(fresh); /* left by a start that died */
    file = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (file < 0)
        return system_error(error, "making", path, errno);
    random_fill(secret, sizeof(secret));
    is_written = write_whole(file, secret, sizeof(secret)) &&
                 (link(fresh, path) == 0 || errno == EEXIST) && sync_directory(home);
    rc = errno;
    crypto_wipe(secret, sizeof(secret));
    unlink(fresh);
    return is_written ? STATUS_OK : system_error(error, "writing", path, rc);
}

static enum status
read_file(int file, const char *path, uint8_t out[SECRET_SIZE], struct error *error)
{
    uint8_t content[SECRET_SIZE + 1];
    ssize_t size = read(file, content, sizeof(content));
    int rc = errno;

    if (size == SECRET_SIZE)
        memcpy(out, content, SECRET_SIZE);
    crypto_wipe(content, sizeof(content));
    if (size < 0)
        return system_error(error, "reading", path, rc);
    return size == SECRET_SIZE
               ? STATUS_OK
               : error_set(
                     error, STATUS_INVALID,
                     "%s must hold exactly %d random bytes: restore it from its copy", path,
                     SECRET_SIZE);
}

/* As ssh does with keys: a copy that was put back with an open mode must not go on so. */
static enum status check_mode(int file, const char *path, struct error *error)
{
    struct stat st;

    if (fstat(file, &st) != 0)
        return system_error(error, "looking at", path, errno);
    if ((st.st_mode & (S_IRWXG | S_IRWXO)) == 0)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_INVALID, "secret_is_open",
        "%s has mode %04o, so that others may read it: chmod 600 it, and change the secret if "
        "somebody did",
        path, (unsigned)st.st_mode & 07777);
}

/* STATUS_NOT_FOUND where it is not there. */
static enum status
open_file(const char *home, const char *name, char path[PATH_MAX], int *out, struct error *error)
{
    if (snprintf(path, PATH_MAX, "%s/%s", home, name) >= PATH_MAX)
        return system_error(error, "reading", home, ENAMETOOLONG);
    *out = open(path, O_RDONLY | O_CLOEXEC);
    if (*out < 0 && errno == ENOENT)
        return STATUS_NOT_FOUND;
    return *out < 0 ? system_error(error, "opening", path, errno) : STATUS_OK;
}

static enum status
read_secret(int file, const char *path, uint8_t out[SECRET_SIZE], struct error *error)
{
    enum status status = check_mode(file, path, error);

    return status == STATUS_OK ? read_file(file, path, out, error) : status;
}

static enum status
load_file(const struct secret_source *source, uint8_t out[SECRET_SIZE], struct error *error)
{
    char path[PATH_MAX] = "";
    AUTO_FILE file = -1;
    enum status status = open_file(source->home, "secret.key", path, &file, error);

    if (status == STATUS_NOT_FOUND && source->may_create) {
        status = create(source->home, path, error);
        if (status == STATUS_OK)
            status = open_file(source->home, "secret.key", path, &file, error);
    }
    if (status == STATUS_NOT_FOUND)
        return error_set(
            error, STATUS_INVALID,
            "%s is missing, and no secret was given: the keys beside it cannot be opened", path);
    return status == STATUS_OK ? read_secret(file, path, out, error) : status;
}

enum status
secret_load(const struct secret_source *source, uint8_t out[SECRET_SIZE], struct error *error)
{
    if (source->secret.size == 0)
        return load_file(source, out, error);
    password_key(source->secret, source->salt, out);
    return STATUS_OK;
}

enum status secret_load_former(
    const struct secret_source *source, uint8_t out[SECRET_SIZE], struct error *error)
{
    char path[PATH_MAX] = "";
    AUTO_FILE file = -1;
    enum status status = STATUS_OK;

    if (source->former.size > 0) {
        password_key(source->former, source->salt, out);
        return STATUS_OK;
    }
    status = open_file(source->home, "secret.key.former", path, &file, error);
    return status == STATUS_OK ? read_secret(file, path, out, error) : status;
}
