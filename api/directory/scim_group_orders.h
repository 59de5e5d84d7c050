/*
 * What directories order of groups (RFC 7644, sections 3.3 to 3.6), as commands.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_DIRECTORY_SCIM_GROUP_ORDERS_H
#define API_DIRECTORY_SCIM_GROUP_ORDERS_H

#include "api/route.h"

/* A group as it is sent; members that are not here are read over. */
extern const struct shape scim_new_group_shape;
extern const struct shape scim_group_shape;
extern const struct shape scim_gone_group_shape;

void scim_create_group(struct call *call);
void scim_replace_group(struct call *call);
void scim_patch_group(struct call *call);
void scim_delete_group(struct call *call);

#endif
