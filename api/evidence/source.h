/*
 * Whom the command line asks about evidence: a server by its address, or the files of a home.
 *
 *   path ─► source_get() ─┬─ URL:  core/outbound/fetch.h       ─┬─► JSON, as the API gives it
 *                         └─ home: api/evidence/home_call.h    ─┘
 *
 * One thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_SOURCE_H
#define API_EVIDENCE_SOURCE_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/shape/shape.h"

struct fetch;
struct home_call;
struct outbound_limits;
struct settings;
struct source;

/* Flags that say how a server is asked. */
struct source_options {
    struct text url;
    struct text token_file;
    struct text ca_file;
};
/* Rows of them in the table of whatever begins with a source_options. */
#define SOURCE_ROWS                                                                                \
    {TEXT(source_options, url), .flags = ONE_LINE, .min = 1, .max = 2000,                          \
     .doc = "Server to ask, in place of the home; or FLEETLEDGER_URL."},                           \
        {TEXT(source_options, token_file), .min = 1, .max = 4000,                                  \
         .doc = "File whose first line is an access token; or FLEETLEDGER_TOKEN, else it is "      \
                "asked for at the terminal."},                                                     \
    {                                                                                              \
        TEXT(source_options, ca_file),                                                             \
            .min = 1, .max = 4000,                                                                 \
            .doc = "Certificates of the authorities that are trusted, in place of the system's."   \
    }

/* All borrowed. */
struct source_settings {
    const char *home; /* has a ledger, where no server is asked */
    struct text secret;
    const struct settings *settings;
    const struct outbound_limits *limits; /* of a server; NULL: the usual ones */
};

/* Is a server asked, and no home needed? By --url, else FLEETLEDGER_URL. */
bool source_is_server(const struct source_options *options);

/* Given to the caller. Asks for a token at the terminal where there is none elsewhere. Statuses as
 * fetch_open(), home_call_open(). */
MUST_USE enum status source_open(
    const struct source_options *options,
    const struct source_settings *settings,
    struct source **out,
    struct error *error);
void source_close(struct source *source); /* accepts NULL */

/* Its address; "the home" where it is none. */
const char *source_name(const struct source *source);

/* The server's end, for what a home is not asked; NULL for a home. */
struct fetch *source_fetch(struct source *source);
/* The home, for what no server is asked; NULL for a server. */
struct home_call *source_home(struct source *source);

/* Appends what GET answers; `path` begins with "/api/v1/". Statuses as fetch_get(), home_call_get(). */
MUST_USE enum status
source_get(struct source *source, struct text path, struct buf *out, struct error *error);

/* The same as JSON that was checked, in the arena. STATUS_UNAVAILABLE, code "foreign_answer", where it is
 * none. */
MUST_USE enum status source_get_json(
    struct source *source,
    struct text path,
    struct arena *arena,
    struct text *out,
    struct error *error);

#endif
