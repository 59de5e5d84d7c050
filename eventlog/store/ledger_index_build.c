/*
 * Runs in one file, and their merge by a heap.
 *
 *   run    records, by key and position
 *   record key size 4 │ size of the numbers 4 │ key │ numbers (store_number)
 *
 * A record is short (MOST_NUMBERS), so a key has several.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/store/ledger_index_build.h"

#include "core/base/heap.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

enum {
    NUMBER_BYTES = 8,
    MOST_NUMBERS = 512,
    HEAD_BYTES = 8,
    MOST_RECORD = HEAD_BYTES + STORE_MAX_KEY_BYTES + MOST_NUMBERS * NUMBER_BYTES,
    READ_BYTES = 1 << 16
};

/* One that is merged, at a record. */
struct run {
    uint64_t next; /* in the file: what is not in the room yet */
    uint64_t end;
    uint8_t *room;
    size_t at; /* in the room: behind the record */
    size_t size;
    struct bytes key; /* of the record; absent: the run is over */
    struct bytes numbers;
    size_t order; /* among the runs: later ones have greater positions */
};

struct index_build {
    FILE *file;
    uint64_t size; /* of the file */
    struct index_batch *batch;
    size_t run_pairs;
    struct run *runs; /* once sorted, a heap: the least record first */
    size_t run_count;
    size_t run_room;
    bool is_sorted;
};

static enum status file_error(struct error *error, const char *doing)
{
    return error_set(
        error, errno == ENOSPC || errno == EDQUOT ? STATUS_FULL : STATUS_UNAVAILABLE,
        "the file that the index is sorted in cannot be %s: %s", doing, strerrordesc_np(errno));
}

enum status index_build_new(
    const char *directory, size_t run_pairs, struct index_build **out, struct error *error)
{
    struct index_build *build;
    char path[PATH_MAX];
    FILE *file;

    if (snprintf(path, sizeof(path), "%s/index.runs", directory) >= (int)sizeof(path))
        return error_set(error, STATUS_UNAVAILABLE, "the name of index.runs is too long");
    file = fopen(path, "w+e");
    if (file == NULL)
        return file_error(error, "made");
    unlink(path);
    build = heap_new(sizeof(*build));
    build->file = file;
    build->batch = index_batch_new();
    build->run_pairs = run_pairs;
    *out = build;
    return STATUS_OK;
}

void index_build_free(struct index_build *build)
{
    if (build == NULL)
        return;
    for (size_t i = 0; i < build->run_count; i++)
        heap_free(build->runs[i].room);
    heap_free(build->runs);
    index_batch_free(build->batch);
    fclose(build->file);
    heap_free(build);
}

static bool put(struct index_build *build, const void *data, size_t size)
{
    build->size += size;
    return fwrite(data, 1, size, build->file) == size;
}

/* As many records as its numbers need. */
static enum status
write_key(struct bytes key, struct bytes numbers, void *context, struct error *error)
{
    struct index_build *build = context;

    for (size_t at = 0; at < numbers.size;) {
        size_t left = numbers.size - at;
        size_t size = left < MOST_NUMBERS * NUMBER_BYTES ? left : MOST_NUMBERS * NUMBER_BYTES;
        const uint32_t head[] = {(uint32_t)key.size, (uint32_t)size};
        if (!put(build, head, sizeof(head)) || !put(build, key.data, key.size) ||
            !put(build, numbers.data + at, size))
            return file_error(error, "written");
        at += size;
    }
    return STATUS_OK;
}

static enum status write_run(struct index_build *build, struct error *error)
{
    uint64_t from = build->size;
    enum status status = index_batch_each(build->batch, write_key, build, error);

    build->runs = heap_grow(build->runs, build->run_count, &build->run_room, sizeof(*build->runs));
    build->runs[build->run_count] =
        (struct run){.next = from, .end = build->size, .order = build->run_count};
    build->run_count++;
    return status;
}

enum status
index_build_add(struct index_build *build, const struct record *record, struct error *error)
{
    index_batch_add(build->batch, record);
    return index_batch_pairs(build->batch) < build->run_pairs ? STATUS_OK : write_run(build, error);
}

/* Reads on where the room has no whole record any more. */
static enum status fill(const struct index_build *build, struct run *run, struct error *error)
{
    uint64_t left = run->end - run->next;
    size_t kept = run->size - run->at;
    size_t wanted;

    if (kept >= MOST_RECORD || left == 0)
        return STATUS_OK;
    memmove(run->room, run->room + run->at, kept);
    run->at = 0;
    wanted = READ_BYTES - kept < left ? READ_BYTES - kept : (size_t)left;
    if (pread(fileno(build->file), run->room + kept, wanted, (off_t)run->next) != (ssize_t)wanted)
        return file_error(error, "read");
    run->size = kept + wanted;
    run->next += wanted;
    return STATUS_OK;
}

/* To the next record. */
static enum status step(const struct index_build *build, struct run *run, struct error *error)
{
    uint32_t head[2] = {0};
    enum status status = fill(build, run, error);

    run->key = (struct bytes){NULL, 0};
    if (status != STATUS_OK || run->at == run->size)
        return status;
    if (run->size - run->at >= HEAD_BYTES)
        memcpy(head, run->room + run->at, sizeof(head));
    if (run->size - run->at < HEAD_BYTES || head[0] > STORE_MAX_KEY_BYTES ||
        head[1] > MOST_NUMBERS * NUMBER_BYTES ||
        run->size - run->at - HEAD_BYTES < (size_t)head[0] + head[1])
        return error_set(error, STATUS_CORRUPT, "the file that the index is sorted in is damaged");
    run->key = (struct bytes){run->room + run->at + HEAD_BYTES, head[0]};
    run->numbers = (struct bytes){run->key.data + head[0], head[1]};
    run->at += HEAD_BYTES + (size_t)head[0] + head[1];
    return STATUS_OK;
}

static bool is_before(const struct run *a, const struct run *b)
{
    int order;

    if (!bytes_are_present(a->key) || !bytes_are_present(b->key))
        return bytes_are_present(a->key);
    order = text_compare(text_of_bytes(a->key), text_of_bytes(b->key));
    return order != 0 ? order < 0 : a->order < b->order;
}

/* Lets a run sink to its place in the heap. */
static void sink(struct index_build *build, size_t at)
{
    for (;;) {
        size_t least = at;
        struct run moved;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < build->run_count; child++) {
            if (is_before(&build->runs[child], &build->runs[least]))
                least = child;
        }
        if (least == at)
            return;
        moved = build->runs[at];
        build->runs[at] = build->runs[least];
        build->runs[least] = moved;
        at = least;
    }
}

enum status index_build_sort(struct index_build *build, struct error *error)
{
    enum status status = write_run(build, error);

    if (status == STATUS_OK && fflush(build->file) != 0)
        status = file_error(error, "written");
    for (size_t i = 0; status == STATUS_OK && i < build->run_count; i++) {
        build->runs[i].room = heap_new(READ_BYTES);
        status = step(build, &build->runs[i], error);
    }
    for (size_t i = build->run_count; i > 0; i--)
        sink(build, i - 1);
    build->is_sorted = true;
    return status;
}

bool index_build_is_sorted(const struct index_build *build)
{
    return build->is_sorted;
}

enum status index_build_merge(
    struct index_build *build,
    struct store_cursor *cursor,
    size_t pairs,
    bool *out_is_over,
    struct error *error)
{
    struct run *least = &build->runs[0];
    size_t written = 0;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && written < pairs && bytes_are_present(least->key)) {
        status = store_cursor_append(cursor, least->key, least->numbers, error);
        written += least->numbers.size / NUMBER_BYTES;
        if (status == STATUS_OK)
            status = step(build, least, error);
        sink(build, 0);
    }
    *out_is_over = !bytes_are_present(least->key);
    return status;
}
