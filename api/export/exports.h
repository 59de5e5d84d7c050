/*
 * Exports: evidence that is taken along as a file.
 *
 *   POST /exports ─► which events, how many, their root ─► make_export ─► ledger
 *   GET /exports/:id/content ─► export_made ─► the same events again ─► lines, as fast as they are taken
 *
 * Nothing is kept but the event: what an export holds follows from it and the ledger, so it is the same
 * each time, but for bodies that were dropped since. All is answered while PostgreSQL is away.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EXPORT_EXPORTS_H
#define API_EXPORT_EXPORTS_H

#include "api/evidence/timeline_filter.h"
#include "api/export/export_format.h"

struct call;

struct export_input {
    struct timeline_input filter; /* first */
    struct enum_value format;
    struct uuid workspace_id;
};
extern const struct shape export_input_shape;
extern const struct shape export_view_shape;
void export_make_handle(struct call *call); /* LANE_PLAIN, as all that follow */

extern const struct shape export_list_input_shape;
extern const struct shape export_page_shape;
void export_list_handle(struct call *call);

extern const struct shape export_question_shape;
void export_read_handle(struct call *call);

extern const struct shape export_content_input_shape;
void export_content_handle(struct call *call);

struct export_question {
    struct uuid workspace_id;
    struct uuid export_id;
};

/* The export that a call's path names, as it was recorded; in the call's arena. STATUS_NOT_FOUND where
 * there is none that the caller may see. */
MUST_USE enum status export_find(
    struct call *call,
    const struct export_question *question,
    const struct export_made **out,
    struct record *out_record,
    struct error *error);

/* Answers with an export that was recorded at this position. */
void export_answer(struct call *call, int status, struct position at);

/* A filter as it is recorded, and as it is searched by. In the arena. */
struct export_filter
export_filter_record(const struct timeline_filter *filter, struct arena *arena);
struct timeline_filter
export_filter_search(const struct export_filter *filter, struct arena *arena);

#endif
