/*
 * Borrowed text and bytes: a pointer and a length, never owning. An absent text has data NULL;
 * an empty one has data and size 0.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_TEXT_H
#define CORE_BASE_TEXT_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct text {
    const char *data; /* UTF-8 where it came through a shape; not always terminated */
    size_t size;      /* bytes */
};

struct bytes {
    const uint8_t *data;
    size_t size;
};

/* A text from a string literal, usable in initialisers of tables. */
#define TEXT_OF(literal)                                                                           \
    {                                                                                              \
        ("" literal), sizeof(literal) - 1                                                          \
    }
/* The same as an expression. */
#define text_lit(literal) ((struct text)TEXT_OF(literal))

/* For printf: "%.*s", TEXT_ARGS(t). */
#define TEXT_ARGS(t) (int)(t).size, (t).data == NULL ? "" : (t).data

static inline bool text_is_present(struct text t)
{
    return t.data != NULL;
}

static inline bool bytes_are_present(struct bytes b)
{
    return b.data != NULL;
}

/* Borrows a terminated string; NULL gives an absent text. */
struct text text_from(const char *terminated);

/* Byte-wise equality; absent equals absent only. */
bool text_equal(struct text a, struct text b);
bool text_is(struct text a, const char *terminated);
bool text_equal_ignoring_case(struct text a, struct text b);
bool text_starts_with(struct text t, struct text prefix);
bool text_ends_with(struct text t, struct text suffix);
bool text_contains(struct text t, struct text part);

/* -1, 0, 1 in byte order. */
int text_compare(struct text a, struct text b);

/* Without leading and trailing white space (ASCII blanks, tabs, line ends). Borrowed from `t`. */
struct text text_trim(struct text t);

/* Part of a text, clipped to its bounds. Borrowed from `t`. */
struct text text_slice(struct text t, size_t from, size_t size);

/* Index of the first `c` at or after `from`, or t.size. */
size_t text_find(struct text t, char c, size_t from);

/* Cuts at the first `separator`: the part before is returned, `rest` keeps what follows (absent
 * when there was no separator). */
struct text text_cut(struct text *rest, char separator);

/* Copies in the arena. Absent stays absent. The copy is terminated. */
struct text text_copy(struct arena *arena, struct text t);
struct bytes bytes_copy(struct arena *arena, struct bytes b);

/* Lower-cased copy (ASCII letters only) in the arena. */
struct text text_lower(struct arena *arena, struct text t);

/* Terminated copy in the arena; "" for an absent text. */
const char *text_c(struct arena *arena, struct text t);

/* printf into the arena. */
struct text text_format(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

/* Number of Unicode code points; invalid UTF-8 counts each stray byte as one. */
size_t text_length(struct text t);

/* The first `units` UTF-16 code units (RFC 2781: two beyond U+FFFF), never half a code point.
 * Borrowed from `t`. */
struct text text_first_units(struct text t, size_t units);

/* The first so many code points, as text_length() counts them. Borrowed from `t`. */
struct text text_first_characters(struct text t, size_t characters);

/* At most so many bytes, never half a character. Borrowed from `t`. */
struct text text_first_bytes(struct text t, size_t bytes);

/* For text of other people's programs: `t` itself where it is clean, else a copy in the arena, in which
 * U+FFFD stands for each byte that is no part of a character and for U+0000. */
struct text text_cleaned(struct arena *arena, struct text t);

/* For sentences that quote what was given: in place, `?` stands for each byte that is no part of a
 * character, and for each control sign but line feed and tab. */
void text_make_printable(char *text);

/* Well-formed UTF-8 without surrogates (RFC 3629); U+0000 may be in it. */
bool text_is_utf8(struct text t);

/* The same without U+0000. */
bool text_is_clean_utf8(struct text t);

/* Of clean UTF-8: is it one line without control characters (C0, C1, DEL), line and paragraph
 * separators, and marks that turn the direction of the text around them? With `has_lines`, tabs and
 * line ends may be in it. */
bool text_is_printable(struct text t, bool has_lines);

/* A decimal whole number with optional minus sign and nothing else; false leaves `out` alone. */
bool text_to_int64(struct text t, int64_t *out);

bool bytes_equal(struct bytes a, struct bytes b);

/* Takes a size as u32be and as many bytes off the front, borrowed from `rest`. False, and nothing taken, where they
 * are not all there or more than `most`. */
MUST_USE bool bytes_take_sized(struct bytes *rest, size_t most, struct bytes *out);

static inline struct bytes bytes_of_text(struct text t)
{
    return (struct bytes){(const uint8_t *)t.data, t.size};
}

static inline struct text text_of_bytes(struct bytes b)
{
    return (struct text){(const char *)b.data, b.size};
}

#endif
