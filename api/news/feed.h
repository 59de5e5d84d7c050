/*
 * The feed of changes, for programs: GET /changes, of all workspaces that the caller may read or of one.
 *
 *   GET /changes                      from now on, as server-sent events (follow.h)
 *   GET /changes?since=1234           … from there on; so does Last-Event-ID: 1234
 *   GET /changes?since=1234&wait=20   what there is beyond it by now, or within 20 seconds, as JSON
 *
 * A position is the size of the ledger up to which all has been told, "1234"; in the middle of an entry
 * that several frames follow it is "1234-1": the first of these, too. So whoever goes on at the id of the
 * last event they had misses nothing and gets nothing twice.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NEWS_FEED_H
#define API_NEWS_FEED_H

#include "api/call.h"

extern const struct shape feed_filter_shape;
extern const struct shape feed_page_shape;

void feed_open(struct call *call);

#endif
