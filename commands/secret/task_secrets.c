/*
 * The secrets of tasks: what a payload refers to, whether it is there, and what a claim gives.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/secret/secret.h"
#include "core/shape/json_peek.h"

static bool is_variable(struct text name)
{
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!is_letter && (i == 0 || c < '0' || c > '9'))
            return false;
    }
    return name.size > 0 && name.size <= SECRET_LONGEST_NAME;
}

static const char *field_of(struct arena *arena, struct text variable)
{
    return text_c(
        arena, text_format(
                   arena, "payload.secrets.%.*s",
                   TEXT_ARGS(text_first_characters(variable, SECRET_LONGEST_NAME))));
}

static enum status read_ref(
    struct arena *arena,
    struct text environment,
    struct text value,
    struct task_secret *ref,
    struct error *error)
{
    const char *field = field_of(arena, ref->variable);

    ref->secret = json_peek_text(arena, value);
    if (!is_variable(ref->variable))
        return error_set_field(
            error, "validation_failed", field,
            "must be a variable: letters, digits and underscores, with no digit first");
    if (!text_is_present(ref->secret) || ref->secret.size == 0)
        return error_set_field(
            error, "validation_failed", field, "must be the name of a secret, as a string");
    if (text_is_present(json_peek_member(arena, environment, text_c(arena, ref->variable))))
        return error_set_field(
            error, "validation_failed", field, "must not be a variable of the environment, too");
    return STATUS_OK;
}

static enum status read_refs(
    struct arena *arena,
    struct text object,
    struct text environment,
    struct list *out,
    struct error *error)
{
    struct task_secret *refs = arena_array(arena, MOST_TASK_SECRETS, sizeof(*refs));
    struct text name;
    struct text value;
    size_t cursor = 0;
    size_t count = 0;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && json_peek_pair(arena, object, &cursor, &name, &value)) {
        if (count == MOST_TASK_SECRETS)
            return error_set_field(
                error, "validation_failed", "payload.secrets", "must be 20 at most");
        refs[count].variable = name;
        status = read_ref(arena, environment, value, &refs[count++], error);
    }
    *out = (struct list){refs, count};
    return status;
}

enum status secret_refs_read(
    struct arena *arena,
    struct text task_type,
    struct json payload,
    struct list *out,
    struct error *error)
{
    struct text object;
    struct text environment;

    *out = (struct list){NULL, 0};
    if (!text_is(task_type, "shell.exec") || !text_is_present(payload.text))
        return STATUS_OK;
    object = json_peek_member(arena, payload.text, "secrets");
    environment = json_peek_member(arena, payload.text, "environment");
    if (!text_is_present(object) || text_is(object, "null"))
        return STATUS_OK;
    if (object.data[0] != '{')
        return error_set_field(
            error, "validation_failed", "payload.secrets",
            "must be an object: names of secrets by variables of the environment");
    if (text_is_present(environment) && environment.data[0] != '{' && !text_is(environment, "null"))
        return error_set_field(
            error, "validation_failed", "payload.environment",
            "must be an object where the payload has secrets");
    return read_refs(arena, object, environment, out, error);
}

/* Why the workspace cannot give it now; absent: it can. */
static struct text look_for(
    const struct decision *decision, struct uuid workspace_id, struct text name, struct secret *out)
{
    struct text shown = text_first_characters(name, SECRET_LONGEST_NAME);

    if (!secret_named(decision, workspace_id, name, out))
        return text_format(
            decision->arena, "The workspace has no secret named %.*s.", TEXT_ARGS(shown));
    if (secret_has_expired(out, decision->now))
        return text_format(decision->arena, "The secret %.*s has expired.", TEXT_ARGS(shown));
    return (struct text){NULL, 0};
}

enum status secret_must_exist(
    const struct decision *decision,
    struct uuid workspace_id,
    struct text name,
    const char *field,
    struct error *error)
{
    struct secret secret;
    struct text why = look_for(decision, workspace_id, name, &secret);

    if (!text_is_present(why))
        return STATUS_OK;
    return error_set_field(
        error, "validation_failed", field, "must name a secret that can be given: %.*s",
        TEXT_ARGS(why));
}

enum status secret_refs_must_exist(
    const struct decision *decision,
    struct uuid workspace_id,
    struct list refs,
    struct error *error)
{
    const struct task_secret *all = refs.items;
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < refs.count; i++)
        status = secret_must_exist(
            decision, workspace_id, all[i].secret, field_of(decision->arena, all[i].variable),
            error);
    return status;
}

static struct task_secrets
load(const struct decision *decision, struct uuid task_id, struct arena *arena)
{
    struct task_secrets secrets = {.refs = {NULL, 0}};

    if (!model_load(decision->model, &task_secrets_aggregate, task_id, arena, &secrets))
        secrets = (struct task_secrets){.refs = {NULL, 0}};
    return secrets;
}

bool secret_look(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid task_id,
    struct text *out_why)
{
    struct task_secrets secrets = load(decision, task_id, decision->arena);
    const struct task_secret *refs = secrets.refs.items;
    struct text why = {NULL, 0};
    struct secret secret;

    for (size_t i = 0; i < secrets.refs.count && !text_is_present(why); i++)
        why = look_for(decision, workspace_id, refs[i].secret, &secret);
    if (text_is_present(why))
        *out_why = why;
    return !text_is_present(why);
}

void secret_emit_delivered(
    struct decision *decision, struct uuid workspace_id, struct uuid task_id, struct uuid node_id)
{
    struct task_secrets secrets = load(decision, task_id, decision->arena);
    const struct task_secret *refs = secrets.refs.items;
    struct secret secret;

    for (size_t i = 0; i < secrets.refs.count; i++) {
        struct secret_delivered delivered = {
            .workspace_id = workspace_id,
            .task_id = task_id,
            .node_id = node_id,
            .variable = refs[i].variable,
        };
        if (!secret_named(decision, workspace_id, refs[i].secret, &secret))
            continue;
        delivered.secret_id = secret.secret_id;
        delivered.version_id = secret.version_id;
        delivered.version = secret.version;
        decision_emit(
            decision, &secret_delivered_event, secret.secret_id, workspace_id, &delivered);
    }
}

/* Is it the last one of its variable? */
static bool is_newest(const struct list *delivered, size_t at)
{
    const struct secret_delivery *all = delivered->items;

    for (size_t i = at + 1; i < delivered->count; i++) {
        if (text_equal(all[i].variable, all[at].variable))
            return false;
    }
    return true;
}

struct list
secret_deliveries(const struct decision *decision, struct uuid task_id, struct arena *arena)
{
    struct task_secrets secrets = load(decision, task_id, arena);
    const struct secret_delivery *all = secrets.delivered.items;
    struct secret_delivery *newest =
        arena_array(arena, secrets.delivered.count + 1, sizeof(*newest));
    size_t count = 0;

    for (size_t i = 0; i < secrets.delivered.count; i++) {
        if (is_newest(&secrets.delivered, i))
            newest[count++] = all[i];
    }
    return (struct list){newest, count};
}
