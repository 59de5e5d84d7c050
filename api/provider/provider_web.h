/*
 * Asking providers: each by one call that waits for the answer, at most eight seconds, of at most 256 KiB. Admins have
 * named them, so what is not public is only reached where OUTBOUND_ALLOW names it; no redirection is followed. LANE_OUTWARD.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PROVIDER_PROVIDER_WEB_H
#define API_PROVIDER_PROVIDER_WEB_H

#include "api/services.h"

/* GET of a JSON document, with an access token where there is one. STATUS_UNAVAILABLE, STATUS_TIMED_OUT or
 * STATUS_TOO_LARGE: no 2xx came of it. */
MUST_USE enum status provider_web_get(
    const struct services *services,
    struct text url,
    struct text token,
    struct arena *arena,
    struct text *out,
    struct error *error);

/* The same of a document that changes rarely: one that is no older than that is not asked for again; and one that could
 * not be had is not for ten seconds. */
MUST_USE enum status provider_web_document(
    const struct services *services,
    struct text url,
    int64_t oldest_us,
    struct arena *arena,
    struct text *out,
    struct error *error);

/* What is known of it already, without asking: false where it would have to be asked for. Any thread. */
bool provider_web_is_known(
    const struct services *services,
    struct text url,
    int64_t oldest_us,
    struct arena *arena,
    struct text *out);

/* POST of a form, with what the header Authorization is to say where that is present. STATUS_UNAUTHENTICATED: the answer is
 * none of 2xx. */
MUST_USE enum status provider_web_post(
    const struct services *services,
    struct text url,
    struct text form,
    struct text authorization,
    struct arena *arena,
    struct text *out,
    struct error *error);

#endif
