/*
 * The timeline for the command line: `fleetledger timeline`, on the files of a home, whether a server
 * runs on it or not.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_TIMELINE_PRINT_H
#define API_EVIDENCE_TIMELINE_PRINT_H

#include "api/evidence/timeline_filter.h"
#include "core/base/buf.h"

struct timeline_options {
    struct timeline_input input;
    struct enum_value output;
};
extern const struct shape timeline_options_shape;

/* Appends the events of a home that has a ledger, whose files are read only. Where all that matters could
 * not be searched at once it is gone on with, up to the limit. STATUS_INVALID naming what was asked
 * wrongly. */
MUST_USE enum status timeline_print(
    const char *home,
    struct text secret,
    const struct timeline_options *options,
    struct buf *out,
    struct error *error);

#endif
