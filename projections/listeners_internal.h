/*
 * Who listens to which type of event: the catalogue's handlers, found by type.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_LISTENERS_INTERNAL_H
#define PROJECTIONS_LISTENERS_INTERNAL_H

#include "projections/projector.h"

struct listener {
    const struct event_type *type;
    size_t order; /* in the catalogue */
    const struct projector *projector;
    const struct handler *handler;
};

struct listeners {
    struct listener *items; /* by type, then order */
    size_t count;
};

void listeners_init(struct listeners *listeners);
void listeners_fini(struct listeners *listeners);

/* Those of a type, in the order of the catalogue. */
const struct listener *
listeners_of(const struct listeners *listeners, const struct event_type *type, size_t *out_count);

#endif
