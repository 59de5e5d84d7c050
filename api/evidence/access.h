/*
 * Why somebody may, or may not: GET …/access/explain; and what somebody may reach: GET /users/:userId/access. Now, or at a
 * moment; from ledger and index, and by the rule that calls pass (api/access_rule.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_ACCESS_H
#define API_EVIDENCE_ACCESS_H

#include "core/shape/shape.h"

struct call;

extern const struct shape access_explanation_shape;

/* Of anybody, for those who examine the platform. LANE_PLAIN, as all that follow. */
extern const struct shape access_explain_input_shape;
void access_explain_handle(struct call *call);

/* Of those of a workspace, about its paths. */
extern const struct shape access_explain_inside_input_shape;
void access_explain_inside_handle(struct call *call);

/* Of whoever asks. */
extern const struct shape access_explain_own_input_shape;
void access_explain_own_handle(struct call *call);

#endif
