/*
 * Looking into the logs of a node.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_TASK_LOG_COMMANDS_H
#define COMMANDS_TASK_LOG_COMMANDS_H

#include "commands/command.h"

/* The logs that can be looked into. */
struct log_preset {
    struct text id;
    struct text label;
    struct text description;
    struct text kind; /* file or journal */
    struct text path; /* of a file */
    struct text unit; /* of a journal */
    struct text identifier;
    struct opt_bool requires_root;
    int64_t default_backfill_lines;
};
extern const struct shape log_preset_shape;
extern const struct log_preset log_presets[];
extern const size_t log_preset_count;

/* An internal task: hidden from lists, and nothing is told of it. */
struct preview_log {
    struct uuid workspace_id; /* FROM_PATH */
    struct uuid node_id;      /* FROM_PATH */
    struct text source_preset_id;
    int64_t backfill_lines; /* absent: the preset's */
};
extern const struct command preview_log_command; /* answers `awaited_task` */

#endif
