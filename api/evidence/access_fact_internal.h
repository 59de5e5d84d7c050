/*
 * Drawing facts: what the files that do it share.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_ACCESS_FACT_INTERNAL_H
#define API_EVIDENCE_ACCESS_FACT_INTERNAL_H

#include "api/evidence/access_fact.h"

enum effect { EFFECT_REQUIRED = 1, EFFECT_HELPS, EFFECT_MAY_REFUSE, EFFECT_NONE };

/* A fact on its way, and the position of its event. */
struct drawing {
    struct call *call;
    const struct access_question *question;
    struct access_fact fact;
    int64_t position;
};

/* Does the route know its callers by who has signed in? */
bool access_fact_asks_person(const struct access_question *question);

/* A fact that nobody can do without where people are asked for. */
void access_fact_require(struct drawing *drawing, bool is_met);

/* Of an API token, in its own file; nothing where the call is by none. */
void access_fact_token(struct drawing *drawing);
void access_fact_token_scope(struct drawing *drawing);
void access_fact_token_workspaces(struct drawing *drawing);
void access_fact_token_networks(struct drawing *drawing);

#endif
