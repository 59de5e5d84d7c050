/*
 * What browsers are to ask of security keys, as W3C's Web Authentication writes it in JSON: a page hands it to
 * PublicKeyCredential.parseCreationOptionsFromJSON() or parseRequestOptionsFromJSON() as it is.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_SECURITY_KEY_VIEW_H
#define API_IDENTITY_SECURITY_KEY_VIEW_H

#include "core/shape/shape.h"
#include "migrations/identity/users.h"

struct call;

/* A key that is there already. */
struct key_descriptor_view {
    struct text type;
    struct text id; /* in Base64url */
    struct list transports;
};

extern const struct shape creation_options_view_shape;
extern const struct shape request_options_view_shape;

/* Both answer the call; `keys` are of struct key_descriptor_view. */
void security_key_answer_creation(
    struct call *call,
    struct text token,
    struct text challenge,
    const struct user_row *user,
    struct list keys);
void security_key_answer_request(
    struct call *call, struct text token, struct text challenge, struct list keys);

#endif
