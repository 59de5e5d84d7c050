/*
 * Keys are few for anybody: each is opened and compared.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/security_key_steps.h"

#include "api/identity/security_key_view.h"
#include "core/base/encode.h"
#include "core/shape/json_peek.h"
#include "eventlog/seal.h"

struct key_call *security_key_call_of(struct call *call)
{
    return call->handler_state;
}

static void on_keys(struct call *call)
{
    if (call->submission.status != STATUS_OK) {
        call_answer_error(call, &call->submission.error);
        return;
    }
    security_key_call_of(call)->facts = call->submission.answer;
    call_to_lane(call, LANE_PLAIN, security_key_call_of(call)->then);
}

void security_key_ask(struct call *call, void (*then)(struct call *call))
{
    struct query_security_keys *question = arena_one(call->arena, struct query_security_keys);

    security_key_call_of(call)->then = then;
    question->user_id = security_key_call_of(call)->who.user_id;
    call_submit(call, &query_security_keys_command, question, on_keys);
}

static enum status open_box(
    struct call *call,
    const struct known_key *key,
    const struct personal *sealed,
    uint16_t tag,
    struct text *out,
    struct error *error)
{
    const struct kept_box kept = {
        .box = sealed->box,
        .event_id = key->event_id,
        .shape = security_key_added_event.shape,
        .tag = tag,
    };

    return keyring_open_box(call->services->keyring, &kept, call->arena, out, error);
}

enum status security_key_descriptors(struct call *call, struct list *out, struct error *error)
{
    const struct list *keys = &security_key_call_of(call)->facts->keys;
    const struct known_key *all = keys->items;
    struct key_descriptor_view *views = arena_array(call->arena, keys->count + 1, sizeof(*views));

    for (size_t i = 0; i < keys->count; i++) {
        enum status status =
            open_box(call, &all[i], &all[i].credential, SECURITY_KEY_ID_TAG, &views[i].id, error);
        if (status != STATUS_OK)
            return status;
        views[i].type = text_lit("public-key");
        views[i].transports = all[i].transports;
    }
    *out = (struct list){views, keys->count};
    return STATUS_OK;
}

void security_key_answer_challenge(struct call *call, enum key_purpose purpose)
{
    struct key_call *state = security_key_call_of(call);
    struct list keys = {NULL, 0};
    struct text token = {NULL, 0};
    struct error error;
    enum status status = security_key_descriptors(call, &keys, &error);

    if (status == STATUS_OK && keys.count == 0)
        status = error_set_code(&error, STATUS_INVALID, "security_keys_none", KEY_NONE_TEXT);
    state->challenge.user_id = state->who.user_id;
    state->challenge.session_version = state->who.session_version;
    state->challenge.provider_id = state->who.provider_id;
    state->challenge.provider_session = state->who.provider_session;
    if (status == STATUS_OK)
        status = security_key_challenge_make(call, purpose, &state->challenge, &token, &error);
    if (status == STATUS_OK)
        security_key_answer_request(call, token, state->challenge.challenge, keys);
    else
        call_answer_error(call, &error);
}

struct bytes security_key_response(struct call *call, struct text credential, const char *name)
{
    struct text response = json_peek_member(call->arena, credential, "response");
    struct text value = json_peek_text(call->arena, json_peek_member(call->arena, response, name));
    struct bytes decoded = {NULL, 0};

    if (!text_is_present(value) || !base64url_decode(call->arena, value, &decoded))
        return (struct bytes){NULL, 0};
    return decoded;
}

/* By its id; NULL in `out_public` where none of them has it. */
static enum status find_key(
    struct call *call,
    struct text id,
    const struct known_key **out,
    struct text *out_public,
    struct error *error)
{
    const struct list *keys = &security_key_call_of(call)->facts->keys;
    const struct known_key *all = keys->items;

    *out = NULL;
    for (size_t i = 0; i < keys->count; i++) {
        struct text own = {NULL, 0};
        enum status status =
            open_box(call, &all[i], &all[i].credential, SECURITY_KEY_ID_TAG, &own, error);
        if (status != STATUS_OK)
            return status;
        if (!text_is_present(own) || !text_equal(own, id))
            continue;
        *out = &all[i];
        return open_box(
            call, &all[i], &all[i].public_key, SECURITY_KEY_PUBLIC_TAG, out_public, error);
    }
    return STATUS_OK;
}

enum status security_key_look(
    struct call *call, struct text credential, struct shown_key *out, struct error *error)
{
    const struct key_challenge *challenge = &security_key_call_of(call)->challenge;
    const struct webauthn_asked asked = security_key_challenge_asked(call, challenge);
    const struct webauthn_signed shown = {
        .client_data = security_key_response(call, credential, "clientDataJSON"),
        .authenticator_data = security_key_response(call, credential, "authenticatorData"),
        .signature = security_key_response(call, credential, "signature"),
    };
    struct text id = json_peek_text(call->arena, json_peek_member(call->arena, credential, "id"));
    struct text encoded = {NULL, 0};
    const struct known_key *key = NULL;
    struct bytes public_key = {NULL, 0};
    struct error why;
    enum status status = find_key(call, id, &key, &encoded, error);

    *out = (struct shown_key){.is_right = OPT_FALSE, .challenged_at = challenge->made_at};
    if (status != STATUS_OK || key == NULL)
        return status;
    out->key_id = key->key_id;
    out->is_right = opt_bool_of(
        base64url_decode(call->arena, encoded, &public_key) &&
        webauthn_verify(&asked, public_key, &shown, call->arena, &out->count, &why) == STATUS_OK);
    return STATUS_OK;
}
