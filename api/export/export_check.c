/*
 * Leaves out of the lines of exports.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/export/export_check.h"

#include "core/base/encode.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"
#include "eventlog/tree.h"

#include <string.h>

enum { LINE_ARENA_BYTES = 256 << 20, LEAF_DIGITS = 2 * DIGEST_SIZE };

/* Where a format has the leaf of an event: in a member of its object, or of an object in that; or else behind
 * so many marks, that stand in no value. */
static const struct place {
    const char *format;
    const char *object; /* NULL: the line's own */
    const char *member; /* NULL: it is no JSON */
    const char *mark;
    int marks;
} places[] = {
    {"jsonl", NULL, "leafHash", NULL, 0},    {"csv", NULL, NULL, "\",\"", 17},
    {"ocsf", "attestation", "uid", NULL, 0}, {"cloudevents", NULL, "leafhash", NULL, 0},
    {"cef", NULL, NULL, " cs4=", 1},         {"timesketch", NULL, "leaf_hash", NULL, 0},
};

struct export_check {
    const struct export_format *format;
    const struct place *place;
    struct buf line;  /* what has come of it */
    size_t head_left; /* bytes of the head that are still to come */
    struct tree_growth leaves;
    struct arena *arena; /* of a line */
};

struct export_check *export_check_new(const struct export_format *format)
{
    struct export_check *check = heap_new(sizeof(*check));

    check->format = format;
    check->head_left = strlen(format->head);
    check->arena = arena_new(LINE_ARENA_BYTES);
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        if (strcmp(places[i].format, format->name) == 0)
            check->place = &places[i];
    }
    must(check->place != NULL);
    buf_init(&check->line, EXPORT_MOST_BYTES);
    return check;
}

void export_check_free(struct export_check *check)
{
    if (check == NULL)
        return;
    buf_fini(&check->line);
    arena_free(check->arena);
    heap_free(check);
}

static enum status refuse(const struct export_check *check, const char *why, struct error *error)
{
    return error_set_code(
        error, STATUS_CORRUPT, "export_damaged", "line %llu of what came %s",
        (unsigned long long)check->leaves.size + 1, why);
}

static struct text find_marked(const struct place *place, struct text line)
{
    size_t size = strlen(place->mark);
    int marks = 0;

    for (size_t i = 0; i + size <= line.size; i++) {
        if (memcmp(line.data + i, place->mark, size) == 0 && ++marks == place->marks)
            return text_slice(line, i + size, LEAF_DIGITS);
    }
    return (struct text){NULL, 0};
}

static struct text find_leaf(struct export_check *check, struct text line)
{
    const struct place *place = check->place;
    struct text json = {NULL, 0};

    if (place->member == NULL)
        return find_marked(place, line);
    if (json_compact(line, check->arena, &json, NULL) != STATUS_OK)
        return json;
    if (place->object != NULL)
        json = json_peek_member(check->arena, json, place->object);
    return json_peek_text(check->arena, json_peek_member(check->arena, json, place->member));
}

static enum status take_line(struct export_check *check, struct text line, struct error *error)
{
    struct text digits;
    struct bytes leaf = {NULL, 0};
    struct digest digest;

    arena_reset(check->arena);
    digits = find_leaf(check, line);
    if (!text_is_present(digits) || !hex_decode(check->arena, digits, &leaf) ||
        leaf.size != DIGEST_SIZE)
        return refuse(check, "is no event in the format that was asked for", error);
    memcpy(digest.bytes, leaf.data, DIGEST_SIZE);
    tree_grow(&check->leaves, digest);
    return STATUS_OK;
}

enum status export_check_take(struct export_check *check, struct bytes piece, struct error *error)
{
    size_t skipped = piece.size < check->head_left ? piece.size : check->head_left;
    struct text rest = text_of_bytes(piece);
    enum status status = STATUS_OK;

    check->head_left -= skipped;
    rest = text_slice(rest, skipped, rest.size - skipped);
    while (rest.size > 0 && status == STATUS_OK) {
        size_t end = text_find(rest, '\n', 0);
        buf_add_text(&check->line, text_slice(rest, 0, end));
        if (buf_is_full(&check->line))
            return refuse(check, "is longer than any event", error);
        if (end == rest.size)
            return STATUS_OK;
        status = take_line(check, buf_text(&check->line), error);
        buf_clear(&check->line);
        rest = text_slice(rest, end + 1, rest.size - end - 1);
    }
    return status;
}

enum status export_check_end(
    struct export_check *check, const struct export_promise *promise, struct error *error)
{
    struct digest root = tree_growth_root(&check->leaves);
    struct text found;

    arena_reset(check->arena);
    if (check->line.size > 0 || check->head_left > 0)
        return refuse(check, "is not whole", error);
    if (check->leaves.size != (uint64_t)promise->count)
        return error_set_code(
            error, STATUS_CORRUPT, "export_damaged", "%llu events came, and %lld are on record",
            (unsigned long long)check->leaves.size, (long long)promise->count);
    found = hex_encode(check->arena, (struct bytes){root.bytes, DIGEST_SIZE});
    if (!text_equal(found, promise->root))
        return error_set_code(
            error, STATUS_CORRUPT, "export_damaged",
            "the events that came have the root %.*s, and %.*s is on record", TEXT_ARGS(found),
            TEXT_ARGS(text_first_bytes(promise->root, LEAF_DIGITS)));
    return STATUS_OK;
}
