/*
 * Which program runs: the installed one, or a release that was applied over it (core/release/applied.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef UPGRADED_H
#define UPGRADED_H

#include "core/cli/cli.h"
#include "serve.h"

/* The arguments of main(), which begin whatever runs in this program's place. */
void upgraded_begin(char **argv);

/* Where a release was applied over this program, that one runs, and this does not return. */
void upgraded_enter(const struct cli_call *call, const struct settings *settings, bool serves);

/* As serve_run(). Begins again where that is wanted, or where a release did not come up, unless a manager of services
 * does so. */
int upgraded_serve(
    const struct settings_given *given,
    const struct data_dir_settings *data_dir,
    struct arena *arena);

#endif
