/*
 * Stored events. The first byte chooses: an odd one cuts the rest into entry and body as they are;
 * an even one makes a sound entry of one of our types, with the rest as its fields, so that every
 * type's table is tried. What is accepted packs again to an entry that says the same.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/shape/shape_pack.h"
#include "eventlog/record.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PLACE = 7 };

static const uint8_t salt[BODY_SALT_SIZE] = {1};
static const uint8_t digest[DIGEST_SIZE] = {2};

static void check_entry(const struct entry *entry, struct arena *arena)
{
    AUTO_BUF packed = {0};
    struct entry back;
    struct error error = {0};

    buf_init(&packed, ENTRY_MAX_BYTES);
    entry_pack(entry, &packed);
    must(
        entry_decode((struct position){PLACE}, buf_bytes(&packed), arena, &back, &error) ==
        STATUS_OK);
    must(shape_equal(&entry_shape, entry, &back));
}

static void decode(struct bytes entry, struct bytes body, struct arena *arena)
{
    struct record record = {0};
    struct error error = {0};
    enum status status =
        record_decode((struct position){PLACE}, entry, body, arena, &record, &error);

    if (status != STATUS_OK) {
        must(status == STATUS_CORRUPT || status == STATUS_TOO_LARGE);
        return;
    }
    must(record.type == NULL || record.event != NULL);
    check_entry(&record.entry, arena);
}

static const struct event_type *type_at(size_t n)
{
    const struct event_area *area = event_catalog;
    const struct event_type *const *type = area->types;

    while (n-- > 0) {
        type++;
        if (*type == NULL) {
            area++;
            if (area->name == NULL)
                area = event_catalog;
            type = area->types;
        }
    }
    return *type;
}

static void decode_typed(size_t n, struct bytes fields, struct arena *arena)
{
    const struct event_type *type = type_at(n);
    const struct entry entry = {
        .format = ENTRY_FORMAT,
        .position = PLACE,
        .event_id = {{3}},
        .command_id = {{4}},
        .recorded_at = {1},
        .type = text_from(type->name),
        .schema = type->schema,
        .stream = {{5}},
        .revision = 1,
        .actor_kind = ACTOR_SYSTEM,
        .correlation = {{6}},
        .outcome = OUTCOME_DONE,
        .body_digest = {digest, sizeof(digest)},
    };
    const struct body body = {.fields = fields};
    AUTO_BUF head = {0};
    AUTO_BUF rest = {0};

    buf_init(&head, ENTRY_MAX_BYTES);
    buf_init(&rest, BODY_MAX_BYTES);
    entry_pack(&entry, &head);
    body_pack(&body, salt, &rest);
    decode(buf_bytes(&head), buf_bytes(&rest), arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(1 << 24);
    struct bytes rest;
    size_t cut;

    if (size < 3)
        return 0;
    rest = (struct bytes){data + 2, size - 2};
    if (data[0] % 2 == 0) {
        decode_typed(data[1], rest, arena);
        return 0;
    }
    cut = data[1] < rest.size ? data[1] : rest.size;
    decode((struct bytes){rest.data, cut}, (struct bytes){rest.data + cut, rest.size - cut}, arena);
    return 0;
}
