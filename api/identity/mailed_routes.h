/*
 * What holders of a mailed token do with it: accept an invitation, replace a forgotten password.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_MAILED_ROUTES_H
#define API_IDENTITY_MAILED_ROUTES_H

#include "api/route.h"

struct token_path {
    struct text token;
};
extern const struct shape token_path_shape;

struct token_password {
    struct text token;
    struct text password;
};
extern const struct shape token_password_shape;

struct invitation_view {
    struct text email;
    struct text name;
    struct timestamp expires_at;
};
extern const struct shape invitation_view_shape;

struct reset_view {
    struct text email;
    struct timestamp expires_at;
};
extern const struct shape reset_view_shape;

/* Handlers of GET and POST. */
void mailed_invitation_show(struct call *call);
void mailed_invitation_accept(struct call *call);
void mailed_reset_show(struct call *call);
void mailed_reset_complete(struct call *call);

#endif
