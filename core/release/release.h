/*
 * Releases of a program, as whoever publishes them lists them: the manifest of one, or a catalogue of many.
 *
 *   document, signature, key ─► release_is_signed      is it whose it should be?
 *   document ─► release_read_all ─► releases              what is valid in it, the newest first
 *   program, digest ─► release_has_digest             is it the program that a release names?
 *
 * A document is JSON: a release, an array of them, or {"releases":[…]}. Whoever reads one trusts nothing in it:
 * what is not as it should be is left out, and everything has a bound. Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_RELEASE_RELEASE_H
#define CORE_RELEASE_RELEASE_H

#include "core/base/arena.h"
#include "core/base/attributes.h"
#include "core/shape/shape.h"

enum {
    RELEASES_MOST = 100, /* of one document */
    RELEASE_DOCUMENT_BYTES = 1 << 20,
    RELEASE_SIGNATURE_BYTES = 256,     /* of the text of one */
    RELEASE_ARTIFACT_BYTES = 16 << 20, /* most of an agent's program */
    RELEASE_ARENA_BYTES = 16 << 20     /* enough for what is read of a document */
};

/* What a section of the notes says. */
struct release_note {
    struct text title;
    struct list items; /* texts, one or more */
};
extern const struct shape release_note_shape;

/* The program for one architecture. */
struct release_artifact {
    struct text binary_url;
    struct text sha256; /* small hexadecimal */
};

struct release_artifacts {
    const struct release_artifact *amd64;
    const struct release_artifact *arm64;
};

struct release {
    struct text version; /* a name of a file, too: letters, digits, ".", "_", "-" */
    struct text published_at;
    struct text commit;
    struct text channel;                       /* "tag" */
    struct list notes;                         /* struct release_note, one or more */
    const struct release_artifacts *artifacts; /* one or more */
};
extern const struct shape release_shape;

/* Can it be the version of a release? */
bool release_version_is_valid(struct text version);

/* The valid releases of a document, in the arena: those published last come first, of equal versions the first
 * stays. None where it is no such document. */
struct list release_read_all(struct text document, struct arena *arena);

/* That of a version, or NULL. */
const struct release *release_find(struct list releases, struct text version);

/* Of an architecture as agents name theirs ("amd64", "arm64"), or NULL. */
const struct release_artifact *
release_artifact_for(const struct release *release, struct text arch);

/* An Ed25519 key, as settings give it: 64 hexadecimal digits. */
enum { RELEASE_KEY_SIZE = 32 };
MUST_USE bool release_key_read(struct text hex, uint8_t out[RELEASE_KEY_SIZE]);

/* Is `signature`, 128 hexadecimal digits with white space around them, the key's over exactly these bytes? */
MUST_USE bool
release_is_signed(const uint8_t key[RELEASE_KEY_SIZE], struct text document, struct text signature);

/* Is that its SHA-256, in 64 hexadecimal digits? */
MUST_USE bool release_has_digest(struct text program, struct text sha256_hex);

#endif
