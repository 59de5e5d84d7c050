/*
 * Boxes: personal fields sealed and opened by a shape's table. Personal fields stand at the top of
 * a shape, never inside an object or a list; a test asks that of every event.
 *
 *   subject 16 ‖ key id 8 ‖ nonce 12 ‖ tag 16 ‖ ciphertext
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/seal.h"

#include "core/base/must.h"
#include "core/base/random.h"
#include "eventlog/keyring_internal.h"
#include "eventlog/origin_key.h"

#include <string.h>

enum {
    BOX_KEY_ID = 16,
    BOX_NONCE = BOX_KEY_ID + KEY_ID_SIZE,
    BOX_TAG = BOX_NONCE + AEAD_NONCE_SIZE,
    BOX_TEXT = BOX_TAG + AEAD_TAG_SIZE,
    EXTRA_SIZE = 18
};

static bool has_text(const struct field *field, const void *value)
{
    const struct personal *personal = field_at(field, value);

    return field->kind == KIND_PERSONAL && text_is_present(personal->text);
}

struct extra {
    uint8_t bytes[EXTRA_SIZE];
};

/* What a box is bound to: it opens in the field of the event that it was sealed for only. */
static struct extra extra_of(struct uuid event_id, uint16_t tag)
{
    struct extra extra;

    memcpy(extra.bytes, event_id.bytes, sizeof(event_id.bytes));
    extra.bytes[16] = (uint8_t)(tag >> 8);
    extra.bytes[17] = (uint8_t)tag;
    return extra;
}

static struct bytes seal_text(
    struct keyring *keyring,
    const struct data_key *key,
    struct extra extra,
    struct text text,
    struct arena *arena)
{
    uint8_t *box = arena_take(arena, BOX_TEXT + text.size);
    struct aead aead = {key->bytes, box + BOX_NONCE, {extra.bytes, EXTRA_SIZE}};

    memcpy(box, key->subject.bytes, sizeof(key->subject.bytes));
    memcpy(box + BOX_KEY_ID, key->id.bytes, KEY_ID_SIZE);
    random_fill(box + BOX_NONCE, AEAD_NONCE_SIZE);
    aead_sealer_seal(keyring->sealer, &aead, bytes_of_text(text), box + BOX_TEXT, box + BOX_TAG);
    return (struct bytes){box, BOX_TEXT + text.size};
}

struct uuid seal_subject(const struct shape *shape, const void *value, struct uuid fallback)
{
    struct uuid subject = UUID_NONE;

    if (shape->subject_tag != 0) {
        const struct field *field = shape_field_of_tag(shape, shape->subject_tag);
        must(field != NULL && field->kind == KIND_UUID);
        memcpy(&subject, field_at(field, value), sizeof(subject));
    }
    return uuid_is_present(subject) ? subject : fallback;
}

/* Under the key that is made or found once it is needed. */
static enum status seal_fields(
    struct keyring *keyring,
    const struct shape *shape,
    struct uuid event_id,
    struct data_key *key,
    struct arena *arena,
    void *value,
    struct error *error)
{
    bool has_key = false;

    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        struct personal *personal = field_in(field, value);
        if (!has_text(field, value))
            continue;
        if (!has_key) {
            enum status status = keyring_key_for_sealing(keyring, key, error);
            if (status != STATUS_OK)
                return status;
        }
        has_key = true;
        must(field->digest == 0 || bytes_are_present(personal->digest));
        personal->box =
            seal_text(keyring, key, extra_of(event_id, field->tag), personal->text, arena);
        personal->text = (struct text){NULL, 0};
    }
    crypto_wipe(key, sizeof(*key));
    return STATUS_OK;
}

enum status keyring_seal(
    struct keyring *keyring,
    const struct shape *shape,
    struct uuid event_id,
    struct uuid fallback_subject,
    struct arena *arena,
    void *value,
    struct error *error)
{
    struct data_key key = {.subject = seal_subject(shape, value, fallback_subject)};

    return seal_fields(keyring, shape, event_id, &key, arena, value, error);
}

enum status keyring_seal_origin(
    struct keyring *keyring,
    struct uuid event_id,
    const struct origin_key *under,
    struct arena *arena,
    struct origin *origin,
    struct error *error)
{
    struct data_key key = {.subject = under->subject, .month = under->month};

    return seal_fields(keyring, &origin_shape, event_id, &key, arena, origin, error);
}

/* A look at boxes of one event, which mostly share one key. */
struct opening {
    struct keyring *keyring;
    struct uuid event_id;
    struct store_txn *txn; /* begun for the first box */
    struct data_key key;   /* the last one; without a subject: none yet */
    enum key_state state;  /* that one's */
    bool is_trial;         /* nobody misses the text */
};

/* The installation's own keys have no subject, and open no box. */
static enum status take_key(struct opening *opening, struct bytes box, struct error *error)
{
    struct data_key wanted = {.subject = UUID_NONE};
    enum status status = STATUS_OK;

    memcpy(wanted.subject.bytes, box.data, sizeof(wanted.subject.bytes));
    memcpy(wanted.id.bytes, box.data + BOX_KEY_ID, KEY_ID_SIZE);
    if (!uuid_is_present(wanted.subject))
        return error_set(error, STATUS_CORRUPT, "a box names no subject");
    if (memcmp(wanted.id.bytes, opening->key.id.bytes, KEY_ID_SIZE) == 0 &&
        uuid_equal(wanted.subject, opening->key.subject))
        return STATUS_OK;
    if (opening->txn == NULL)
        status = keyring_begin(opening->keyring, &opening->txn, error);
    if (status == STATUS_OK)
        status = keyring_find(opening->keyring, opening->txn, &wanted, &opening->state, error);
    if (status == STATUS_OK)
        opening->key = wanted;
    return status;
}

static enum status open_field(
    struct opening *opening,
    const struct field *field,
    struct bytes box,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    struct extra extra = extra_of(opening->event_id, field->tag);
    struct aead aead = {.key = opening->key.bytes, .extra = {extra.bytes, EXTRA_SIZE}};
    struct bytes sealed;
    uint8_t *plain;
    enum status status;

    if (box.size < BOX_TEXT)
        return error_set(error, STATUS_CORRUPT, "the box of \"%s\" is too short", field->name);
    status = take_key(opening, box, error);
    if (status == STATUS_OK && opening->state == KEY_LOST && !opening->is_trial)
        atomic_fetch_add_explicit(&opening->keyring->lost, 1, memory_order_relaxed);
    if (status != STATUS_OK || opening->state != KEY_PRESENT)
        return status;
    aead.nonce = box.data + BOX_NONCE;
    sealed = (struct bytes){box.data + BOX_TEXT, box.size - BOX_TEXT};
    arena_keep_secret(arena);
    plain = arena_take(arena, sealed.size + 1);
    if (!aead_open(&aead, sealed, box.data + BOX_TAG, plain))
        return error_set(
            error, STATUS_CORRUPT, "the box of \"%s\" does not fit its key", field->name);
    *out = (struct text){(const char *)plain, sealed.size};
    return STATUS_OK;
}

static enum status open_all(
    struct opening *opening,
    const struct shape *shape,
    struct arena *arena,
    void *value,
    struct error *error)
{
    struct text *texts = arena_array(arena, shape->count, sizeof(*texts));
    enum status status = STATUS_OK;

    for (size_t i = 0; i < shape->count && status == STATUS_OK; i++) {
        const struct personal *personal = field_at(&shape->fields[i], value);
        if (shape->fields[i].kind != KIND_PERSONAL || !bytes_are_present(personal->box))
            continue;
        status = open_field(opening, &shape->fields[i], personal->box, arena, &texts[i], error);
    }
    for (size_t i = 0; i < shape->count && status == STATUS_OK; i++) {
        struct personal *personal = field_in(&shape->fields[i], value);
        if (shape->fields[i].kind == KIND_PERSONAL && bytes_are_present(personal->box))
            personal->text = texts[i];
    }
    return status;
}

enum status keyring_open_fields(
    struct keyring *keyring,
    const struct shape *shape,
    struct uuid event_id,
    struct arena *arena,
    void *value,
    struct error *error)
{
    struct opening opening = {.keyring = keyring, .event_id = event_id};
    enum status status = open_all(&opening, shape, arena, value, error);

    store_abort(&opening.txn);
    crypto_wipe(&opening.key, sizeof(opening.key));
    return status;
}

enum status keyring_open_box(
    struct keyring *keyring,
    const struct kept_box *kept,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    struct opening opening = {.keyring = keyring, .event_id = kept->event_id};
    const struct field *field = shape_field_of_tag(kept->shape, kept->tag);
    struct text text = {NULL, 0};
    enum status status = STATUS_OK;

    must(field != NULL && field->kind == KIND_PERSONAL);
    if (bytes_are_present(kept->box))
        status = open_field(&opening, field, kept->box, arena, &text, error);
    store_abort(&opening.txn);
    crypto_wipe(&opening.key, sizeof(opening.key));
    if (status == STATUS_OK)
        *out = text;
    return status;
}

struct uuid keyring_box_subject(struct bytes box)
{
    struct uuid subject = UUID_NONE;

    if (box.size >= sizeof(subject.bytes))
        memcpy(subject.bytes, box.data, sizeof(subject.bytes));
    return subject;
}

bool keyring_box_is_empty(struct bytes box)
{
    return box.size == BOX_TEXT;
}

enum status keyring_open_record(
    struct keyring *keyring, struct arena *arena, struct record *record, struct error *error)
{
    struct origin *origin = NULL;
    void *event = NULL;
    enum status status = STATUS_OK;

    if (record->body.origin != NULL) {
        origin = arena_one(arena, struct origin);
        *origin = *record->body.origin;
        status = keyring_open_fields(
            keyring, &origin_shape, record->entry.event_id, arena, origin, error);
    }
    if (status == STATUS_OK && record->event != NULL) {
        event = arena_take(arena, record->type->shape->size);
        memcpy(event, record->event, record->type->shape->size);
        status = keyring_open_fields(
            keyring, record->type->shape, record->entry.event_id, arena, event, error);
    }
    if (status != STATUS_OK)
        return status;
    record->body.origin = origin;
    record->event = event;
    return STATUS_OK;
}

/* A look at one record's boxes, for whoever checks them. */
struct trying {
    struct opening opening;
    void (*each)(const struct box_seen *box, void *context);
    void *context;
};

static enum box_state
try_box(struct opening *opening, const struct field *field, struct bytes box, struct error *error)
{
    AUTO_ARENA scratch = arena_new(box.size + 4096);
    struct text text = {NULL, 0};

    if (open_field(opening, field, box, scratch, &text, error) != STATUS_OK)
        return BOX_DAMAGED;
    switch (opening->state) {
    case KEY_PRESENT:
        return BOX_OPENS;
    case KEY_DESTROYED:
        return BOX_FORGOTTEN;
    case KEY_LOST:
        return BOX_LOST;
    }
    return BOX_DAMAGED;
}

static void try_fields(struct trying *trying, const struct shape *shape, const void *value)
{
    struct error error;

    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        const struct personal *personal = field_at(field, value);
        struct box_seen seen = {.part = shape, .field = field, .state = BOX_DAMAGED};

        if (field->kind != KIND_PERSONAL || !bytes_are_present(personal->box))
            continue;
        if (personal->box.size >= BOX_TEXT) {
            memcpy(seen.subject.bytes, personal->box.data, sizeof(seen.subject.bytes));
            memcpy(seen.key_id, personal->box.data + BOX_KEY_ID, KEY_ID_SIZE);
            seen.state = try_box(&trying->opening, field, personal->box, &error);
        }
        trying->each(&seen, trying->context);
    }
}

enum status keyring_try_record(
    struct keyring *keyring,
    const struct record *record,
    void (*each)(const struct box_seen *box, void *context),
    void *context,
    struct error *error)
{
    struct trying trying = {
        .opening = {.keyring = keyring, .event_id = record->entry.event_id, .is_trial = true},
        .each = each,
        .context = context,
    };
    enum status status = keyring_begin(keyring, &trying.opening.txn, error);

    if (status != STATUS_OK)
        return status;
    if (record->body.origin != NULL)
        try_fields(&trying, &origin_shape, record->body.origin);
    if (record->event != NULL)
        try_fields(&trying, record->type->shape, record->event);
    store_abort(&trying.opening.txn);
    crypto_wipe(&trying.opening.key, sizeof(trying.opening.key));
    return STATUS_OK;
}
