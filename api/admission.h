/*
 * How much of a body is let in, before a byte of it is read.
 *
 *   up to 64 KiB       from anybody: it costs less than asking who it is
 *   up to the route's  only once the caller is known and may call, within the caller's budget
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_ADMISSION_H
#define API_ADMISSION_H

#include "api/call.h"

/* Must the caller be known before the body may come? */
bool admission_needs_caller(const struct call *call);

/* Lets a body in whose caller need not be known. */
void admission_let_small(struct call *call);
/* The caller is known and may call: lets the body in, or answers that the caller has too much under
 * way. */
void admission_let_known(struct call *call);

/* Is what was found of the caller before the body came still so? */
bool admission_still_holds(const struct call *call);

/* The call ends. */
void admission_end(struct call *call);

#endif
