/*
 * Keys of webhooks, as the Standard Webhooks convention has them: 32 bytes, made of an id that stands on the ledger and of
 * the installation's key of tokens. They can be made again whenever they are needed, and so are kept nowhere.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_WEBHOOK_KEY_H
#define API_WEBHOOK_KEY_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/base/uuid.h"

struct arena;
struct keyring;

/* "whsec_" and Base64, as receivers are told; in the arena. Any thread. */
MUST_USE enum status webhook_key_show(
    struct keyring *keyring,
    struct uuid key_id,
    struct arena *arena,
    struct text *out,
    struct error *error);

/* "v1," and Base64 of HMAC-SHA256 over id, time and body, joined by dots; in the arena. Any thread. */
MUST_USE enum status webhook_key_sign(
    struct keyring *keyring,
    struct uuid key_id,
    struct text signed_text,
    struct arena *arena,
    struct text *out,
    struct error *error);

#endif
