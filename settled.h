/*
 * What settings come to: those that were given, and behind them those on record in the home.
 *
 *   flags, environment ─► core/cli ─► [here] ◄── home: what people have changed (api/settings_record.h)
 *                                       └─► serve, replay, verify, …
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SETTLED_H
#define SETTLED_H

#include "api/settings_record.h"
#include "core/cli/cli.h"
#include "projections/data_dir.h"

/* As root, a home that the embedded PostgreSQL's user cannot reach is of no use: then another one is taken, which is
 * said. */
void settled_home(struct settings *settings, struct arena *arena);

/* Adds what is on record in the home, for a command that needs all of it. Where the record fits no more it is left
 * aside, which is logged with its remedy: it never keeps a server from starting. SETUP is false then where somebody
 * has an account, or the server follows another one. */
MUST_USE enum status
settled_by_record(struct cli_call *call, struct settings *settings, struct error *error);

/* The part of settings that opens a home. */
struct data_dir_settings settled_data_dir(const struct settings *settings, struct arena *arena);

#endif
