/*
 * Folding what happens to people: accounts, their addresses, who is an admin, when sessions end.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity.h"

#include "commands/identity/api_token.h"
#include "commands/identity/device.h"
#include "commands/identity/directory_group.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/identity_lookup.h"
#include "commands/identity/mailed_token.h"
#include "commands/identity/provider.h"
#include "commands/identity/security_key.h"
#include "commands/identity/session.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/workspace_events.h"

static const struct field user_fields[] = {
    {BYTES(user, email_digest), .tag = 1, .doc = "Keyed digest of the address."},
    {PERSONAL(user, password), .tag = 2, .flags = SECRET,
     .doc = "Argon2id hash of the password, encrypted."},
    {UUID(user, password_event_id), .tag = 3,
     .doc = "Id of the event that the hash is encrypted for."},
    {ENUM(user, role, platform_role_names), .tag = 4, .doc = "Role on the platform."},
    {BOOL(user, is_active), .tag = 5, .doc = "Whether the person may sign in."},
    {INT64(user, session_version), .tag = 6,
     .doc = "Session version; tokens of older versions are void."},
    {BOOL(user, is_accepted), .tag = 7, .doc = "Whether the person accepted an invitation."},
    {TEXT(user, timezone), .tag = 8, .doc = "IANA time zone that times are shown in."},
    {BOOL(user, critical_event_emails_enabled), .tag = 9,
     .doc = "Whether critical events are mailed to the person."},
    {BOOL(user, enrollment_emails_enabled), .tag = 10,
     .doc = "Whether enrollments of nodes are mailed to the person."},
    {UUID(user, invitation_id), .tag = 11, .doc = "Id of the invitation that can be accepted."},
    {UUID(user, reset_id), .tag = 12, .doc = "Id of the reset request that can be used."},
    {TIMESTAMP(user, resets_since), .tag = 13,
     .doc = "Start of the period that reset requests are counted in."},
    {INT64(user, resets), .tag = 14, .doc = "Number of reset requests in that period."},
    {INT64(user, since_position), .tag = 15, .doc = "Position of the event that made the account."},
    {PERSONAL(user, factor), .tag = 16, .flags = SECRET,
     .doc = "Secret of the second factor, encrypted."},
    {UUID(user, factor_event_id), .tag = 17,
     .doc = "Id of the event that the secret is encrypted for."},
    {PERSONAL(user, offered), .tag = 18, .flags = SECRET,
     .doc = "Secret that is not in use yet, encrypted."},
    {UUID(user, offered_event_id), .tag = 19,
     .doc = "Id of the event that this one is encrypted for."},
    {INT64(user, sign_in_step), .tag = 20, .doc = "Newest step whose code opened a sign-in."},
    {INT64(user, change_step), .tag = 21,
     .doc = "Newest step whose code confirmed a change of the factor."},
    {BYTES(user, recovery), .tag = 22,
     .doc = "Keyed digests of recovery codes that are unused, in a row."},
    {BOOL(user, is_service), .tag = 23,
     .doc = "Whether nobody signs in, and programs act for the account."},
    {INT64(user, security_keys), .tag = 24, .doc = "Number of security keys that sign-ins take."},
    {UUID(user, role_provider_id), .tag = 25,
     .doc = "Id of the provider whose rules gave the role."},
    {BOOL(user, role_is_withheld), .tag = 26,
     .doc = "Whether somebody changed or took a role that a provider's rules had given."},
    {UUID(user, off_provider_id), .tag = 27,
     .doc = "Id of the provider whose rules switched the account off."},
    {UUID(user, directory_id), .tag = 28,
     .doc = "Id of the provider whose directory looks after the account."},
    {BYTES(user, external_digest), .tag = 29, .doc = "Keyed digest of its id in that directory."},
    {BOOL(user, is_off_by_directory), .tag = 30,
     .doc = "Whether the directory switched the account off."},
};
static const struct shape user_shape = SHAPE(user, "State of an account.");
const struct aggregate user_aggregate = {STATE_USER, "user", &user_shape};

static const struct field former_user_fields[] = {
    {TIMESTAMP(former_user, deleted_at), .tag = 1, .doc = "Time the account was deleted."},
    {INT64(former_user, since_position), .tag = 2,
     .doc = "Position of the event that made the account."},
};
static const struct shape former_user_shape =
    SHAPE(former_user, "State of an account that was deleted.");
const struct aggregate former_user_aggregate = {
    STATE_FORMER_USER, "former_user", &former_user_shape};

static bool load(struct fold *fold, struct uuid user_id, struct user *out)
{
    return model_load(fold->model, &user_aggregate, user_id, fold->arena, out);
}

static void store(struct fold *fold, struct uuid user_id, const struct user *user)
{
    model_store(fold->model, &user_aggregate, user_id, user);
    if (user->role.is == ROLE_PLATFORM_ADMIN && opt_bool_is_true(user->is_active))
        model_link(fold->model, LINK_ADMIN, UUID_NONE, user_id, 1);
    else
        model_unlink(fold->model, LINK_ADMIN, UUID_NONE, user_id);
}

static void on_registered(struct fold *fold, const struct record *record)
{
    const struct user_registered *registered = record->event;
    struct user user = {
        .email_digest = registered->email.digest,
        .password = registered->password,
        .password_event_id = record->entry.event_id,
        .role = registered->role,
        .is_active = OPT_TRUE,
        .is_accepted = OPT_TRUE,
        .timezone = registered->timezone,
        .critical_event_emails_enabled = OPT_TRUE,
        .enrollment_emails_enabled = OPT_TRUE,
        .since_position = record->entry.position,
    };

    model_remove(fold->model, &former_user_aggregate, registered->user_id);
    fold_claim(fold, CLAIM_EMAIL, registered->email.digest, registered->user_id);
    store(fold, registered->user_id, &user);
}

static void on_created(struct fold *fold, const struct record *record)
{
    const struct user_created *created = record->event;
    struct user user = {
        .email_digest = created->email.digest,
        .role = created->role,
        .is_active = OPT_FALSE,
        .is_accepted = OPT_FALSE,
        .timezone = created->timezone,
        .critical_event_emails_enabled = OPT_TRUE,
        .enrollment_emails_enabled = OPT_TRUE,
        .since_position = record->entry.position,
    };

    model_remove(fold->model, &former_user_aggregate, created->user_id);
    fold_claim(fold, CLAIM_EMAIL, created->email.digest, created->user_id);
    store(fold, created->user_id, &user);
}

static void on_service_created(struct fold *fold, const struct record *record)
{
    const struct service_account_created *created = record->event;
    struct user user = {
        .role = {ROLE_USER},
        .is_active = OPT_TRUE,
        .is_accepted = OPT_TRUE,
        .timezone = text_lit("UTC"),
        .critical_event_emails_enabled = OPT_FALSE,
        .enrollment_emails_enabled = OPT_FALSE,
        .since_position = record->entry.position,
        .is_service = OPT_TRUE,
    };

    store(fold, created->user_id, &user);
}

static void on_provisioned(struct fold *fold, const struct record *record)
{
    const struct user_provisioned *provisioned = record->event;
    struct user user = {
        .email_digest = provisioned->email.digest,
        .role = provisioned->role,
        .is_active = OPT_TRUE,
        .is_accepted = OPT_TRUE,
        .timezone = provisioned->timezone,
        .critical_event_emails_enabled = OPT_TRUE,
        .enrollment_emails_enabled = OPT_TRUE,
        .since_position = record->entry.position,
    };

    fold_claim(fold, CLAIM_EMAIL, provisioned->email.digest, provisioned->user_id);
    store(fold, provisioned->user_id, &user);
}

static void on_invited(struct fold *fold, const struct record *record)
{
    const struct user_invited *invited = record->event;
    struct mailed_token token = {invited->user_id, {MAILED_PENDING}, invited->expires_at};
    struct user user;

    if (!load(fold, invited->user_id, &user))
        return;
    mailed_token_fold_state(fold, user.invitation_id, MAILED_REVOKED);
    mailed_token_fold(
        fold, MAILED_INVITATION, invited->invitation_id, invited->token_digest, &token);
    user.invitation_id = invited->invitation_id;
    store(fold, invited->user_id, &user);
}

/* Whoever knows the old password, or a session begun with it, is out. */
static void
set_password(struct user *user, const struct record *record, const struct personal *password)
{
    user->password = *password;
    user->password_event_id = record->entry.event_id;
    user->session_version++;
}

static void on_accepted(struct fold *fold, const struct record *record)
{
    const struct invitation_accepted *accepted = record->event;
    struct user user;

    if (!load(fold, accepted->user_id, &user))
        return;
    mailed_token_fold_state(fold, accepted->invitation_id, MAILED_USED);
    set_password(&user, record, &accepted->password);
    user.is_active = OPT_TRUE;
    user.is_accepted = OPT_TRUE;
    user.invitation_id = UUID_NONE;
    store(fold, accepted->user_id, &user);
}

/* Where somebody changed or took what rules gave, rules give nothing any more, whatever comes after. */
static void take_role(struct user *user, const struct user_updated *updated)
{
    bool is_by_hand = !uuid_is_present(updated->provider_id);

    user->role_is_withheld = opt_bool_of(
        is_by_hand &&
        (uuid_is_present(user->role_provider_id) || opt_bool_is_true(user->role_is_withheld)));
    user->role = updated->role;
    user->role_provider_id = updated->role.is == ROLE_USER ? UUID_NONE : updated->provider_id;
}

static void on_updated(struct fold *fold, const struct record *record)
{
    const struct user_updated *updated = record->event;
    struct user user;

    if (!load(fold, updated->user_id, &user))
        return;
    if (bytes_are_present(updated->email.digest)) {
        fold_release(fold, CLAIM_EMAIL, user.email_digest, updated->user_id);
        fold_claim(fold, CLAIM_EMAIL, updated->email.digest, updated->user_id);
        user.email_digest = updated->email.digest;
    }
    if (updated->role.is != 0 || updated->is_active.is != 0)
        user.session_version++;
    if (updated->role.is != 0)
        take_role(&user, updated);
    if (updated->is_active.is != 0) {
        user.is_active = updated->is_active;
        user.off_provider_id =
            opt_bool_is_true(updated->is_active) ? UUID_NONE : updated->provider_id;
        user.is_off_by_directory = opt_bool_of(
            !opt_bool_is_true(updated->is_active) && !uuid_is_present(updated->provider_id) &&
            record->entry.actor_kind == ACTOR_DIRECTORY);
    }
    store(fold, updated->user_id, &user);
}

static void on_deleted(struct fold *fold, const struct record *record)
{
    const struct user_deleted *deleted = record->event;
    struct former_user former = {record->entry.recorded_at, INT64_ABSENT};
    struct user user;

    if (!load(fold, deleted->user_id, &user))
        return;
    if (bytes_are_present(user.email_digest))
        fold_release(fold, CLAIM_EMAIL, user.email_digest, deleted->user_id);
    model_unlink(fold->model, LINK_ADMIN, UUID_NONE, deleted->user_id);
    security_key_fold_gone(fold, deleted->user_id);
    mailed_token_fold_state(fold, user.invitation_id, MAILED_REVOKED);
    mailed_token_fold_state(fold, user.reset_id, MAILED_REVOKED);
    model_remove(fold->model, &user_aggregate, deleted->user_id);
    former.since_position = user.since_position;
    model_store(fold->model, &former_user_aggregate, deleted->user_id, &former);
}

static void on_preferences(struct fold *fold, const struct record *record)
{
    const struct preferences_changed *changed = record->event;
    struct user user;

    if (!load(fold, changed->user_id, &user))
        return;
    if (text_is_present(changed->timezone))
        user.timezone = changed->timezone;
    if (changed->critical_event_emails_enabled.is != 0)
        user.critical_event_emails_enabled = changed->critical_event_emails_enabled;
    if (changed->enrollment_emails_enabled.is != 0)
        user.enrollment_emails_enabled = changed->enrollment_emails_enabled;
    store(fold, changed->user_id, &user);
}

static void on_password_changed(struct fold *fold, const struct record *record)
{
    const struct password_changed *changed = record->event;
    struct user user;

    if (!load(fold, changed->user_id, &user))
        return;
    set_password(&user, record, &changed->password);
    store(fold, changed->user_id, &user);
}

static void on_reset_requested(struct fold *fold, const struct record *record)
{
    const struct password_reset_requested *requested = record->event;
    struct mailed_token token = {requested->user_id, {MAILED_PENDING}, requested->expires_at};
    struct timestamp now = record->entry.recorded_at;
    struct user user;

    if (!load(fold, requested->user_id, &user))
        return;
    mailed_token_fold_state(fold, user.reset_id, MAILED_REVOKED);
    mailed_token_fold(fold, MAILED_RESET, requested->reset_id, requested->token_digest, &token);
    user.reset_id = requested->reset_id;
    if (!timestamp_is_present(user.resets_since) ||
        now.us >= user.resets_since.us + reset_life_us) {
        user.resets_since = now;
        user.resets = 0;
    }
    user.resets++;
    store(fold, requested->user_id, &user);
}

static void on_reset(struct fold *fold, const struct record *record)
{
    const struct password_reset *reset = record->event;
    struct user user;

    if (!load(fold, reset->user_id, &user))
        return;
    mailed_token_fold_state(fold, reset->reset_id, MAILED_USED);
    set_password(&user, record, &reset->password);
    user.reset_id = UUID_NONE;
    store(fold, reset->user_id, &user);
}

static void on_linked(struct fold *fold, const struct record *record)
{
    const struct directory_user_linked *linked = record->event;
    struct user user;

    if (!load(fold, linked->user_id, &user))
        return;
    user.directory_id = linked->provider_id;
    user.external_digest = linked->external_digest;
    store(fold, linked->user_id, &user);
}

static void on_unlinked(struct fold *fold, const struct record *record)
{
    const struct directory_user_unlinked *unlinked = record->event;
    struct user user;

    if (!load(fold, unlinked->user_id, &user))
        return;
    user.directory_id = UUID_NONE;
    user.external_digest = (struct bytes){NULL, 0};
    store(fold, unlinked->user_id, &user);
}

typedef void folding(struct fold *fold, const struct record *record);

/* Of each event type of the area. */
#define AT(name) (EVT_##name - EVT_USER_REGISTERED)
static folding *const foldings[] = {
    [AT(USER_REGISTERED)] = on_registered,
    [AT(USER_CREATED)] = on_created,
    [AT(USER_INVITED)] = on_invited,
    [AT(INVITATION_ACCEPTED)] = on_accepted,
    [AT(USER_UPDATED)] = on_updated,
    [AT(FACTOR_OFFERED)] = factor_fold,
    [AT(FACTOR_ENABLED)] = factor_fold,
    [AT(FACTOR_USED)] = factor_fold,
    [AT(RECOVERY_CODES_REPLACED)] = factor_fold,
    [AT(FACTOR_DISABLED)] = factor_fold,
    [AT(USER_DELETED)] = on_deleted,
    [AT(PREFERENCES_CHANGED)] = on_preferences,
    [AT(PASSWORD_CHANGED)] = on_password_changed,
    [AT(PASSWORD_RESET_REQUESTED)] = on_reset_requested,
    [AT(PASSWORD_RESET)] = on_reset,
    [AT(USER_SIGNED_IN)] = session_fold,
    [AT(SESSION_REFRESHED)] = session_fold,
    [AT(SESSIONS_ENDED)] = session_fold,
    [AT(SIGN_IN_FAILED)] = session_fold, /* which has opened none */
    [AT(SERVICE_ACCOUNT_CREATED)] = on_service_created,
    [AT(API_TOKEN_CREATED)] = api_token_fold,
    [AT(API_TOKEN_USED)] = api_token_fold,
    [AT(API_TOKENS_ENDED)] = api_token_fold,
    [AT(PROVIDER_CREATED)] = provider_fold,
    [AT(PROVIDER_CHANGED)] = provider_fold,
    [AT(PROVIDER_DELETED)] = provider_fold,
    [AT(IDENTITY_VOUCHED)] = provider_fold,
    [AT(PROVIDER_RULES_SET)] = provider_fold,
    [AT(DIRECTORY_USER_LINKED)] = on_linked,
    [AT(DIRECTORY_USER_UNLINKED)] = on_unlinked,
    [AT(DIRECTORY_GROUP_CREATED)] = directory_group_fold,
    [AT(DIRECTORY_GROUP_CHANGED)] = directory_group_fold,
    [AT(DIRECTORY_GROUP_DELETED)] = directory_group_fold,
    [AT(USER_PROVISIONED)] = on_provisioned,
    [AT(SECURITY_KEY_ADDED)] = security_key_fold,
    [AT(SECURITY_KEY_USED)] = security_key_fold,
    [AT(SECURITY_KEY_REMOVED)] = security_key_fold,
    [AT(DEVICE_TRUSTED)] = device_fold,
    [AT(DEVICES_ENDED)] = device_fold,
    [AT(SIGN_IN_RULES_CHANGED)] = sign_in_rules_fold,
};

void identity_evolve(struct fold *fold, const struct record *record)
{
    foldings[record->type->id - EVT_USER_REGISTERED](fold, record);
}
