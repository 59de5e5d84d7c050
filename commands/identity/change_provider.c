/*
 * A provider is changed; whatever is not given stays. Or it is deleted: nobody signs in through it any more, and who it
 * vouched for keeps the account.
 *
 *   api ──change_provider, delete_provider──► [here] ──provider_changed, provider_deleted──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/api_token.h"
#include "commands/identity/directory_group.h"
#include "commands/identity/provider.h"

/* Their places in the table. */
enum { SECRET_FIELD = 6, DOMAINS_FIELD = 10 };

static const struct field change_provider_fields[] = {
    {UUID(change_provider, provider_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the provider."},
    {TEXT(change_provider, slug), .tag = 2, .flags = TRIM | LOWER | ONE_LINE, .min = 2,
     .max = PROVIDER_LONGEST_SLUG, .doc = "Slug of the provider, which paths name."},
    {TEXT(change_provider, name), .tag = 3, .flags = TRIM | ONE_LINE, .min = 2,
     .max = PROVIDER_LONGEST_NAME, .doc = "Name of the provider, for sign-in pages."},
    {ENUM(change_provider, preset, provider_preset_names), .tag = 4,
     .doc = "Product that the provider is."},
    {TEXT(change_provider, issuer), .tag = 5, .flags = TRIM | ONE_LINE, .max = PROVIDER_LONGEST_URL,
     .accepts = provider_is_url, .rule = "issuer must be a URL address",
     .doc = "Issuer, exactly as the provider names itself."},
    {TEXT(change_provider, client_id), .tag = 6, .flags = TRIM | ONE_LINE, .min = 3,
     .max = PROVIDER_LONGEST_URL, .doc = "Id by which the provider knows this installation."},
    {TEXT(change_provider, client_secret), .tag = 7,
     .flags = TRIM | ONE_LINE | SECRET | MAY_BE_NULL, .max = PROVIDER_LONGEST_SECRET,
     .doc = "Secret that belongs to it; null or empty: there is none any more."},
    {TEXT(change_provider, discovery_url), .tag = 8, .flags = TRIM | ONE_LINE,
     .max = PROVIDER_LONGEST_URL, .accepts = provider_is_url,
     .rule = "discoveryUrl must be a URL address",
     .doc = "URL of the provider's discovery document."},
    {LIST_OF(change_provider, scopes, KIND_TEXT), .tag = 9, .flags = UNIQUE | ONE_LINE, .min = 1,
     .max = PROVIDER_MOST_SCOPES, .doc = "Scopes to ask for."},
    {BOOL(change_provider, enabled), .tag = 10, .doc = "Whether people may sign in through it."},
    {LIST_OF(change_provider, allowed_domains, KIND_TEXT), .tag = 11,
     .flags = UNIQUE | ONE_LINE | MAY_BE_NULL, .max = PROVIDER_MOST_DOMAINS,
     .doc = "Domains of the addresses that it may vouch for; null: any."},
    {BOOL(change_provider, creates_users), .tag = 12,
     .doc = "Whether somebody who has no account gets one by its word."},
    {INT64(change_provider, given), .tag = 13, .doc = "Fields that were given, as bits."},
};
static const struct shape change_provider_shape =
    SHAPE_WITH(change_provider, "Changes of a provider.", .given_tag = 13);

static bool is_given(const struct change_provider *order, int field)
{
    return order->given != INT64_ABSENT && (order->given >> field & 1) != 0;
}

static void take_text(struct text *into, struct text given)
{
    if (text_is_present(given))
        *into = given;
}

static void merge(struct provider_definition *provider, const struct change_provider *order)
{
    take_text(&provider->slug, order->slug);
    take_text(&provider->name, order->name);
    take_text(&provider->issuer, order->issuer);
    take_text(&provider->client_id, order->client_id);
    take_text(&provider->discovery_url, order->discovery_url);
    if (order->preset.is != 0)
        provider->preset = order->preset;
    if (order->scopes.count > 0)
        provider->scopes = order->scopes;
    if (order->enabled.is != 0)
        provider->enabled = order->enabled;
    if (is_given(order, DOMAINS_FIELD))
        provider->allowed_domains = order->allowed_domains;
    if (order->creates_users.is != 0)
        provider->creates_users = order->creates_users;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct change_provider *order = input;
    struct provider_changed changed = {.clears_secret = {0}};
    struct provider old;
    enum status status = provider_must_exist(decision, order->provider_id, &old, error);

    if (status != STATUS_OK)
        return status;
    changed.definition = old.definition;
    merge(&changed.definition, order);
    status = provider_settle(decision, &changed.definition, error);
    if (status != STATUS_OK)
        return status;
    if (order->client_secret.size > 0)
        changed.secret.text = order->client_secret;
    else if (is_given(order, SECRET_FIELD) && bytes_are_present(old.secret.box))
        changed.clears_secret = OPT_TRUE;
    if (!text_is_present(changed.secret.text) && changed.clears_secret.is == 0 &&
        shape_equal(&provider_definition_shape, &changed.definition, &old.definition))
        return STATUS_OK;
    decision_emit(decision, &provider_changed_event, order->provider_id, UUID_NONE, &changed);
    return STATUS_OK;
}

const struct command change_provider_command = {
    .name = "change_provider",
    .doc = "Changes a provider, through which people sign in.",
    .input = &change_provider_shape,
    .decide = decide,
};

static const struct field delete_provider_fields[] = {
    {UUID(delete_provider, provider_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the provider."},
};
static const struct shape delete_provider_shape =
    SHAPE(delete_provider, "Provider that is to be deleted.");

static enum status
decide_deletion(struct decision *decision, const void *input, struct error *error)
{
    const struct delete_provider *order = input;
    const struct provider_deleted deleted = {order->provider_id};
    struct provider old;
    enum status status = provider_must_exist(decision, order->provider_id, &old, error);

    if (status != STATUS_OK)
        return status;
    api_token_emit_all_ended(decision, order->provider_id, TOKEN_OWNER_GONE);
    directory_emit_groups_gone(decision, order->provider_id);
    decision_emit(decision, &provider_deleted_event, order->provider_id, UUID_NONE, &deleted);
    return STATUS_OK;
}

const struct command delete_provider_command = {
    .name = "delete_provider",
    .doc = "Deletes a provider: nobody signs in through it any more.",
    .input = &delete_provider_shape,
    .decide = decide_deletion,
};
