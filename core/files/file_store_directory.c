/*
 * Files in a directory. One is written under a name that no file may have, synced, and renamed; the lock of
 * the directory keeps two writers apart.
 *
 *   <directory>/.unfinished ──rename──► <directory>/<part>/<part>
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/heap.h"
#include "core/files/file_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK_BYTES = 1 << 18, LIST_BYTES = 64 << 20, MOST_DEPTH = 16 };

static const char unfinished[] = ".unfinished";

struct directory {
    char *path;
    int at; /* descriptor of it, which holds the lock */
};

static enum status cannot(
    struct error *error,
    const struct directory *directory,
    struct text name,
    const char *what,
    int cause)
{
    if (cause == ENOENT)
        return error_set_code(
            error, STATUS_NOT_FOUND, "file_missing", "%s/%.*s is missing", directory->path,
            TEXT_ARGS(name));
    return error_set_code(
        error, cause == ENOSPC || cause == EDQUOT ? STATUS_FULL : STATUS_UNAVAILABLE,
        "store_unusable", "%s/%.*s cannot be %s: %s", directory->path, TEXT_ARGS(name), what,
        strerrordesc_np(cause));
}

/* A valid name as a path below the directory. */
struct file_path {
    char text[FILE_STORE_NAME_MAX + 1];
};

static struct file_path path_of(struct text name)
{
    struct file_path path = {{0}};

    memcpy(path.text, name.data, name.size);
    return path;
}

/* What is renamed or made in a directory lasts once that is synced; "" is the store's own. */
static bool sync_directory(const struct directory *directory, const char *path)
{
    int file =
        openat(directory->at, path[0] == '\0' ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_synced = file >= 0 && fsync(file) == 0;
    int cause = errno;

    if (file >= 0)
        close(file);
    errno = cause;
    return is_synced;
}

/* The part of a path before its last slash. */
static struct file_path parent_of(const char *path)
{
    struct file_path parent = {{0}};
    const char *slash = strrchr(path, '/');

    if (slash != NULL)
        memcpy(parent.text, path, (size_t)(slash - path));
    return parent;
}

/* The directories above a file. */
static bool make_way(const struct directory *directory, const char *path)
{
    for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        struct file_path part = {{0}};

        memcpy(part.text, path, (size_t)(slash - path));
        if (mkdirat(directory->at, part.text, 0700) == 0) {
            if (!sync_directory(directory, parent_of(part.text).text))
                return false;
        } else if (errno != EEXIST) {
            return false;
        }
    }
    return true;
}

static bool write_all(int file, struct bytes content)
{
    while (content.size > 0) {
        ssize_t written = write(file, content.data, content.size);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        content.data += written;
        content.size -= (size_t)written;
    }
    return true;
}

static bool write_unfinished(const struct directory *directory, struct bytes content)
{
    int file = openat(directory->at, unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool is_written = file >= 0 && write_all(file, content) && fsync(file) == 0;
    int cause = errno;

    if (file >= 0 && close(file) != 0 && is_written)
        return false;
    errno = cause;
    return is_written;
}

static enum status put(void *state, struct text name, struct bytes content, struct error *error)
{
    const struct directory *directory = state;
    struct file_path path = path_of(name);

    if (write_unfinished(directory, content) && make_way(directory, path.text) &&
        renameat(directory->at, unfinished, directory->at, path.text) == 0 &&
        sync_directory(directory, parent_of(path.text).text))
        return STATUS_OK;
    return cannot(error, directory, name, "written", errno);
}

static enum status read_all(
    const struct directory *directory,
    int file,
    struct text name,
    struct buf *out,
    struct error *error)
{
    char *block = heap_new(BLOCK_BYTES);
    ssize_t size = 0;
    int cause;

    while ((size = read(file, block, BLOCK_BYTES)) > 0 && !buf_is_full(out))
        buf_add(out, block, (size_t)size);
    cause = errno;
    heap_free(block);
    if (size < 0)
        return cannot(error, directory, name, "read", cause);
    if (buf_is_full(out))
        return error_set(
            error, STATUS_TOO_LARGE, "%s/%.*s is larger than it may be", directory->path,
            TEXT_ARGS(name));
    return STATUS_OK;
}

static enum status get(void *state, struct text name, struct buf *out, struct error *error)
{
    const struct directory *directory = state;
    int file = openat(directory->at, path_of(name).text, O_RDONLY | O_CLOEXEC);
    enum status status;

    if (file < 0)
        return cannot(error, directory, name, "opened", errno);
    status = read_all(directory, file, name, out, error);
    close(file);
    return status;
}

static enum status drop(void *state, struct text name, struct error *error)
{
    const struct directory *directory = state;
    struct file_path path = path_of(name);
    struct file_path parent = parent_of(path.text);

    if (unlinkat(directory->at, path.text, 0) != 0)
        return errno == ENOENT ? STATUS_OK : cannot(error, directory, name, "removed", errno);
    if (!sync_directory(directory, parent.text))
        return cannot(error, directory, name, "removed", errno);
    /* Directories that are empty now go as well; one that is not stays, and that is no failure. */
    while (parent.text[0] != '\0' && unlinkat(directory->at, parent.text, AT_REMOVEDIR) == 0)
        parent = parent_of(parent.text);
    return STATUS_OK;
}

/* What is found, in an arena. */
struct listing {
    const struct directory *directory;
    struct arena *arena;
    struct stored_file *files;
    size_t count;
    size_t room;
    int depth;
};

static void note(struct listing *listing, struct text name, uint64_t size)
{
    listing->files =
        heap_grow(listing->files, listing->count, &listing->room, sizeof(*listing->files));
    listing->files[listing->count++] = (struct stored_file){text_copy(listing->arena, name), size};
}

static enum status
walk(struct listing *listing, const char *path, const struct text *prefix, struct error *error);

/* What is no file of ours is passed over: it cannot have been put there by this store. */
static enum status
look_at(struct listing *listing, struct text name, const struct text *prefix, struct error *error)
{
    struct file_path path = path_of(name);
    size_t shared = name.size < prefix->size ? name.size : prefix->size;
    struct stat file;

    if (memcmp(name.data, prefix->data, shared) != 0 ||
        fstatat(listing->directory->at, path.text, &file, AT_SYMLINK_NOFOLLOW) != 0)
        return STATUS_OK;
    if (S_ISDIR(file.st_mode))
        return listing->depth < MOST_DEPTH ? walk(listing, path.text, prefix, error) : STATUS_OK;
    if (S_ISREG(file.st_mode) && name.size >= prefix->size)
        note(listing, name, (uint64_t)file.st_size);
    return STATUS_OK;
}

static enum status walk_entries(
    struct listing *listing,
    DIR *entries,
    const char *path,
    const struct text *prefix,
    struct error *error)
{
    enum status status = STATUS_OK;
    const struct dirent *entry;

    while (status == STATUS_OK && (entry = readdir(entries)) != NULL) {
        char name[PATH_MAX];
        int size =
            snprintf(name, sizeof(name), "%s%s%s", path, path[0] == '\0' ? "" : "/", entry->d_name);

        if (size > 0 && (size_t)size < sizeof(name) && file_store_name_is_valid(text_from(name)))
            status = look_at(listing, text_from(name), prefix, error);
        if (arena_is_full(listing->arena))
            status = error_set(
                error, STATUS_TOO_LARGE, "%s holds more files than can be listed",
                listing->directory->path);
    }
    return status;
}

static enum status
walk(struct listing *listing, const char *path, const struct text *prefix, struct error *error)
{
    int at = openat(
        listing->directory->at, path[0] == '\0' ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = at < 0 ? NULL : fdopendir(at);
    enum status status;

    if (entries == NULL) {
        int cause = errno;

        if (at >= 0)
            close(at);
        return cause == ENOENT
                   ? STATUS_OK
                   : cannot(error, listing->directory, text_from(path), "listed", cause);
    }
    listing->depth++;
    status = walk_entries(listing, entries, path, prefix, error);
    listing->depth--;
    closedir(entries);
    return status;
}

static int by_name(const void *a, const void *b)
{
    const struct stored_file *left = a;
    const struct stored_file *right = b;

    return text_compare(left->name, right->name);
}

static enum status
list(void *state, struct text prefix, stored_file_visitor *each, void *context, struct error *error)
{
    AUTO_ARENA arena = arena_new(LIST_BYTES);
    struct listing listing = {.directory = state, .arena = arena};
    enum status status = walk(&listing, "", &prefix, error);

    if (status == STATUS_OK && listing.count > 0) {
        qsort(listing.files, listing.count, sizeof(*listing.files), by_name);
        for (size_t i = 0; i < listing.count; i++)
            each(&listing.files[i], context);
    }
    heap_free(listing.files);
    return status;
}

static void close_directory(void *state)
{
    struct directory *directory = state;

    if (directory->at >= 0)
        close(directory->at);
    heap_free(directory->path);
    heap_free(directory);
}

static const struct file_store_kind kind = {
    .put = put,
    .get = get,
    .list = list,
    .remove = drop,
    .close = close_directory,
};

static enum status
open_at(struct directory *directory, enum file_store_use use, struct error *error)
{
    if (use == FILE_STORE_WRITE && mkdir(directory->path, 0700) != 0 && errno != EEXIST)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "store_unusable", "%s cannot be made: %s", directory->path,
            strerrordesc_np(errno));
    directory->at = open(directory->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory->at < 0)
        return error_set_code(
            error, errno == ENOENT ? STATUS_NOT_FOUND : STATUS_UNAVAILABLE,
            errno == ENOENT ? "store_missing" : "store_unusable", "%s cannot be opened: %s",
            directory->path, strerrordesc_np(errno));
    if (use == FILE_STORE_WRITE && flock(directory->at, LOCK_EX | LOCK_NB) != 0)
        return error_set_code(
            error, STATUS_CONFLICT, "store_in_use",
            "another process writes to %s: wait for its end", directory->path);
    return STATUS_OK;
}

enum status file_store_directory_open(
    struct text path, enum file_store_use use, struct file_store **out, struct error *error)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    struct directory *directory = heap_new(sizeof(*directory));
    enum status status;

    directory->path = heap_copy(text_c(arena, path));
    directory->at = -1;
    status = open_at(directory, use, error);
    if (status != STATUS_OK) {
        close_directory(directory);
        return status;
    }
    *out = file_store_new(&kind, directory, directory->path);
    return STATUS_OK;
}
