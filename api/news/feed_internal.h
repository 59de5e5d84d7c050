/*
 * The two forms of the feed, as a stream and as pages.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NEWS_FEED_INTERNAL_H
#define API_NEWS_FEED_INTERNAL_H

#include "api/news/place.h"

enum { FEED_AT_ONCE = 200 }; /* records */

void feed_answer_page(struct call *call, const struct place *place, int64_t wait_s);

#endif
