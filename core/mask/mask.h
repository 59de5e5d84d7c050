/*
 * Masking: secret values in text that somebody else wrote become "•••", in whatever usual form they stand there.
 *
 *   value ─► forms: as it is, each line, JSON, Base64, percent-encoding, hexadecimal
 *              └─► every piece of 16 bytes of each form (a shorter form as a whole) is looked for, in one pass
 *   text ──────────► [here] ──► text with ••• in place of what was found
 *
 * So a piece of 16 bytes is masked, wherever the rest is. At the start and the end of a text a piece of 8 bytes or more
 * is, where it is the end or the beginning of a form: the rest may stand in the text before or behind. Line ends count
 * for nothing, in forms as in texts: what is wrapped is found.
 *
 * Not found: pieces of fewer than 8 bytes each, and what a program made of a value in another way.
 *
 * A set of forms takes some 400 bytes of memory for each byte of a value. It is not changed once it is looked with; then
 * any thread may.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MASK_MASK_H
#define CORE_MASK_MASK_H

#include "core/base/arena.h"
#include "core/shape/shape.h"

struct mask;

/* What stands for a value. */
#define MASK_SIGN "\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2"

/* Bytes of a value, its line ends not counted, from which on it can be masked. */
enum { MASK_LEAST = 8 };

/* Given. */
struct mask *mask_new(void);
void mask_free(struct mask *mask); /* overwrites it; accepts NULL */

/* Adds the forms of a value, unless that is too short. */
void mask_add(struct mask *mask, struct text value);

/* What stood before a text in its stream: all zero at the beginning. */
struct mask_carry {
    uint64_t high;
    uint64_t low; /* the last 16 bytes, the last one lowest */
};

/* The text itself where nothing is found in it, else a copy in the arena. `carry`, unless it is NULL, becomes what
 * stands before the next text of the stream. */
struct text
mask_text(const struct mask *mask, struct mask_carry *carry, struct arena *arena, struct text t);

/* The same for all strings, names and numbers of a JSON value, each by itself. A number in which something is found
 * becomes a string. */
struct json mask_json(const struct mask *mask, struct arena *arena, struct json value);

#endif
