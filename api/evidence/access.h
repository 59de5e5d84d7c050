/*
 * Why somebody may, or may not: GET …/access/explain; and what somebody may reach: GET /users/:userId/access. Now, or at a
 * moment; from ledger and index, and by the rule that calls pass (api/access_rule.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_ACCESS_H
#define API_EVIDENCE_ACCESS_H

#include "core/shape/shape.h"

struct call;
struct moment;

/* The time of a moment, for what expires by the clock: now where none was asked for, else what was named, or when the
 * last event of it was recorded. */
struct timestamp
access_time(const struct call *call, struct text asked, const struct moment *moment);

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

/* What somebody may reach, and since when: of anybody, and of whoever asks. */
extern const struct shape access_reach_shape;
extern const struct shape access_input_shape;
extern const struct shape access_own_input_shape;
void access_handle(struct call *call);
void access_own_handle(struct call *call);

#endif
