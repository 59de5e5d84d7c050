/*
 * Epochs of the ledger: each leader that was promoted begins one. Answers name ours (Ledger-Epoch; absent: 0), and
 * whoever has seen a newer one is told that they ask the wrong server.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EPOCH_H
#define API_EPOCH_H

#include "api/call.h"

/* Does the request name a newer epoch than ours, or none that can be read? Then it is answered. Loop. */
MUST_USE bool epoch_refuses(struct call *call);

/* For an answer, or a request to another server. Absent in the first epoch. In the call's arena, or another one. */
struct text epoch_text(const struct call *call);
struct text epoch_print(const struct services *services, struct arena *arena);

#endif
