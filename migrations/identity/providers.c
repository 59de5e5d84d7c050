/*
 * Providers that people sign in through. The secret of a client is in no row: only whoever goes to the provider opens it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/identity/providers.h"

#include "eventlog/events/provider_events.h"

static const struct field provider_row_fields[] = {
    {UUID(provider_row, id), .flags = REQUIRED, .doc = "Id of the provider."},
    {TEXT(provider_row, slug), .flags = REQUIRED, .doc = "Slug of the provider, which paths name."},
    {TEXT(provider_row, name), .flags = REQUIRED, .doc = "Name of the provider."},
    {ENUM(provider_row, preset, provider_preset_names),
     .doc = "Product that the provider is; null: any other."},
    {TEXT(provider_row, issuer), .flags = REQUIRED,
     .doc = "Issuer, exactly as the provider names itself."},
    {TEXT(provider_row, client_id), .flags = REQUIRED,
     .doc = "Id by which the provider knows this installation."},
    {TEXT(provider_row, discovery_url), .flags = REQUIRED,
     .doc = "URL of the provider's discovery document."},
    {LIST_OF(provider_row, scopes, KIND_TEXT), .flags = REQUIRED,
     .doc = "Scopes that are asked for."},
    {BOOL(provider_row, enabled), .flags = REQUIRED,
     .doc = "Whether people may sign in through it."},
    {LIST_OF(provider_row, allowed_domains, KIND_TEXT), .flags = OMIT_ABSENT,
     .doc = "Domains of the addresses that it may vouch for; any when absent."},
    {BOOL(provider_row, creates_users), .flags = OMIT_ABSENT,
     .doc = "Whether somebody who has no account gets one by its word."},
    {TIMESTAMP(provider_row, created_at), .flags = REQUIRED,
     .doc = "Time the provider was set up."},
    {TIMESTAMP(provider_row, updated_at), .flags = REQUIRED, .doc = "Time it was changed last."},
    {INT64(provider_row, revision), .flags = HIDDEN,
     .doc = "Number of events of its stream so far; the entity tag."},
};
const struct shape provider_row_shape =
    SHAPE(provider_row, "A provider that people sign in through.");

static const struct table_index indexes[] = {
    {.columns = "name, id"},
    {.columns = NULL},
};

const struct table providers_table = {
    .name = "providers",
    .area = "identity",
    .shape = &provider_row_shape,
    .indexes = indexes,
};
