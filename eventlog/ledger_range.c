/*
 * The form in which a stretch of the ledger travels, and what proves it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/ledger_range.h"

#include "core/base/arena.h"
#include "eventlog/ledger_read.h"

#include <string.h>

enum {
    LONGEST_PATH = 128,
    RECORD_ARENA = 64 << 20,
    ENVELOPE_BYTES = 64 << 10, /* of the answer: all but the events */
    FULL_BYTES = LEDGER_RANGE_ANSWER - ENVELOPE_BYTES - STORED_EVENT_MAX_BYTES
};

static const struct field ledger_range_fields[] = {
    {INT64(ledger_range, from), .tag = 1, .flags = REQUIRED, .min = 0,
     .doc = "Position of its first event."},
    {TEXT(ledger_range, note), .tag = 2, .flags = REQUIRED, .max = NOTE_MAX_BYTES,
     .doc = "Newest checkpoint, as it was signed."},
    {TIMESTAMP(ledger_range, signed_at), .tag = 3, .flags = REQUIRED,
     .doc = "Time when it was signed."},
    {BYTES(ledger_range, path), .tag = 4, .max = LONGEST_PATH * DIGEST_SIZE,
     .doc = "Consistency proof from the end of the last event to the checkpoint; hashes, joined."},
    {BYTES(ledger_range, events), .tag = 5, .max = LEDGER_RANGE_ANSWER,
     .doc = "Events, as they are copied."},
};
const struct shape ledger_range_shape = SHAPE(ledger_range, "A stretch of the ledger.");

/* Borrowed hashes; false where the bytes are no whole number of them, or too many. */
static bool read_path(struct bytes joined, struct digest out[LONGEST_PATH], struct tree_path *path)
{
    size_t count = joined.size / DIGEST_SIZE;

    if (joined.size % DIGEST_SIZE != 0 || count > LONGEST_PATH)
        return false;
    for (size_t i = 0; i < count; i++)
        memcpy(out[i].bytes, joined.data + i * DIGEST_SIZE, DIGEST_SIZE);
    *path = (struct tree_path){out, count};
    return true;
}

enum status ledger_range_check(
    const struct ledger_range *range,
    const struct checkpoint *checkpoint,
    struct tree_growth *growth,
    struct error *error)
{
    const struct tree_head signed_head = {checkpoint->size, checkpoint->root};
    struct digest hashes[LONGEST_PATH] = {{{0}}};
    struct tree_path path = {NULL, 0};
    struct tree_head head = {0};
    struct bytes rest = range->events;
    struct stored_event event;
    bool is_next = range->from >= 0 && (uint64_t)range->from == growth->size;

    while (is_next && stored_event_next(&rest, &event))
        tree_grow(growth, tree_leaf(event.entry));
    head = (struct tree_head){growth->size, tree_growth_root(growth)};
    if (is_next && rest.size == 0 && read_path(range->path, hashes, &path) &&
        tree_continues(&head, &signed_head, &path))
        return STATUS_OK;
    return error_set_code(
        error, STATUS_CORRUPT, "ledger_forked",
        "the signed ledger of size %llu does not continue this one, which would be of size %llu",
        (unsigned long long)checkpoint->size, (unsigned long long)head.size);
}

static enum status
is_one_command(struct ledger *ledger, uint64_t at, bool *out, struct error *error)
{
    AUTO_ARENA arena = arena_new(RECORD_ARENA);
    struct record before = {.type = NULL};
    struct record here = {.type = NULL};
    enum status status = ledger_read_one(ledger, (struct position){at - 1}, arena, &before, error);

    if (status == STATUS_OK)
        status = ledger_read_one(ledger, (struct position){at}, arena, &here, error);
    if (status == STATUS_OK)
        *out = uuid_equal(before.entry.command_id, here.entry.command_id);
    return status;
}

/* Moves by one until `*at` is where a command begins, or `limit` is reached. */
static enum status
find_border(struct ledger *ledger, uint64_t *at, int step, uint64_t limit, struct error *error)
{
    enum status status = STATUS_OK;
    bool is_within = true;

    while (*at != limit) {
        status = is_one_command(ledger, *at, &is_within, error);
        if (status != STATUS_OK || !is_within)
            break;
        *at += (uint64_t)(int64_t)step;
    }
    return status;
}

static void keep_first(struct buf *events, uint64_t count)
{
    struct bytes rest = buf_bytes(events);
    struct stored_event event;

    for (uint64_t i = 0; i < count && stored_event_next(&rest, &event); i++)
        ;
    buf_truncate(events, events->size - rest.size);
}

enum status ledger_range_copy(
    struct ledger *ledger, struct ledger_stretch *stretch, struct buf *out, struct error *error)
{
    uint64_t from = stretch->next;
    uint64_t end = stretch->end;
    uint64_t *next = &stretch->next;
    uint64_t border;
    enum status status = ledger_copy(ledger, next, end, stretch->most_bytes, out, error);

    border = *next;
    if (status != STATUS_OK || border == end)
        return status;
    status = find_border(ledger, &border, -1, from, error);
    if (status == STATUS_OK && border > from) {
        keep_first(out, border - from);
        *next = border;
        return STATUS_OK;
    }
    border = *next;
    if (status == STATUS_OK)
        status = find_border(ledger, &border, 1, end, error);
    while (status == STATUS_OK && *next < border && out->size < FULL_BYTES)
        status = ledger_copy(ledger, next, border, FULL_BYTES - out->size, out, error);
    return status;
}
