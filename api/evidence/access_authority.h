/*
 * What is on record of authority at a moment: must a role on the platform have a grant that is signed, and has this person one?
 * As commands/authority/authority.h decides it of the present.
 *
 *   authority_declared, role_granted of the person, the grant's row ─► authority_record_look() ─► authority_record_lacks()
 *
 * LANE_PLAIN: no read model is asked.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_ACCESS_AUTHORITY_H
#define API_EVIDENCE_ACCESS_AUTHORITY_H

#include "api/evidence/access_traced.h"

struct authority_record {
    bool is_strict;
    int64_t declared_at; /* position of the event that says which it is; absent: none does */
    int64_t
        roots_since; /* position of the event from which on its keys are trusted; absent: none */
    struct traced grant; /* of struct role_grant_row: the newest of the person */
    int64_t granted_at;  /* position of the event that brought it */
};

MUST_USE enum status authority_record_look(
    struct call *call,
    struct uuid user_id,
    uint64_t size,
    struct authority_record *out,
    struct error *error);

/* Does the role (enum platform_role) not count, of somebody who has it? */
bool authority_record_lacks(
    const struct authority_record *record, int64_t role, struct timestamp at);

/* The position of the event that made the grant what it is: the one that brought it, or ended it. */
int64_t authority_record_since(const struct authority_record *record);

#endif
