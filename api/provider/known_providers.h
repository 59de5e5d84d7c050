/*
 * What providers said of themselves a while ago, by URL: discovery documents and sets of keys, and that one could not be
 * had. So a sign-in does not wait for what every sign-in needs, and a provider that is away is not asked by everybody.
 *
 * At most 64 documents; the oldest gives way. Nothing here lasts: another server, or this one after a restart, asks anew.
 * Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PROVIDER_KNOWN_PROVIDERS_H
#define API_PROVIDER_KNOWN_PROVIDERS_H

#include "core/base/arena.h"
#include "core/base/text.h"

struct known_providers;
struct used_tokens;

/* Given. */
struct known_providers *known_providers_new(void);
void known_providers_free(struct known_providers *known); /* accepts NULL */

/* Which of their tokens were used; they live as long. */
struct used_tokens *known_providers_used_tokens(struct known_providers *known);

struct known_document {
    struct text body; /* in the arena; absent: it could not be had */
    int64_t age_us;
};

/* False where nothing is known of the URL. */
bool known_providers_find(
    struct known_providers *known,
    struct text url,
    int64_t now_us,
    struct arena *arena,
    struct known_document *out);

/* An absent body: it could not be had at that moment (monotonic). */
void known_providers_keep(
    struct known_providers *known, struct text url, int64_t now_us, struct text body);

/* May a document that is known be asked for before its time? True once in a pause, to one caller of several at once. */
bool known_providers_may_renew(
    struct known_providers *known, struct text url, int64_t now_us, int64_t pause_us);

#endif
