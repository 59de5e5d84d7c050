/*
 * Signing in through a provider (OpenID Connect, authorization code flow with PKCE): where to send somebody, and what
 * comes of their coming back.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PROVIDER_PROVIDER_SIGN_IN_H
#define API_PROVIDER_PROVIDER_SIGN_IN_H

#include "api/route.h"

struct sign_in_start {
    struct text provider; /* slug */
    struct text redirect_uri;
    struct text next;
};
extern const struct shape sign_in_start_shape;

struct authorization_view {
    struct text authorization_url;
};
extern const struct shape authorization_view_shape;

struct sign_in_return {
    struct text provider;
    struct text code;
    struct text state;
    struct text error;
    struct text iss;
};
extern const struct shape sign_in_return_shape;

/* Handlers of GET /auth/oidc/:provider/start and …/callback. */
void provider_sign_in_start(struct call *call);
void provider_sign_in_return(struct call *call);

#endif
