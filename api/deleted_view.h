/*
 * How the contract says that something is gone: {"deleted": true, "id": …}.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_DELETED_VIEW_H
#define API_DELETED_VIEW_H

#include "api/route.h"

struct deleted_view {
    struct opt_bool deleted;
    struct uuid id;
};
extern const struct shape deleted_view_shape;

/* Answers a command that took away what the last id of the path names. */
void deleted_answer(struct call *call, const void *answer);

/* That id. */
struct uuid deleted_id(const struct call *call);

#endif
