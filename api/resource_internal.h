/*
 * A statement of a resource that is being written: its parts, for the files that write them.
 *
 *   resource_sql.c    select, from, order, limit; pages gathered from memberships and values
 *   resource_where.c  conditions: scope, filters, cursor
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_RESOURCE_INTERNAL_H
#define API_RESOURCE_INTERNAL_H

#include "api/resource.h"

struct resource_writing {
    const struct resource *resource;
    const struct shape *shape;
    const struct resource_input *input;
    const char *table;
    struct buf text;
    struct buf name; /* "tasks workspace status after" */
    bool has_condition;
    const struct filter
        *by_values;                /* rows are found by the values ("few") that it found, or NULL */
    const struct filter *left_out; /* rows are not filtered by it here; NULL for none */
    const char *only_if;           /* a condition that is no row's; NULL for none */
};

/* Of the caller's workspaces all, or those that they may enter: that there is a workspace is no secret of its members. */
const char *resource_own_workspaces(const struct resource *resource);

/* Adds a word to the statement's name. */
void resource_note(struct resource_writing *w, const char *what);

/* Writes "where", and from then on "and". */
void resource_begin_condition(struct resource_writing *w);

/* Whose rows; where memberships are walked, those of the membership at hand ("own"). */
void resource_add_scope(struct resource_writing *w, bool walks_memberships);
void resource_add_filters(struct resource_writing *w);
void resource_add_cursor(struct resource_writing *w);

/* Was a value given for it? An empty text is none. */
bool resource_is_given(const struct resource_writing *w, const struct field *field);

/* Is a page put together from one of each of the caller's workspaces; from rows that are left out
 * else, and the others? */
bool resource_walks_memberships(const struct resource_writing *w);
bool resource_includes_all(const struct resource_writing *w);

/* The filter that was given whose values are searched before its rows: in an index of the rows, or in
 * a table of their own; and the one that is searched for in the rows themselves. NULL for none. And
 * the name of its pattern. */
const struct filter *resource_filter_of_few_values(const struct resource_writing *w);
const struct filter *resource_filter_of_found_values(const struct resource_writing *w);
const struct filter *resource_filter_of_rows(const struct resource_writing *w);
const char *resource_pattern(const struct resource_writing *w, const struct filter *filter);

#endif
