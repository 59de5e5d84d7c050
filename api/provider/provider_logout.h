/*
 * A provider says that somebody signed out there (OpenID Connect Back-Channel Logout 1.0): what was opened by its word
 * ends. What it sends is a form with a token that it has signed; whoever cannot sign ends nothing.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PROVIDER_PROVIDER_LOGOUT_H
#define API_PROVIDER_PROVIDER_LOGOUT_H

#include "api/route.h"

struct provider_logout {
    struct text provider;      /* slug */
    struct text logout__token; /* sent as "logout_token": two underscores are one on the wire */
};
extern const struct shape provider_logout_shape;

/* Nothing is said of whether there was anything to end. */
struct logout_view {
    struct opt_bool success;
};
extern const struct shape logout_view_shape;

/* Handler of POST /auth/oidc/:provider/backchannel-logout. */
void provider_log_out(struct call *call);

#endif
