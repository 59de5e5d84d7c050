/*
 * UUIDs (RFC 9562): version 7 for what is born here, version 8 for what must be derivable.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_UUID_H
#define CORE_BASE_UUID_H

#include "core/base/attributes.h"
#include "core/base/text.h"
#include "core/base/timestamp.h"

#include <stdbool.h>
#include <stdint.h>

/* All zero means absent. */
struct uuid {
    uint8_t bytes[16];
};

enum { UUID_TEXT_SIZE = 37 }; /* with terminator */

static const struct uuid UUID_NONE UNUSED = {{0}};

bool uuid_equal(struct uuid a, struct uuid b);
bool uuid_is_present(struct uuid id);
int uuid_compare(struct uuid a, struct uuid b);

/* Lower-case text with hyphens. */
void uuid_print(struct uuid id, char out[UUID_TEXT_SIZE]);

/* Accepts what clients' validators accept: versions 1-8 with variant 10, the nil and the max
 * UUID, either case. False leaves `out` alone. */
MUST_USE bool uuid_parse(struct text t, struct uuid *out);

/* Version 7 that sorts to the microsecond (RFC 9562, 6.2, method 3); 62 bits are taken from `rest`:
 *
 *   milliseconds 48 | version 4, µs of them × 4096 / 1000: 12 | variant 2, rest 62 */
struct uuid uuid_v7(struct timestamp at, const uint8_t rest[8]);

/* When one of version 7 was made, to the microsecond; absent for any other. */
struct timestamp uuid_v7_time(struct uuid id);

/* Version 8 over the first 16 bytes of a digest. */
struct uuid uuid_v8(const uint8_t digest[16]);

/* 7, 8, … */
unsigned uuid_version(struct uuid id);

#endif
