/*
 * What agents report, masked by what their nodes were given, before it becomes a command: so nothing behind it (events,
 * read models, frames, Redis, searches, exports) has ever seen more.
 *
 * Hooks of the routes and messages by which agents report what programs wrote (route.h, before_submit). They answer
 * themselves where a value could not be opened: then the report is refused, and comes again.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SECRET_SECRET_MASKING_H
#define API_SECRET_SECRET_MASKING_H

#include "api/route.h"

bool secret_mask_log(struct call *call, void *input);
bool secret_mask_completion(struct call *call, void *input);
bool secret_mask_terminal_output(struct call *call, void *input);
bool secret_mask_terminal_exit(struct call *call, void *input);
bool secret_mask_terminal_error(struct call *call, void *input);

#endif
