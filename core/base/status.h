/*
 * The short list of outcomes. The table in status.tbl.h is the one place where they meet HTTP.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_STATUS_H
#define CORE_BASE_STATUS_H

enum status {
#define STATUS_ROW(name, http, phrase, code) STATUS_##name,
#include "core/base/status.tbl.h"
#undef STATUS_ROW
    STATUS_COUNT
};

int status_http(enum status status);
const char *status_phrase(enum status status);
const char *status_code(enum status status); /* the default machine-readable code */

#endif
