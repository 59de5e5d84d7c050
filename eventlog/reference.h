/*
 * What the catalogue of events says of itself, for documents and for the golden file that guards
 * what is stored.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_REFERENCE_H
#define EVENTLOG_REFERENCE_H

struct buf;

/* Appends every event type as Markdown: a heading for each area, a table of fields for each type. */
void reference_events(struct buf *out);

/* Appends a line per stored field: "<event type> <schema> <tag> <kind> <name>" (see
 * shape_golden()), of every schema that was ever released, and of entry and body. */
void catalog_print(struct buf *out);

#endif
