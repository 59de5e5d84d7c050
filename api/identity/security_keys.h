/*
 * Security keys: a person's own, and signing in by one.
 *
 *   options ─► challenge ─► a new key ─► POST: recovery codes for who had none; from now on sign-ins take it
 *   login ─► challenge ─► options ─► challenge for keys ─► verify with what a key has signed ─► session
 *   confirmation/options ─► challenge ─► DELETE with what a key has signed; or DELETE with a code
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_SECURITY_KEYS_H
#define API_IDENTITY_SECURITY_KEYS_H

#include "api/route.h"

extern const struct resource own_security_key_resource;

extern const struct shape new_key_body_shape;
extern const struct shape added_key_view_shape;
extern const struct shape remove_key_body_shape;
extern const struct shape key_options_body_shape;
extern const struct shape key_sign_in_body_shape;

/* Handlers. */
void security_key_begin(struct call *call);            /* POST /users/me/security-keys/options */
void security_key_add(struct call *call);              /* POST /users/me/security-keys */
void security_key_ask_confirmation(struct call *call); /* POST …/confirmation/options */
void security_key_remove(struct call *call);           /* DELETE /users/me/security-keys/:keyId */
void security_key_ask_sign_in(struct call *call);      /* POST /auth/mfa/security-key/options */
void security_key_sign_in(struct call *call);          /* POST /auth/mfa/security-key/verify */

#endif
