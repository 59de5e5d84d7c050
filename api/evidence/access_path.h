/*
 * The call that a question is about: "may they do that here?", as method and path say it.
 *
 *   method, path ─► router ─► route ─┬─ workspace of the path, or of the thing that it names
 *                                    └─ are the other things there?
 *
 * LANE_PLAIN.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_ACCESS_PATH_H
#define API_EVIDENCE_ACCESS_PATH_H

#include "api/evidence/entity.h"
#include "api/router.h"

struct call;

struct access_path {
    struct match match;
    struct text workspace; /* as the path names it; absent: it names none */
    struct uuid workspace_id;
    struct entity thing; /* whose workspace it is, where the path names none … */
    bool is_of_thing;    /* … and which only those of the workspace find */
};

/* STATUS_INVALID or STATUS_NOT_FOUND naming the field `path` for what leads nowhere: no route, no such workspace, ids
 * that are none. */
MUST_USE enum status access_path_read(
    struct call *call,
    struct text method,
    struct text path,
    struct access_path *out,
    struct error *error);

/* Are the things there that it names beside the workspace? For whoever is let in: to others it is not told. */
MUST_USE enum status
access_path_check_things(struct call *call, const struct access_path *path, struct error *error);

/* To whom that thing is not shown it is as absent as none. */
enum status
access_path_refuse_thing(struct call *call, const struct access_path *path, struct error *error);

#endif
