/*
 * What dashboards are shown of upgrades of this program: what runs, what there is, what lies ready, what is under way.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_UPGRADE_UPGRADE_VIEW_H
#define API_UPGRADE_UPGRADE_VIEW_H

#include "api/route.h"

extern const struct shape upgrade_view_shape;

/* Answers with it. LANE_READ. */
void upgrade_view_answer(struct call *call);

#endif
