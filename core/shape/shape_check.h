/*
 * One reading of a request: its values are checked by their rows, and all violations are gathered,
 * in the words and the order that clients know. For files of core/shape only.
 *
 *   body, query or path  ──►  shape_read.c  ──►  [here]  ──►  struct
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_SHAPE_SHAPE_CHECK_H
#define CORE_SHAPE_SHAPE_CHECK_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/shape/alteration.h"

enum source { SOURCE_BODY, SOURCE_QUERY, SOURCE_PATH };

struct reading {
    struct arena *arena;
    enum source source;
    struct violations *violations;    /* NULL until the first */
    struct text first_field;          /* of the first violation */
    const struct field *contradicted; /* a PATH_ECHO that says something else than the path */
    bool is_lenient;
    bool is_trial; /* violations are not gathered: they only set `has_failed` */
    bool has_failed;
    struct alteration *altered;
    size_t altered_count; /* of these the first MOST_ALTERATIONS are kept */
};
enum { MOST_ALTERATIONS = 16 };

/* Where in the request a value stands. */
struct field_path {
    struct text prefix; /* "payload.", or "" at the top */
    const struct field *field;
    bool is_item; /* "each value in …" */
};

/* "prefix.jsonName", in the arena. */
struct text field_path_text(struct reading *reading, const struct field_path *where);

/* Adds the violation "<path> <printed>", once. */
void reading_reject(
    struct reading *reading, const struct field_path *where, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* Adds all violations of a value of a wrong kind, or of none where one is required; false. */
bool reading_reject_kind(struct reading *reading, const struct field_path *where);

/* Adds "<prefix>property <name> should not exist" (the name is clipped when it is very long). */
void reading_reject_unknown(struct reading *reading, struct text prefix, struct text name);

/* Is this field's value altered rather than refused? */
static inline bool reading_is_lenient(const struct reading *reading, const struct field *field)
{
    return reading->is_lenient && (field->flags & EXACT) == 0;
}

/* Notes that the value at `path` was altered. */
void reading_alter(struct reading *reading, struct text path, enum alteration_kind what);

/* What is read between the two counts only where none of it is a violation; else what was altered in
 * it is forgotten, and `reading_end_trial` is false. They nest. */
struct trial {
    bool was_trial;
    bool had_failed;
    size_t altered_count;
};
struct trial reading_begin_trial(struct reading *reading);
bool reading_end_trial(struct reading *reading, const struct trial *trial, bool is_read);

/* STATUS_OK, or the error of all violations. */
MUST_USE enum status reading_end(const struct reading *reading, struct error *error);

/* Trims and lowers as the row says, cuts where that is lenient, then checks. False after a violation.
 * `value` ends in the arena. */
bool shape_check_text(struct reading *reading, const struct field_path *where, struct text *value);

/* Bounds of numbers; false after a violation. */
bool shape_check_number(struct reading *reading, const struct field_path *where, double value);

/* Bounds and repeats of a list that has been read. */
bool shape_check_list(
    struct reading *reading, const struct field_path *where, const struct list *list);

/* The one form of a mail address, in the arena; its local part in small letters, if so told. NULL, or
 * what is wrong with it ("must be an email"). */
MUST_USE const char *
shape_email_read(struct arena *arena, struct text t, bool is_lowered, struct text *out);

/* The first field, objects and lists included, that holds text which is not clean UTF-8; NULL: none. */
const struct field *shape_unclean(const struct shape *shape, const void *value);

/* Puts U+FFFD where text is not clean, in objects and lists too, which are copied to the arena for that.
 * For text that is stored already: nobody can refuse it any more. */
void shape_clean(const struct shape *shape, struct arena *arena, void *value);

#endif
