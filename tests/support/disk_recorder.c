/*
 * The program's own calls for writing and syncing come before libc's for every library that it loads.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/disk_recorder.h"

#include "core/base/heap.h"
#include "core/base/must.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MOST_FILES = 8, SECTOR = 512 };

enum step_kind { STEP_WRITE, STEP_DURABLE_WRITE, STEP_RESIZE, STEP_SYNC, STEP_ACKNOWLEDGE };

struct step {
    enum step_kind kind;
    size_t file;
    uint64_t at; /* offset, or size, or what was acknowledged */
    uint8_t *data;
    size_t size;
};

static struct {
    pthread_mutex_t lock;
    char directory[PATH_MAX];
    const char *const *names;
    bool is_on;
    struct step *steps;
    size_t count;
    size_t capacity;
    atomic_size_t directory_syncs;
} record = {.lock = PTHREAD_MUTEX_INITIALIZER};

void disk_record(const char *directory, const char *const *names)
{
    must(!record.is_on && record.count == 0 && realpath(directory, record.directory) != NULL);
    record.names = names;
    record.is_on = true;
}

void disk_record_end(void)
{
    record.is_on = false;
}

void disk_record_free(void)
{
    for (size_t i = 0; i < record.count; i++)
        heap_free(record.steps[i].data);
    heap_free(record.steps);
    record.steps = NULL;
    record.count = record.capacity = 0;
    record.directory_syncs = 0;
}

size_t disk_directory_syncs(void)
{
    return record.directory_syncs;
}

static void note(struct step step)
{
    must(pthread_mutex_lock(&record.lock) == 0);
    if (record.count == record.capacity) {
        record.capacity = record.capacity * 2 + 1024;
        record.steps = heap_resize(record.steps, record.capacity * sizeof(*record.steps));
    }
    record.steps[record.count++] = step;
    must(pthread_mutex_unlock(&record.lock) == 0);
}

void disk_acknowledge(uint64_t what)
{
    if (record.is_on)
        note((struct step){.kind = STEP_ACKNOWLEDGE, .at = what});
}

static bool find_path(int fd, char path[PATH_MAX])
{
    char link[64];
    ssize_t got;

    if (!record.is_on)
        return false;
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    got = readlink(link, path, PATH_MAX - 1);
    if (got <= 0)
        return false;
    path[got] = '\0';
    return true;
}

/* Which of the files a descriptor is; false for any other. */
static bool is_recorded(int fd, size_t *out_file)
{
    char path[PATH_MAX];
    size_t size = strlen(record.directory);

    if (!find_path(fd, path))
        return false;
    if (strncmp(path, record.directory, size) != 0 || path[size] != '/')
        return false;
    for (size_t i = 0; record.names[i] != NULL; i++) {
        if (strcmp(path + size + 1, record.names[i]) == 0) {
            *out_file = i;
            return true;
        }
    }
    return false;
}

static void note_write(int fd, const void *data, ssize_t written, off_t at)
{
    size_t file;
    struct step step;

    if (written <= 0 || !is_recorded(fd, &file))
        return;
    step = (struct step){
        .kind = (fcntl(fd, F_GETFL) & O_DSYNC) != 0 ? STEP_DURABLE_WRITE : STEP_WRITE,
        .file = file,
        .at = (uint64_t)at,
        .data = heap_new((size_t)written),
        .size = (size_t)written};
    memcpy(step.data, data, step.size);
    note(step);
}

static void note_other(int fd, enum step_kind kind, uint64_t at)
{
    size_t file;

    if (is_recorded(fd, &file))
        note((struct step){.kind = kind, .file = file, .at = at});
}

/* dlsym() gives a pointer to an object; POSIX promises that it holds a function's. */
static void find_next(const char *name, void *out)
{
    void *found = dlsym(RTLD_NEXT, name);

    must(found != NULL);
    memcpy(out, &found, sizeof(found));
}

/* Under libc's name, seen by libraries too. */
#define IN_FRONT_OF(name) __asm__(name) __attribute__((visibility("default")))

ssize_t recorded_pwrite(int fd, const void *data, size_t size, off_t at) IN_FRONT_OF("pwrite");
ssize_t recorded_write(int fd, const void *data, size_t size) IN_FRONT_OF("write");
ssize_t recorded_writev(int fd, const struct iovec *parts, int count) IN_FRONT_OF("writev");
int recorded_fdatasync(int fd) IN_FRONT_OF("fdatasync");
int recorded_fsync(int fd) IN_FRONT_OF("fsync");
int recorded_ftruncate(int fd, off_t size) IN_FRONT_OF("ftruncate");
int recorded_fallocate(int fd, int mode, off_t at, off_t size) IN_FRONT_OF("fallocate");
int recorded_msync(void *at, size_t size, int flags) IN_FRONT_OF("msync");

ssize_t recorded_pwrite(int fd, const void *data, size_t size, off_t at)
{
    ssize_t (*next)(int fd, const void *data, size_t size, off_t at);
    ssize_t written;

    find_next("pwrite", &next);
    written = next(fd, data, size, at);
    note_write(fd, data, written, at);
    return written;
}

ssize_t recorded_write(int fd, const void *data, size_t size)
{
    ssize_t (*next)(int fd, const void *data, size_t size);
    off_t at = record.is_on ? lseek(fd, 0, SEEK_CUR) : 0;
    ssize_t written;

    find_next("write", &next);
    written = next(fd, data, size);
    note_write(fd, data, written, at);
    return written;
}

ssize_t recorded_writev(int fd, const struct iovec *parts, int count)
{
    ssize_t (*next)(int fd, const struct iovec *parts, int count);
    off_t at = record.is_on ? lseek(fd, 0, SEEK_CUR) : 0;
    ssize_t written;
    ssize_t left;

    find_next("writev", &next);
    written = left = next(fd, parts, count);
    for (int i = 0; i < count && left > 0; i++) {
        ssize_t size = (ssize_t)parts[i].iov_len < left ? (ssize_t)parts[i].iov_len : left;
        note_write(fd, parts[i].iov_base, size, at);
        at += size;
        left -= size;
    }
    return written;
}

int recorded_fdatasync(int fd)
{
    int (*next)(int fd);
    int rc;

    find_next("fdatasync", &next);
    rc = next(fd);
    if (rc == 0)
        note_other(fd, STEP_SYNC, 0);
    return rc;
}

int recorded_fsync(int fd)
{
    int (*next)(int fd);
    char path[PATH_MAX];
    int rc;

    find_next("fsync", &next);
    rc = next(fd);
    if (rc == 0)
        note_other(fd, STEP_SYNC, 0);
    if (rc == 0 && find_path(fd, path) && strcmp(path, record.directory) == 0)
        record.directory_syncs++;
    return rc;
}

int recorded_ftruncate(int fd, off_t size)
{
    int (*next)(int fd, off_t size);
    int rc;

    find_next("ftruncate", &next);
    rc = next(fd, size);
    if (rc == 0)
        note_other(fd, STEP_RESIZE, (uint64_t)size);
    return rc;
}

int recorded_fallocate(int fd, int mode, off_t at, off_t size)
{
    int (*next)(int fd, int mode, off_t at, off_t size);
    struct stat before;
    int rc;

    find_next("fallocate", &next);
    must(mode == 0 && fstat(fd, &before) == 0);
    rc = next(fd, mode, at, size);
    if (rc == 0 && at + size > before.st_size)
        note_other(fd, STEP_RESIZE, (uint64_t)(at + size));
    return rc;
}

/* Nothing is written through a map here; if that changes, so must this. */
int recorded_msync(void *at, size_t size, int flags)
{
    int (*next)(void *at, size_t size, int flags);

    must(!record.is_on);
    find_next("msync", &next);
    return next(at, size, flags);
}

/* What a file holds for certain, and what it may hold. */
struct disk_file {
    uint8_t *bytes; /* as far as something was written */
    size_t written;
    uint64_t size;
    bool exists;
    const struct step **unsynced; /* in their order */
    size_t unsynced_count;
};

struct disk_walk {
    enum disk_fault fault;
    uint64_t random;
    size_t next;
    uint64_t acknowledged;
    const struct step *torn; /* a durable write that has not returned yet, or NULL */
    const struct step **late;
    size_t late_count;
    struct disk_file files[MOST_FILES];
};

struct disk_walk *disk_walk_new(enum disk_fault fault, uint64_t seed)
{
    struct disk_walk *walk = heap_new(sizeof(*walk));

    must(!record.is_on);
    walk->fault = fault;
    walk->random = seed * 2654435769u + 1;
    walk->late = heap_array(record.count + 1, sizeof(struct step *));
    for (size_t i = 0; record.names[i] != NULL; i++)
        walk->files[i].unsynced = heap_array(record.count + 1, sizeof(struct step *));
    return walk;
}

void disk_walk_free(struct disk_walk *walk)
{
    for (size_t i = 0; i < MOST_FILES; i++) {
        heap_free(walk->files[i].bytes);
        heap_free(walk->files[i].unsynced);
    }
    heap_free(walk->late);
    heap_free(walk);
}

static uint64_t random_of(struct disk_walk *walk)
{
    walk->random ^= walk->random << 13;
    walk->random ^= walk->random >> 7;
    walk->random ^= walk->random << 17;
    return walk->random >> 32;
}

static void put_bytes(struct disk_file *file, const uint8_t *data, uint64_t at, size_t size)
{
    if (at + size > file->written) {
        file->bytes = heap_resize(file->bytes, at + size);
        memset(file->bytes + file->written, 0, at + size - file->written);
        file->written = at + size;
    }
    memcpy(file->bytes + at, data, size);
    if (at + size > file->size)
        file->size = at + size;
}

static void apply(struct disk_file *file, const struct step *step)
{
    if (step->kind == STEP_RESIZE)
        file->size = step->at;
    else
        put_bytes(file, step->data, step->at, step->size);
    if (file->written > file->size)
        file->written = file->size;
}

/* Each of its sectors is there or not. */
static void apply_in_part(struct disk_walk *walk, struct disk_file *file, const struct step *step)
{
    size_t done = 0;

    if (step->kind == STEP_RESIZE) {
        if (random_of(walk) % 2 == 0)
            apply(file, step);
        return;
    }
    while (done < step->size) {
        size_t part = SECTOR - (step->at + done) % SECTOR;
        if (part > step->size - done)
            part = step->size - done;
        if (random_of(walk) % 2 == 0)
            put_bytes(file, step->data + done, step->at + done, part);
        done += part;
    }
}

static void settle(struct disk_file *file)
{
    for (size_t i = 0; i < file->unsynced_count; i++)
        apply(file, file->unsynced[i]);
    file->unsynced_count = 0;
}

static void take(struct disk_walk *walk, const struct step *step)
{
    struct disk_file *file = &walk->files[step->file];

    file->exists = true;
    if (step->kind == STEP_SYNC && walk->fault != DISK_WITHOUT_SYNC)
        settle(file);
    else if (step->kind == STEP_DURABLE_WRITE && walk->fault != DISK_WITHOUT_SYNC)
        apply(file, step);
    else if (step->kind != STEP_SYNC)
        file->unsynced[file->unsynced_count++] = step;
}

static void acknowledge(struct disk_walk *walk, const struct step *step)
{
    for (size_t i = 0; i < walk->late_count; i++)
        take(walk, walk->late[i]);
    walk->late_count = 0;
    walk->acknowledged = step->at;
}

/* A durable write takes two steps: under way, and done. */
bool disk_walk_step(struct disk_walk *walk)
{
    const struct step *step;

    if (walk->next == record.count)
        return false;
    step = &record.steps[walk->next];
    if (step->kind == STEP_DURABLE_WRITE && walk->torn == NULL) {
        walk->torn = step;
        return true;
    }
    walk->torn = NULL;
    walk->next++;
    if (step->kind == STEP_ACKNOWLEDGE)
        acknowledge(walk, step);
    else if (walk->fault == DISK_WITH_FIRST_LATE && step->file == 0)
        walk->late[walk->late_count++] = step;
    else
        take(walk, step);
    return true;
}

bool disk_walk_has_unsynced(const struct disk_walk *walk)
{
    for (size_t i = 0; i < MOST_FILES; i++) {
        if (walk->files[i].unsynced_count > 0)
            return true;
    }
    return walk->torn != NULL;
}

uint64_t disk_walk_acknowledged(const struct disk_walk *walk)
{
    return walk->acknowledged;
}

/* A copy, so that the walk can go on. */
static struct disk_file copy_of(const struct disk_file *file)
{
    struct disk_file copy = *file;

    copy.bytes = heap_new(file->written + 1);
    if (file->written > 0)
        memcpy(copy.bytes, file->bytes, file->written);
    return copy;
}

static void write_file(const struct disk_file *file, const char *directory, const char *name)
{
    char path[PATH_MAX];
    int out;

    must(snprintf(path, sizeof(path), "%s/%s", directory, name) < (int)sizeof(path));
    unlink(path);
    if (!file->exists)
        return;
    out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    must(out >= 0 && ftruncate(out, (off_t)file->size) == 0);
    if (file->written > 0)
        must(pwrite(out, file->bytes, file->written, 0) == (ssize_t)file->written);
    must(close(out) == 0);
}

void disk_walk_lose_power(struct disk_walk *walk, enum disk_loss loss, const char *directory)
{
    for (size_t i = 0; record.names[i] != NULL; i++) {
        struct disk_file file = copy_of(&walk->files[i]);

        for (size_t n = 0; n < file.unsynced_count && loss != DISK_KEEPS_NONE; n++) {
            if (loss == DISK_KEEPS_ALL)
                apply(&file, file.unsynced[n]);
            else
                apply_in_part(walk, &file, file.unsynced[n]);
        }
        if (walk->torn != NULL && walk->torn->file == i && loss == DISK_KEEPS_SOME)
            apply_in_part(walk, &file, walk->torn);
        write_file(&file, directory, record.names[i]);
        heap_free(file.bytes);
    }
}
