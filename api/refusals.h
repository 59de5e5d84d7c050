/*
 * Why a request may fail before or beside its command: codes that no area's table has. A check asks
 * that each code in the sources stands in one of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_REFUSALS_H
#define API_REFUSALS_H

#include "commands/command.h"

extern const struct refusal request_refusals[]; /* ended by a row without a code */

/* What to do about a code, of requests or of commands; NULL where no table has it. */
const char *refusals_remedy(struct text code);

#endif
