/*
 * Reading an install.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_INSTALL_QUERY_H
#define API_NODE_INSTALL_QUERY_H

#include "api/route.h"

extern const struct query install_query; /* one, by workspace and id */

#endif
