/*
 * Asking providers: each by one call that waits for the answer, at most eight seconds, of at most 256 KiB (64 KiB of a form's).
 * Where that takes too long the address is not asked again for ten seconds, so that one provider does not hold up the sign-ins
 * of others, which the same few workers ask for. Admins have named them, so what is not public is only reached where OUTBOUND_ALLOW names it; no redirection is followed. LANE_OUTWARD.
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

/* A document that is known, asked for before its time, at most once a minute: strangers can bring that about. What was known
 * stays where it cannot be had. STATUS_NOT_FOUND: it has been asked for within that minute. */
MUST_USE enum status provider_web_renew(
    const struct services *services,
    struct text url,
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
