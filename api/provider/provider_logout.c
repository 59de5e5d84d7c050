/*
 * Somebody signed out at their provider, in straight lines between the waits:
 *
 *   the provider (writer) ─► its document and keys (the provider, unless they are known) ─► what its token says
 *     ─► end_provider_sessions, once for each token (writer) ─► 200
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/provider/provider_logout.h"

#include "api/call.h"
#include "api/provider/known_providers.h"
#include "api/provider/provider_tokens.h"
#include "api/provider/used_tokens.h"
#include "core/crypto/jws.h"
#include "eventlog/keyed_digest.h"

static const struct field provider_logout_fields[] = {
    {TEXT(provider_logout, provider), .tag = 1, .flags = REQUIRED | FROM_PATH | TRIM | LOWER,
     .doc = "Slug of the provider."},
    {TEXT(provider_logout, logout__token), .tag = 2, .flags = REQUIRED | SECRET, .max = JWS_LONGEST,
     .doc = "Token that says who signed out."},
};
const struct shape provider_logout_shape = SHAPE_WITH(
    provider_logout, "What a provider sends when somebody signed out.", .ignores_unknown = true);

static const struct field logout_view_fields[] = {
    {BOOL(logout_view, success), .flags = REQUIRED, .doc = "Always true: the token was accepted."},
};
const struct shape logout_view_shape = SHAPE(logout_view, "A logout that was accepted.");

static void answer_wrong(struct call *call, const char *code, const char *text)
{
    struct error error;

    error_set_code(&error, STATUS_INVALID, code, "%s", text);
    call_answer_error(call, &error);
}

static struct used_tokens *used_tokens_of(const struct call *call)
{
    return known_providers_used_tokens(call->services->known_providers);
}

static void answer_used(struct call *call)
{
    answer_wrong(call, "logout_token_used", "This logout token has been used already.");
}

static void on_ended(struct call *call)
{
    const struct logout_view view = {OPT_TRUE};
    const struct digest *name = call->handler_state;

    if (call->submission.status != STATUS_OK) {
        call_answer_error(call, &call->submission.error);
        return;
    }
    if (call->submission.is_repeat) {
        answer_used(call);
        return;
    }
    if (call->submission.emitted == 0) /* so the writer knows nothing of it */
        used_tokens_note(used_tokens_of(call), name);
    call_answer_shape(call, 200, &logout_view_shape, &view);
}

/* By which the writer knows that the token was used. */
static struct digest name_of(struct uuid provider_id, struct text id)
{
    const struct text label = text_lit("openid logout");
    const struct bytes pieces[] = {
        bytes_of_text(label), {provider_id.bytes, sizeof(provider_id.bytes)}, bytes_of_text(id)};

    return sha256_of(pieces, COUNT_OF(pieces));
}

static void end(struct call *call, struct uuid provider_id, const struct logout *said)
{
    struct keyring *keyring = call->services->keyring;
    struct end_provider_sessions *order = arena_one(call->arena, struct end_provider_sessions);
    struct digest *name = arena_one(call->arena, struct digest);

    *name = name_of(provider_id, said->id);
    if (used_tokens_have(used_tokens_of(call), name)) {
        answer_used(call);
        return;
    }
    call->handler_state = name;
    order->provider_id = provider_id;
    if (text_is_present(said->subject))
        order->subject_digest =
            keyed_digest_subject(keyring, provider_id, call->arena, said->subject);
    if (text_is_present(said->session))
        order->provider_session =
            keyed_digest_provider_session(keyring, provider_id, call->arena, said->session);
    call_submit_once(call, &end_provider_sessions_command, order, *name, on_ended);
}

static void read_token(struct call *call)
{
    const struct provider *provider = call->handler_state;
    const struct provider_logout *input = call->input;
    struct discovery document;
    const struct exchange exchange = {
        .provider = provider,
        .document = &document,
        .code = input->logout__token,
        .now = call->arrived_at,
    };
    struct logout said;
    struct error error;

    if (discovery_find(
            call->services, provider->definition.discovery_url, provider->definition.issuer,
            call->arena, &document, &error) != STATUS_OK ||
        provider_tokens_read_logout(call->services, &exchange, call->arena, &said, &error) !=
            STATUS_OK)
        call_answer_error(call, &error);
    else
        end(call, provider->definition.provider_id, &said);
}

/* One that is switched off may still end what it had opened. */
static void on_provider(struct call *call)
{
    struct provider *provider = arena_one(call->arena, struct provider);

    if (call->submission.status != STATUS_OK) {
        call_answer_error(call, &call->submission.error);
        return;
    }
    *provider = *(const struct provider *)call->submission.answer;
    call->handler_state = provider;
    if (!uuid_is_present(provider->definition.provider_id))
        answer_wrong(
            call, "logout_token_invalid", "The identity provider's logout token was not accepted.");
    else if (!call_try_lane(call, LANE_OUTWARD, read_token))
        call_answer_busy(call);
}

void provider_log_out(struct call *call)
{
    struct query_provider *question = arena_one(call->arena, struct query_provider);

    call_header(call, "Cache-Control", text_lit("no-store"));
    question->slug = ((const struct provider_logout *)call->input)->provider;
    call_submit(call, &query_provider_command, question, on_provider);
}
