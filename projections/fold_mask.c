/*
 * What is personal in a fold: there to be compared, not to be read. A text is replaced by one of the same
 * length, of bytes that stand in no UTF-8, which follow from the text and from what nobody outside of this
 * fold knows. So lengths and changes of rows are what they are with the text.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/crypto/crypto.h"
#include "projections/fold_internal.h"

#include <string.h>

/* All that RFC 3629 excludes: C0, C1, F5 … FF. */
static const uint8_t marks[] = {0xC0, 0xC1, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9,
                                0xFA, 0xFB, 0xFC, 0xFD, 0xFE, 0xFF};

bool fold_is_sealed(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = (uint8_t)text.data[i];
        if (byte == 0xC0 || byte == 0xC1 || byte >= 0xF5)
            return true;
    }
    return false;
}

static struct text mask(const struct folding *folding, struct text text)
{
    const struct bytes pieces[] = {{folding->nonce, sizeof(folding->nonce)}, bytes_of_text(text)};
    const struct digest digest = sha256_of(pieces, COUNT_OF(pieces));
    char *masked = arena_take(folding->batch, text.size + 1);

    for (size_t i = 0; i < text.size; i++)
        masked[i] = (char)marks[digest.bytes[i % sizeof(digest.bytes)] % COUNT_OF(marks)];
    return (struct text){masked, text.size};
}

/* The struct is one of this fold's own. */
static bool look_at_fields(const struct folding *folding, const struct shape *shape, void *value)
{
    bool has_forgotten = false;

    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        struct personal *personal = field_in(field, value);
        if (field->kind != KIND_PERSONAL || !bytes_are_present(personal->box))
            continue;
        if (!text_is_present(personal->text))
            has_forgotten = true;
        else if (!folding->fold->opens_personal)
            personal->text = mask(folding, personal->text);
    }
    return has_forgotten;
}

enum status
fold_open(struct folding *folding, struct record *record, bool *out_forgotten, struct error *error)
{
    enum status status =
        keyring_open_record(folding->sources->keyring, folding->batch, record, error);

    if (status != STATUS_OK)
        return status;
    *out_forgotten = false;
    if (record->body.origin != NULL) {
        struct origin *origin = arena_one(folding->batch, struct origin);
        *origin = *record->body.origin;
        *out_forgotten = look_at_fields(folding, &origin_shape, origin);
        record->body.origin = origin;
    }
    if (record->event != NULL) {
        void *event = arena_take(folding->batch, record->type->shape->size);
        memcpy(event, record->event, record->type->shape->size);
        *out_forgotten |= look_at_fields(folding, record->type->shape, event);
        record->event = event;
    }
    return STATUS_OK;
}
