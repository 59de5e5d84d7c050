/*
 * The address under which agents reach this server, as install commands name it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_PUBLIC_URL_H
#define API_NODE_PUBLIC_URL_H

#include "core/base/text.h"

struct call;

/* AGENT_PUBLIC_API_URL where its host is public; else what the dashboard's proxy says, else what
 * the request was sent to; without the API's
 * own prefix, which agents add. In the call's arena. */
struct text public_url(struct call *call);

#endif
