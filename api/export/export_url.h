/*
 * Exporting from a server: `fleetledger export --url`.
 *
 *   flags ─► POST /exports: on record, with count and root ─► GET …/content ─► file, checked as it comes
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EXPORT_EXPORT_URL_H
#define API_EXPORT_EXPORT_URL_H

#include "api/export/exports.h"

#include <stdio.h>

struct fetch;

struct export_url {
    struct fetch *fetch;
    const struct export_input *input;
    struct text workspace; /* its id; absent: all */
    FILE *out;
    FILE *err; /* what was exported, in words */
    struct arena *arena;
};

/* How long a server may take: it looks through all that is on record before it answers. */
extern const struct outbound_limits export_url_limits;

/* Exports, and checks. STATUS_CORRUPT, code "export_damaged", where what came is not what was recorded; else
 * as fetch_post(), fetch_take(). What was written before a failure stays. */
MUST_USE enum status export_from_url(const struct export_url *asked, struct error *error);

/* STATUS_INTERNAL, code "not_written": `errno` says why the export could not be written. */
enum status export_write_failed(struct error *error);

#endif
