/*
 * Setting providers up: each is asked for its discovery document before it is kept, so that what nobody could sign in
 * through is refused while an admin looks.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PROVIDER_PROVIDER_ORDERS_H
#define API_PROVIDER_PROVIDER_ORDERS_H

#include "api/route.h"

/* What POST /auth/providers/test takes: the order without slug and name. */
struct provider_trial {
    struct enum_value preset;
    struct text issuer;
    struct text client_id;
    struct text client_secret;
    struct text discovery_url;
    struct list scopes;
    struct opt_bool enabled;
};
extern const struct shape provider_trial_shape;

struct tried_provider {
    struct opt_bool success;
    struct text issuer;
    struct text authorization_endpoint;
    struct text token_endpoint;
    struct text userinfo_endpoint;
};
extern const struct shape tried_provider_shape;

/* Handlers. */
void provider_create(struct call *call);
void provider_change(struct call *call);
void provider_test(struct call *call);
/* Of GET /auth/providers: what a sign-in page may offer. */
void provider_offer(struct call *call);

#endif
