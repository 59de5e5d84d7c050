/*
 * Signing in with a password.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_SIGN_IN_H
#define API_IDENTITY_SIGN_IN_H

#include "api/route.h"

struct sign_in_body {
    struct text email;
    struct text password;
};
extern const struct shape sign_in_body_shape;

struct user_row;
struct session_view {
    struct text access_token;
    struct text expires_in;
    const struct user_row *user;
    struct text redirect_path;
};
extern const struct shape session_view_shape;

/* Handler of POST /auth/login. */
void sign_in_handle(struct call *call);

#endif
