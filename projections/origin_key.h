/*
 * Where somebody came from, in rows: address and user agent go together, when the key that both are sealed under goes.
 * Tables that show them have a column "origin_key", and an erasure by it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_ORIGIN_KEY_H
#define PROJECTIONS_ORIGIN_KEY_H

#include "projections/projector.h"

struct origins_dropped;

/* The key of what can be read of an origin; absent: nothing can, or there is none. */
struct uuid origin_key(const struct origin *origin);

/* Blanks what is shown of origins that are kept no longer. */
void origin_erase(
    struct rows *rows, const struct table *table, const struct origins_dropped *dropped);

#endif
