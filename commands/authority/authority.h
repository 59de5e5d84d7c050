/*
 * Authority: whether a role on the platform needs a grant that is signed, and who holds one.
 *
 *   legacy ◄─declared─► strict        keys: (none) ─declared─► root ─root_rotated─► another; the former until its end
 *
 *   of a person:  (none) ──role_granted──► held ──role_grant_ended──► ended
 *                                            └──another one, of a larger serial──► held
 *
 * A grant has power while the key that signed it is among those that settings or a rotation led to.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_AUTHORITY_AUTHORITY_H
#define COMMANDS_AUTHORITY_AUTHORITY_H

#include "commands/authority/authority_commands.h"
#include "commands/authority/authority_lookup.h"
#include "commands/fold.h"
#include "commands/timers.h"
#include "eventlog/events/authority_events.h"
#include "eventlog/events/identity_events.h"

/* Kinds of the area's keys in the write model; new ones go to the end. */
enum authority_kind {
    STATE_RULE = AREA_AUTHORITY << AREA_SHIFT,
    STATE_ROLE_GRANT, /* of a person: the newest one */
    CLAIM_ROLE_GRANT, /* id of a grant → person; for good, so that each is taken once */
    TIMER_ROLE_GRANT  /* when it expires */
};

/* Kept under UUID_NONE: there is one. All of it absent until something is declared, which is legacy. */
struct rule {
    struct enum_value mode;
    struct list roots;    /* of struct root */
    struct uuid owner_id; /* that was activated; absent: none was yet */
};
struct root {
    struct bytes key;
    struct timestamp until; /* what it signs is taken until then; absent: it is the present one */
};
extern const struct aggregate rule_aggregate;

struct role_grant {
    struct uuid grant_id;
    struct enum_value role;
    struct timestamp expires_at; /* its timer's; absent: never */
    int64_t serial;
    struct bytes root_key;
    struct enum_value end; /* absent: it has not ended */
};
extern const struct aggregate role_grant_aggregate;

void rule_load(const struct decision *decision, struct rule *out);
bool role_grant_load(const struct decision *decision, struct uuid user_id, struct role_grant *out);

/* Is it one of the keys; is what it signs taken now? */
bool rule_knows_root(const struct rule *rule, struct bytes key);
bool rule_trusts_root(const struct rule *rule, struct bytes key, struct timestamp now);

/* Refused unless a manifest is for this installation, was signed by a key that is trusted now, and is to be taken now. */
struct manifest_terms {
    struct uuid installation_id;
    struct bytes root_key;
    struct timestamp not_before; /* absent: always */
    struct timestamp expires_at; /* absent: never */
};
enum status authority_must_fit(
    const struct decision *decision, const struct manifest_terms *terms, struct error *error);

void authority_evolve(struct fold *fold, const struct record *record);

extern const struct timer_kind authority_timers[];

extern const struct refusal refused_owner_there;
extern const struct refusal refused_insecure_owner;
extern const struct refusal refused_manifest_missing;
extern const struct refusal refused_manifest_elsewhere;
extern const struct refusal refused_manifest_environment;
extern const struct refusal refused_manifest_early;
extern const struct refusal refused_manifest_late;
extern const struct refusal refused_manifest_used;
extern const struct refusal refused_root_unknown;
extern const struct refusal refused_root_known;
extern const struct refusal refused_roots_full;
extern const struct refusal refused_owner_address;
extern const struct refusal refused_grant_holder;
extern const struct refusal refused_grant_serial;
extern const struct refusal refused_grant_missing;
extern const struct refusal refused_grant_ended;
extern const struct refusal refused_grant_last_admin;
extern const struct refusal refused_revoking_needs;

#endif
