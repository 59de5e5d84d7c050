/*
 * Providers that people sign in through: what deciding knows of one, and of whom they vouched for.
 *
 *   (none) ──provider_created──► there ◄─┐ provider_changed        provider_deleted: gone
 *                                  └─────┘ provider_rules_set
 *   (provider, subject) ──identity_vouched, the first time──► account
 *
 * A subject whose account is gone belongs to nobody again; the ids of providers never come back.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_IDENTITY_PROVIDER_H
#define COMMANDS_IDENTITY_PROVIDER_H

#include "commands/identity/identity.h"
#include "commands/identity/provider_commands.h"
#include "commands/workspace/workspace_lookup.h"

enum { MOST_PROVIDERS = 32 };

extern const struct aggregate provider_aggregate;
extern const struct shape provider_shape;
extern const struct aggregate directory_group_aggregate; /* directory_group.h */

/* False where there is none. */
bool provider_load(const struct decision *decision, struct uuid provider_id, struct provider *out);

/* Refused where there is none; then also where people may not sign in through it. */
enum status provider_must_exist(
    const struct decision *decision,
    struct uuid provider_id,
    struct provider *out,
    struct error *error);
enum status provider_must_be_on(
    const struct decision *decision,
    struct uuid provider_id,
    struct provider *out,
    struct error *error);

/* The one whose directory orders, as the token was when the call came. Refused as above, and where no directory orders. */
enum status
provider_of_directory(const struct decision *decision, struct provider *out, struct error *error);

/* Absent where there is none. */
struct uuid provider_of_slug(const struct decision *decision, struct text slug);

/* What holds of each, however it came to be; fills in what is usual of its preset. What is refused names the field. */
MUST_USE enum status provider_settle(
    const struct decision *decision, struct provider_definition *wanted, struct error *error);

/* May it vouch for such an address? */
bool provider_may_vouch(const struct provider_definition *provider, struct text email);

/* The account of a subject, absent where there is none. */
struct uuid provider_user_of(const struct decision *decision, struct bytes subject_digest);

/* Has whoever has these values what the provider requires? */
bool provider_lets_in(const struct provider *provider, const struct list *values);

/* What a provider says of somebody, or of several in one order. */
struct provider_word {
    const struct provider *provider;
    struct list values; /* texts, of whom it is about now */
    struct power_left left;
};

/* Emits what must change so that an account is as the provider's rules have it for these values: on, and its role on the platform
 * and its memberships what they give; or off, where the value that they require is not among them. The last admin and the last
 * owner stay, also of several accounts in one order. `user`: as it is, or as it is about to be made. */
void provider_emit_given(
    struct decision *decision,
    struct provider_word *word,
    struct uuid user_id,
    const struct user *user);

/* Folding. */
void provider_fold(struct fold *fold, const struct record *record);

/* Fields that both orders have, by the name of their struct. */
bool provider_is_domain(struct text domain);
bool provider_is_scope(struct text scope);

extern const struct refusal refused_provider_missing;
extern const struct refusal refused_provider_slug_taken;
extern const struct refusal refused_providers_full;
extern const struct refusal refused_provider_field;
extern const struct refusal refused_not_vouched;
extern const struct refusal refused_domain_not_vouched;
extern const struct refusal refused_identity_of_other;
extern const struct refusal refused_account_of_other;
extern const struct refusal refused_values_too_many;
extern const struct refusal refused_address_not_linked;
extern const struct refusal refused_directory_over_admin;
extern const struct refusal refused_off_by_hand;

#endif
