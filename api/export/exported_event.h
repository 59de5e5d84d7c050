/*
 * An event as it leaves the house: all that stands in its entry, what became of its body, and the
 * fields. What is personal in them stays sealed: null, and its names are listed.
 *
 *   record ─► exported_event_of() ─► export_format.h
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EXPORT_EXPORTED_EVENT_H
#define API_EXPORT_EXPORTED_EVENT_H

#include "api/evidence/recorded_event.h"

struct exported_event {
    struct recorded_event view;
    int64_t schema;
    struct enum_value body;  /* kept, dropped, unknown */
    struct text body_digest; /* hexadecimal, as are hashes */
    struct text leaf_hash;
    struct list sealed; /* of struct text: JSON names of what is sealed and so null */
    struct json fields; /* absent without a body */
};
extern const struct shape exported_event_shape;

extern const char *const exported_body_names[];

/* In the arena; lends the record's texts. Printed it takes at most EXPORT_MOST_BYTES (export_format.h). Pure:
 * the same record gives the same bytes, whoever asks. */
struct exported_event exported_event_of(const struct record *record, struct arena *arena);

#endif
