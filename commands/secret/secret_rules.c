/*
 * What commands about secrets have in common.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/secret/secret.h"
#include "commands/workspace/workspace_lookup.h"
#include "core/base/must.h"
#include "eventlog/events/platform_events.h"

enum { BOX_SUBJECT = 16, BOX_KEY_ID = 8 };

bool secret_is_value(struct text value)
{
    size_t size = value.size;

    for (size_t i = 0; i < value.size; i++)
        size -= value.data[i] == '\n' || value.data[i] == '\r';
    return size >= SECRET_LEAST_VALUE && value.size <= SECRET_LONGEST_VALUE;
}

enum status secret_must_be_of(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid secret_id,
    struct secret *out,
    struct error *error)
{
    enum status status = workspace_must_be_writable(decision, workspace_id, error);

    if (status != STATUS_OK)
        return status;
    if (!model_load(decision->model, &secret_aggregate, secret_id, decision->arena, out) ||
        !uuid_equal(out->workspace_id, workspace_id))
        return decision_refuse(error, &refused_secret_missing, decision_show(decision, secret_id));
    return STATUS_OK;
}

enum status secret_check_expiry(
    const struct decision *decision, struct timestamp expires_at, struct error *error)
{
    if (timestamp_is_present(expires_at) && expires_at.us <= decision->now.us)
        return error_set_field(error, "validation_failed", "expiresAt", "must lie in the future");
    return STATUS_OK;
}

enum status secret_check_room(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid secret_id,
    struct text value,
    struct error *error)
{
    struct uuid other = UUID_NONE;
    uint64_t size = 0;
    uint64_t total = value.size;

    while (
        model_next_link(decision->model, LINK_WORKSPACE_SECRET, workspace_id, other, &other, &size))
        total += uuid_equal(other, secret_id) ? 0 : size;
    if (total > MOST_SECRET_BYTES)
        return decision_refuse(error, &refused_secrets_too_large);
    return STATUS_OK;
}

uint64_t secret_count(const struct decision *decision, struct uuid workspace_id, uint64_t most)
{
    return model_count_links(decision->model, LINK_WORKSPACE_SECRET, workspace_id, most);
}

/* A box names its key: subject, then id. */
void secret_emit_destroyed(struct decision *decision, const struct secret_version *version)
{
    const struct secret_version_destroyed destroyed = {
        version->secret_id, version->workspace_id, version->version_id, version->version};
    const struct key_destroyed key = {
        version->version_id, {version->box.data + BOX_SUBJECT, BOX_KEY_ID}};

    must(version->box.size >= BOX_SUBJECT + BOX_KEY_ID);
    decision_emit(
        decision, &secret_version_destroyed_event, version->secret_id, version->workspace_id,
        &destroyed);
    decision_emit(decision, &key_destroyed_event, version->version_id, UUID_NONE, &key);
}

void secret_emit_former(struct decision *decision, struct uuid version_id)
{
    struct secret_version version;
    struct uuid task_id;

    if (model_load(
            decision->model, &secret_version_aggregate, version_id, decision->arena, &version) &&
        !model_next_link(decision->model, LINK_VERSION_TASK, version_id, UUID_NONE, &task_id, NULL))
        secret_emit_destroyed(decision, &version);
}

void secret_emit_deleted(struct decision *decision, struct uuid workspace_id)
{
    struct secret_deleted deleted = {UUID_NONE, workspace_id, OPT_TRUE};
    struct secret secret;

    while (model_next_link(
        decision->model, LINK_WORKSPACE_SECRET, workspace_id, deleted.secret_id, &deleted.secret_id,
        NULL)) {
        must(model_load(
            decision->model, &secret_aggregate, deleted.secret_id, decision->arena, &secret));
        decision_emit(decision, &secret_deleted_event, deleted.secret_id, workspace_id, &deleted);
        secret_emit_former(decision, secret.version_id);
    }
}

void secret_each_version(
    const struct model *model,
    struct arena *arena,
    void (*each)(void *context, const struct sealed_version *version),
    void (*held)(void *context, struct uuid version_id, struct uuid node_id),
    void *context)
{
    struct uuid version_id = UUID_NONE;
    struct secret_version version;

    while (model_next_link(model, LINK_SECRET_VERSION, UUID_NONE, version_id, &version_id, NULL)) {
        struct uuid node_id = UUID_NONE;
        arena_reset(arena);
        must(model_load(model, &secret_version_aggregate, version_id, arena, &version));
        each(context, &(const struct sealed_version){version_id, version.event_id, version.box});
        while (model_next_link(model, LINK_VERSION_NODE, version_id, node_id, &node_id, NULL))
            held(context, version_id, node_id);
    }
}
