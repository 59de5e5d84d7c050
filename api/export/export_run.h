/*
 * Exports on the command line: `fleetledger export`, on the files of a home, stopped or beside a running server;
 * or of a server by its address (export_url.h).
 *
 *   files ─► count, root ─► make_export, on record ─► files again ─► lines
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EXPORT_EXPORT_RUN_H
#define API_EXPORT_EXPORT_RUN_H

#include "api/control.h"
#include "api/evidence/source.h"
#include "api/export/exports.h"
#include "core/shape/shape_params.h"

#include <stdio.h>

struct settings;

/* What is exported: an export_input, but that names may stand for ids. */
struct export_order {
    struct export_input input;
    struct text node; /* short for entity */
};
extern const struct shape export_order_shape;

struct export_options {
    struct source_options source;
    struct text output;
    struct opt_bool unrecorded;
};
extern const struct shape export_options_shape;

struct export_asked {
    const struct param *params; /* of export_order_shape, as given */
    size_t param_count;
    const struct export_options *options;
    const char *home; /* that has a ledger, where no server is asked */
    struct text secret;
    const struct settings *settings;
    /* Has the writer carry out an order, in the server or, of a stopped home, in this process. */
    enum status (*order)(
        void *context,
        const struct control_order *order,
        struct text *out_answer,
        struct error *error);
    void *context;
    FILE *out; /* where no file is named */
    FILE *err; /* what was exported, in words */
    struct arena *arena;
};

/* Exports. A file must not be there before, and is removed where not all could be written. Statuses as
 * source_open(), resolve_names(), the order's and export_from_url(). */
MUST_USE enum status export_run(const struct export_asked *asked, struct error *error);

#endif
