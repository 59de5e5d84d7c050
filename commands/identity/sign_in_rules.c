/*
 * What holds of everybody's sign-ins: folding it, asking for it, and what it means for an account. A rule counts from
 * the event that sets it, for sessions too that are open then.
 *
 *   sign_in_rules_changed ──► rules ──► query_access (api/authorize.c), query_user_scope (sockets)
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/factor_commands.h"
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/platform/platform_lookup.h"
#include "eventlog/events/identity_events.h"

static const struct field sign_in_rules_fields[] = {
    {BOOL(sign_in_rules, second_factor_required), .tag = 1, .flags = REQUIRED,
     .doc = "Whether everybody needs a second factor; service accounts can have none."},
};
static const struct shape sign_in_rules_shape =
    SHAPE(sign_in_rules, "What holds of everybody's sign-ins.");
const struct aggregate sign_in_rules_aggregate = {
    STATE_SIGN_IN_RULES, "sign_in_rules", &sign_in_rules_shape};

void sign_in_rules_fold(struct fold *fold, const struct record *record)
{
    const struct sign_in_rules_changed *changed = record->event;
    const struct sign_in_rules rules = {changed->second_factor_required};

    model_store(fold->model, &sign_in_rules_aggregate, UUID_NONE, &rules);
}

static struct sign_in_rules rules_of(const struct decision *decision, struct arena *arena)
{
    struct sign_in_rules rules = {OPT_FALSE};

    (void)model_load(decision->model, &sign_in_rules_aggregate, UUID_NONE, arena, &rules);
    return rules;
}

bool sign_in_rules_need_factor(const struct decision *decision)
{
    return opt_bool_is_true(rules_of(decision, decision->arena).second_factor_required);
}

bool user_lacks_factor(const struct decision *decision, struct uuid user_id)
{
    struct user user;

    return user_load(decision, user_id, &user) && !opt_bool_is_true(user.is_service) &&
           !user_has_factor(&user);
}

bool user_lacks_required_factor(const struct decision *decision, struct uuid user_id)
{
    return sign_in_rules_need_factor(decision) && user_lacks_factor(decision, user_id);
}

enum status user_must_have_factor(const struct decision *decision, struct error *error)
{
    return user_lacks_factor(decision, decision->actor.id)
               ? decision_refuse(error, &refused_factor_first)
               : STATUS_OK;
}

/* Question. */

static const struct field query_sign_in_rules_fields[] = {
    {BOOL(query_sign_in_rules, any), .tag = 1, .flags = SERVER_SET,
     .doc = "Nothing is asked of it."},
};
static const struct shape query_sign_in_rules_shape =
    SHAPE(query_sign_in_rules, "What holds of everybody's sign-ins is asked for.");

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    (void)input;
    *(struct sign_in_rules *)answer = rules_of(decision, arena);
}

const struct command query_sign_in_rules_command = {
    .name = "query_sign_in_rules",
    .doc = "Looks up what holds of everybody's sign-ins.",
    .input = &query_sign_in_rules_shape,
    .answer = &sign_in_rules_shape,
    .answer_from = answer_from,
    .is_question = true,
};

/* Change. */

static const struct field change_sign_in_rules_fields[] = {
    {BOOL(change_sign_in_rules, second_factor_required), .tag = 1, .flags = REQUIRED,
     .doc = "Whether everybody needs a second factor."},
};
static const struct shape change_sign_in_rules_shape =
    SHAPE(change_sign_in_rules, "What is to hold of everybody's sign-ins.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct change_sign_in_rules *order = input;
    const struct sign_in_rules now = rules_of(decision, decision->arena);
    const struct sign_in_rules_changed changed = {
        installation_id(decision), order->second_factor_required};
    enum status status = STATUS_OK;

    if (!uuid_is_present(changed.installation_id))
        return decision_refuse(error, &refused_ledger_not_begun);
    if (opt_bool_is_true(order->second_factor_required))
        status = user_must_have_factor(decision, error);
    if (status != STATUS_OK || order->second_factor_required.is == now.second_factor_required.is)
        return status;
    decision_emit(
        decision, &sign_in_rules_changed_event, changed.installation_id, UUID_NONE, &changed);
    return STATUS_OK;
}

const struct command change_sign_in_rules_command = {
    .name = "change_sign_in_rules",
    .doc = "Changes what holds of everybody's sign-ins, at once.",
    .input = &change_sign_in_rules_shape,
    .decide = decide,
    .answer = &sign_in_rules_shape,
    .answer_from = answer_from,
};
