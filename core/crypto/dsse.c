/*
 * Envelopes. The form is read by jansson and every part of it decoded before any signature is tried; members that
 * DSSE does not name mean nothing, as it demands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/crypto/dsse.h"

#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"

#include <jansson.h>

#include <string.h>

enum { SIGNATURE_SIZE = 64, MOST_PADDING = 2, SCRATCH = 1024 };

static void free_json(json_t **json)
{
    json_decref(*json);
}
#define AUTO_JSON CLEANUP(free_json) json_t *

struct signature {
    struct text key_id; /* absent: it names none */
    struct bytes bytes;
};

/* An envelope that is well formed. */
struct envelope {
    struct text type;
    struct bytes payload;
    struct signature signatures[DSSE_MOST_SIGNATURES];
    size_t count;
};

static enum status refuse(struct error *error, const char *why)
{
    return error_set_code(error, STATUS_INVALID, "envelope_malformed", "the envelope %s", why);
}

static enum status fail(struct error *error)
{
    return error_set(error, STATUS_UNAVAILABLE, "an envelope cannot be read now: no memory");
}

bool dsse_is_key(struct text base64)
{
    AUTO_ARENA arena = arena_new(SCRATCH);
    struct bytes key;

    return base64_decode(arena, base64, &key) && key.size == DSSE_KEY_SIZE;
}

struct text dsse_key_id(struct arena *arena, struct bytes key)
{
    struct digest digest = sha256(key);

    return hex_encode(arena, (struct bytes){digest.bytes, DIGEST_SIZE});
}

/* The bytes that are signed (protocol.md, "PAE"). */
static struct bytes signed_bytes(struct arena *arena, struct text type, struct bytes payload)
{
    struct text head =
        text_format(arena, "DSSEv1 %zu %.*s %zu ", type.size, TEXT_ARGS(type), payload.size);
    uint8_t *all = arena_take(arena, head.size + payload.size);

    memcpy(all, head.data, head.size);
    if (payload.size > 0)
        memcpy(all + head.size, payload.data, payload.size);
    return (struct bytes){all, head.size + payload.size};
}

/* Making. */

static bool may_be_type(struct text type)
{
    for (size_t i = 0; i < type.size; i++) {
        if (type.data[i] <= ' ' || type.data[i] > '~' || type.data[i] == '"' ||
            type.data[i] == '\\')
            return false;
    }
    return type.size > 0;
}

enum status dsse_sign(
    struct arena *arena,
    struct text type,
    struct bytes payload,
    const uint8_t seed[DSSE_KEY_SIZE],
    struct text *out,
    struct error *error)
{
    struct dsse_key key;
    uint8_t signature[SIGNATURE_SIZE];
    struct text written;

    must(may_be_type(type));
    if (payload.size > DSSE_LONGEST)
        return error_set_code(
            error, STATUS_INVALID, "envelope_too_long", "the payload is too long");
    ed25519_public(seed, key.bytes);
    ed25519_sign(seed, signed_bytes(arena, type, payload), signature);
    written = text_format(
        arena,
        "{\"payloadType\":\"%.*s\",\"payload\":\"%.*s\",\"signatures\":[{\"keyid\":\"%.*s\","
        "\"sig\":\"%.*s\"}]}",
        TEXT_ARGS(type), TEXT_ARGS(base64_encode(arena, payload)),
        TEXT_ARGS(dsse_key_id(arena, (struct bytes){key.bytes, DSSE_KEY_SIZE})),
        TEXT_ARGS(base64_encode(arena, (struct bytes){signature, SIGNATURE_SIZE})));
    if (arena_is_full(arena))
        return fail(error);
    if (written.size > DSSE_LONGEST)
        return error_set_code(
            error, STATUS_INVALID, "envelope_too_long", "the payload is too long");
    *out = written;
    return STATUS_OK;
}

/* Reading. */

static bool text_of_json(const json_t *value, struct text *out)
{
    if (!json_is_string(value))
        return false;
    *out = (struct text){json_string_value(value), json_string_length(value)};
    return true;
}

/* Either alphabet is allowed (envelope.md); that of URLs is written with padding and without. */
static bool decode(struct arena *arena, const json_t *value, struct bytes *out)
{
    struct text text;

    if (!text_of_json(value, &text))
        return false;
    if (base64_decode(arena, text, out))
        return true;
    for (int i = 0; i < MOST_PADDING && text_ends_with(text, text_lit("=")); i++)
        text.size--;
    return base64url_decode(arena, text, out);
}

/* An unset name is one that is empty. */
static bool read_signature(struct arena *arena, const json_t *from, struct signature *out)
{
    const json_t *name = json_object_get(from, "keyid");

    out->key_id = text_lit("");
    return json_is_object(from) &&
           (name == NULL || json_is_null(name) || text_of_json(name, &out->key_id)) &&
           decode(arena, json_object_get(from, "sig"), &out->bytes);
}

static enum status
read_signatures(struct arena *arena, const json_t *list, struct envelope *out, struct error *error)
{
    out->count = json_array_size(list);
    if (out->count == 0 || out->count > DSSE_MOST_SIGNATURES)
        return refuse(error, "has no signatures, or more than 4");
    for (size_t i = 0; i < out->count; i++) {
        if (!read_signature(arena, json_array_get(list, i), &out->signatures[i]))
            return refuse(error, "has a signature without a sig in Base64");
    }
    return STATUS_OK;
}

static enum status
read_envelope(struct arena *arena, const json_t *from, struct envelope *out, struct error *error)
{
    if (!text_of_json(json_object_get(from, "payloadType"), &out->type))
        return refuse(error, "has no payloadType");
    if (!decode(arena, json_object_get(from, "payload"), &out->payload))
        return refuse(error, "has no payload in Base64");
    return read_signatures(arena, json_object_get(from, "signatures"), out, error);
}

static enum status parse(struct text text, json_t **out, struct error *error)
{
    json_error_t why;

    if (text.size == 0 || text.size > DSSE_LONGEST)
        return refuse(error, "is missing or longer than 16 KiB");
    *out = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, &why);
    if (*out == NULL && json_error_code(&why) == json_error_out_of_memory)
        return fail(error);
    return json_is_object(*out) ? STATUS_OK : refuse(error, "is no JSON object");
}

/* Verifying. */

static bool
is_signed_by(const struct signature *signature, struct bytes message, const struct dsse_key *key)
{
    return signature->bytes.size == SIGNATURE_SIZE &&
           ed25519_verify(key->bytes, message, signature->bytes.data);
}

static bool find_signer(
    const struct envelope *envelope,
    struct bytes message,
    const struct dsse_keys *trusted,
    size_t *out)
{
    for (size_t i = 0; i < envelope->count; i++) {
        for (size_t k = 0; k < trusted->count; k++) {
            if (is_signed_by(&envelope->signatures[i], message, &trusted->items[k])) {
                *out = k;
                return true;
            }
        }
    }
    return false;
}

/* For the refusal alone: is one of the keys said to have signed? */
static bool
names_trusted(struct arena *arena, const struct envelope *envelope, const struct dsse_keys *trusted)
{
    for (size_t k = 0; k < trusted->count; k++) {
        struct text id = dsse_key_id(arena, (struct bytes){trusted->items[k].bytes, DSSE_KEY_SIZE});
        for (size_t i = 0; i < envelope->count; i++) {
            if (text_equal(envelope->signatures[i].key_id, id))
                return true;
        }
    }
    return false;
}

static enum status verify(
    struct arena *arena,
    const struct envelope *envelope,
    const struct dsse_keys *trusted,
    struct dsse_content *out,
    struct error *error)
{
    struct bytes message = signed_bytes(arena, envelope->type, envelope->payload);
    size_t key;

    if (arena_is_full(arena))
        return fail(error);
    if (find_signer(envelope, message, trusted, &key)) {
        *out = (struct dsse_content){envelope->payload, key};
        return STATUS_OK;
    }
    if (names_trusted(arena, envelope, trusted))
        return error_set_code(
            error, STATUS_UNAUTHENTICATED, "signature_invalid",
            "the envelope has a signature that does not fit");
    return error_set_code(
        error, STATUS_NOT_FOUND, "key_unknown", "the envelope is signed by no key that is trusted");
}

enum status dsse_verify(
    struct arena *arena,
    struct text envelope,
    struct text type,
    const struct dsse_keys *trusted,
    struct dsse_content *out,
    struct error *error)
{
    AUTO_JSON tree = NULL;
    struct envelope read = {.count = 0};
    enum status status = parse(envelope, &tree, error);

    must(trusted->count <= DSSE_MOST_KEYS);
    if (status == STATUS_OK)
        status = read_envelope(arena, tree, &read, error);
    if (status != STATUS_OK)
        return status;
    if (!text_equal(read.type, type))
        return error_set_code(
            error, STATUS_INVALID, "payload_type_other", "the envelope holds no %.*s",
            TEXT_ARGS(type));
    return verify(arena, &read, trusted, out, error);
}
