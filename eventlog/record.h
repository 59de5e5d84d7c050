/*
 * What is stored for one event, and what a reader gets.
 *
 * An ENTRY is for ever: a canonical msgpack array of at most 65,535 bytes without any text but the
 * type's name. It is the Merkle leaf, its position the leaf's index. A BODY can be forgotten: a
 * random salt and the event's fields. The entry holds the digest of the body's stored bytes.
 * docs/format.md describes every byte of both.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_RECORD_H
#define EVENTLOG_RECORD_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/crypto/crypto.h"
#include "core/shape/shape.h"
#include "eventlog/event_type.h"
#include "eventlog/position.h"

enum { ENTRY_FORMAT = 1, ENTRY_MAX_BYTES = 65535, BODY_MAX_BYTES = 4 << 20, BODY_SALT_SIZE = 16 };

enum actor_kind {
    ACTOR_SYSTEM = 1, /* the program itself: clocks, first start */
    ACTOR_USER = 2,
    ACTOR_AGENT = 3,
    ACTOR_STRANGER = 4, /* nobody we know: public routes */
    ACTOR_OPERATOR = 5, /* whoever holds the machine: the command line */
    ACTOR_DIRECTORY = 6 /* a provider, as what sends its people (SCIM): by a token, its session */
};
extern const char *const actor_kind_names[];

struct actor {
    enum actor_kind kind;
    struct uuid id;      /* user, node or provider, absent for the others */
    struct uuid session; /* absent where there is none */
};

enum outcome {
    OUTCOME_DONE = 1,   /* something was changed */
    OUTCOME_REFUSED = 2 /* a refusal that is evidence */
};
extern const char *const outcome_names[];

/* The entry as a struct; entry_shape (FORM_ARRAY) is its table. */
struct entry {
    int64_t format;
    int64_t position;
    struct uuid event_id;
    struct uuid command_id;
    struct timestamp recorded_at;
    struct text type;
    int64_t schema;
    struct uuid stream;
    int64_t revision;
    struct uuid workspace; /* absent: platform-wide */
    int64_t actor_kind;
    struct uuid actor_id;
    struct uuid actor_session;
    struct uuid correlation;
    struct uuid causation; /* event id of the cause, absent for none */
    int64_t outcome;
    struct bytes body_digest; /* SHA-256 of the stored body, salt included */
};
extern const struct shape entry_shape;

/* From where a command came; sealed under its actor's key. */
struct origin {
    struct personal address; /* with a digest */
    struct personal user_agent;
};
extern const struct shape origin_shape;

/* The body behind its salt. */
struct body {
    const struct origin *origin; /* NULL for the system */
    struct bytes request_digest; /* keyed; in the first event of a command */
    struct bytes fields;         /* the event, packed by its type's shape */
};
extern const struct shape body_shape;

/* One event as a reader gets it. Everything lives in the reader's arena. */
struct record {
    struct position position;
    struct entry entry;
    const struct event_type *type; /* NULL when this program does not know the type */
    bool has_body;                 /* false when the body was dropped */
    struct body body;              /* boxes still sealed */
    const void *event; /* struct of the type's newest schema; all absent without a body */
};

static inline struct actor record_actor(const struct record *record)
{
    return (struct actor){
        (enum actor_kind)record->entry.actor_kind, record->entry.actor_id,
        record->entry.actor_session};
}

/* Appends the entry's stored bytes. */
struct buf;
void entry_pack(const struct entry *entry, struct buf *out);

/* Decodes an entry's stored bytes, which are those that entry_pack() writes, and looks at every field that
 * is stored for all types. Leaf hash and type are the caller's to look at. */
MUST_USE enum status entry_decode(
    struct position position,
    struct bytes packed,
    struct arena *arena,
    struct entry *out,
    struct error *error);

/* Appends salt and packed body. */
void body_pack(const struct body *body, const uint8_t salt[BODY_SALT_SIZE], struct buf *out);

/* Decodes stored bytes (body absent: it was dropped) and raises old schemas to the newest. An
 * unknown type, or a schema newer than ours, gives a record with type NULL. STATUS_CORRUPT names
 * the position. Leaf hash and body digest are the caller's to check. */
MUST_USE enum status record_decode(
    struct position position,
    struct bytes entry,
    struct bytes body,
    struct arena *arena,
    struct record *out,
    struct error *error);

#endif
