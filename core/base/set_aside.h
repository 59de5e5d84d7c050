/*
 * A damaged file that can be made again is not thrown away: it may tell what damaged it.
 *
 *   data ─► data.damaged-20260322T120000123456Z
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_SET_ASIDE_H
#define CORE_BASE_SET_ASIDE_H

#include "core/base/attributes.h"
#include "core/base/error.h"

enum {
    SET_ASIDE_KEPT = 2, /* of one name; the oldest goes first */
    SET_ASIDE_NAME_SIZE = 128
};

/* The new name, which lies beside the old one; empty where nothing was set aside. */
struct set_aside_name {
    char text[SET_ASIDE_NAME_SIZE];
};

/* Renames a file or directory. A "<name>-lock" beside a file is removed, as
 * whoever had it open is gone. */
MUST_USE enum status
set_aside(const char *directory, const char *name, struct set_aside_name *out, struct error *error);

#endif
