/*
 * From a code to who somebody is.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/provider/provider_tokens.h"

#include "api/provider/claim_values.h"
#include "api/provider/provider_web.h"
#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/base/log.h"
#include "core/crypto/jws.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/provider_events.h"
#include "eventlog/seal.h"

enum { LARGEST_FORM = 32 << 10 };
static const int64_t keys_life_us = DISCOVERY_LIFE_S * US_PER_S;

/* What strangers are told says less than the log. */
static enum status fail(
    const struct exchange *exchange,
    enum status status,
    const char *code,
    const char *text,
    const struct error *why,
    struct error *error)
{
    log_warning(
        "provider.sign_in_failed", log_text("issuer", exchange->provider->definition.issuer),
        log_cause(why));
    return error_set_code(error, status, code, "%s", text);
}

/* The code. */

static enum status open_secret(
    const struct services *services,
    const struct provider *provider,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    const struct kept_box kept = {
        .box = provider->secret.box,
        .event_id = provider->secret_event_id,
        .shape = provider_created_event.shape,
        .tag = PROVIDER_SECRET_TAG,
    };

    *out = (struct text){NULL, 0};
    if (!bytes_are_present(kept.box))
        return STATUS_OK;
    return keyring_open_box(services->keyring, &kept, arena, out, error);
}

static void add_field(struct buf *form, const char *name, struct text value)
{
    if (form->size > 0)
        buf_add_char(form, '&');
    buf_add_c(form, name);
    buf_add_char(form, '=');
    encode_percent(form, value);
}

/* RFC 6749, section 2.3.1: each part escaped as a form has it. */
static struct text basic(struct text client_id, struct text secret, struct arena *arena)
{
    AUTO_BUF pair = {0};
    struct text encoded;

    buf_init(&pair, LARGEST_FORM);
    encode_percent(&pair, client_id);
    buf_add_char(&pair, ':');
    encode_percent(&pair, secret);
    encoded = base64_encode(arena, bytes_of_text(buf_text(&pair)));
    return text_format(arena, "Basic %.*s", TEXT_ARGS(encoded));
}

static enum status ask_tokens(
    const struct services *services,
    const struct exchange *exchange,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    const struct provider_definition *provider = &exchange->provider->definition;
    struct text authorization = {NULL, 0};
    struct text secret;
    AUTO_BUF form = {0};
    enum status status = open_secret(services, exchange->provider, arena, &secret, error);

    if (status != STATUS_OK)
        return status;
    buf_init(&form, LARGEST_FORM);
    add_field(&form, "grant_type", text_lit("authorization_code"));
    add_field(&form, "code", exchange->code);
    add_field(&form, "redirect_uri", exchange->redirect_uri);
    add_field(&form, "code_verifier", exchange->verifier);
    if (text_is_present(secret) && !exchange->document->takes_secret_in_form) {
        authorization = basic(provider->client_id, secret, arena);
    } else {
        add_field(&form, "client_id", provider->client_id);
        if (text_is_present(secret))
            add_field(&form, "client_secret", secret);
    }
    return provider_web_post(
        services, exchange->document->token_endpoint, buf_text(&form), authorization, arena, out,
        error);
}

/* The ID token. */

/* A key that is unknown may be new: providers change them at any time. */
static enum status verify(
    const struct services *services,
    const struct exchange *exchange,
    struct text token,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    struct text url = exchange->document->jwks_uri;
    struct text claims = {NULL, 0};
    struct error why = {0};
    struct text keys;
    enum status status = provider_web_document(services, url, keys_life_us, arena, &keys, error);

    if (status != STATUS_OK)
        return status;
    status = jws_verify(arena, token, keys, &claims, error);
    if (status == STATUS_NOT_FOUND &&
        provider_web_renew(services, url, arena, &keys, &why) == STATUS_OK)
        status = jws_verify(arena, token, keys, &claims, error);
    return status == STATUS_OK ? json_compact(claims, arena, out, error) : status;
}

static enum status check_id_token(
    const struct services *services,
    const struct exchange *exchange,
    struct text token,
    struct text access_token,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    const struct id_token_wanted wanted = {
        .issuer = exchange->provider->definition.issuer,
        .client_id = exchange->provider->definition.client_id,
        .nonce = exchange->nonce,
        .access_token = access_token,
        .now = exchange->now,
    };
    enum status status = verify(services, exchange, token, arena, out, error);

    return status == STATUS_OK ? id_token_check(arena, *out, &wanted, error) : status;
}

/* Who it is. */

static bool looks_at_claim(const struct provider *provider)
{
    return provider->rules.count > 0 || text_is_present(provider->required_value);
}

static enum status add_userinfo(
    const struct services *services,
    const struct exchange *exchange,
    struct text access_token,
    const char *verified_claim,
    struct arena *arena,
    struct identity *who,
    struct error *error)
{
    struct identity said = {.is_email_verified = false};
    struct error why = {0};
    struct text body, claims = {NULL, 0};
    bool has_values;
    enum status status = provider_web_get(
        services, exchange->document->userinfo_endpoint, access_token, arena, &body, &why);

    if (status == STATUS_OK)
        status = json_compact(body, arena, &claims, &why);
    if (status == STATUS_OK)
        status = identity_read(arena, claims, verified_claim, &said, &why);
    if (status == STATUS_OK && !text_equal(said.subject, who->subject))
        status = error_set(&why, STATUS_UNAUTHENTICATED, "userinfo is about another subject");
    if (status != STATUS_OK)
        return fail(
            exchange, STATUS_FORBIDDEN, "profile_unavailable",
            "Unable to load the user profile from the identity provider.", &why, error);
    said.session = who->session; /* which only the token says */
    said.values = who->values;
    if (said.values.count == 0)
        said.values = claim_values(arena, claims, exchange->provider->claim, &has_values);
    *who = said;
    return STATUS_OK;
}

/* All of them, or none of it can be relied on. */
static enum status check_values(
    const struct exchange *exchange,
    struct text claims,
    struct arena *arena,
    struct identity *who,
    struct error *error)
{
    if (!looks_at_claim(exchange->provider)) {
        who->values = (struct list){NULL, 0};
        return STATUS_OK;
    }
    if (who->values.count == 0 && claim_is_elsewhere(arena, claims, exchange->provider->claim))
        return error_set_code(
            error, STATUS_FORBIDDEN, "groups_elsewhere",
            "The identity provider does not say which groups you are in, since there are too many.");
    return STATUS_OK;
}

static enum status identify(
    const struct services *services,
    const struct exchange *exchange,
    struct text claims,
    struct text access_token,
    struct arena *arena,
    struct identity *out,
    struct error *error)
{
    const char *verified_claim =
        provider_usual(exchange->provider->definition.preset)->verified_claim;
    enum status status = identity_read(arena, claims, verified_claim, out, error);
    bool has_values = false;
    bool is_whole;

    out->values = claim_values(arena, claims, exchange->provider->claim, &has_values);
    is_whole = text_is_present(out->email) && (has_values || !looks_at_claim(exchange->provider));
    if (status == STATUS_OK && !is_whole && text_is_present(access_token) &&
        text_is_present(exchange->document->userinfo_endpoint))
        status = add_userinfo(services, exchange, access_token, verified_claim, arena, out, error);
    if (status == STATUS_OK)
        status = check_values(exchange, claims, arena, out, error);
    if (status != STATUS_OK)
        return status;
    if (!text_is_present(out->email) || !out->is_email_verified)
        return error_set_code(
            error, STATUS_FORBIDDEN, "email_not_verified",
            "Single sign-on requires a verified email address from the identity provider.");
    return STATUS_OK;
}

enum status provider_tokens_exchange(
    const struct services *services,
    const struct exchange *exchange,
    struct arena *arena,
    struct identity *out,
    struct error *error)
{
    struct text body, id_token, access_token;
    struct text answer = {NULL, 0}, claims = {NULL, 0};
    struct error why = {0};
    enum status status = ask_tokens(services, exchange, arena, &body, &why);

    if (status == STATUS_OK)
        status = json_compact(body, arena, &answer, &why);
    if (status != STATUS_OK)
        return fail(
            exchange, STATUS_UNAUTHENTICATED, "token_exchange_failed",
            "OIDC token exchange failed.", &why, error);
    id_token = json_peek_text(arena, json_peek_member(arena, answer, "id_token"));
    access_token = json_peek_text(arena, json_peek_member(arena, answer, "access_token"));
    if (!text_is_present(id_token))
        return error_set_code(
            error, STATUS_FORBIDDEN, "profile_missing",
            "Identity provider response is missing profile information.");
    if (check_id_token(services, exchange, id_token, access_token, arena, &claims, &why) !=
        STATUS_OK)
        return fail(
            exchange, STATUS_UNAUTHENTICATED, "id_token_invalid",
            "The identity provider's ID token was not accepted.", &why, error);
    return identify(services, exchange, claims, access_token, arena, out, error);
}

enum status provider_tokens_read_logout(
    const struct services *services,
    const struct exchange *exchange,
    struct arena *arena,
    struct logout *out,
    struct error *error)
{
    const struct id_token_wanted wanted = {
        .issuer = exchange->provider->definition.issuer,
        .client_id = exchange->provider->definition.client_id,
        .now = exchange->now,
    };
    struct text claims = {NULL, 0};
    struct error why = {0};
    enum status status = verify(services, exchange, exchange->code, arena, &claims, &why);

    if (status == STATUS_OK)
        status = logout_token_check(arena, claims, &wanted, out, &why);
    if (status == STATUS_OK)
        return STATUS_OK;
    log_warning("provider.logout_failed", log_text("issuer", wanted.issuer), log_cause(&why));
    return error_set_code(
        error, STATUS_INVALID, "logout_token_invalid",
        "The identity provider's logout token was not accepted.");
}
