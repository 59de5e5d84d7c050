/*
 * How nodes look to callers.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_NODE_VIEW_H
#define API_NODE_NODE_VIEW_H

#include "api/route.h"

extern const struct query node_query;  /* one, by id and (if given) workspace */
extern const struct query nodes_query; /* a list */

#endif
