/*
 * What the tables of routes say of themselves, as Markdown.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_REFERENCE_H
#define API_REFERENCE_H

struct buf;

/* Appends a table of routes for each area. */
void reference_routes(struct buf *out);

/* Appends what the routes' lists read: scope, parameters and statement of each resource. */
void reference_describe_lists(struct buf *out);

#endif
