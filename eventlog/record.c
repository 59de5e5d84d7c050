/*
 * Tables of entry, origin and body, and the way from stored bytes to a record.
 *
 *   entry   [format, position, event id, …, body digest]      msgpack array, the Merkle leaf
 *   body    salt 16 ‖ {origin, request digest, fields}
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/record.h"

#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/shape/shape_pack.h"
#include "eventlog/upcast/upcast.h"

#include <inttypes.h>
#include <string.h>

const char *const actor_kind_names[] = {"system",   "user",      "agent", "stranger",
                                        "operator", "directory", NULL};
const char *const outcome_names[] = {"done", "refused", NULL};

static const struct field entry_fields[] = {
    {INT64(entry, format), .tag = 1, .flags = REQUIRED, .doc = "Format of the entry; always 1."},
    {INT64(entry, position), .tag = 2, .flags = REQUIRED, .doc = "Position on the ledger, from 0."},
    {UUID(entry, event_id), .tag = 3, .flags = REQUIRED,
     .doc = "Id of the event, a UUID of version 7."},
    {UUID(entry, command_id), .tag = 4, .flags = REQUIRED,
     .doc = "Id of the command that emitted it."},
    {TIMESTAMP(entry, recorded_at), .tag = 5, .flags = REQUIRED,
     .doc = "Time it was recorded; strictly rising along the ledger."},
    {TEXT(entry, type), .tag = 6, .flags = REQUIRED, .max = 64, .doc = "Name of the event type."},
    {INT64(entry, schema), .tag = 7, .flags = REQUIRED,
     .doc = "Schema number of the type, from 1."},
    {UUID(entry, stream), .tag = 8, .flags = REQUIRED,
     .doc = "Id of the stream: of what the event happened to."},
    {INT64(entry, revision), .tag = 9, .flags = REQUIRED, .doc = "Revision of the stream, from 1."},
    {UUID(entry, workspace), .tag = 10,
     .doc = "Id of the workspace; absent for the whole platform."},
    {INT64(entry, actor_kind), .tag = 11, .flags = REQUIRED,
     .doc = "Kind of the actor: 1 system, 2 user, 3 agent, 4 stranger, 5 operator."},
    {UUID(entry, actor_id), .tag = 12, .doc = "Id of the user or node that acted."},
    {UUID(entry, actor_session), .tag = 13,
     .doc = "Id of the session that the actor was signed in with."},
    {UUID(entry, correlation), .tag = 14,
     .doc = "Correlation id, shared by all that one request led to."},
    {UUID(entry, causation), .tag = 15, .doc = "Id of the event that caused it."},
    {INT64(entry, outcome), .tag = 16, .flags = REQUIRED, .doc = "Outcome: 1 done, 2 refused."},
    {BYTES(entry, body_digest), .tag = 17, .flags = REQUIRED, .doc = "SHA-256 of the stored body."},
};
const struct shape entry_shape =
    SHAPE_WITH(entry, "The part of an event that is kept for ever.", .form = FORM_ARRAY);

/* A box is bound to its event and its tag; these two keep clear of the tags that events use. */
static const struct field origin_fields[] = {
    {PERSONAL(origin, address), .tag = 121, .digest = DIGEST_ADDRESS,
     .doc = "IP address of the caller."},
    {PERSONAL(origin, user_agent), .tag = 122, .doc = "User agent that the caller's program sent."},
};
const struct shape origin_shape = SHAPE(origin, "Address and user agent that a command came from.");

static const struct field body_fields[] = {
    {OBJECT(body, origin, origin), .tag = 1,
     .doc = "Origin of the command; absent for the system."},
    {BYTES(body, request_digest), .tag = 2,
     .doc = "Keyed digest of the request, in the first event of a command."},
    {BYTES(body, fields), .tag = 3, .flags = REQUIRED,
     .doc = "Fields of the event, packed by the table of its type."},
};
const struct shape body_shape =
    SHAPE(body, "The part of an event that can be dropped; it stands behind a random salt.");

void entry_pack(const struct entry *entry, struct buf *out)
{
    size_t before = out->size;

    shape_pack(&entry_shape, entry, out);
    must(out->size - before <= ENTRY_MAX_BYTES);
}

void body_pack(const struct body *body, const uint8_t salt[BODY_SALT_SIZE], struct buf *out)
{
    buf_add(out, salt, BODY_SALT_SIZE);
    shape_pack(&body_shape, body, out);
}

/* What is wrong with a decoded entry, or NULL. */
static const char *entry_defect(const struct entry *entry, struct position position)
{
    if (entry->format != ENTRY_FORMAT)
        return "is of an unknown format";
    if (entry->position < 0 || (uint64_t)entry->position != position.value)
        return "names another position";
    if (!uuid_is_present(entry->event_id) || !uuid_is_present(entry->stream))
        return "lacks an id";
    if (entry->recorded_at.us <= 0 || entry->type.size == 0)
        return "lacks its time or type";
    if (entry->schema < 1 || entry->revision < 1)
        return "has a schema or revision below 1";
    if (entry->actor_kind < ACTOR_SYSTEM || entry->actor_kind > ACTOR_DIRECTORY)
        return "has an unknown kind of actor";
    if (entry->outcome != OUTCOME_DONE && entry->outcome != OUTCOME_REFUSED)
        return "has an unknown outcome";
    if (entry->body_digest.size != DIGEST_SIZE)
        return "has a digest of the wrong size";
    return NULL;
}

enum status entry_decode(
    struct position position,
    struct bytes packed,
    struct arena *arena,
    struct entry *out,
    struct error *error)
{
    const char *defect;
    enum status status;

    if (packed.size > ENTRY_MAX_BYTES)
        return error_set(error, STATUS_CORRUPT, "the entry is longer than any can be");
    status = shape_unpack_canonical(&entry_shape, packed, arena, out, error);
    if (status != STATUS_OK)
        return status;
    defect = entry_defect(out, position);
    if (defect != NULL)
        return error_set(error, STATUS_CORRUPT, "the entry %s", defect);
    return STATUS_OK;
}

static enum status
decode_body(struct bytes stored, struct arena *arena, struct body *out, struct error *error)
{
    struct bytes packed;
    enum status status;

    if (stored.size <= BODY_SALT_SIZE || stored.size > BODY_MAX_BYTES)
        return error_set(error, STATUS_CORRUPT, "the body has an impossible size");
    packed = (struct bytes){stored.data + BODY_SALT_SIZE, stored.size - BODY_SALT_SIZE};
    status = shape_unpack(&body_shape, packed, arena, out, error);
    if (status == STATUS_OK && !bytes_are_present(out->fields))
        return error_set(error, STATUS_CORRUPT, "the body has no fields");
    return status;
}

/* A schema newer than ours is a type that we do not know. */
static const struct event_type *type_of(const struct entry *entry)
{
    const struct event_type *type = event_type_named(entry->type);

    return type != NULL && entry->schema <= type->schema ? type : NULL;
}

static enum status decode(
    struct bytes entry,
    struct bytes body,
    struct arena *arena,
    struct record *record,
    struct error *error)
{
    enum status status = entry_decode(record->position, entry, arena, &record->entry, error);

    if (status == STATUS_OK && bytes_are_present(body)) {
        record->has_body = true;
        status = decode_body(body, arena, &record->body, error);
    }
    if (status != STATUS_OK)
        return status;
    record->type = type_of(&record->entry);
    if (record->type == NULL)
        return STATUS_OK;
    return upcast_decode(
        upcasts, record->type, record->entry.schema, record->body.fields, arena, &record->event,
        error);
}

enum status record_decode(
    struct position position,
    struct bytes entry,
    struct bytes body,
    struct arena *arena,
    struct record *out,
    struct error *error)
{
    struct record record = {.position = position};
    enum status status = decode(entry, body, arena, &record, error);

    if (status != STATUS_OK) {
        error_context(error, "position %" PRIu64, position.value);
        return status;
    }
    *out = record;
    return STATUS_OK;
}
