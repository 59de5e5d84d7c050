/*
 * The values that a claim has: what the rules of a provider are about. Pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PROVIDER_CLAIM_VALUES_H
#define API_PROVIDER_CLAIM_VALUES_H

#include "core/base/arena.h"
#include "core/base/text.h"
#include "core/shape/list.h"

/* Texts in the arena, PROVIDER_MOST_VALUES at most, or one more, which says that there are too many: of claims (a JSON object, validated before), the one of this name; else,
 * where the name has dots, what the path leads to through objects: "realm_access.roles". Its value is a text, or a list, whose
 * members are texts or read over. A text that is empty, or longer than PROVIDER_LONGEST_VALUE, is read over. No items where
 * nothing is there; then `*out_is_there` is false. */
struct list
claim_values(struct arena *arena, struct text claims, struct text name, bool *out_is_there);

/* Do the claims say that this one is to be had elsewhere (OpenID Connect Core 1.0, section 5.6.2)? Providers do so of people
 * who are in many groups. */
bool claim_is_elsewhere(struct arena *arena, struct text claims, struct text name);

#endif
