/*
 * Lists that are followed: `?follow=true` answers their rows as server-sent events, then what is added, until
 * the parent's row says that nothing more will be (resource.is_over). An event is "row", its id that of the
 * row, by which a later request goes on; the last one is "end".
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_LIST_FOLLOW_H
#define API_LIST_FOLLOW_H

#include "api/call.h"

/* Of a page's call, once its input is read. */
bool list_follow_is_wanted(const struct call *call);

/* A worker of LANE_READ. 404 where the parent is not to be seen; 204, by which browsers come no more, to
 * whoever has had all of it. */
void list_follow_begin(struct call *call);

#endif
