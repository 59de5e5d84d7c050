/*
 * What people do with sessions that are open: going on by a refresh token, signing out, and ending the others.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_SESSION_HOOKS_H
#define API_IDENTITY_SESSION_HOOKS_H

#include "api/route.h"

struct refresh_body {
    struct text refresh_token;
};
extern const struct shape refresh_body_shape;

struct sign_out_body {
    struct opt_bool everywhere;
};
extern const struct shape sign_out_body_shape;

void session_refresh(struct call *call);
void session_sign_out(struct call *call);

/* Of a caller who ends all of their own: but for the one that they ask with. */
bool session_prepare_end_others(struct call *call, void *input);

#endif
