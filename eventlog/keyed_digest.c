/*
 * Keyed digests, by kind. The keys are derived when the keyring is opened (keyring.c).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/keyed_digest.h"

#include "core/base/encode.h"
#include "core/base/must.h"
#include "eventlog/keyring_internal.h"

#include <string.h>

static const int64_t day_us = INT64_C(86400) * US_PER_S;

struct big_endian {
    uint8_t bytes[8];
};

static struct big_endian big_endian(uint64_t value)
{
    struct big_endian out = {{0}};

    for (int i = 0; i < 8; i++)
        out.bytes[i] = (uint8_t)(value >> (56 - 8 * i));
    return out;
}

static struct digest digest_of(
    const struct keyring *keyring, enum digest_kind kind, const struct bytes *pieces, size_t count)
{
    return mac_of(keyring->macs[kind], pieces, count);
}

static struct text normal(struct arena *arena, struct text text)
{
    return text_lower(arena, text_trim(text));
}

static struct bytes keep(struct arena *arena, struct digest digest)
{
    return bytes_copy(arena, (struct bytes){digest.bytes, DIGEST_SIZE});
}

struct bytes keyed_digest_email(struct keyring *keyring, struct arena *arena, struct text email)
{
    struct bytes piece = bytes_of_text(normal(arena, email));

    return keep(arena, digest_of(keyring, DIGEST_EMAIL, &piece, 1));
}

int64_t keyed_digest_day(struct timestamp at)
{
    return at.us / day_us;
}

struct timestamp keyed_digest_day_start(int64_t day)
{
    return (struct timestamp){day * day_us};
}

struct bytes keyed_digest_address(
    struct keyring *keyring, struct timestamp at, struct arena *arena, struct text address)
{
    struct big_endian day = big_endian((uint64_t)keyed_digest_day(at));
    struct bytes pieces[] = {{day.bytes, sizeof(day.bytes)}, bytes_of_text(normal(arena, address))};

    return keep(arena, digest_of(keyring, DIGEST_ADDRESS, pieces, COUNT_OF(pieces)));
}

void keyed_digest_personal(
    struct keyring *keyring,
    const struct shape *shape,
    struct timestamp at,
    struct arena *arena,
    void *value)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        struct personal *personal;

        if (field->kind != KIND_PERSONAL || field->digest == 0)
            continue;
        personal = field_in(field, value);
        if (!text_is_present(personal->text))
            continue;
        personal->digest = field->digest == DIGEST_ADDRESS
                               ? keyed_digest_address(keyring, at, arena, personal->text)
                               : keyed_digest_email(keyring, arena, personal->text);
    }
}

struct digest keyed_digest_request(struct keyring *keyring, const struct keyed_request *request)
{
    struct bytes pieces[] = {
        bytes_of_text(request->method),           {(const uint8_t *)" ", 1},
        bytes_of_text(request->target),           {(const uint8_t *)"\n", 1},
        {request->credential.bytes, DIGEST_SIZE}, bytes_of_text(request->body),
    };

    return digest_of(keyring, DIGEST_REQUEST, pieces, COUNT_OF(pieces));
}

struct uuid keyed_digest_command(
    struct keyring *keyring, struct actor actor, struct digest request, struct text idempotency_key)
{
    uint8_t kind = (uint8_t)actor.kind;
    struct bytes pieces[] = {
        {&kind, sizeof(kind)},
        {actor.id.bytes, sizeof(actor.id.bytes)},
        bytes_of_text(idempotency_key),
    };

    if (!uuid_is_present(actor.id))
        pieces[1] = (struct bytes){request.bytes, DIGEST_SIZE};
    return uuid_v8(digest_of(keyring, DIGEST_COMMAND, pieces, COUNT_OF(pieces)).bytes);
}

struct uuid keyed_digest_correlation(struct keyring *keyring, struct text sent)
{
    struct bytes piece = bytes_of_text(sent);
    struct uuid id = UUID_NONE;

    if (!text_is_present(sent) || (uuid_parse(sent, &id) && uuid_is_present(id)))
        return id;
    return uuid_v8(digest_of(keyring, DIGEST_CORRELATION, &piece, 1).bytes);
}

struct uuid keyed_digest_session(struct keyring *keyring, struct digest token)
{
    struct bytes piece = {token.bytes, DIGEST_SIZE};

    return uuid_v8(digest_of(keyring, DIGEST_SESSION, &piece, 1).bytes);
}

struct digest keyed_digest_look(struct keyring *keyring, const struct look_digest *look)
{
    struct big_endian window = big_endian((uint64_t)look->window);
    struct bytes pieces[] = {
        {look->person.bytes, sizeof(look->person.bytes)},
        {look->session.bytes, sizeof(look->session.bytes)},
        {window.bytes, sizeof(window.bytes)},
        bytes_of_text(look->route),
        {(const uint8_t *)"\n", 1},
        bytes_of_text(look->filter),
    };

    return digest_of(keyring, DIGEST_LOOK, pieces, COUNT_OF(pieces));
}

struct digest keyed_digest_cursor(struct keyring *keyring, const struct cursor_digest *cursor)
{
    struct big_endian from = big_endian(cursor->from);
    struct big_endian end = big_endian(cursor->end);
    struct bytes pieces[] = {
        {cursor->asked.bytes, DIGEST_SIZE},
        {from.bytes, sizeof(from.bytes)},
        {end.bytes, sizeof(end.bytes)},
    };

    return digest_of(keyring, DIGEST_CURSOR, pieces, COUNT_OF(pieces));
}

struct bytes keyed_digest_follower(struct keyring *keyring, struct arena *arena, struct text token)
{
    struct bytes piece = bytes_of_text(token);

    return keep(arena, digest_of(keyring, DIGEST_FOLLOWER, &piece, 1));
}

struct bytes keyed_digest_recovery(
    struct keyring *keyring, struct uuid user_id, struct arena *arena, struct text code)
{
    char *signs = arena_take(arena, code.size + 1);
    struct bytes pieces[] = {{user_id.bytes, sizeof(user_id.bytes)}, {(const uint8_t *)signs, 0}};

    for (size_t i = 0; i < code.size; i++) {
        char c = code.data[i];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            signs[pieces[1].size++] = c;
    }
    return keep(arena, digest_of(keyring, DIGEST_RECOVERY, pieces, COUNT_OF(pieces)));
}

struct bytes keyed_digest_subject(
    struct keyring *keyring, struct uuid provider_id, struct arena *arena, struct text subject)
{
    const struct bytes pieces[] = {
        {provider_id.bytes, sizeof(provider_id.bytes)}, bytes_of_text(subject)};

    return keep(arena, digest_of(keyring, DIGEST_SUBJECT, pieces, COUNT_OF(pieces)));
}

struct bytes
keyed_digest_security_key(struct keyring *keyring, struct arena *arena, struct bytes id)
{
    return keep(arena, digest_of(keyring, DIGEST_SECURITY_KEY, &id, 1));
}

/* The label keeps it apart from a subject of the same text. */
struct bytes keyed_digest_provider_session(
    struct keyring *keyring, struct uuid provider_id, struct arena *arena, struct text session)
{
    const struct text label = text_lit("session");
    const struct bytes pieces[] = {
        bytes_of_text(label),
        {provider_id.bytes, sizeof(provider_id.bytes)},
        bytes_of_text(session)};

    return keep(arena, digest_of(keyring, DIGEST_SUBJECT, pieces, COUNT_OF(pieces)));
}

struct text keyed_digest_parameter(
    struct keyring *keyring,
    enum digest_kind kind,
    struct timestamp at,
    struct arena *arena,
    struct text parameter)
{
    char *printed = arena_take(arena, UUID_TEXT_SIZE);

    must(kind == DIGEST_CORRELATION || kind == DIGEST_ADDRESS || kind == DIGEST_EMAIL);
    if (kind == DIGEST_EMAIL)
        return hex_encode(arena, keyed_digest_email(keyring, arena, parameter));
    if (kind == DIGEST_ADDRESS)
        return hex_encode(arena, keyed_digest_address(keyring, at, arena, parameter));
    uuid_print(keyed_digest_correlation(keyring, parameter), printed);
    return text_from(printed);
}
