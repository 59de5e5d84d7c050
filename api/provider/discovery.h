/*
 * The document that a provider says of itself (OpenID Connect Discovery 1.0): where to go, and by which issuer it is
 * known, which must be exactly the one that was set up.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PROVIDER_DISCOVERY_H
#define API_PROVIDER_DISCOVERY_H

#include "api/services.h"

enum { DISCOVERY_LIFE_S = 600 };

struct discovery {
    struct text authorization_endpoint;
    struct text token_endpoint;
    struct text userinfo_endpoint; /* absent: it has none */
    struct text jwks_uri;
    bool takes_secret_in_form; /* else by HTTP Basic */
    bool names_itself;         /* in each answer that comes back by the browser (RFC 9207) */
};

/* Pure. STATUS_INVALID: it is none, lacks an endpoint, has one that is no address, or is of another issuer. */
MUST_USE enum status discovery_read(
    struct arena *arena,
    struct text body,
    struct text issuer,
    struct discovery *out,
    struct error *error);

/* The same of what is there now, asked for anew. STATUS_INVALID also where it cannot be had: the text says why. LANE_OUTWARD. */
MUST_USE enum status discovery_fetch(
    const struct services *services,
    struct text url,
    struct text issuer,
    struct arena *arena,
    struct discovery *out,
    struct error *error);

/* The same for strangers who sign in: what is known for less than ten minutes is good, and the text does not say why
 * there is none; the log does. */
MUST_USE enum status discovery_find(
    const struct services *services,
    struct text url,
    struct text issuer,
    struct arena *arena,
    struct discovery *out,
    struct error *error);

/* Is there a document already, so that nothing has to be waited for? Any thread. */
bool discovery_is_known(const struct services *services, struct text url, struct arena *arena);

#endif
