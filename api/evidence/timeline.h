/*
 * The timeline as pages: GET /timeline, and of a workspace; as counts over time; and of one entity.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_TIMELINE_H
#define API_EVIDENCE_TIMELINE_H

#include "api/evidence/timeline_filter.h"

struct call;

extern const struct shape timeline_page_shape;

/* Of struct timeline_request. LANE_PLAIN, as all that follow. */
void timeline_handle(struct call *call);

extern const struct shape histogram_input_shape;
extern const struct shape histogram_shape;
void histogram_handle(struct call *call);

extern const struct shape facets_shape;
void facets_handle(struct call *call); /* of struct timeline_request */

/* Of one entity: what happened to it, how it stood at a moment, between two, and why. */
extern const struct shape history_input_shape;
void history_handle(struct call *call);

extern const struct shape state_input_shape;
extern const struct shape entity_state_shape;
void state_handle(struct call *call);

extern const struct shape difference_input_shape;
extern const struct shape entity_difference_shape;
void difference_handle(struct call *call);

extern const struct shape explain_input_shape;
extern const struct shape entity_explanation_shape;
void explain_handle(struct call *call);

/* Reads what is asked, of the ledger as it is now. STATUS_INVALID naming the field. */
MUST_USE enum status timeline_ask(
    struct call *call,
    const struct timeline_input *input,
    struct timeline_question *out,
    struct error *error);

/* Answers with a page. */
void timeline_answer(struct call *call, const struct timeline_input *input);

#endif
