/*
 * Signed notes: keys as text, signing, verifying.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/encode.h"
#include "core/base/must.h"
#include "eventlog/checkpoint.h"

#include <inttypes.h>
#include <string.h>

enum { KEY_ID_SIZE = 4, PUBLIC_SIZE = 32, SIGNATURE_SIZE = 64, KEY_ID_DIGITS = 8 };

/* Signature type 0x01 of C2SP: Ed25519. */
static const uint8_t ed25519_type[1] = {0x01};
static const uint8_t line_end[1] = {'\n'};

/* U+2014 and a blank begin every line of a signature. */
static const struct text signature_start = TEXT_OF("\xE2\x80\x94 ");

/* Beyond ASCII: U+0085, U+00A0, U+1680, U+2000-200A, U+2028, U+2029, U+202F, U+205F, U+3000. */
static bool has_wide_space(struct text t)
{
    static const char *const spaces[] = {
        "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\xA8",
        "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80",
    };
    const uint8_t *p = (const uint8_t *)t.data;

    for (size_t i = 0; i < COUNT_OF(spaces); i++) {
        if (text_contains(t, text_from(spaces[i])))
            return true;
    }
    for (size_t i = 0; i + 2 < t.size; i++) {
        if (p[i] == 0xE2 && p[i + 1] == 0x80 && p[i + 2] >= 0x80 && p[i + 2] <= 0x8A)
            return true;
    }
    return false;
}

bool note_name_is_valid(struct text name)
{
    if (name.size == 0 || name.size > NOTE_NAME_MAX || !text_is_clean_utf8(name))
        return false;
    for (size_t i = 0; i < name.size; i++) {
        unsigned char c = (unsigned char)name.data[i];
        if (c <= ' ' || c == 0x7F || c == '+')
            return false;
    }
    return !has_wide_space(name);
}

struct note_key note_key_of(struct text name, struct bytes public_key)
{
    struct note_key key = {.name = name};

    must(public_key.size == PUBLIC_SIZE);
    memcpy(key.public_key, public_key.data, PUBLIC_SIZE);
    return key;
}

uint32_t note_key_id(const struct note_key *key)
{
    const struct bytes pieces[] = {
        bytes_of_text(key->name),
        {line_end, sizeof(line_end)},
        {ed25519_type, sizeof(ed25519_type)},
        {key->public_key, PUBLIC_SIZE},
    };
    struct digest d = sha256_of(pieces, COUNT_OF(pieces));

    return (uint32_t)d.bytes[0] << 24 | (uint32_t)d.bytes[1] << 16 | (uint32_t)d.bytes[2] << 8 |
           d.bytes[3];
}

struct text note_key_text(struct arena *arena, const struct note_key *key)
{
    uint8_t typed[1 + PUBLIC_SIZE] = {ed25519_type[0]};
    struct text encoded;

    must(note_name_is_valid(key->name));
    memcpy(typed + 1, key->public_key, PUBLIC_SIZE);
    encoded = base64_encode(arena, (struct bytes){typed, sizeof(typed)});
    return text_format(
        arena, "%.*s+%08" PRIx32 "+%.*s", TEXT_ARGS(key->name), note_key_id(key),
        TEXT_ARGS(encoded));
}

struct text note_keys_add(struct arena *arena, struct text keys, const struct note_key *key)
{
    return text_format(arena, "%.*s%.*s\n", TEXT_ARGS(keys), TEXT_ARGS(note_key_text(arena, key)));
}

bool note_key_parse(struct arena *arena, struct text vkey, struct note_key *out)
{
    struct text rest = vkey;
    struct note_key key = {.name = text_cut(&rest, '+')};
    struct text id = text_cut(&rest, '+');
    struct bytes typed;

    if (!note_name_is_valid(key.name) || !text_is_present(rest))
        return false;
    if (!base64_decode(arena, rest, &typed) || typed.size != 1 + PUBLIC_SIZE ||
        typed.data[0] != ed25519_type[0])
        return false;
    memcpy(key.public_key, typed.data + 1, PUBLIC_SIZE);
    if (!text_equal(id, text_format(arena, "%08" PRIx32, note_key_id(&key))))
        return false;
    *out = key;
    return true;
}

/* The next of what stands between white space; absent after the last. */
static struct text next_word(struct text *rest)
{
    struct text left = text_trim(*rest);
    size_t end = 0;

    while (end < left.size && (unsigned char)left.data[end] > ' ')
        end++;
    *rest = text_slice(left, end, left.size);
    return end == 0 ? (struct text){NULL, 0} : text_slice(left, 0, end);
}

bool note_keys_parse(struct arena *arena, struct text vkeys, struct note_keys *out)
{
    struct note_keys keys = {.count = 0};
    struct text rest = vkeys;

    for (struct text word = next_word(&rest); text_is_present(word); word = next_word(&rest)) {
        if (keys.count == NOTE_MOST_KEYS || !note_key_parse(arena, word, &keys.keys[keys.count]) ||
            !text_equal(keys.keys[keys.count].name, keys.keys[0].name))
            return false;
        keys.count++;
    }
    if (keys.count == 0)
        return false;
    *out = keys;
    return true;
}

/* "— name Base64", with its line end. */
static struct text signature_line(
    struct arena *arena, struct text text, struct text name, const struct note_seed *seed)
{
    uint8_t blob[KEY_ID_SIZE + SIGNATURE_SIZE];
    struct note_key key = {.name = name};
    struct text encoded;
    uint32_t id;

    ed25519_public(seed->bytes, key.public_key);
    id = note_key_id(&key);
    for (int i = 0; i < KEY_ID_SIZE; i++)
        blob[i] = (uint8_t)(id >> (24 - 8 * i));
    ed25519_sign(seed->bytes, bytes_of_text(text), blob + KEY_ID_SIZE);
    encoded = base64_encode(arena, (struct bytes){blob, sizeof(blob)});
    return text_format(
        arena, "%.*s%.*s %.*s\n", TEXT_ARGS(signature_start), TEXT_ARGS(name), TEXT_ARGS(encoded));
}

struct text note_sign(
    struct arena *arena,
    struct text text,
    struct text name,
    const struct note_seed *seeds,
    size_t count)
{
    struct text note = text_format(arena, "%.*s\n", TEXT_ARGS(text));

    must(note_name_is_valid(name));
    must(text.size > 0 && text.data[text.size - 1] == '\n');
    must(count > 0 && count <= NOTE_MAX_SIGNATURES);
    for (size_t i = 0; i < count; i++)
        note = text_format(
            arena, "%.*s%.*s", TEXT_ARGS(note),
            TEXT_ARGS(signature_line(arena, text, name, &seeds[i])));
    return note;
}

enum signature_is { SIGNATURE_FOREIGN, SIGNATURE_GOOD, SIGNATURE_BAD };

static const struct note_key *
find_key(const struct note_keys *keys, struct text name, struct bytes blob)
{
    uint32_t id = (uint32_t)blob.data[0] << 24 | (uint32_t)blob.data[1] << 16 |
                  (uint32_t)blob.data[2] << 8 | blob.data[3];

    for (size_t i = 0; i < keys->count; i++) {
        if (text_equal(name, keys->keys[i].name) && id == note_key_id(&keys->keys[i]))
            return &keys->keys[i];
    }
    return NULL;
}

/* One line "— name Base64", without its line end, judged by the keys. */
static enum signature_is
judge(struct arena *arena, struct text line, struct text text, const struct note_keys *keys)
{
    struct text rest = text_slice(line, signature_start.size, line.size);
    struct text name = text_cut(&rest, ' ');
    const struct note_key *key;
    struct bytes blob;

    if (!text_starts_with(line, signature_start) || !note_name_is_valid(name) ||
        !text_is_present(rest) || !base64_decode(arena, rest, &blob) || blob.size <= KEY_ID_SIZE)
        return SIGNATURE_BAD;
    key = find_key(keys, name, blob);
    if (key == NULL)
        return SIGNATURE_FOREIGN;
    if (blob.size != KEY_ID_SIZE + SIGNATURE_SIZE ||
        !ed25519_verify(key->public_key, bytes_of_text(text), blob.data + KEY_ID_SIZE))
        return SIGNATURE_BAD;
    return SIGNATURE_GOOD;
}

/* Splits at the last empty line: the text with its line end, and the lines of signatures. */
static bool split(struct text note, struct text *text, struct text *signatures)
{
    size_t at = note.size;

    if (note.size == 0 || note.size > NOTE_MAX_BYTES || note.data[note.size - 1] != '\n')
        return false;
    while (at >= 2 && !(note.data[at - 1] == '\n' && note.data[at - 2] == '\n'))
        at--;
    if (at < 2 || at == note.size)
        return false;
    *text = text_slice(note, 0, at - 1);
    *signatures = text_slice(note, at, note.size);
    return true;
}

static bool is_printable(struct text note)
{
    for (size_t i = 0; i < note.size; i++) {
        if ((unsigned char)note.data[i] < ' ' && note.data[i] != '\n')
            return false;
    }
    return text_is_clean_utf8(note);
}

bool note_verify_any(
    struct arena *arena, struct text note, const struct note_keys *keys, struct text *out_text)
{
    struct text text;
    struct text signatures;
    bool is_signed = false;

    if (!is_printable(note) || !split(note, &text, &signatures))
        return false;
    for (int lines = 0; signatures.size > 0; lines++) {
        enum signature_is found = judge(arena, text_cut(&signatures, '\n'), text, keys);
        if (found == SIGNATURE_BAD || lines == NOTE_MAX_SIGNATURES)
            return false;
        is_signed = is_signed || found == SIGNATURE_GOOD;
    }
    if (is_signed)
        *out_text = text;
    return is_signed;
}

bool note_verify(
    struct arena *arena, struct text note, const struct note_key *key, struct text *out_text)
{
    const struct note_keys keys = {.keys = {*key}, .count = 1};

    return note_verify_any(arena, note, &keys, out_text);
}
