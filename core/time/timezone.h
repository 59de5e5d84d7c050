/*
 * Time zones by their IANA names. ICU is known only here. Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_TIME_TIMEZONE_H
#define CORE_TIME_TIMEZONE_H

#include "core/base/text.h"

#include <stdbool.h>

/* Is this a zone, in whatever case it is written ("Europe/Istanbul", "utc", "EST5EDT")? An offset
 * ("+03:00") is none. */
bool timezone_is_known(struct text name);

#endif
