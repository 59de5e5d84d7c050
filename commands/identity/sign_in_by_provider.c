/*
 * A provider vouches for somebody: identity from its token, authority from here.
 *
 *   subject known ───────────────► its account ─┐
 *   its verified address is ours ─► that account ├─► identity_vouched ─┬─ no second factor ─► user_signed_in
 *   neither, and it may create ───► a new one ──┘                     └─ takes_factor: nothing is open yet
 *
 *   api ──sign_in_by_provider──► [here] ──user_provisioned, identity_vouched, what rules give, user_signed_in──► ledger
 *
 * Who lacks the value that the provider's rules require is not let in, and an account that was its subject's is switched off
 * until they have it again. Whom the provider's directory looks after has the values that their groups there give, once it has
 * sent any (directory_group.h): the sign-in's are not looked at then.
 *
 * An account that belongs to one subject of a provider is not given to another one by its address: addresses are given
 * to other people, subjects are not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/directory_group.h"
#include "commands/identity/provider.h"
#include "commands/identity/session.h"

static const struct field sign_in_by_provider_fields[] = {
    {UUID(sign_in_by_provider, provider_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the provider."},
    {BYTES(sign_in_by_provider, subject_digest), .tag = 2, .flags = REQUIRED, .max = 32,
     .doc = "Keyed digest of who the person is for the provider."},
    {PERSONAL(sign_in_by_provider, email), .tag = 3, .flags = REQUIRED, .digest = DIGEST_EMAIL,
     .max = 254, .doc = "Address that the provider says is the person's."},
    {PERSONAL(sign_in_by_provider, name), .tag = 4, .max = 120,
     .doc = "Name of the person, for a new account."},
    {UUID(sign_in_by_provider, session_id), .tag = 5, .flags = REQUIRED,
     .doc = "Id of the session to open."},
    {BYTES(sign_in_by_provider, provider_session), .tag = 6, .max = 32,
     .doc = "Keyed digest of the provider's own session, where it named one."},
    {LIST_OF(sign_in_by_provider, values, KIND_TEXT), .tag = 7, .max = PROVIDER_MOST_VALUES,
     .doc = "Values of the claim that the provider's rules look at."},
    {BOOL(sign_in_by_provider, has_too_many), .tag = 8,
     .doc = "Whether there were too many of them, so that none is here."},
};
static const struct shape sign_in_by_provider_shape =
    SHAPE(sign_in_by_provider, "Person whom a provider vouches for.");

static const struct field vouched_sign_in_fields[] = {
    {UUID(vouched_sign_in, user_id), .tag = 1, .doc = "Id of the person."},
    {INT64(vouched_sign_in, session_version), .tag = 2,
     .doc = "Session version for the access token."},
    {BOOL(vouched_sign_in, takes_factor), .tag = 3, .doc = "Whether a second factor is asked for."},
    {BOOL(vouched_sign_in, has_codes), .tag = 4, .doc = "Whether codes are one."},
    {BOOL(vouched_sign_in, has_keys), .tag = 5, .doc = "Whether security keys are."},
    {BOOL(vouched_sign_in, is_off), .tag = 6,
     .doc = "Whether the value that is required is missing: nothing is open."},
};
static const struct shape vouched_sign_in_shape =
    SHAPE(vouched_sign_in, "What a sign-in by the word of a provider came to.");

/* What is known of whom it is about. */
struct vouched {
    struct provider provider;
    struct uuid user_id; /* absent: a new account */
    bool is_known;       /* the subject */
    struct list values;  /* that the rules are asked about */
};

static enum status find_account(
    const struct decision *decision,
    const struct sign_in_by_provider *order,
    struct vouched *out,
    struct error *error)
{
    struct uuid by_subject = provider_user_of(decision, order->subject_digest);
    struct uuid by_address = user_of_email(decision, order->email.digest);

    out->is_known = uuid_is_present(by_subject);
    out->user_id = out->is_known ? by_subject : by_address;
    if (out->is_known && uuid_is_present(by_address) && !uuid_equal(by_subject, by_address))
        return decision_refuse(error, &refused_identity_of_other);
    if (!out->is_known && uuid_is_present(by_address) &&
        model_linked(decision->model, LINK_IDENTITY, by_address, order->provider_id, NULL))
        return decision_refuse(error, &refused_account_of_other);
    if (!uuid_is_present(out->user_id) && !opt_bool_is_true(out->provider.definition.creates_users))
        return decision_refuse(error, &refused_not_vouched);
    return STATUS_OK;
}

static enum status check(
    const struct decision *decision,
    const struct sign_in_by_provider *order,
    struct vouched *out,
    struct error *error)
{
    enum status status = provider_must_be_on(decision, order->provider_id, &out->provider, error);

    if (status != STATUS_OK)
        return status;
    if (!provider_may_vouch(&out->provider.definition, order->email.text))
        return decision_refuse(error, &refused_domain_not_vouched);
    return find_account(decision, order, out, error);
}

static struct uuid provision(struct decision *decision, const struct sign_in_by_provider *order)
{
    const struct user_provisioned provisioned = {
        .user_id = decision_id(decision),
        .email = order->email,
        .name = text_is_present(order->name.text)
                    ? order->name
                    : (struct personal){.text = text_first_characters(order->email.text, 120)},
        .role = {ROLE_USER},
        .timezone = text_lit("UTC"),
        .provider_id = order->provider_id,
    };

    decision_emit(decision, &user_provisioned_event, provisioned.user_id, UUID_NONE, &provisioned);
    return provisioned.user_id;
}

static enum status
may_sign_in(const struct user *user, struct uuid provider_id, struct error *error)
{
    bool is_on =
        opt_bool_is_true(user->is_active) || uuid_equal(user->off_provider_id, provider_id);

    if (opt_bool_is_true(user->is_service) || !is_on || !opt_bool_is_true(user->is_accepted))
        return decision_refuse(error, &refused_not_vouched);
    return STATUS_OK;
}

/* The account is the subject's, by which the provider takes it away; the last admin's stays. */
static enum status shut_out(
    struct decision *decision,
    const struct vouched *vouched,
    const struct user *user,
    struct error *error)
{
    struct provider_word word = {.provider = &vouched->provider, .values = vouched->values};

    if (!vouched->is_known || !opt_bool_is_true(user->is_active) ||
        user_is_last_admin(decision, vouched->user_id))
        return decision_refuse(error, &refused_value_missing);
    provider_emit_given(decision, &word, vouched->user_id, user);
    return STATUS_OK;
}

/* All but the session. */
static void vouch(
    struct decision *decision,
    const struct sign_in_by_provider *order,
    const struct vouched *vouched,
    const struct user *user)
{
    const struct identity_vouched event = {
        vouched->user_id, order->provider_id, order->subject_digest,
        opt_bool_of(!vouched->is_known)};
    struct provider_word word = {.provider = &vouched->provider, .values = vouched->values};

    decision_emit(decision, &identity_vouched_event, vouched->user_id, UUID_NONE, &event);
    provider_emit_given(decision, &word, vouched->user_id, user);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct sign_in_by_provider *order = input;
    struct vouched vouched = {.is_known = false};
    struct user user = {.is_active = OPT_TRUE, .is_accepted = OPT_TRUE, .role = {ROLE_USER}};
    struct user_signed_in signed_in;
    enum status status = check(decision, order, &vouched, error);

    if (status == STATUS_OK && user_load(decision, vouched.user_id, &user))
        status = may_sign_in(&user, order->provider_id, error);
    if (status != STATUS_OK)
        return status;
    if (directory_decides(decision, &vouched.provider, &user))
        vouched.values = directory_values(decision, &vouched.provider, vouched.user_id);
    else if (opt_bool_is_true(order->has_too_many))
        return decision_refuse(error, &refused_values_too_many);
    else
        vouched.values = order->values;
    if (!provider_lets_in(&vouched.provider, &vouched.values))
        return shut_out(decision, &vouched, &user, error);
    if (!uuid_is_present(vouched.user_id))
        vouched.user_id = provision(decision, order);
    vouch(decision, order, &vouched, &user);
    if (user_has_factor(&user))
        return STATUS_OK;
    signed_in = session_opened(
        decision, vouched.user_id, order->session_id, BY_PROVIDER, (struct opt_bool){0});
    signed_in.provider_id = order->provider_id;
    signed_in.provider_session = order->provider_session;
    decision_emit(decision, &user_signed_in_event, vouched.user_id, UUID_NONE, &signed_in);
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    struct vouched_sign_in *out = answer;
    struct user user;

    (void)input, (void)arena;
    out->user_id = decision->subject;
    if (!user_load(decision, out->user_id, &user))
        return;
    out->session_version = user.session_version;
    out->is_off = opt_bool_of(!opt_bool_is_true(user.is_active));
    out->takes_factor = opt_bool_of(user_has_factor(&user));
    out->has_codes = opt_bool_of(user_has_code(&user));
    out->has_keys = opt_bool_of(user.security_keys > 0);
}

const struct command sign_in_by_provider_command = {
    .name = "sign_in_by_provider",
    .doc = "Signs a person in whom a provider vouches for, or has a second factor asked for.",
    .input = &sign_in_by_provider_shape,
    .decide = decide,
    .answer = &vouched_sign_in_shape,
    .answer_from = answer_from,
};
