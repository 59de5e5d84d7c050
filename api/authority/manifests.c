/*
 * Handing manifests in.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/authority/manifests.h"

#include "api/call.h"
#include "api/identity/password_steps.h"
#include "commands/authority/authority_commands.h"
#include "core/base/encode.h"
#include "core/crypto/crypto.h"
#include "eventlog/manifest.h"

#include <string.h>

enum { LEAST_OWNER_PASSWORD = 12 };

static const struct field bootstrap_body_fields[] = {
    {JSON(bootstrap_body, manifest), .tag = 1, .max = DSSE_LONGEST,
     .doc = "Activation that a product root key has signed: an envelope (DSSE)."},
    {TEXT(bootstrap_body, password), .tag = 2, .flags = REQUIRED | SECRET,
     .min = LEAST_OWNER_PASSWORD, .max = LONGEST_PASSWORD, .doc = "Password of the owner."},
    {TEXT(bootstrap_body, email), .tag = 3, .flags = TRIM | LOWER | EMAIL, .max = 254,
     .doc = "Email address of the owner, where there is no manifest."},
    {TEXT(bootstrap_body, name), .tag = 4, .flags = TRIM | ONE_LINE, .min = 1, .max = 120,
     .doc = "Name of the owner, where there is no manifest."},
};
const struct shape bootstrap_body_shape = SHAPE(bootstrap_body, "The first owner.");

static const struct field envelope_body_fields[] = {
    {JSON(envelope_body, envelope), .tag = 1, .flags = REQUIRED, .max = DSSE_LONGEST,
     .doc = "What a product root key has signed: an envelope (DSSE)."},
};
const struct shape envelope_body_shape = SHAPE(envelope_body, "A manifest that is signed.");

static const struct field revocation_body_fields[] = {
    {UUID(revocation_body, grant_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the grant."},
    {TEXT(revocation_body, reason), .tag = 2, .flags = TRIM | ONE_LINE, .min = 1,
     .max = MANIFEST_LONGEST_REASON, .doc = "Reason, where no revocation is signed."},
    {JSON(revocation_body, envelope), .tag = 3, .max = DSSE_LONGEST,
     .doc = "Revocation that a product root key has signed: an envelope (DSSE)."},
};
const struct shape revocation_body_shape =
    SHAPE(revocation_body, "Why a grant is to be good no more.");

/* Which keys are trusted; then `next`. */
static void ask_roots(struct call *call, void (*next)(struct call *call))
{
    struct query_installation *question = arena_one(call->arena, struct query_installation);

    call_submit(call, &query_installation_command, question, next);
}

static struct dsse_keys keys_of(struct call *call, const struct installation_view *installation)
{
    struct dsse_key *keys = arena_array(call->arena, DSSE_MOST_KEYS, sizeof(*keys));
    size_t count = 0;

    for (size_t i = 0; i < installation->roots.count && count < DSSE_MOST_KEYS; i++) {
        const struct installation_root *root = list_item(&installation->roots, sizeof(*root), i);
        struct bytes key;
        if (!base64_decode(call->arena, root->public_key, &key) || key.size != DSSE_KEY_SIZE)
            continue;
        memcpy(keys[count++].bytes, key.data, DSSE_KEY_SIZE);
    }
    return (struct dsse_keys){keys, count};
}

/* Reads what was signed, and tells by which key; `out` is the struct of the kind. False: the call has been answered. */
static bool open_manifest(
    struct call *call,
    enum manifest_kind kind,
    struct json envelope,
    void *out,
    struct bytes *out_root_key)
{
    const struct installation_view *installation = call->submission.answer;
    struct dsse_keys keys;
    struct error error;
    size_t key;

    if (call->submission.status != STATUS_OK) {
        call_answer_error(call, &call->submission.error);
        return false;
    }
    keys = keys_of(call, installation);
    if (manifest_open(call->arena, kind, envelope.text, &keys, out, &key, &error) != STATUS_OK) {
        call_refuse(call, &error);
        return false;
    }
    *out_root_key = (struct bytes){keys.items[key].bytes, DSSE_KEY_SIZE};
    return true;
}

static void refuse_field(struct call *call, const char *field, const char *text)
{
    struct error error;

    error_set_field(&error, "validation_failed", field, "%s", text);
    call_answer_error(call, &error);
}

/* Grants. */

static void on_ordered(struct call *call)
{
    if (call->submission.status == STATUS_OK)
        call_answer_shape(
            call, call->route->status, &held_role_grant_shape, call->submission.answer);
    else
        call_answer_refusal(call);
}

static void grant(struct call *call)
{
    const struct envelope_body *body = call->input;
    struct grant_role *order = arena_one(call->arena, struct grant_role);
    struct role_grant_manifest signed_grant;

    if (!open_manifest(call, MANIFEST_ROLE_GRANT, body->envelope, &signed_grant, &order->root_key))
        return;
    order->envelope.text = body->envelope.text;
    order->installation_id = signed_grant.installation_id;
    order->grant_id = signed_grant.grant_id;
    order->user_id = signed_grant.user_id;
    order->role = signed_grant.role;
    order->not_before = signed_grant.not_before;
    order->expires_at = signed_grant.expires_at;
    order->reason = signed_grant.reason;
    order->serial = signed_grant.serial;
    call_submit_route(call, &grant_role_command, order, on_ordered);
}

void authority_grant(struct call *call)
{
    ask_roots(call, grant);
}

static void revoke_by_signature(struct call *call)
{
    const struct revocation_body *body = call->input;
    struct revoke_role_grant *order = arena_one(call->arena, struct revoke_role_grant);
    struct role_revocation_manifest revocation;

    if (!open_manifest(
            call, MANIFEST_ROLE_REVOCATION, body->envelope, &revocation, &order->root_key))
        return;
    if (!uuid_equal(revocation.grant_id, body->grant_id)) {
        refuse_field(call, "envelope", "envelope revokes another grant than the path names");
        return;
    }
    order->grant_id = body->grant_id;
    order->installation_id = revocation.installation_id;
    order->reason = revocation.reason;
    order->envelope.text = body->envelope.text;
    call_submit_route(call, &revoke_role_grant_command, order, on_ordered);
}

void authority_revoke(struct call *call)
{
    const struct revocation_body *body = call->input;
    struct revoke_role_grant *order;

    if (text_is_present(body->envelope.text)) {
        ask_roots(call, revoke_by_signature);
        return;
    }
    if (!text_is_present(body->reason)) {
        refuse_field(call, "reason", "reason must be given, or envelope");
        return;
    }
    order = arena_one(call->arena, struct revoke_role_grant);
    order->grant_id = body->grant_id;
    order->reason = body->reason;
    call_submit_route(call, &revoke_role_grant_command, order, on_ordered);
}

/* Roots. */

static void show_installation(struct call *call)
{
    if (call->submission.status == STATUS_OK)
        call_answer_shape(
            call, call->route->status, query_installation_command.answer, call->submission.answer);
    else
        call_answer_error(call, &call->submission.error);
}

static void on_rotated(struct call *call)
{
    if (call->submission.status == STATUS_OK)
        ask_roots(call, show_installation);
    else
        call_answer_refusal(call);
}

static void rotate(struct call *call)
{
    const struct envelope_body *body = call->input;
    struct rotate_root *order = arena_one(call->arena, struct rotate_root);
    struct root_rotation_manifest rotation;

    if (!open_manifest(call, MANIFEST_ROOT_ROTATION, body->envelope, &rotation, &order->root_key))
        return;
    order->envelope = body->envelope.text;
    order->installation_id = rotation.installation_id;
    order->new_key = rotation.new_public_key;
    order->not_before = rotation.not_before;
    order->former_until = rotation.old_valid_until;
    call_submit_route(call, &rotate_root_command, order, on_rotated);
}

void authority_rotate(struct call *call)
{
    ask_roots(call, rotate);
}

/* The first owner. */

static void on_owner(struct call *call)
{
    if (call->submission.status == STATUS_OK)
        call_answer_shape(
            call, call->route->status, bootstrap_owner_command.answer, call->submission.answer);
    else
        call_answer_refusal(call);
}

/* On a hashing thread. */
static void hash_and_bootstrap(struct call *call)
{
    const struct bootstrap_body *body = call->input;
    struct bootstrap_owner *order = call->handler_state;

    order->password.text = password_hash(call->arena, body->password);
    call->is_never_repeated = true;
    call_submit_route(call, &bootstrap_owner_command, order, on_owner);
}

static void bootstrap_by_manifest(struct call *call)
{
    const struct bootstrap_body *body = call->input;
    struct bootstrap_owner *order = arena_one(call->arena, struct bootstrap_owner);
    struct activation_manifest activation;

    if (!open_manifest(call, MANIFEST_ACTIVATION, body->manifest, &activation, &order->root_key))
        return;
    order->email.text = activation.owner->email;
    order->name.text =
        text_is_present(activation.owner->name) ? activation.owner->name : activation.owner->email;
    order->envelope.text = body->manifest.text;
    order->installation_id = activation.installation_id;
    order->ledger_verifier_key = activation.ledger_verifier_key;
    order->environment = activation.environment;
    order->grant_id = activation.grant_id;
    order->not_before = activation.not_before;
    order->expires_at = activation.expires_at;
    call->handler_state = order;
    call_hash(call, hash_and_bootstrap);
}

void authority_bootstrap(struct call *call)
{
    const struct bootstrap_body *body = call->input;
    struct bootstrap_owner *order;

    if (text_is_present(body->manifest.text)) {
        ask_roots(call, bootstrap_by_manifest);
        return;
    }
    if (!text_is_present(body->email)) {
        refuse_field(call, "email", "email must be given, or manifest");
        return;
    }
    order = arena_one(call->arena, struct bootstrap_owner);
    order->email.text = body->email;
    order->name.text = text_is_present(body->name) ? body->name : body->email;
    call->handler_state = order;
    call_hash(call, hash_and_bootstrap);
}
