/*
 * A grant is handed in, or good no more. With it comes the role, where the account has another one; then its sessions end.
 *
 *   api ──grant_role──► [here] ──role_granted (role_grant_ended of the one before, user_updated)──► ledger
 *   api ──revoke_role_grant──┐
 *   automation ──expire_…────┴─► [here] ──role_grant_ended──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/authority/authority.h"
#include "commands/identity/identity_lookup.h"

static const struct field grant_role_fields[] = {
    {PERSONAL(grant_role, envelope), .tag = 1, .flags = SERVER_SET,
     .max = AUTHORITY_LONGEST_ENVELOPE, .doc = "The grant as it was signed."},
    {UUID(grant_role, installation_id), .tag = 2, .flags = SERVER_SET,
     .doc = "Id of the installation that it is for."},
    {UUID(grant_role, grant_id), .tag = 3, .flags = SERVER_SET, .doc = "Id of the grant."},
    {UUID(grant_role, user_id), .tag = 4, .flags = SERVER_SET, .doc = "Id of the person."},
    {ENUM(grant_role, role, platform_role_names), .tag = 5, .flags = SERVER_SET,
     .doc = "Role on the platform."},
    {TIMESTAMP(grant_role, not_before), .tag = 6, .flags = SERVER_SET,
     .doc = "Time from which on it is taken."},
    {TIMESTAMP(grant_role, expires_at), .tag = 7, .flags = SERVER_SET,
     .doc = "Time until which the role counts."},
    {TEXT(grant_role, reason), .tag = 8, .flags = SERVER_SET, .doc = "Reason of the signer."},
    {INT64(grant_role, serial), .tag = 9, .flags = SERVER_SET, .doc = "Number of the grant."},
    {BYTES(grant_role, root_key), .tag = 10, .flags = SERVER_SET, .max = 32,
     .doc = "Key that has signed it."},
};
static const struct shape grant_role_shape = SHAPE(grant_role, "A grant that is signed.");

static const struct field revoke_role_grant_fields[] = {
    {UUID(revoke_role_grant, grant_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the grant."},
    {TEXT(revoke_role_grant, reason), .tag = 2, .flags = SERVER_SET,
     .doc = "Reason, for the record."},
    {PERSONAL(revoke_role_grant, envelope), .tag = 3, .flags = SERVER_SET,
     .max = AUTHORITY_LONGEST_ENVELOPE, .doc = "The revocation as it was signed."},
    {UUID(revoke_role_grant, installation_id), .tag = 4, .flags = SERVER_SET,
     .doc = "Id of the installation that it is for."},
    {BYTES(revoke_role_grant, root_key), .tag = 5, .flags = SERVER_SET, .max = 32,
     .doc = "Key that has signed it."},
};
static const struct shape revoke_role_grant_shape =
    SHAPE(revoke_role_grant, "Grant that is to be good no more.");

static const struct field held_role_grant_fields[] = {
    {UUID(held_role_grant, id), .tag = 1, .flags = REQUIRED, .doc = "Id of the grant."},
    {UUID(held_role_grant, user_id), .tag = 2, .flags = REQUIRED, .doc = "Id of the person."},
    {ENUM(held_role_grant, role, platform_role_names), .tag = 3, .flags = REQUIRED,
     .doc = "Role on the platform."},
    {TIMESTAMP(held_role_grant, expires_at), .tag = 4,
     .doc = "Time until which it is good; null: for ever."},
    {INT64(held_role_grant, serial), .tag = 5, .flags = REQUIRED, .doc = "Number of the grant."},
    {ENUM(held_role_grant, end, role_grant_end_names), .tag = 6,
     .doc = "Why it is good no more; null: it is good."},
};
const struct shape held_role_grant_shape =
    SHAPE(held_role_grant, "A grant of a role, as it stands.");

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    struct held_role_grant *view = answer;
    struct role_grant grant;

    (void)input;
    (void)arena;
    view->user_id = decision->subject;
    if (!role_grant_load(decision, view->user_id, &grant))
        return;
    view->id = grant.grant_id;
    view->role = grant.role;
    view->expires_at = grant.expires_at;
    view->serial = grant.serial;
    view->end = grant.end;
}

static struct bytes id_bytes(const struct uuid *id)
{
    return (struct bytes){id->bytes, sizeof(id->bytes)};
}

static bool is_taken(const struct decision *decision, const struct uuid *grant_id)
{
    struct uuid holder;

    return model_holder(decision->model, CLAIM_ROLE_GRANT, id_bytes(grant_id), &holder);
}

static void emit_ended(
    struct decision *decision, struct uuid user_id, struct uuid grant_id, enum role_grant_end end)
{
    const struct role_grant_ended ended = {.user_id = user_id, .grant_id = grant_id, .end = {end}};

    decision_emit(decision, &role_grant_ended_event, user_id, UUID_NONE, &ended);
}

/* A grant that was signed before the newest one says nothing any more. */
static enum status
check_newer(const struct decision *decision, const struct grant_role *order, struct error *error)
{
    struct role_grant former;

    if (is_taken(decision, &order->grant_id))
        return decision_refuse(error, &refused_manifest_used);
    if (role_grant_load(decision, order->user_id, &former) && order->serial <= former.serial)
        return decision_refuse(error, &refused_grant_serial);
    return STATUS_OK;
}

static enum status
check_grant(const struct decision *decision, const struct grant_role *order, struct error *error)
{
    const struct manifest_terms terms = {
        .installation_id = order->installation_id,
        .root_key = order->root_key,
        .not_before = order->not_before,
        .expires_at = order->expires_at,
    };
    enum status status = authority_must_fit(decision, &terms, error);

    if (status == STATUS_OK)
        status = check_newer(decision, order, error);
    if (status != STATUS_OK)
        return status;
    if (!user_may_have_role(decision, order->user_id))
        return decision_refuse(error, &refused_grant_holder);
    if (order->role.is != ROLE_PLATFORM_ADMIN && user_is_last_admin(decision, order->user_id))
        return decision_refuse(error, &refused_grant_last_admin);
    return STATUS_OK;
}

static enum status decide_grant(struct decision *decision, const void *input, struct error *error)
{
    const struct grant_role *order = input;
    const struct role_granted granted = {
        .user_id = order->user_id,
        .grant_id = order->grant_id,
        .role = order->role,
        .not_before = order->not_before,
        .expires_at = order->expires_at,
        .serial = order->serial,
        .reason = order->reason,
        .root_key = order->root_key,
        .envelope = order->envelope,
    };
    struct role_grant former;
    enum status status = check_grant(decision, order, error);

    if (status != STATUS_OK)
        return status;
    if (role_grant_load(decision, order->user_id, &former) && former.end.is == 0)
        emit_ended(decision, order->user_id, former.grant_id, GRANT_REPLACED);
    decision_emit(decision, &role_granted_event, order->user_id, UUID_NONE, &granted);
    user_emit_role(decision, order->user_id, order->role);
    return STATUS_OK;
}

/* Whose it is, where it is good still. */
static enum status find_held(
    const struct decision *decision,
    struct uuid grant_id,
    struct uuid *out_user_id,
    struct error *error)
{
    struct role_grant grant;

    if (!model_holder(decision->model, CLAIM_ROLE_GRANT, id_bytes(&grant_id), out_user_id))
        return decision_refuse(error, &refused_grant_missing, decision_show(decision, grant_id));
    if (!role_grant_load(decision, *out_user_id, &grant) || !uuid_equal(grant.grant_id, grant_id) ||
        grant.end.is != 0)
        return decision_refuse(error, &refused_grant_ended);
    return STATUS_OK;
}

/* By a signature, or by an admin, who leaves one. */
static enum status check_revocation(
    const struct decision *decision,
    const struct revoke_role_grant *order,
    struct uuid user_id,
    struct error *error)
{
    const struct manifest_terms terms = {
        .installation_id = order->installation_id, .root_key = order->root_key};

    if (bytes_are_present(order->root_key))
        return authority_must_fit(decision, &terms, error);
    if (user_is_last_admin(decision, user_id))
        return decision_refuse(error, &refused_grant_last_admin);
    return STATUS_OK;
}

static enum status decide_revoke(struct decision *decision, const void *input, struct error *error)
{
    const struct revoke_role_grant *order = input;
    struct role_grant_ended ended = {
        .grant_id = order->grant_id,
        .end = {GRANT_REVOKED},
        .reason = order->reason,
        .root_key = order->root_key,
        .envelope = order->envelope,
    };
    enum status status = STATUS_OK;

    if (!bytes_are_present(order->root_key) &&
        !user_is_platform_admin(decision, decision->actor.id))
        return decision_refuse(error, &refused_revoking_needs);
    status = find_held(decision, order->grant_id, &ended.user_id, error);
    if (status == STATUS_OK)
        status = check_revocation(decision, order, ended.user_id, error);
    if (status == STATUS_OK)
        decision_emit(decision, &role_grant_ended_event, ended.user_id, UUID_NONE, &ended);
    return status;
}

static enum status decide_expiry(struct decision *decision, const void *input, struct error *error)
{
    const struct timer *timer = input;
    struct role_grant grant;

    (void)error;
    if (!model_has_timer(decision->model, timer) || !role_grant_load(decision, timer->id, &grant) ||
        grant.end.is != 0)
        return STATUS_OK;
    decision_caused_by_timer(decision, timer);
    emit_ended(decision, timer->id, grant.grant_id, GRANT_EXPIRED);
    return STATUS_OK;
}

const struct command grant_role_command = {
    .name = "grant_role",
    .doc = "Takes a grant that is signed: the role counts from then on.",
    .input = &grant_role_shape,
    .decide = decide_grant,
    .answer = &held_role_grant_shape,
    .answer_from = answer_from,
};

const struct command revoke_role_grant_command = {
    .name = "revoke_role_grant",
    .doc = "Has a grant be good no more.",
    .input = &revoke_role_grant_shape,
    .decide = decide_revoke,
    .answer = &held_role_grant_shape,
    .answer_from = answer_from,
};

const struct command expire_role_grant_command = {
    .name = "expire_role_grant",
    .doc = "Has a grant be good no more whose time is over.",
    .input = &timer_shape,
    .decide = decide_expiry,
};
