/*
 * The sign-in providers that a sign-in page may offer.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_PROVIDER_LIST_H
#define API_IDENTITY_PROVIDER_LIST_H

#include "api/route.h"

extern const struct shape provider_view_shape;
void provider_list_handle(struct call *call);

#endif
