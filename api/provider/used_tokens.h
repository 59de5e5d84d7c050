/*
 * Logout tokens of providers that were accepted and ended nothing. What ended something is on record, and so is that its token
 * was used; these are kept here, the newest 4,096 of them, so that one that comes again does not end what was opened since.
 *
 * Nothing here lasts: after a restart such a token is good again, for the rest of its ten minutes. Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PROVIDER_USED_TOKENS_H
#define API_PROVIDER_USED_TOKENS_H

#include "core/crypto/crypto.h"

#include <stdbool.h>

enum { USED_TOKENS = 4096 };

struct used_tokens;

/* Given. */
struct used_tokens *used_tokens_new(void);
void used_tokens_free(struct used_tokens *used); /* accepts NULL */

/* By the name that the writer would know it by. */
bool used_tokens_have(struct used_tokens *used, const struct digest *name);
void used_tokens_note(struct used_tokens *used, const struct digest *name);

#endif
