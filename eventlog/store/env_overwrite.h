/*
 * Overwriting what an environment no longer uses.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_STORE_ENV_OVERWRITE_H
#define EVENTLOG_STORE_ENV_OVERWRITE_H

#include "eventlog/store/env.h"

/* Fills with zeros, synced, whatever of the file its newest commit does not use (pages.h), so that nothing
 * that was deleted or replaced can be found in it. STATUS_UNAVAILABLE, code "being_read", while somebody
 * reads an older commit: try again. No writing transaction of the caller may be open. */
MUST_USE enum status store_overwrite_unused(struct store_env *env, struct error *error);

#endif
