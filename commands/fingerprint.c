/*
 * What a model was folded by: a digest over the shapes of its states, the versions of the areas'
 * evolve and the fields of every event. A model folded by anything else is folded again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/fold.h"
#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "core/shape/shape_describe.h"

/* KEPT: raised when what the model keeps beside states (claims, links, timers) is stored in another way. */
enum { MOST_BYTES = 4 << 20, KEPT = 2 };

static void add_states(struct buf *out)
{
    for (size_t i = 0; aggregate_catalog[i] != NULL; i++) {
        const struct aggregate *aggregate = aggregate_catalog[i];
        buf_printf(out, "state %u %s\n", (unsigned)aggregate->kind, aggregate->name);
        shape_golden(aggregate->shape, aggregate->name, out);
    }
}

static void add_events(struct buf *out)
{
    for (const struct event_area *area = event_catalog; area->name != NULL; area++) {
        for (size_t i = 0; area->types[i] != NULL; i++) {
            const struct event_type *type = area->types[i];
            buf_printf(out, "event %s %lld\n", type->name, (long long)type->schema);
            shape_golden(type->shape, type->name, out);
        }
    }
}

struct digest fold_fingerprint(void)
{
    AUTO_BUF text = {0};

    buf_init(&text, MOST_BYTES);
    buf_printf(&text, "kept %d\n", KEPT);
    for (enum area area = AREA_PLATFORM; area < AREA_END; area++) {
        const struct evolver *evolver = &evolver_catalog[area];
        if (evolver->evolve != NULL) /* numbers that no area has */
            buf_printf(&text, "evolve %s %d\n", evolver->area, evolver->version);
    }
    add_states(&text);
    add_events(&text);
    must(!buf_is_full(&text));
    return sha256(buf_bytes(&text));
}
