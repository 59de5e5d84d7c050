/*
 * Ids of the targets of something that is rolled out: made of its own id, a UUIDv7, and of their numbers, so that no
 * list of them is kept, and links to them are walked in their order.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_TARGET_ID_H
#define EVENTLOG_EVENTS_TARGET_ID_H

#include "core/base/uuid.h"

#include <stddef.h>
#include <stdint.h>

enum { TARGET_NUMBERS = 10000 };

/* The id of the n-th target, from 0; and back: -1 where it is none. */
struct uuid target_id_of(struct uuid owner_id, size_t n);
int64_t target_number_of(struct uuid owner_id, struct uuid target_id);

#endif
