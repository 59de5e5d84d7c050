/*
 * What is answered of something that was tried: a mail server, a database, a Redis.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SETUP_TRIED_H
#define API_SETUP_TRIED_H

#include "api/call.h"

extern const struct shape tried_shape;

/* That it works; or the error, which says why not. */
void tried_answer(struct call *call, enum status status, const struct error *error);

#endif
