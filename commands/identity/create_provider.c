/*
 * A provider is set up, through which people sign in from then on.
 *
 *   api ──create_provider──► [here] ──provider_created, the secret sealed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/provider.h"

static const struct field create_provider_fields[] = {
    {TEXT(create_provider, slug), .tag = 1, .flags = REQUIRED | TRIM | LOWER | ONE_LINE, .min = 2,
     .max = PROVIDER_LONGEST_SLUG, .doc = "Slug of the provider, which paths name."},
    {TEXT(create_provider, name), .tag = 2, .flags = REQUIRED | TRIM | ONE_LINE, .min = 2,
     .max = PROVIDER_LONGEST_NAME, .doc = "Name of the provider, for sign-in pages."},
    {ENUM(create_provider, preset, provider_preset_names), .tag = 3,
     .doc = "Product that the provider is; without it any other."},
    {TEXT(create_provider, issuer), .tag = 4, .flags = TRIM | ONE_LINE, .max = PROVIDER_LONGEST_URL,
     .accepts = provider_is_url, .rule = "issuer must be a URL address",
     .doc = "Issuer, exactly as the provider names itself; of google it may be left out."},
    {TEXT(create_provider, client_id), .tag = 5, .flags = REQUIRED | TRIM | ONE_LINE, .min = 3,
     .max = PROVIDER_LONGEST_URL, .doc = "Id by which the provider knows this installation."},
    {TEXT(create_provider, client_secret), .tag = 6, .flags = TRIM | ONE_LINE | SECRET,
     .max = PROVIDER_LONGEST_SECRET,
     .doc = "Secret that belongs to it; none for a public client. It is never shown again."},
    {TEXT(create_provider, discovery_url), .tag = 7, .flags = TRIM | ONE_LINE,
     .max = PROVIDER_LONGEST_URL, .accepts = provider_is_url,
     .rule = "discoveryUrl must be a URL address",
     .doc = "URL of the provider's discovery document; of google it may be left out."},
    {LIST_OF(create_provider, scopes, KIND_TEXT), .tag = 8, .flags = UNIQUE | ONE_LINE, .min = 1,
     .max = PROVIDER_MOST_SCOPES, .doc = "Scopes to ask for; without them openid, email, profile."},
    {BOOL(create_provider, enabled), .tag = 9, .flags = HAS_FALLBACK, .fallback = 1,
     .doc = "Whether people may sign in through it."},
    {LIST_OF(create_provider, allowed_domains, KIND_TEXT), .tag = 10, .flags = UNIQUE | ONE_LINE,
     .max = PROVIDER_MOST_DOMAINS,
     .doc = "Domains of the addresses that it may vouch for; without them any."},
    {BOOL(create_provider, creates_users), .tag = 11,
     .doc = "Whether somebody who has no account gets one by its word."},
};
static const struct shape create_provider_shape =
    SHAPE(create_provider, "Provider to set up, through which people sign in.");

static struct provider_definition definition_of(const struct create_provider *order)
{
    return (struct provider_definition){
        .slug = order->slug,
        .name = order->name,
        .preset = order->preset,
        .issuer = order->issuer,
        .client_id = order->client_id,
        .discovery_url = order->discovery_url,
        .scopes = order->scopes,
        .enabled = order->enabled,
        .allowed_domains = order->allowed_domains,
        .creates_users = order->creates_users,
    };
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_provider *order = input;
    struct provider_created created = {.definition = definition_of(order)};
    enum status status = provider_settle(decision, &created.definition, error);

    if (status != STATUS_OK)
        return status;
    if (model_count_links(decision->model, LINK_PROVIDER, UUID_NONE, MOST_PROVIDERS) >=
        MOST_PROVIDERS)
        return decision_refuse(error, &refused_providers_full);
    if (order->client_secret.size > 0)
        created.secret.text = order->client_secret;
    created.definition.provider_id = decision_id(decision);
    decision_emit(
        decision, &provider_created_event, created.definition.provider_id, UUID_NONE, &created);
    return STATUS_OK;
}

const struct command create_provider_command = {
    .name = "create_provider",
    .doc = "Sets up a provider, through which people sign in.",
    .input = &create_provider_shape,
    .decide = decide,
};
