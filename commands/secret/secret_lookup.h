/*
 * Which secrets a task is to have, and which it was given; answered from folded state.
 *
 *   payload of a shell.exec: "secrets": {"DB_PASSWORD": "production-db"}
 *     made:    secret_refs_read(), secret_refs_must_exist()        the task notes variable and name
 *     claimed: secret_look(), secret_emit_delivered()              the newest version of each, on record
 *     told:    secret_deliveries()                                 which versions those were; api opens them
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_SECRET_SECRET_LOOKUP_H
#define COMMANDS_SECRET_SECRET_LOOKUP_H

#include "commands/command.h"
#include "commands/fold.h"
#include "eventlog/events/task_events.h"

enum { MOST_TASK_SECRETS = 20 };

/* Those that a payload refers to, as a list of struct task_secret in the arena; none for other types. STATUS_INVALID,
 * with the field, where it cannot be read as such: each a name of a variable, which the environment does not
 * have too, and a name of a secret. */
MUST_USE enum status secret_refs_read(
    struct arena *arena,
    struct text task_type,
    struct json payload,
    struct list *out,
    struct error *error);

/* STATUS_INVALID, with the field, where a workspace has no such secret now, or it has expired. */
MUST_USE enum status secret_refs_must_exist(
    const struct decision *decision,
    struct uuid workspace_id,
    struct list refs,
    struct error *error);

/* The same of one secret by its name, which stands in `field`. */
MUST_USE enum status secret_must_exist(
    const struct decision *decision,
    struct uuid workspace_id,
    struct text name,
    const char *field,
    struct error *error);

/* Can a task be given what it refers to now? If not, `out_why` says why; in the decision's arena. */
bool secret_look(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid task_id,
    struct text *out_why);

/* That the task's node is given all of that. */
void secret_emit_delivered(
    struct decision *decision, struct uuid workspace_id, struct uuid task_id, struct uuid node_id);

/* What a task that has not ended was given last. */
struct secret_delivery {
    struct text variable;
    struct uuid version_id;
};
extern const struct shape secret_delivery_shape;
struct list
secret_deliveries(const struct decision *decision, struct uuid task_id, struct arena *arena);

/* What befalls a task, for what is noted of it here. */
void secret_note_task_created(struct fold *fold, struct uuid task_id, struct list refs);
void secret_note_task_end(struct fold *fold, struct uuid task_id);

/* Those of a workspace, counted up to a little over `most`; and all of them deleted, because the workspace is. */
uint64_t secret_count(const struct decision *decision, struct uuid workspace_id, uint64_t most);
void secret_emit_deleted(struct decision *decision, struct uuid workspace_id);

/* Every version that was not destroyed: its value as it is sealed; and every node that was given it. For whoever opens
 * and masks them, at the start of the process. */
struct sealed_version {
    struct uuid version_id;
    struct uuid event_id; /* that it was sealed in */
    struct bytes box;
};
void secret_each_version(
    const struct model *model,
    struct arena *arena,
    void (*each)(void *context, const struct sealed_version *version),
    void (*held)(void *context, struct uuid version_id, struct uuid node_id),
    void *context);

#endif
