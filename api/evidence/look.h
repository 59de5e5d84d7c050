/*
 * Looks at evidence, as calls make them: who looks is on record before anything is answered.
 *
 *   run ─► look_begin() ─┬─ known of these ten minutes: counted ───────────────────► the route's own way
 *                        └─ new ─► record_look ─► writer ─┬─ on record ─────────────►
 *                                                         └─ cannot be ─► looks.kept ►   (else 503)
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_LOOK_H
#define API_EVIDENCE_LOOK_H

#include "core/base/arena.h"
#include "core/base/text.h"
#include "core/base/timestamp.h"
#include "core/shape/shape.h"

struct call;
struct keyring;

/* Goes on with `next`, on the call's loop, once the look is on record or kept. Answers itself where it
 * can be neither. Its loop. */
void look_begin(struct call *call, void (*next)(struct call *call));

/* What an input asks for, as JSON in the order of its table: without what is absent and what only chooses
 * the page, and with a keyed digest for each text whose row names one. */
struct text look_filter(
    struct keyring *keyring,
    const struct shape *shape,
    const void *input,
    struct timestamp at,
    struct arena *arena);

#endif
