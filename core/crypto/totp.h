/*
 * Codes that change with time (TOTP, RFC 6238): SHA-1, six digits, steps of 30 seconds. liboath is known only here.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_CRYPTO_TOTP_H
#define CORE_CRYPTO_TOTP_H

#include "core/base/arena.h"
#include "core/base/text.h"
#include "core/base/timestamp.h"

#include <stdbool.h>

enum { TOTP_STEP_S = 30, TOTP_DIGITS = 6, TOTP_SECRET_BYTES = 20, TOTP_SECRET_LETTERS = 32 };

/* A new secret in Base32 (RFC 4648), in the arena. */
struct text totp_secret_new(struct arena *arena);

/* Is it the code of now, or of the step before or behind? Then *out_step is that step, counted from 1970: whoever takes
 * each step once takes no code twice. Takes the same time for each code. Any thread. */
bool totp_check(struct text secret, struct timestamp now, struct text code, int64_t *out_step);

#endif
