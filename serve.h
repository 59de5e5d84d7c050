/*
 * The sub-command that serves.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVE_H
#define SERVE_H

#include "api/settings.h"

/* Serves until SIGINT or SIGTERM. Returns an exit code: see replay/exit_codes.h. */
int serve_run(const struct settings *settings, struct arena *arena);

#endif
