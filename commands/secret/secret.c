/*
 * Folding what happens to secrets, their versions, and the tasks that refer to them.
 *
 *   secret_created, …_rotated ──► secret, version      task_created ──► what the task refers to
 *   secret_delivered ──► version → task, node          a task's end ──► the version may be needed no more: timer
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/secret/secret.h"

#include "core/base/buf.h"

static const struct field secret_fields[] = {
    {UUID(secret, secret_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the secret."},
    {UUID(secret, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace that it belongs to."},
    {TEXT(secret, name), .tag = 3, .flags = REQUIRED, .doc = "Name of the secret."},
    {TEXT(secret, description), .tag = 4, .doc = "What it is for."},
    {TIMESTAMP(secret, expires_at), .tag = 5, .doc = "Time from which on no task is given it."},
    {UUID(secret, version_id), .tag = 6, .flags = REQUIRED, .doc = "Id of its newest version."},
    {INT64(secret, version), .tag = 7, .flags = REQUIRED, .doc = "Number of the version."},
};
static const struct shape secret_shape = SHAPE(secret, "State of a secret.");
const struct aggregate secret_aggregate = {STATE_SECRET, "secret", &secret_shape};

static const struct field secret_version_fields[] = {
    {UUID(secret_version, version_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the version."},
    {UUID(secret_version, secret_id), .tag = 2, .flags = REQUIRED,
     .doc = "Secret that it belongs to."},
    {UUID(secret_version, workspace_id), .tag = 3, .flags = REQUIRED,
     .doc = "Workspace that it belongs to."},
    {INT64(secret_version, version), .tag = 4, .flags = REQUIRED, .doc = "Number of the version."},
    {UUID(secret_version, event_id), .tag = 5, .flags = REQUIRED,
     .doc = "Event that the value was sealed in."},
    {BYTES(secret_version, box), .tag = 6, .flags = SECRET, .doc = "The value, sealed."},
    {TIMESTAMP(secret_version, former_at), .tag = 7,
     .doc = "Time it was no longer the newest version."},
};
static const struct shape secret_version_shape =
    SHAPE(secret_version, "State of a version of a secret.");
const struct aggregate secret_version_aggregate = {
    STATE_SECRET_VERSION, "secret_version", &secret_version_shape};

static const struct field secret_delivery_fields[] = {
    {TEXT(secret_delivery, variable), .tag = 1, .flags = REQUIRED,
     .doc = "Variable of the environment."},
    {UUID(secret_delivery, version_id), .tag = 2, .flags = REQUIRED,
     .doc = "Version of the secret."},
};
const struct shape secret_delivery_shape =
    SHAPE(secret_delivery, "A secret that a task was given.");

static const struct field task_secrets_fields[] = {
    {OBJECTS(task_secrets, refs, task_secret), .tag = 1, .doc = "What the task refers to."},
    {OBJECTS(task_secrets, delivered, secret_delivery), .tag = 2, .doc = "What it was given."},
};
static const struct shape task_secrets_shape = SHAPE(task_secrets, "Secrets of a task.");
const struct aggregate task_secrets_aggregate = {
    STATE_TASK_SECRETS, "task_secrets", &task_secrets_shape};

static struct timer timer_of(const struct secret_version *version, struct timestamp due)
{
    return (struct timer){.kind = TIMER_FORMER_VERSION, .id = version->version_id, .due = due};
}

/* A former version that no task needs any more falls due, by when it became that. */
static void settle(struct fold *fold, struct uuid version_id)
{
    struct secret_version version;
    struct uuid task_id;
    struct timer timer;

    if (!model_load(fold->model, &secret_version_aggregate, version_id, fold->arena, &version) ||
        !timestamp_is_present(version.former_at) ||
        model_next_link(fold->model, LINK_VERSION_TASK, version_id, UUID_NONE, &task_id, NULL))
        return;
    timer = timer_of(&version, version.former_at);
    model_set_timer(fold->model, &timer);
}

static void make_former(struct fold *fold, const struct record *record, struct uuid version_id)
{
    struct secret_version version;

    if (!model_load(fold->model, &secret_version_aggregate, version_id, fold->arena, &version))
        return;
    version.former_at = record->entry.recorded_at;
    model_store(fold->model, &secret_version_aggregate, version_id, &version);
    settle(fold, version_id);
}

static void store_version(
    struct fold *fold, const struct record *record, const struct secret *secret, struct bytes box)
{
    const struct secret_version version = {
        .version_id = secret->version_id,
        .secret_id = secret->secret_id,
        .workspace_id = secret->workspace_id,
        .version = secret->version,
        .event_id = record->entry.event_id,
        .box = box,
    };

    model_store(fold->model, &secret_version_aggregate, version.version_id, &version);
    model_link(fold->model, LINK_SECRET_VERSION, UUID_NONE, version.version_id, 0);
    model_link(
        fold->model, LINK_WORKSPACE_SECRET, secret->workspace_id, secret->secret_id, box.size);
    model_store(fold->model, &secret_aggregate, secret->secret_id, secret);
}

/* As names are claimed. */
static struct bytes claim_of(struct arena *arena, struct uuid workspace_id, struct text name)
{
    AUTO_BUF key = {0};

    buf_init(&key, sizeof(workspace_id.bytes) + SECRET_LONGEST_NAME);
    buf_add(&key, workspace_id.bytes, sizeof(workspace_id.bytes));
    buf_add_text(&key, text_first_bytes(name, SECRET_LONGEST_NAME));
    return bytes_copy(arena, buf_bytes(&key));
}

bool secret_named(
    const struct decision *decision, struct uuid workspace_id, struct text name, struct secret *out)
{
    struct bytes claim = claim_of(decision->arena, workspace_id, name);
    struct uuid secret_id;

    return name.size <= SECRET_LONGEST_NAME &&
           model_holder(decision->model, CLAIM_SECRET_NAME, claim, &secret_id) &&
           model_load(decision->model, &secret_aggregate, secret_id, decision->arena, out);
}

static void on_created(struct fold *fold, const struct record *record)
{
    const struct secret_created *created = record->event;
    const struct secret secret = {
        .secret_id = created->secret_id,
        .workspace_id = created->workspace_id,
        .name = created->name,
        .description = created->description,
        .expires_at = created->expires_at,
        .version_id = created->version_id,
        .version = created->version,
    };

    fold_claim(
        fold, CLAIM_SECRET_NAME, claim_of(fold->arena, secret.workspace_id, secret.name),
        secret.secret_id);
    store_version(fold, record, &secret, created->value.box);
}

static void on_changed(struct fold *fold, const struct secret_changed *changed)
{
    struct secret secret;

    if (!model_load(fold->model, &secret_aggregate, changed->secret_id, fold->arena, &secret))
        return;
    secret.description = changed->description;
    secret.expires_at = changed->expires_at;
    model_store(fold->model, &secret_aggregate, changed->secret_id, &secret);
}

static void on_rotated(struct fold *fold, const struct record *record)
{
    const struct secret_rotated *rotated = record->event;
    struct secret secret;

    if (!model_load(fold->model, &secret_aggregate, rotated->secret_id, fold->arena, &secret))
        return;
    make_former(fold, record, secret.version_id);
    secret.version_id = rotated->version_id;
    secret.version = rotated->version;
    store_version(fold, record, &secret, rotated->value.box);
}

static void on_deleted(struct fold *fold, const struct record *record)
{
    const struct secret_deleted *deleted = record->event;
    struct secret secret;

    if (!model_load(fold->model, &secret_aggregate, deleted->secret_id, fold->arena, &secret))
        return;
    make_former(fold, record, secret.version_id);
    fold_release(
        fold, CLAIM_SECRET_NAME, claim_of(fold->arena, secret.workspace_id, secret.name),
        secret.secret_id);
    model_unlink(fold->model, LINK_WORKSPACE_SECRET, secret.workspace_id, secret.secret_id);
    model_remove(fold->model, &secret_aggregate, secret.secret_id);
}

/* Behind what it was given before, where it was claimed before: that may be on the node, and needed. */
static void note_delivery(
    struct fold *fold, struct task_secrets *secrets, const struct secret_delivered *delivered)
{
    struct secret_delivery *all =
        arena_array(fold->arena, secrets->delivered.count + 1, sizeof(*all));
    size_t count = 0;

    for (size_t i = 0; i < secrets->delivered.count; i++) {
        const struct secret_delivery *one =
            list_item(&secrets->delivered, sizeof(struct secret_delivery), i);
        if (!text_equal(one->variable, delivered->variable) ||
            !uuid_equal(one->version_id, delivered->version_id))
            all[count++] = *one;
    }
    all[count++] = (struct secret_delivery){delivered->variable, delivered->version_id};
    secrets->delivered = (struct list){all, count};
}

static void on_delivered(struct fold *fold, const struct secret_delivered *delivered)
{
    struct task_secrets secrets;

    if (!model_load(
            fold->model, &task_secrets_aggregate, delivered->task_id, fold->arena, &secrets))
        return;
    note_delivery(fold, &secrets, delivered);
    model_store(fold->model, &task_secrets_aggregate, delivered->task_id, &secrets);
    model_link(fold->model, LINK_VERSION_TASK, delivered->version_id, delivered->task_id, 0);
    model_link(fold->model, LINK_VERSION_NODE, delivered->version_id, delivered->node_id, 0);
}

static void on_destroyed(struct fold *fold, struct uuid version_id)
{
    struct secret_version version;
    struct uuid node_id = UUID_NONE;
    struct timer timer;

    if (!model_load(fold->model, &secret_version_aggregate, version_id, fold->arena, &version))
        return;
    timer = timer_of(&version, version.former_at);
    model_clear_timer(fold->model, &timer);
    while (model_next_link(fold->model, LINK_VERSION_NODE, version_id, UUID_NONE, &node_id, NULL))
        model_unlink(fold->model, LINK_VERSION_NODE, version_id, node_id);
    model_unlink(fold->model, LINK_SECRET_VERSION, UUID_NONE, version_id);
    model_remove(fold->model, &secret_version_aggregate, version_id);
}

void secret_note_task_created(struct fold *fold, struct uuid task_id, struct list refs)
{
    const struct task_secrets secrets = {.refs = refs};

    if (refs.count > 0)
        model_store(fold->model, &task_secrets_aggregate, task_id, &secrets);
}

static void release(struct fold *fold, struct uuid version_id, struct uuid task_id)
{
    model_unlink(fold->model, LINK_VERSION_TASK, version_id, task_id);
    settle(fold, version_id);
}

void secret_note_task_end(struct fold *fold, struct uuid task_id)
{
    struct task_secrets secrets;

    if (!model_load(fold->model, &task_secrets_aggregate, task_id, fold->arena, &secrets))
        return;
    for (size_t i = 0; i < secrets.delivered.count; i++) {
        const struct secret_delivery *one =
            list_item(&secrets.delivered, sizeof(struct secret_delivery), i);
        release(fold, one->version_id, task_id);
    }
    model_remove(fold->model, &task_secrets_aggregate, task_id);
}

void secret_evolve(struct fold *fold, const struct record *record)
{
    switch ((enum secret_event)record->type->id) {
    case EVT_SECRET_CREATED:
        on_created(fold, record);
        break;
    case EVT_SECRET_CHANGED:
        on_changed(fold, record->event);
        break;
    case EVT_SECRET_ROTATED:
        on_rotated(fold, record);
        break;
    case EVT_SECRET_DELETED:
        on_deleted(fold, record);
        break;
    case EVT_SECRET_DELIVERED:
        on_delivered(fold, record->event);
        break;
    case EVT_SECRET_VERSION_DESTROYED:
        on_destroyed(fold, ((const struct secret_version_destroyed *)record->event)->version_id);
        break;
    }
}
