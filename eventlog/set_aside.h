/*
 * A damaged file that can be made again is not thrown away: it may tell what damaged it.
 *
 *   model.mdb ─► model.mdb.damaged-20260322T120000123456Z
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_SET_ASIDE_H
#define EVENTLOG_SET_ASIDE_H

#include "core/base/attributes.h"
#include "core/base/error.h"

#include <stdbool.h>

enum {
    SET_ASIDE_KEPT = 2, /* of one name; the oldest goes first */
    SET_ASIDE_NAME_SIZE = 128
};

/* The new name, which lies beside the old one; empty where nothing was set aside. */
struct set_aside_name {
    char text[SET_ASIDE_NAME_SIZE];
};

/* Renames a file or directory. What LMDB keeps beside a file (…-lock) is removed. */
MUST_USE enum status
set_aside(const char *directory, const char *name, struct set_aside_name *out, struct error *error);

/* Sets an LMDB file aside that cannot be opened, or, with `is_thorough`, that has one page that cannot
 * be believed; `why` is filled then. Nobody may have it open. */
MUST_USE enum status set_aside_if_damaged(
    const char *directory,
    const char *name,
    bool is_thorough,
    struct set_aside_name *out,
    struct error *why);

#endif
