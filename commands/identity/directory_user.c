/*
 * What a directory says of its people: that there is somebody, what changed of them, that they have left. Whom it does not
 * look after is not there for it.
 *
 *   (none) ──user_provisioned, directory_user_linked──► looked after ──directory_user_unlinked──► an account as others
 *
 *   api ──create_, change_, leave_directory_user──► [here] ──the above, user_updated──► ledger
 *
 * An account that is there already is linked only where this provider has vouched for its person, by a sign-in, and where it
 * has no role on the platform: who may change an address may take an account over.
 * What somebody here switched off stays off, whatever a directory says.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/directory_commands.h"
#include "commands/identity/directory_group.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/provider.h"

#define PERSON_FIELDS(of)                                                                          \
    {PERSONAL(of, name),                                                                           \
     .tag = 2,                                                                                     \
     .flags = ONE_LINE | TRIM,                                                                     \
     .min = 1,                                                                                     \
     .max = DIRECTORY_LONGEST_NAME,                                                                \
     .doc = "Display name of the person."},                                                        \
        {PERSONAL(of, external_id),                                                                \
         .tag = 3,                                                                                 \
         .flags = ONE_LINE,                                                                        \
         .min = 1,                                                                                 \
         .max = DIRECTORY_LONGEST_EXTERNAL_ID,                                                     \
         .doc = "Id of the person in the directory."},                                             \
        {BYTES(of, external_digest), .tag = 4, .flags = SERVER_SET, .max = 32,                     \
         .doc = "Keyed digest of that id."},                                                       \
    {                                                                                              \
        BOOL(of, is_active), .tag = 5, .doc = "Whether the person may sign in."                    \
    }

static const struct field create_directory_user_fields[] = {
    {PERSONAL(create_directory_user, email), .tag = 1, .flags = REQUIRED | TRIM | LOWER | EMAIL,
     .digest = DIGEST_EMAIL, .max = 254, .doc = "Address to sign in with."},
    PERSON_FIELDS(create_directory_user),
};
static const struct shape create_directory_user_shape =
    SHAPE(create_directory_user, "Person whom a directory sends.");

static const struct field change_directory_user_fields[] = {
    {PERSONAL(change_directory_user, email), .tag = 1, .flags = TRIM | LOWER | EMAIL,
     .digest = DIGEST_EMAIL, .max = 254, .doc = "Address to sign in with."},
    PERSON_FIELDS(change_directory_user),
    {UUID(change_directory_user, user_id), .tag = 6, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the person."},
    {BOOL(change_directory_user, has_no_external_id), .tag = 7, .flags = SERVER_SET,
     .doc = "Whether the person has no id in the directory from now on."},
};
static const struct shape change_directory_user_shape =
    SHAPE(change_directory_user, "What changed of a person whom a directory looks after.");

static const struct field leave_directory_user_fields[] = {
    {UUID(leave_directory_user, user_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the person."},
};
static const struct shape leave_directory_user_shape =
    SHAPE(leave_directory_user, "Person whom a directory looks after no more.");

static enum status load_person(
    const struct decision *decision, struct uuid user_id, struct user *out, struct error *error)
{
    if (user_load(decision, user_id, out) && uuid_equal(out->directory_id, decision->actor.id))
        return STATUS_OK;
    return decision_refuse(error, &refused_account_missing, decision_show(decision, user_id));
}

/* One whose provider was deleted looks after nobody. */
static bool is_looked_after(const struct decision *decision, const struct user *user)
{
    struct provider provider;

    return provider_load(decision, user->directory_id, &provider);
}

static bool may_link(const struct decision *decision, struct uuid user_id, const struct user *user)
{
    return !opt_bool_is_true(user->is_service) && opt_bool_is_true(user->is_accepted) &&
           user->role.is == ROLE_USER && !is_looked_after(decision, user) &&
           model_linked(decision->model, LINK_IDENTITY, user_id, decision->actor.id, NULL);
}

/* Of an account that is to be this. Sessions, tokens and the like end with its activity. */
static enum status settle_activity(
    const struct decision *decision,
    struct uuid user_id,
    const struct user *user,
    struct opt_bool wanted,
    struct user_updated *updated,
    struct error *error)
{
    bool is_on = opt_bool_is_true(user->is_active);

    if (wanted.is == 0)
        return STATUS_OK;
    if (opt_bool_is_true(wanted) && !is_on && uuid_equal(user->off_provider_id, user->directory_id))
        return STATUS_OK; /* the provider's rules have switched it off, and will switch it on */
    if (opt_bool_is_true(wanted) && !is_on && !opt_bool_is_true(user->is_off_by_directory))
        return decision_refuse(error, &refused_off_by_hand);
    if (!opt_bool_is_true(wanted) && is_on && user_is_last_admin(decision, user_id))
        return decision_refuse(error, &refused_last_admin);
    if (opt_bool_is_true(wanted) != is_on ||
        (!opt_bool_is_true(wanted) && uuid_is_present(user->off_provider_id)))
        updated->is_active = wanted;
    return STATUS_OK;
}

static void emit_link(
    struct decision *decision,
    struct uuid user_id,
    const struct personal *external_id,
    struct bytes external_digest)
{
    const struct directory_user_linked linked = {
        user_id, decision->actor.id, *external_id, external_digest};

    decision_emit(decision, &directory_user_linked_event, user_id, UUID_NONE, &linked);
}

static void make_account(struct decision *decision, const struct create_directory_user *order)
{
    const struct user_provisioned provisioned = {
        .user_id = decision_id(decision),
        .email = order->email,
        .name = text_is_present(order->name.text)
                    ? order->name
                    : (struct personal){.text = directory_usual_name(order->email.text)},
        .role = {ROLE_USER},
        .timezone = text_lit("UTC"),
        .provider_id = decision->actor.id,
    };
    const struct user_updated off = {.user_id = provisioned.user_id, .is_active = OPT_FALSE};

    decision_emit(decision, &user_provisioned_event, provisioned.user_id, UUID_NONE, &provisioned);
    emit_link(decision, provisioned.user_id, &order->external_id, order->external_digest);
    if (order->is_active.is != 0 && !opt_bool_is_true(order->is_active))
        decision_emit(decision, &user_updated_event, off.user_id, UUID_NONE, &off);
}

static enum status
decide_creation(struct decision *decision, const void *input, struct error *error)
{
    const struct create_directory_user *order = input;
    struct uuid user_id = user_of_email(decision, order->email.digest);
    struct user_updated updated = {.user_id = user_id, .name = order->name};
    struct provider provider;
    struct user user;
    enum status status = provider_of_directory(decision, &provider, error);

    if (status != STATUS_OK)
        return status;
    if (!provider_may_vouch(&provider.definition, order->email.text))
        return decision_refuse(error, &refused_domain_not_vouched);
    if (!user_load(decision, user_id, &user)) {
        make_account(decision, order);
        return STATUS_OK;
    }
    if (uuid_equal(user.directory_id, decision->actor.id))
        return decision_refuse(error, &refused_email_taken);
    if (!may_link(decision, user_id, &user))
        return decision_refuse(error, &refused_address_not_linked);
    status = settle_activity(decision, user_id, &user, order->is_active, &updated, error);
    if (status != STATUS_OK)
        return status;
    emit_link(decision, user_id, &order->external_id, order->external_digest);
    if (text_is_present(updated.name.text) || updated.is_active.is != 0)
        user_emit_updated(decision, &updated);
    return STATUS_OK;
}

static enum status settle_address(
    const struct decision *decision,
    const struct provider *provider,
    const struct change_directory_user *order,
    const struct user *user,
    struct user_updated *updated,
    struct error *error)
{
    if (!bytes_are_present(order->email.digest) ||
        bytes_equal(order->email.digest, user->email_digest))
        return STATUS_OK;
    if (user->role.is != ROLE_USER)
        return decision_refuse(error, &refused_directory_over_admin);
    if (!provider_may_vouch(&provider->definition, order->email.text))
        return decision_refuse(error, &refused_domain_not_vouched);
    if (uuid_is_present(user_of_email(decision, order->email.digest)))
        return decision_refuse(error, &refused_email_taken);
    updated->email = order->email;
    return STATUS_OK;
}

/* Does the directory say another id of the person, or none? */
static bool is_other_id(const struct change_directory_user *order, const struct user *user)
{
    if (bytes_are_present(order->external_digest))
        return !bytes_equal(order->external_digest, user->external_digest);
    return opt_bool_is_true(order->has_no_external_id) && bytes_are_present(user->external_digest);
}

static enum status decide_change(struct decision *decision, const void *input, struct error *error)
{
    const struct change_directory_user *order = input;
    struct user_updated updated = {.user_id = order->user_id, .name = order->name};
    struct provider provider;
    struct user user;
    enum status status = provider_of_directory(decision, &provider, error);

    if (status == STATUS_OK)
        status = load_person(decision, order->user_id, &user, error);
    if (status == STATUS_OK)
        status = settle_address(decision, &provider, order, &user, &updated, error);
    if (status == STATUS_OK)
        status =
            settle_activity(decision, order->user_id, &user, order->is_active, &updated, error);
    if (status != STATUS_OK)
        return status;
    if (is_other_id(order, &user))
        emit_link(decision, order->user_id, &order->external_id, order->external_digest);
    if (bytes_are_present(updated.email.digest) || text_is_present(updated.name.text) ||
        updated.is_active.is != 0)
        user_emit_updated(decision, &updated);
    return STATUS_OK;
}

static enum status decide_leave(struct decision *decision, const void *input, struct error *error)
{
    const struct leave_directory_user *order = input;
    struct user_updated updated = {.user_id = order->user_id};
    struct directory_user_unlinked unlinked = {.user_id = order->user_id};
    struct provider provider;
    struct user user;
    enum status status = provider_of_directory(decision, &provider, error);

    if (status == STATUS_OK)
        status = load_person(decision, order->user_id, &user, error);
    if (status == STATUS_OK)
        status = settle_activity(decision, order->user_id, &user, OPT_FALSE, &updated, error);
    if (status != STATUS_OK)
        return status;
    if (updated.is_active.is != 0)
        user_emit_updated(decision, &updated);
    user.is_active = OPT_FALSE;
    user.off_provider_id = UUID_NONE;
    user_emit_groups_left(decision, order->user_id);
    directory_emit_nothing_given(decision, &provider, order->user_id, &user);
    unlinked.provider_id = provider.definition.provider_id;
    decision_emit(decision, &directory_user_unlinked_event, order->user_id, UUID_NONE, &unlinked);
    return STATUS_OK;
}

const struct command create_directory_user_command = {
    .name = "create_directory_user",
    .doc =
        "Takes a person whom a directory sends: a new account, or one that its provider vouched for.",
    .input = &create_directory_user_shape,
    .decide = decide_creation,
};

const struct command change_directory_user_command = {
    .name = "change_directory_user",
    .doc = "Changes an account that a directory looks after; absent fields stay unchanged.",
    .input = &change_directory_user_shape,
    .decide = decide_change,
};

const struct command leave_directory_user_command = {
    .name = "leave_directory_user",
    .doc = "Switches an account off that a directory looks after, and no longer does.",
    .input = &leave_directory_user_shape,
    .decide = decide_leave,
};
