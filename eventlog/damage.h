/*
 * A look at an LMDB file that can be made again, before LMDB meets what is in it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_DAMAGE_H
#define EVENTLOG_DAMAGE_H

#include "core/base/set_aside.h"

#include <stdbool.h>

/* Sets an LMDB file aside that cannot be opened, or, with `is_thorough`, that has one page that cannot
 * be believed; `why` is filled then. Nobody may have it open. */
MUST_USE enum status damage_set_aside(
    const char *directory,
    const char *name,
    bool is_thorough,
    struct set_aside_name *out,
    struct error *why);

#endif
