/*
 * The API document for people: a page that shows it and lets them try calls, and where it lies.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PLATFORM_DOCS_H
#define API_PLATFORM_DOCS_H

#include "api/document.h"

struct call;
struct settings;
struct shape;

extern const struct shape docs_file_shape;

/* Everything that is sent, made once: it lives in the arena. */
struct docs;
const struct docs *docs_new(struct arena *arena);

void docs_page_handle(struct call *call);
void docs_file_handle(struct call *call); /* what the page needs: styles, scripts */
void docs_json_handle(struct call *call);
void docs_events_handle(struct call *call); /* of sockets */

/* Where the page and the document are, for links to them; absent where they are not served. */
struct text docs_page_path(const struct settings *settings, struct arena *arena);
struct text docs_document_path(const struct settings *settings, struct arena *arena);

/* The path that the router knows, for the path that was asked for: SWAGGER_PATH may call the
 * routes below /api/v1/docs otherwise. Absent where they are not to be found: because of
 * SWAGGER_ENABLED, or under their usual name while they have another. */
struct text docs_path(const struct settings *settings, struct arena *arena, struct text path);

#endif
