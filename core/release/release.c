/*
 * Reading documents of releases leniently, and checking whose they are.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/release/release.h"

#include "core/base/encode.h"
#include "core/crypto/crypto.h"
#include "core/shape/alteration.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"

#include <string.h>

enum {
    LONGEST_VERSION = 64,
    LONGEST_LINE = 200,
    LONGEST_URL = 2048,
    MOST_NOTES = 20,
    MOST_ITEMS = 50,
    DIGEST_DIGITS = 64,
    SIGNATURE_SIZE = 64
};

static bool is_version_sign(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-';
}

bool release_version_is_valid(struct text version)
{
    if (version.size == 0 || version.size > LONGEST_VERSION || version.data[0] == '.')
        return false;
    for (size_t i = 0; i < version.size; i++) {
        if (!is_version_sign(version.data[i]))
            return false;
    }
    return true;
}

static bool is_line(struct text value)
{
    return value.size > 0 && text_is_printable(value, false);
}

static bool is_channel(struct text value)
{
    return text_is(value, "tag");
}

static bool is_digest(struct text value)
{
    for (size_t i = 0; i < value.size; i++) {
        if (hex_value(value.data[i]) < 0)
            return false;
    }
    return value.size == DIGEST_DIGITS;
}

#define LINE_RULE .accepts = is_line, .rule = "it must be one line of text"

static const struct field release_note_fields[] = {
    {TEXT(release_note, title), .flags = REQUIRED | TRIM | EXACT, .min = 1, .max = LONGEST_LINE,
     LINE_RULE, .doc = "Heading of the section."},
    {LIST_OF(release_note, items, KIND_TEXT), .flags = REQUIRED, .max = MOST_ITEMS,
     .doc = "What it says, point by point."},
};
const struct shape release_note_shape = SHAPE(release_note, "A section of notes.");

static const struct field release_artifact_fields[] = {
    {TEXT(release_artifact, binary_url), .flags = REQUIRED | TRIM | EXACT, .min = 1,
     .max = LONGEST_URL, LINE_RULE, .doc = "Where its publisher has the program."},
    {TEXT(release_artifact, sha256), .flags = REQUIRED | TRIM | LOWER | EXACT, .max = DIGEST_DIGITS,
     .accepts = is_digest, .rule = "it must be 64 hexadecimal digits",
     .doc = "SHA-256 of the program."},
};
static const struct shape release_artifact_shape =
    SHAPE(release_artifact, "The program for an architecture.");

static const struct field release_artifacts_fields[] = {
    {OBJECT(release_artifacts, amd64, release_artifact), .flags = OMIT_ABSENT,
     .doc = "The program for x86-64."},
    {OBJECT(release_artifacts, arm64, release_artifact), .flags = OMIT_ABSENT,
     .doc = "The program for AArch64."},
};
static const struct shape release_artifacts_shape =
    SHAPE(release_artifacts, "The programs of a release.");

static const struct field release_fields[] = {
    {TEXT(release, version), .flags = REQUIRED | TRIM | EXACT, .max = LONGEST_VERSION,
     .accepts = release_version_is_valid,
     .rule = "it must be letters, digits, dots, dashes and underscores",
     .doc = "Version of the release."},
    {TEXT(release, published_at), .flags = REQUIRED | TRIM | EXACT, .max = LONGEST_LINE, LINE_RULE,
     .doc = "When it was published, as its publisher says it."},
    {TEXT(release, commit), .flags = REQUIRED | TRIM | EXACT, .max = LONGEST_LINE, LINE_RULE,
     .doc = "What it was made from."},
    {TEXT(release, channel), .flags = REQUIRED | EXACT, .max = LONGEST_LINE, .accepts = is_channel,
     .rule = "it must be tag", .doc = "Always tag: a release, and no build in between."},
    {OBJECTS(release, notes, release_note), .flags = REQUIRED, .max = MOST_NOTES,
     .doc = "What is new in it."},
    {OBJECT(release, artifacts, release_artifacts), .flags = REQUIRED,
     .doc = "Programs of the release, by architecture."},
};
const struct shape release_shape = SHAPE(release, "A release of the agent.");

struct release_list {
    struct list releases;
    struct list altered;
};
static const struct field release_list_fields[] = {
    {OBJECTS(release_list, releases, release), .tag = 1, .max = RELEASES_MOST,
     .doc = "Releases of the catalogue."},
    {OBJECTS(release_list, altered, alteration), .tag = 2, .flags = SERVER_SET,
     .doc = "What was left out."},
};
static const struct shape release_list_shape =
    SHAPE_WITH(release_list, "A catalogue of releases.", .is_lenient = true, .altered_tag = 2);

/* As an object with a list of releases. `document` is an object or an array. */
static struct text in_one_form(struct text document, struct arena *arena)
{
    if (text_starts_with(document, text_lit("[")))
        return text_format(arena, "{\"releases\":%.*s}", TEXT_ARGS(document));
    if (text_is_present(json_peek_member(arena, document, "releases")))
        return document;
    return text_format(arena, "{\"releases\":[%.*s]}", TEXT_ARGS(document));
}

/* Sections that say nothing are none. */
static struct list with_items(struct list notes, struct arena *arena)
{
    const struct release_note *from = notes.items;
    struct release_note *kept = arena_array(arena, notes.count, sizeof(*kept));
    size_t count = 0;

    for (size_t i = 0; i < notes.count; i++) {
        if (from[i].items.count > 0)
            kept[count++] = from[i];
    }
    return (struct list){kept, count};
}

static bool is_whole(const struct release *release)
{
    return release->notes.count > 0 &&
           (release->artifacts->amd64 != NULL || release->artifacts->arm64 != NULL);
}

/* Into its place among those before it, of which there are `count`. */
static void insert(struct release *releases, size_t count, const struct release *release)
{
    size_t at = count;

    while (at > 0 && text_compare(releases[at - 1].published_at, release->published_at) < 0) {
        releases[at] = releases[at - 1];
        at--;
    }
    releases[at] = *release;
}

static struct list valid_of(const struct release_list *read, struct arena *arena)
{
    const struct release *from = read->releases.items;
    struct release *kept = arena_array(arena, read->releases.count, sizeof(*kept));
    struct list list = {kept, 0};

    for (size_t i = 0; i < read->releases.count; i++) {
        struct release release = from[i];
        release.notes = with_items(release.notes, arena);
        if (!is_whole(&release) || release_find(list, release.version) != NULL)
            continue;
        insert(kept, list.count, &release);
        list.count++;
    }
    return list;
}

struct list release_read_all(struct text document, struct arena *arena)
{
    struct list none = {"", 0};
    struct release_list read;
    struct text compact;
    struct error error;

    if (document.size > RELEASE_DOCUMENT_BYTES ||
        json_compact(document, arena, &compact, &error) != STATUS_OK || arena_is_full(arena))
        return none;
    if (shape_json_read(&release_list_shape, in_one_form(compact, arena), arena, &read, &error) !=
            STATUS_OK ||
        arena_is_full(arena))
        return none;
    return valid_of(&read, arena);
}

const struct release *release_find(struct list releases, struct text version)
{
    const struct release *all = releases.items;

    for (size_t i = 0; i < releases.count; i++) {
        if (text_equal(all[i].version, version))
            return &all[i];
    }
    return NULL;
}

const struct release_artifact *release_artifact_for(const struct release *release, struct text arch)
{
    if (text_is(arch, "amd64"))
        return release->artifacts->amd64;
    return text_is(arch, "arm64") ? release->artifacts->arm64 : NULL;
}

static bool hex_read(struct text hex, size_t size, uint8_t *out)
{
    if (hex.size != size * 2)
        return false;
    for (size_t i = 0; i < size; i++) {
        int high = hex_value(hex.data[2 * i]);
        int low = hex_value(hex.data[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

bool release_key_read(struct text hex, uint8_t out[RELEASE_KEY_SIZE])
{
    uint8_t key[RELEASE_KEY_SIZE];

    if (!text_is_present(hex) || !hex_read(text_trim(hex), RELEASE_KEY_SIZE, key))
        return false;
    memcpy(out, key, sizeof(key));
    return true;
}

bool release_is_signed(
    const uint8_t key[RELEASE_KEY_SIZE], struct text document, struct text signature)
{
    uint8_t bytes[SIGNATURE_SIZE];

    return text_is_present(signature) && hex_read(text_trim(signature), SIGNATURE_SIZE, bytes) &&
           ed25519_verify(key, bytes_of_text(document), bytes);
}

bool release_has_digest(struct text program, struct text sha256_hex)
{
    struct digest digest = sha256(bytes_of_text(program));
    uint8_t wanted[sizeof(digest.bytes)];

    return hex_read(sha256_hex, sizeof(wanted), wanted) &&
           memcmp(digest.bytes, wanted, sizeof(wanted)) == 0;
}
