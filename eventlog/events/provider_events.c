/*
 * Tables of the events of providers that people sign in through.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/provider_events.h"

#include "eventlog/events/identity_events.h"
#include "eventlog/events/workspace_events.h"

const char *const provider_preset_names[] = {"google", "microsoft", NULL};

/* A definition stands first in each struct that has one. */
#define DEFINITION                                                                                 \
    {UUID(provider_definition, provider_id), .tag = 1, .flags = REQUIRED,                          \
     .doc = "Id of the provider."},                                                                \
        {TEXT(provider_definition, slug), .tag = 2, .flags = REQUIRED,                             \
         .max = PROVIDER_LONGEST_SLUG, .doc = "Slug of the provider, which paths name."},          \
        {TEXT(provider_definition, name), .tag = 3, .flags = REQUIRED,                             \
         .max = PROVIDER_LONGEST_NAME, .doc = "Name of the provider."},                            \
        {ENUM(provider_definition, preset, provider_preset_names), .tag = 4,                       \
         .doc = "Product that the provider is; absent: any other."},                               \
        {TEXT(provider_definition, issuer), .tag = 5, .flags = REQUIRED,                           \
         .max = PROVIDER_LONGEST_URL, .doc = "Issuer, exactly as ID tokens name it."},             \
        {TEXT(provider_definition, client_id), .tag = 6, .flags = REQUIRED,                        \
         .max = PROVIDER_LONGEST_URL, .doc = "Id by which the provider knows this installation."}, \
        {TEXT(provider_definition, discovery_url), .tag = 7, .flags = REQUIRED,                    \
         .max = PROVIDER_LONGEST_URL, .doc = "URL of its discovery document."},                    \
        {LIST_OF(provider_definition, scopes, KIND_TEXT), .tag = 8, .flags = REQUIRED,             \
         .max = PROVIDER_MOST_SCOPES, .doc = "Scopes that are asked for."},                        \
        {BOOL(provider_definition, enabled), .tag = 9, .flags = REQUIRED,                          \
         .doc = "Whether people may sign in through it."},                                         \
        {LIST_OF(provider_definition, allowed_domains, KIND_TEXT), .tag = 10,                      \
         .max = PROVIDER_MOST_DOMAINS,                                                             \
         .doc = "Domains of the addresses that it may vouch for; any when absent."},               \
    {                                                                                              \
        BOOL(provider_definition, creates_users),                                                  \
            .tag = 11,                                                                             \
            .doc = "Whether somebody who has no account gets "                                     \
                   "one by its word."                                                              \
    }

static const struct field provider_definition_fields[] = {DEFINITION};
const struct shape provider_definition_shape =
    SHAPE(provider_definition, "All of a provider but its secret.");

/* The definition, and the secret of the client. */
#define DEFINED(of, id, full_name, sentence)                                                       \
    EVENT_WITH(of, id, full_name, sentence, SHAPE_WITH(of, sentence, .subject_tag = 1), .schema = 1)

static const struct field provider_created_fields[] = {
    DEFINITION,
    {PERSONAL(provider_created, secret), .tag = PROVIDER_SECRET_TAG, .flags = SECRET,
     .max = PROVIDER_LONGEST_SECRET, .doc = "Secret of the client, sealed; absent: it has none."},
};
DEFINED(
    provider_created,
    EVT_PROVIDER_CREATED,
    "identity.provider_created",
    "A provider was set up, through which people sign in.");

static const struct field provider_changed_fields[] = {
    DEFINITION,
    {PERSONAL(provider_changed, secret), .tag = PROVIDER_SECRET_TAG, .flags = SECRET,
     .max = PROVIDER_LONGEST_SECRET, .doc = "Secret of the client, sealed; absent: as before."},
    {BOOL(provider_changed, clears_secret), .tag = 31,
     .doc = "Whether the client has no secret any more."},
};
DEFINED(
    provider_changed,
    EVT_PROVIDER_CHANGED,
    "identity.provider_changed",
    "A provider is another one from now on: this.");

static const struct field provider_deleted_fields[] = {
    {UUID(provider_deleted, provider_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the provider."},
};
EVENT(
    provider_deleted,
    EVT_PROVIDER_DELETED,
    "identity.provider_deleted",
    "A provider was deleted; nobody signs in through it any more.");

static const struct field provider_rule_fields[] = {
    {TEXT(provider_rule, value), .tag = 1, .flags = REQUIRED | TRIM | ONE_LINE, .min = 1,
     .max = PROVIDER_LONGEST_VALUE, .doc = "Value of the claim, as the provider writes it."},
    {UUID(provider_rule, workspace_id), .tag = 2, .flags = OMIT_ABSENT,
     .doc = "Id of the workspace that whoever has it belongs to."},
    {ENUM(provider_rule, role, member_role_names), .tag = 3, .flags = OMIT_ABSENT,
     .doc = "Their role there."},
    {ENUM(provider_rule, platform_role, platform_role_names), .tag = 4, .flags = OMIT_ABSENT,
     .doc = "In place of both: their role on the platform."},
};
const struct shape provider_rule_shape =
    SHAPE(provider_rule, "What somebody is of whom a provider says something.");

const struct shape provider_rule_order_shape = {
    .name = "provider_rule_order",
    .doc = "What somebody is to be of whom a provider says something.",
    .fields = provider_rule_fields,
    .count = COUNT_OF(provider_rule_fields),
    .size = sizeof(struct provider_rule),
};

static const struct field provider_rules_set_fields[] = {
    {UUID(provider_rules_set, provider_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the provider."},
    {TEXT(provider_rules_set, claim), .tag = 2, .max = PROVIDER_LONGEST_VALUE,
     .doc = "Claim of the ID token that has the values; absent: groups."},
    {TEXT(provider_rules_set, required_value), .tag = 3, .max = PROVIDER_LONGEST_VALUE,
     .doc = "Value without which nobody is let in; absent: none is required."},
    {OBJECTS(provider_rules_set, rules, provider_rule), .tag = 4, .max = PROVIDER_MOST_RULES,
     .doc = "All of its rules."},
};
EVENT(
    provider_rules_set,
    EVT_PROVIDER_RULES_SET,
    "identity.provider_rules_set",
    "What a provider says of people has other consequences from now on: these.");

static const struct field identity_vouched_fields[] = {
    {UUID(identity_vouched, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {UUID(identity_vouched, provider_id), .tag = 2, .flags = REQUIRED,
     .doc = "Id of the provider."},
    {BYTES(identity_vouched, subject_digest), .tag = 3, .flags = REQUIRED, .max = 32,
     .doc = "Keyed digest of who the person is for the provider."},
    {BOOL(identity_vouched, is_first), .tag = 4, .flags = REQUIRED,
     .doc = "Whether the account belongs to that subject from now on."},
};
EVENT_WITH(
    identity_vouched,
    EVT_IDENTITY_VOUCHED,
    "identity.identity_vouched",
    "A provider said who somebody is that signs in.",
    SHAPE_WITH(
        identity_vouched, "A provider said who somebody is that signs in.", .subject_tag = 1),
    .schema = 1);

static const struct field user_provisioned_fields[] = {
    {UUID(user_provisioned, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {PERSONAL(user_provisioned, email), .tag = 2, .flags = REQUIRED, .digest = DIGEST_EMAIL,
     .max = 254, .doc = "Email address, as the provider gave it."},
    {PERSONAL(user_provisioned, name), .tag = 3, .flags = REQUIRED, .max = 120,
     .doc = "Display name of the person."},
    {ENUM(user_provisioned, role, platform_role_names), .tag = 4, .flags = REQUIRED,
     .doc = "Role on the platform."},
    {TEXT(user_provisioned, timezone), .tag = 5, .flags = REQUIRED, .max = 80,
     .doc = "IANA time zone that times are shown in."},
    {UUID(user_provisioned, provider_id), .tag = 6, .flags = REQUIRED,
     .doc = "Id of the provider."},
};
EVENT_WITH(
    user_provisioned,
    EVT_USER_PROVISIONED,
    "identity.user_provisioned",
    "An account was created by the word of a provider, active from the start.",
    SHAPE_WITH(
        user_provisioned,
        "An account was created by the word of a provider, active from the start.",
        .subject_tag = 1),
    .schema = 1);
