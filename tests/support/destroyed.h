/*
 * Keys that are destroyed on record alone: they are there still, as in a keys.mdb that is older.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_DESTROYED_H
#define TESTS_SUPPORT_DESTROYED_H

#include "eventlog/origin_key.h"
#include "tests/support/ledger.h"

/* The key of that name (subject 16 ‖ key id 8), a person's. */
void given_key_destroyed(struct test_ledger *ledger, const uint8_t name[ORIGIN_KEY_NAME_SIZE]);

/* Those of all origins of months before that one, as whoever has keys.mdb finds them. */
void given_origins_dropped(struct test_ledger *ledger, int64_t before, struct origin_keys *out);

#endif
