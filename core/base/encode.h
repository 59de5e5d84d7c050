/*
 * Hexadecimal, Base64 (RFC 4648, section 4) and its URL-safe form without padding (section 5), and
 * percent-encoding (RFC 3986, section 2.1).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_ENCODE_H
#define CORE_BASE_ENCODE_H

#include "core/base/attributes.h"
#include "core/base/text.h"

#include <stdbool.h>

struct arena;
struct buf;

/* What a hexadecimal digit of either case stands for; -1 for any other sign. */
int hex_value(char c);

/* The code unit of UTF-16 that the four digits at `at` stand for, as in "\u00e9"; -1 where they are none. */
int hex_code_unit(struct text t, size_t at);

/* Lower-case hexadecimal in the arena. */
struct text hex_encode(struct arena *arena, struct bytes b);

/* Either case. False (and `out` untouched) on an odd length or a foreign sign. */
MUST_USE bool hex_decode(struct arena *arena, struct text t, struct bytes *out);

/* "%40" and the like, of either case, to what they stand for, in the arena (RFC 3986, section 2.1). False (and `out`
 * untouched) where a percent sign begins none. */
MUST_USE bool percent_decode(struct arena *arena, struct text t, struct text *out);

struct text base64_encode(struct arena *arena, struct bytes b);
struct text base64url_encode(struct arena *arena, struct bytes b);

/* Strict: right alphabet, right padding (none for the URL-safe form). */
MUST_USE bool base64_decode(struct arena *arena, struct text t, struct bytes *out);
MUST_USE bool base64url_decode(struct arena *arena, struct text t, struct bytes *out);

/* Appends it as part of a URL: everything but unreserved characters is escaped. */
void encode_percent(struct buf *out, struct text t);

#endif
