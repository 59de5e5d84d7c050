/*
 * looks.kept: orders that wait until there can be writes again. A file of one home, in bytes:
 *
 *   (size u32be ‖ first 8 of SHA-256(order) ‖ order)*, then zeros
 *
 * It has its room from the beginning, so that a full disk does not matter; what a power loss cut short is
 * no order. One thread at a time.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_KEPT_ORDERS_H
#define API_EVIDENCE_KEPT_ORDERS_H

#include "core/base/arena.h"
#include "core/base/error.h"

struct kept_orders;

/* Opens or makes the file, of so many bytes. STATUS_UNAVAILABLE. Given. */
MUST_USE enum status
kept_orders_open(const char *path, size_t room, struct kept_orders **out, struct error *error);
void kept_orders_close(struct kept_orders *orders); /* accepts NULL */

/* Bytes that orders take. */
size_t kept_orders_size(const struct kept_orders *orders);

/* Synced. STATUS_TOO_LARGE when there is no room, STATUS_UNAVAILABLE. */
MUST_USE enum status
kept_orders_add(struct kept_orders *orders, struct bytes order, struct error *error);

/* The order at `*at`, in the arena, and moves behind it. False: there is none. */
MUST_USE bool
kept_orders_read(struct kept_orders *orders, size_t *at, struct arena *arena, struct bytes *out);

/* Forgets all of them, synced. */
MUST_USE enum status kept_orders_clear(struct kept_orders *orders, struct error *error);

#endif
