/*
 * What a route asks of whoever calls it, as a rule over what is known of them.
 *
 *   authorize.c           facts of the writer's model ──┐
 *                                                       ├─► account ─► factor ─► role ─► token ─► workspace ─► it is open
 *   evidence/access_…     facts folded from the ledger ─┘         each: or what is lacking, as an error
 *
 * Pure, and any thread. Between token and workspace calls are counted, too, which is no matter of rights.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_ACCESS_RULE_H
#define API_ACCESS_RULE_H

#include "api/access.h"
#include "api/route.h"

/* By what a route knows who calls it. */
enum access_asks {
    ACCESS_ASKS_NOTHING,
    ACCESS_ASKS_PERSON, /* or a program that acts for one: then the gates below are passed */
    ACCESS_ASKS_AGENT,
    ACCESS_ASKS_FOLLOWER,
    ACCESS_ASKS_DIRECTORY
};
enum access_asks access_rule_asks(const struct route *route, bool is_ledger_public);

/* Sets what it is that has such a role on the platform (enum platform_role), one that counts. */
void access_take_role(struct caller_access *access, int64_t role);

/* Is it for whoever restores access to others (identities, memberships, sessions), and are they that? */
bool access_may_recover(const struct route *route, const struct caller_access *access);

/* Is it an account that may be signed in to, and is what it was signed in by still good? */
MUST_USE enum status access_rule_account(const struct caller_access *access, struct error *error);

/* The second factor that everybody needs: without it only what sets one up is open. */
MUST_USE enum status access_rule_factor(
    const struct route *route, const struct caller_access *access, struct error *error);

/* What a role on the platform opens, and what it closes. */
MUST_USE enum status access_rule_role(
    const struct route *route, const struct caller_access *access, struct error *error);

/* What a token for a program opens of that; any access that is by none passes. From where it comes is for whoever
 * knows the address (api_token.h). */
MUST_USE enum status access_rule_token(
    const struct route *route, const struct caller_access *access, struct error *error);

/* The workspace of the path, as the path names it, the second factor that it requires, and the role there. STATUS_NOT_FOUND or STATUS_INVALID where there
 * is none. Routes that are for no workspace pass. */
MUST_USE enum status access_rule_workspace(
    const struct route *route,
    const struct caller_access *access,
    struct text workspace,
    struct error *error);

/* All of these gates, in their order; open where nobody is asked for. What agents and followers are asked for no person
 * and no program of theirs has. */
MUST_USE enum status access_rule_pass(
    const struct route *route,
    const struct caller_access *access,
    struct text workspace,
    bool is_ledger_public,
    struct error *error);

/* The least scope of a token that opens a route (enum token_scope); 0: none does. */
int64_t access_rule_scope(const struct route *route);

#endif
