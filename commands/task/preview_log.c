/*
 * Have a node's agent read the last lines of one of its logs.
 *
 *   api ──preview_log──► [here] ──task_created, internal──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_lookup.h"
#include "commands/task/log_commands.h"
#include "commands/task/package_commands.h"
#include "commands/task/task.h"

enum { MOST_LINES = 500, MOST_BYTES = 65536, USUAL_BACKFILL = 200 };

static const struct field log_preset_fields[] = {
    {TEXT(log_preset, id), .tag = 1, .flags = REQUIRED, .doc = "Id of the log preset."},
    {TEXT(log_preset, label), .tag = 2, .flags = REQUIRED, .doc = "Name of the log."},
    {TEXT(log_preset, description), .tag = 3, .flags = REQUIRED, .doc = "What the log contains."},
    {TEXT(log_preset, kind), .tag = 4, .flags = REQUIRED,
     .doc = "Kind of the log: file or journal."},
    {TEXT(log_preset, path), .tag = 5, .flags = OMIT_ABSENT, .doc = "Path of the file."},
    {TEXT(log_preset, unit), .tag = 6, .flags = OMIT_ABSENT, .doc = "Unit of the journal."},
    {TEXT(log_preset, identifier), .tag = 7, .flags = REQUIRED,
     .doc = "Path or unit, whichever it has."},
    {BOOL(log_preset, requires_root), .tag = 8, .flags = REQUIRED,
     .doc = "Whether reading it needs operational root access."},
    {INT64(log_preset, default_backfill_lines), .tag = 9, .flags = REQUIRED,
     .doc = "Number of lines that are read when none is given."},
};
const struct shape log_preset_shape = SHAPE(log_preset, "A log that can be previewed.");

#define LOG_FILE(name, at)                                                                         \
    .kind = TEXT_OF("file"), .id = TEXT_OF(name), .path = TEXT_OF(at), .identifier = TEXT_OF(at),  \
    .requires_root = {1}, .default_backfill_lines = USUAL_BACKFILL

const struct log_preset log_presets[] = {
    {LOG_FILE("syslog", "/var/log/syslog"), .label = TEXT_OF("System log"),
     .description = TEXT_OF("What the services of the machine say.")},
    {LOG_FILE("auth.log", "/var/log/auth.log"), .label = TEXT_OF("Authentication log"),
     .description = TEXT_OF("Who signed in or became root.")},
    {LOG_FILE("kern.log", "/var/log/kern.log"), .label = TEXT_OF("Kernel log"),
     .description = TEXT_OF("What the kernel says.")},
    {.id = TEXT_OF("noderax-agent"),
     .label = TEXT_OF("Noderax agent journal"),
     .description = TEXT_OF("What the agent itself says."),
     .kind = TEXT_OF("journal"),
     .unit = TEXT_OF("noderax-agent.service"),
     .identifier = TEXT_OF("noderax-agent.service"),
     .requires_root = {1},
     .default_backfill_lines = USUAL_BACKFILL},
};
const size_t log_preset_count = COUNT_OF(log_presets);

static const struct field preview_log_fields[] = {
    {UUID(preview_log, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Workspace that the node must belong to."},
    {UUID(preview_log, node_id), .tag = 2, .flags = REQUIRED | FROM_PATH, .doc = "Id of the node."},
    {TEXT(preview_log, source_preset_id), .tag = 3, .flags = ONE_LINE | REQUIRED, .min = 1,
     .max = 120, .doc = "Id of the log preset."},
    {INT64(preview_log, backfill_lines), .tag = 4, .min = 1, .max = MOST_LINES,
     .doc = "Number of last lines; the preset's default when absent."},
};
static const struct shape preview_log_shape = SHAPE(preview_log, "Log to preview.");

struct scan_limits {
    int64_t max_lines;
    int64_t max_bytes;
    int64_t backfill_lines;
};
static const struct field scan_limits_fields[] = {
    {INT64(scan_limits, max_lines), .doc = "Greatest number of lines."},
    {INT64(scan_limits, max_bytes), .doc = "Greatest number of bytes."},
    {INT64(scan_limits, backfill_lines), .doc = "Number of last lines to begin with."},
};
static const struct shape scan_limits_shape = SHAPE(scan_limits, "Limits of what is read.");

struct scan_payload {
    struct text mode;
    struct text source_preset_id;
    struct opt_bool run_as_root;
    struct text root_scope;
    const struct scan_limits *limits;
};
static const struct field scan_payload_fields[] = {
    {TEXT(scan_payload, mode), .doc = "Mode of the scan; always preview."},
    {TEXT(scan_payload, source_preset_id), .doc = "Id of the log preset."},
    {BOOL(scan_payload, run_as_root), .doc = "Whether it must run as root."},
    {TEXT(scan_payload, root_scope), .flags = OMIT_ABSENT, .doc = "Scope of the root access."},
    {OBJECT(scan_payload, limits, scan_limits), .doc = "Limits of what is read."},
};
static const struct shape scan_payload_shape =
    SHAPE(scan_payload, "Parameters of a task that reads a log.");

static const struct log_preset *find_preset(struct text id)
{
    for (size_t i = 0; i < log_preset_count; i++) {
        if (text_equal(log_presets[i].id, id))
            return &log_presets[i];
    }
    return NULL;
}

static struct json
payload_of(const struct decision *decision, const struct log_preset *preset, int64_t backfill_lines)
{
    struct scan_limits limits = {MOST_LINES, MOST_BYTES, backfill_lines};
    struct scan_payload payload = {
        .mode = text_lit("preview"),
        .source_preset_id = preset->id,
        .run_as_root = preset->requires_root,
        .limits = &limits,
    };

    if (backfill_lines == INT64_ABSENT)
        limits.backfill_lines = preset->default_backfill_lines;
    if (opt_bool_is_true(preset->requires_root))
        payload.root_scope = text_lit("operational");
    return task_payload(decision, &scan_payload_shape, &payload);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct preview_log *order = input;
    const struct log_preset *preset = find_preset(order->source_preset_id);
    struct task_created task = {
        .node_id = order->node_id, .type = text_lit("log.scan"), .is_internal = OPT_TRUE};
    struct node_lookup node;
    enum status status =
        task_node_must_exist(decision, order->workspace_id, order->node_id, &node, error);

    if (status != STATUS_OK)
        return status;
    if (preset == NULL)
        return decision_refuse(
            error, &refused_log_preset, text_c(decision->arena, order->source_preset_id));
    task.payload = payload_of(decision, preset, order->backfill_lines);
    status = task_work_must_be_possible(decision, &node, task.type, task.payload.text, error);
    if (status == STATUS_OK)
        task_emit_created(decision, &node, &task);
    return status;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    struct awaited_task *awaited = answer;

    (void)input;
    (void)arena;
    awaited->task_id = decision->subject;
}

const struct command preview_log_command = {
    .name = "preview_log",
    .doc = "Reads the last lines of a node's log.",
    .input = &preview_log_shape,
    .decide = decide,
    .answer = &awaited_task_shape,
    .answer_from = answer_from,
};
