/*
 * What directories order of accounts (RFC 7644, sections 3.3 to 3.6), as commands.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_DIRECTORY_SCIM_ORDERS_H
#define API_DIRECTORY_SCIM_ORDERS_H

#include "api/route.h"

enum { SCIM_MOST_OPERATIONS = 100 };

/* A user as it is sent; members that are not here are read over. */
extern const struct shape scim_new_user_shape;
extern const struct shape scim_user_shape;
extern const struct shape scim_patch_shape;
extern const struct shape scim_one_user_shape;
extern const struct shape scim_asked_user_shape;

void scim_create_user(struct call *call);
void scim_replace_user(struct call *call);
void scim_patch_user(struct call *call);
void scim_delete_user(struct call *call);
void scim_read_user(struct call *call);

#endif
