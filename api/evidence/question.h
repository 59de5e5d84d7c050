/*
 * Questions of the command line about evidence: each is a row that names the route which answers it and
 * how the answer is printed.
 *
 *   flags ─► names to ids (resolve.h) ─► path and query ─► source.h ─► JSON ─► core/shape/shape_rows.h
 *
 * There is one way to ask and one way to answer: JSON is printed as the API gave it, from a home as from a
 * server.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_QUESTION_H
#define API_EVIDENCE_QUESTION_H

#include "api/evidence/event.h"
#include "api/evidence/evidence.h"
#include "api/evidence/source.h"
#include "api/evidence/timeline.h"

#include <stdio.h>

struct settings;

struct question {
    const char *path; /* of the route that answers, outside of workspaces */
    const char *rows; /* members of the answer that hold the rows; NULL: the answer is one thing */
    const char *columns; /* of a table */
    const char *id;      /* the column that -o id prints */
    bool has_pages;      /* goes on where the answer says (next), and later (later) */
    bool is_of_all;      /* no workspace has one of its own */
    bool is_text;        /* the answer is no JSON, and printed as it is */
};

extern const struct question timeline_question;
extern const struct question event_question;
extern const struct question event_causes_question;
extern const struct question event_receipt_question;
extern const struct question history_question;
extern const struct question state_question;
extern const struct question difference_question;
extern const struct question explain_question;

/* Flags that all questions have; of pages; and of what is in a workspace. */
struct question_options {
    struct source_options source;
    struct enum_value output;
};
extern const struct shape question_options_shape;
struct paged_options {
    struct question_options question;
    struct opt_bool show_cursor;
    struct opt_bool follow;
};
extern const struct shape paged_options_shape;
struct placed_options {
    struct question_options question;
    struct text workspace; /* its id, or a name */
};
extern const struct shape placed_options_shape;

/* What the timeline is asked by on the command line. */
struct timeline_asked {
    struct timeline_input input;
    struct text node; /* its id, or a name: short for entity */
};
extern const struct shape timeline_asked_shape;
#define NODE_ROW(tag_of)                                                                           \
    {                                                                                              \
        TEXT(tag_of, node), .tag = 40, .flags = ONE_LINE, .min = 1, .max = 254,                    \
                            .doc = "Node, in place of --entity."                                   \
    }

struct question_asked {
    const struct question *question;
    const struct param *params; /* of the route, as given */
    size_t param_count;
    const void
        *options; /* struct paged_options, question_options or placed_options, as the question has
                            pages, is of all, or neither */
    const char *home; /* with a ledger, where no URL is given */
    struct text secret;
    const struct settings *settings;
    FILE *out;
    FILE *err; /* cursors */
};

/* Asks and prints; with --follow until the process is ended. What was printed before a failure stays.
 * Statuses as fetch_get(), home_call_open(). */
MUST_USE enum status question_run(const struct question_asked *asked, struct error *error);

/* Is a server asked, and no home needed? By --url, else FLEETLEDGER_URL. */
bool question_has_url(const struct question_asked *asked);

/* What to do about an error's code; NULL where its text says so already. */
const char *question_remedy(struct text code);

#endif
