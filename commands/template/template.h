/*
 * Templates of tasks: what deciding knows of one, which is all of it.
 *
 *   (none) ──created──► in use ◄──changed──► archived          deleted: gone
 *                        └─changed─┘ each change is another version
 *
 * What it costs: a template stands in the write model with its payload, at most 64 KiB, and its parameters, at most
 * 32 KiB; a workspace has at most 200.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_TEMPLATE_TEMPLATE_H
#define COMMANDS_TEMPLATE_TEMPLATE_H

#include "commands/fold.h"
#include "commands/template/template_commands.h"
#include "commands/template/template_lookup.h"
#include "core/base/placeholder.h"

/* Kinds of the area's keys in the write model; new ones go to the end. */
enum template_kind {
    STATE_TEMPLATE = AREA_TEMPLATE << AREA_SHIFT,
    LINK_WORKSPACE_TEMPLATE /* workspace → template */
};

enum { MOST_TEMPLATES = 200, TEMPLATE_PARAMETERS_BYTES = 32 << 10 };

/* Its state is what its events say: struct template_definition. */
extern const struct aggregate template_aggregate;

void template_evolve(struct fold *fold, const struct record *record);

/* The template of a path; refused where the workspace is archived or has none of that id. */
enum status template_must_be_of(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid template_id,
    struct template_definition *out,
    struct error *error);

/* As definitions have it. */
static inline struct opt_bool template_yes_or_absent(struct opt_bool given)
{
    return opt_bool_is_true(given) ? OPT_TRUE : (struct opt_bool){0};
}

/* What holds of each, however it came to be: its parameters make sense, and its placeholders name them. The field is
 * as callers know it. */
enum status
template_check(const struct template_definition *wanted, struct arena *arena, struct error *error);

/* Every secret that it names is one of the workspace. */
enum status template_secrets_must_exist(
    const struct decision *decision, const struct template_definition *wanted, struct error *error);

/* The parameter of this name; NULL: there is none. */
const struct template_parameter *
template_parameter_named(const struct template_definition *template, struct text name);

/* Is this JSON a value for the parameter? `field` is where it stands, for the refusal. */
enum status template_check_value(
    const struct template_parameter *parameter,
    struct text value,
    const char *field,
    struct arena *arena,
    struct error *error);

extern const struct refusal refused_template_missing;
extern const struct refusal refused_template_archived;
extern const struct refusal refused_templates_full;

#endif
