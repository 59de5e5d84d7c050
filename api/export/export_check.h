/*
 * Checking what an export holds against what was promised of it: the number of its events and the root of
 * their leaves, as its lines come.
 *
 *   bytes ─► export_check_take()* ─► lines ─► leafHash of each ─► export_check_end(): count, root
 *
 * One thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EXPORT_EXPORT_CHECK_H
#define API_EXPORT_EXPORT_CHECK_H

#include "api/export/export_format.h"

struct export_check;

/* Given to the caller. */
struct export_check *export_check_new(const struct export_format *format);
void export_check_free(struct export_check *check); /* accepts NULL */

/* Takes in what comes next. STATUS_CORRUPT, code "export_damaged", where a line is none of its format. */
MUST_USE enum status
export_check_take(struct export_check *check, struct bytes piece, struct error *error);

struct export_promise {
    int64_t count;
    struct text root; /* hexadecimal */
};

/* Is that all, and what was promised? STATUS_CORRUPT, code "export_damaged", says what is not. */
MUST_USE enum status export_check_end(
    struct export_check *check, const struct export_promise *promise, struct error *error);

#endif
