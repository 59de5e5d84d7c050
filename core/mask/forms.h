/*
 * The forms in which a value usually stands in what programs write.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MASK_FORMS_H
#define CORE_MASK_FORMS_H

#include "core/base/text.h"

/* Calls for each, some of them more than once: as it is, each of its lines, escaped as in JSON, Base64 and its form for
 * URLs at each of the three places that it can have among other bytes (without the characters at its ends that are made
 * of those, too), percent-encoded, and in hexadecimal. A form is borrowed for the call. */
void forms_each(struct text value, void (*each)(void *context, struct text form), void *context);

#endif
