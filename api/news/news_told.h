/*
 * Frames and relays as rows of what is told, for the document of messages.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NEWS_NEWS_TOLD_H
#define API_NEWS_NEWS_TOLD_H

#include "api/told.h"

/* Of struct told_area. */
bool news_told_frame(size_t index, struct told *out);
bool news_told_relay(size_t index, struct told *out);

#endif
