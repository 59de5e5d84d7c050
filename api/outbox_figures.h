/*
 * How many deliveries wait, fail and were given up: as the sender last counted them, for health and
 * metrics. Plain atomics that any thread may read.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_OUTBOX_FIGURES_H
#define API_OUTBOX_FIGURES_H

#include "api/reader.h"

#include <stdatomic.h>

struct outbox_figures {
    atomic_int_fast64_t backlog; /* not delivered and not given up */
    atomic_int_fast64_t due;     /* of these, to be delivered now … */
    atomic_int_fast64_t failed;  /* … or tried before */
    atomic_int_fast64_t dead_letters;
};

/* Counts anew. On failure the figures stay as they were. The sender's thread. */
MUST_USE enum status
outbox_figures_count(struct reader *reader, struct outbox_figures *figures, struct error *error);

#endif
