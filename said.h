/*
 * What the command line says, and the exit code that goes with it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SAID_H
#define SAID_H

#include "core/base/buf.h"
#include "core/base/error.h"

/* What was wrong, to standard error. */
int said_complaint(const struct error *error);

/* What programs take, to standard output. */
int said_print(const struct buf *out);
int said_text(struct text out);

#endif
