/*
 * The secret that wraps all keys: from the settings, or from a file that only we can read. The file
 * appears whole or not at all: a half-written secret would lock its owner out for ever.
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

enum { SECRET_SIZE = 32, SECRET_MAX_BYTES = 4096 };

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

static bool write_int64(int file, const uint8_t *data, size_t size)
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
    is_written = write_int64(file, secret, sizeof(secret)) &&
                 (link(fresh, path) == 0 || errno == EEXIST) && sync_directory(home);
    rc = errno;
    crypto_wipe(secret, sizeof(secret));
    unlink(fresh);
    return is_written ? STATUS_OK : system_error(error, "writing", path, rc);
}

static enum status
hash_file(int file, const char *path, uint8_t out[DIGEST_SIZE], struct error *error)
{
    uint8_t content[SECRET_MAX_BYTES + 1];
    ssize_t size = read(file, content, sizeof(content));
    struct digest digest;

    if (size < 0)
        return system_error(error, "reading", path, errno);
    if (size == 0 || size > SECRET_MAX_BYTES)
        return error_set(
            error, STATUS_INVALID, "%s must hold between 1 and %d bytes", path, SECRET_MAX_BYTES);
    digest = sha256((struct bytes){content, (size_t)size});
    memcpy(out, digest.bytes, DIGEST_SIZE);
    crypto_wipe(content, sizeof(content));
    crypto_wipe(&digest, sizeof(digest));
    return STATUS_OK;
}

static enum status
load_file(const char *home, bool may_create, uint8_t out[32], struct error *error)
{
    char path[PATH_MAX];
    AUTO_FILE file = -1;

    if (snprintf(path, sizeof(path), "%s/secret.key", home) >= (int)sizeof(path))
        return system_error(error, "reading", home, ENAMETOOLONG);
    file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 && errno == ENOENT && may_create) {
        enum status status = create(home, path, error);
        if (status != STATUS_OK)
            return status;
        file = open(path, O_RDONLY | O_CLOEXEC);
    }
    if (file < 0 && errno == ENOENT)
        return error_set(
            error, STATUS_INVALID,
            "%s is missing, and no secret was given: the keys beside it cannot be opened", path);
    if (file < 0)
        return system_error(error, "opening", path, errno);
    return hash_file(file, path, out, error);
}

enum status secret_load(
    const char *home, struct text secret, bool may_create, uint8_t out[32], struct error *error)
{
    struct digest digest;

    if (secret.size == 0)
        return load_file(home, may_create, out, error);
    digest = sha256(bytes_of_text(secret));
    memcpy(out, digest.bytes, DIGEST_SIZE);
    crypto_wipe(&digest, sizeof(digest));
    return STATUS_OK;
}
