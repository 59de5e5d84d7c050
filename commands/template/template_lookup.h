/*
 * What other areas may ask about templates, and have made of them. Answered from folded state.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_TEMPLATE_TEMPLATE_LOOKUP_H
#define COMMANDS_TEMPLATE_TEMPLATE_LOOKUP_H

#include "commands/command.h"
#include "eventlog/events/template_events.h"

/* A template of this workspace that is not archived, in the decision's arena; 404 and 409 otherwise. */
enum status template_must_be_usable(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid template_id,
    struct template_definition *out,
    struct error *error);

/* The refusal of a template that is not there. */
enum status
template_missing(const struct decision *decision, struct uuid template_id, struct error *error);

/*
 * The payload for tasks of this type, with these values (a JSON object by the parameters' names; absent: none) in
 * place of the placeholders; in the arena. STATUS_INVALID, with the parameter's name as the field, where a value is
 * missing, is none of its type, or belongs to no parameter.
 *
 * In a string of the payload a value stands as its text; a string that is nothing but the placeholder of a number
 * becomes the number. The `command` of a shell.exec is never given a value: it gets "${PARAM_name?}", and the task's
 * environment the value. So no value can be read as code, in whatever place of whatever shell's syntax it stands;
 * and where an environment does not get through, the shell stops instead of going on with nothing. Of a secret the value
 * is a name, which stands in the payload's `secrets`.
 */
MUST_USE enum status template_fill(
    struct arena *arena,
    const struct template_definition *template,
    struct text task_type,
    struct text values,
    struct json *out_payload,
    struct error *error);

/* By whoever may run templates, but make no tasks of their own: is each secret among these values the template's default,
 * or one of its choices? STATUS_INVALID, with the parameter's name as the field. */
MUST_USE enum status template_secrets_must_be_offered(
    struct arena *arena,
    const struct template_definition *template,
    struct text values,
    struct error *error);

/* Those of a workspace, counted up to a little over `most`; and all of them deleted, because the workspace is. */
uint64_t template_count(const struct decision *decision, struct uuid workspace_id, uint64_t most);
void template_emit_deleted(struct decision *decision, struct uuid workspace_id);

#endif
