/*
 * Discovery documents: what of them is used, and what must hold of it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/provider/discovery.h"

#include "api/provider/provider_web.h"
#include "commands/identity/provider_commands.h"
#include "core/base/log.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"

enum { LONGEST_ENDPOINT = 2048 };
#define NO_DOCUMENT "Unable to fetch the OIDC discovery document."
static const int64_t life_us = DISCOVERY_LIFE_S * US_PER_S;

static struct text member(struct arena *arena, struct text document, const char *name)
{
    return json_peek_text(arena, json_peek_member(arena, document, name));
}

static bool list_has(struct arena *arena, struct text list, const char *wanted)
{
    struct text item;
    size_t cursor = 0;

    while (json_peek_item(list, &cursor, &item)) {
        if (text_is(json_peek_text(arena, item), wanted))
            return true;
    }
    return false;
}

/* Without a list HTTP Basic would be meant; but whoever takes that takes the form as well, nearly always. */
static bool takes_secret_in_form(struct arena *arena, struct text document)
{
    struct text methods =
        json_peek_member(arena, document, "token_endpoint_auth_methods_supported");

    return list_has(arena, methods, "client_secret_post") ||
           !list_has(arena, methods, "client_secret_basic");
}

static bool is_endpoint(struct text url)
{
    return url.size <= LONGEST_ENDPOINT && provider_is_url(url);
}

enum status discovery_read(
    struct arena *arena,
    struct text body,
    struct text issuer,
    struct discovery *out,
    struct error *error)
{
    struct text document;

    if (json_compact(body, arena, &document, error) != STATUS_OK)
        return error_set_code(
            error, STATUS_INVALID, "discovery_failed", NO_DOCUMENT " It is not JSON.");
    *out = (struct discovery){
        .authorization_endpoint = member(arena, document, "authorization_endpoint"),
        .token_endpoint = member(arena, document, "token_endpoint"),
        .userinfo_endpoint = member(arena, document, "userinfo_endpoint"),
        .jwks_uri = member(arena, document, "jwks_uri"),
        .takes_secret_in_form = takes_secret_in_form(arena, document),
        .names_itself = text_is(
            json_peek_member(arena, document, "authorization_response_iss_parameter_supported"),
            "true"),
    };
    if (!is_endpoint(out->authorization_endpoint) || !is_endpoint(out->token_endpoint) ||
        !is_endpoint(out->jwks_uri))
        return error_set_code(
            error, STATUS_INVALID, "discovery_incomplete",
            "OIDC discovery document is missing required endpoints.");
    if (text_is_present(out->userinfo_endpoint) && !is_endpoint(out->userinfo_endpoint))
        out->userinfo_endpoint = (struct text){NULL, 0};
    if (!text_equal(member(arena, document, "issuer"), issuer))
        return error_set_code(
            error, STATUS_INVALID, "discovery_issuer_mismatch",
            "OIDC discovery issuer does not match the configured issuer.");
    return STATUS_OK;
}

enum status discovery_fetch(
    const struct services *services,
    struct text url,
    struct text issuer,
    struct arena *arena,
    struct discovery *out,
    struct error *error)
{
    struct error why = {0};
    struct text body;

    if (provider_web_document(services, url, 0, arena, &body, &why) != STATUS_OK)
        return error_set_code(
            error, STATUS_INVALID, "discovery_failed", NO_DOCUMENT " %s", why.text);
    return discovery_read(arena, body, issuer, out, error);
}

enum status discovery_find(
    const struct services *services,
    struct text url,
    struct text issuer,
    struct arena *arena,
    struct discovery *out,
    struct error *error)
{
    struct error why = {0};
    struct text body;

    if (provider_web_document(services, url, life_us, arena, &body, &why) == STATUS_OK)
        return discovery_read(arena, body, issuer, out, error);
    log_warning("provider.unreachable", log_text("issuer", issuer), log_cause(&why));
    return error_set_code(error, STATUS_INVALID, "discovery_failed", NO_DOCUMENT);
}

bool discovery_is_known(const struct services *services, struct text url, struct arena *arena)
{
    struct text body;

    return provider_web_is_known(services, url, life_us, arena, &body);
}
