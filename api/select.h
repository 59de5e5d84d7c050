/*
 * Reading resources for a call, in the scope of whoever calls: the one place that says whose rows
 * they get. All on a worker; statuses as db_query().
 *
 *   path, query string ──► input ──► scope ──► cursor, patterns ──► statement ──► rows ──► answer
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SELECT_H
#define API_SELECT_H

#include "api/call.h"
#include "api/resource.h"

/* The row of this id, as the view shows it, in the call's arena; NULL where the caller's scope has
 * none. Of SCOPE_CALLER `id` is the caller's. */
MUST_USE enum status select_row(
    struct call *call,
    const struct resource *resource,
    struct uuid id,
    const void **out_row,
    struct error *error);

/* The rows of these ids, by rising id. */
MUST_USE enum status select_rows(
    struct call *call,
    const struct resource *resource,
    const struct list *ids,
    struct list *out_rows,
    struct error *error);

/* The first page without filters. */
MUST_USE enum status select_first_page(
    struct call *call, const struct resource *resource, struct list *out_rows, struct error *error);

/* The largest page without filters behind a cursor; absent: the first. */
MUST_USE enum status select_page_after(
    struct call *call,
    const struct resource *resource,
    struct text after,
    struct list *out_rows,
    struct error *error);

/* What "like" takes to find this text in folded text (core/unicode/unicode.h): "%", "_" and "\" stand for
 * themselves, and no letter has a case. In the arena. */
struct text select_pattern(struct arena *arena, struct text wanted);

/* Answers that there is no such row: as its path names it. */
void select_answer_missing(struct call *call, const struct resource *resource);

/* Answers with a row, the one that the path names unless `id` is present; 404 for none. */
void select_answer_row(
    struct call *call, int status, const struct resource *resource, struct uuid id);

/* Answers with rows of these ids. */
void select_answer_rows(
    struct call *call, int status, const struct resource *resource, const struct list *ids);

/* Answers with the page that the call's input asks for, and where it is full with a Link to the
 * next one; 404 where the parent is not to be seen. */
void select_answer_page(struct call *call, int status, const struct resource *resource);

#endif
