/*
 * The summary of agent updates, and what the catalogue says to an order.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_ROLLOUT_UPDATE_SUMMARY_H
#define API_ROLLOUT_UPDATE_SUMMARY_H

#include "api/route.h"

extern const struct shape update_summary_shape;
void update_summary_handle(struct call *call);

/* Looks the release of a create_rollout up. Where there is none the order says so, and is refused in its turn. */
bool rollout_prepare_create(struct call *call, void *input);

#endif
