/*
 * What is on record of somebody's access at a moment: account, membership of a workspace, that workspace, a token, a grant of
 * the role; each as a row that is folded from the ledger, with the events that set its fields.
 *
 *   person, workspace, token, size ─► access_record_look() ─► rows ─► access_record_facts() ─► api/access_rule.h
 *
 * LANE_PLAIN: no read model is asked.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_ACCESS_RECORD_H
#define API_EVIDENCE_ACCESS_RECORD_H

#include "api/access.h"
#include "api/evidence/access_authority.h"
#include "api/evidence/access_traced.h"

/* Of whom, where, and by what. */
struct access_place {
    struct uuid user_id;
    struct uuid workspace_id; /* absent: no workspace */
    struct uuid token_id;     /* absent: by a session */
    uint64_t size;            /* of the ledger then */
};

struct access_record {
    struct traced user;       /* of struct user_row */
    struct traced membership; /* of struct membership_row: the newest */
    struct traced workspace;  /* of struct workspace_row */
    struct traced token;      /* of struct api_token_row */
    struct authority_record authority;
    bool needs_factor;       /* do all people need a second factor? */
    int64_t needs_factor_at; /* position of the event that says so; absent: none does */
};

MUST_USE enum status access_record_look(
    struct call *call,
    const struct access_place *place,
    struct access_record *out,
    struct error *error);

/* The same as the rule takes it; a session is taken to be open. */
struct caller_access access_record_facts(
    const struct access_place *place, const struct access_record *record, struct timestamp at);

#endif
