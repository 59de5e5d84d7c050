/*
 * Is a server safe to run for others? In production it does not start where it is not.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SETTINGS_SAFETY_H
#define API_SETTINGS_SAFETY_H

#include "api/settings.h"

/* STATUS_INVALID, code "unsafe_for_production", names all that is not, where NODE_ENV or APP_ENV is production; code
 * "root_key_missing" anywhere, where authority is strict and nobody can sign. */
MUST_USE enum status settings_check_safe(const struct settings *settings, struct error *error);

#endif
