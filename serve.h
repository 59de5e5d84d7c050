/*
 * The sub-command that serves.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVE_H
#define SERVE_H

#include "api/control.h"
#include "api/settings_record.h"
#include "core/base/embedded_file.h"
#include "projections/data_dir.h"

/* The agent's program, which the build has put into this one. */
extern const struct embedded_file node_agent_program;

/* Serves until SIGINT or SIGTERM, or until it is to begin anew, perhaps as another release. Returns an exit code: see
 * replay/exit_codes.h. */
int serve_run(
    const struct settings_given *given,
    const struct data_dir_settings *data_dir,
    struct arena *arena,
    bool *out_begins_anew);

/* Carries out an order: by the server that runs in this home, or at once where none
 * does. What the command answers is given as JSON, in the arena. Main thread. */
MUST_USE enum status serve_order(
    const struct data_dir_settings *where,
    const struct control_order *order,
    struct arena *arena,
    struct text *out_answer,
    struct error *error);

/* So the order that puts a promotion on record. */
extern const struct promote_deeds serve_promote_deeds;

#endif
