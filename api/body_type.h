/*
 * What a body may be: JSON in UTF-8, as it is, or a form where the route takes one. Anything else would be read wrongly or dropped in
 * silence, so it is refused, saying what to send instead.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_BODY_TYPE_H
#define API_BODY_TYPE_H

#include "api/call.h"

/* STATUS_UNSUPPORTED when the body of the call is something else; then the answer's headers say what
 * is taken. A call without a body passes. */
MUST_USE enum status body_type_check(struct call *call, struct error *error);

#endif
