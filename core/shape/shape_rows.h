/*
 * Answers of the API as people and other programs read them: tables, CSV, lines. Which columns there are
 * follows from the shape that the answer was written by, so nothing is printed by code of its own.
 *
 *   shape ─► columns ("position", "actor.kind" …) ┐
 *   JSON  ─► rows ────────────────────────────────┴─► text
 *
 * The JSON is read as it is: members that the shape does not know are left out, missing ones are empty.
 * What comes from outside cannot steer a terminal or a spreadsheet: control characters are escaped, and a
 * cell that would be taken for a formula begins with an apostrophe.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_SHAPE_SHAPE_ROWS_H
#define CORE_SHAPE_SHAPE_ROWS_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/shape/shape.h"

enum rows_form {
    ROWS_TABLE = 1, /* aligned, below a head */
    ROWS_TABS,      /* the same for programs: a tab between cells, no head */
    ROWS_CSV,       /* RFC 4180, with a head */
    ROWS_JSONL,     /* each row's JSON on a line */
};

/* Text that a terminal only shows: control characters, and those that change the direction of writing,
 * are escaped as in JSON. */
void rows_add_printable(struct buf *out, struct text text);

/* A cell of CSV, quoted where need be. */
void rows_add_csv_cell(struct buf *out, struct text text);

/* Names of all columns of a shape, in its order; objects in it are flattened. In the arena. */
struct list rows_columns(const struct shape *shape, struct arena *arena); /* of struct text */

/* "position type actor.kind" as a list of names, in the arena. */
struct list rows_columns_named(const char *names, struct arena *arena);

struct rows {
    enum rows_form form;
    struct list columns;  /* of struct text */
    const char *tag_name; /* of a column before them, one value for each part; or NULL */
    bool goes_on;         /* its head was printed, with earlier rows */
};

/* The head, where the form has one; of a table it comes with its rows. */
void rows_begin(const struct rows *rows, struct buf *out);

/* The rows of a JSON array, or the one that an object is. */
struct rows_part {
    struct text tag;
    struct text json;
};
void rows_add(
    const struct rows *rows, const struct rows_part *parts, size_t count, struct buf *out);

/* One object, a line a member: "actor.kind  user". */
void rows_add_members(enum rows_form form, struct text object, struct buf *out);

#endif
