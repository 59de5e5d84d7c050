/*
 * The parts of core/outbound/fetch.h, for their own files.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_OUTBOUND_FETCH_INTERNAL_H
#define CORE_OUTBOUND_FETCH_INTERNAL_H

#include "core/outbound/fetch.h"
#include "core/outbound/outbound_internal.h"

struct fetch {
    struct outbound *lanes[FETCH_AT_ONCE]; /* the first is that of single requests */
    CURLM *multi;                          /* where several go at once */
    char *url;
    char *token;      /* NULL: none in the environment */
    char *token_file; /* NULL: none */
    char *ca_file;    /* NULL: the system's */
    bool is_secure;   /* https */
    bool is_here;     /* on this machine */
    bool was_away;    /* of the last call */
    struct timestamp last_modified;
};

/* The token to send, in the arena; absent where there is none. */
MUST_USE enum status
fetch_token(const struct fetch *fetch, struct arena *arena, struct text *out, struct error *error);

#endif
