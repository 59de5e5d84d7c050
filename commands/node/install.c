/*
 * Folding what happens to installs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/install.h"

#include "commands/node/node.h"

enum { CREATED_PERCENT = 5, CONSUMED_PERCENT = 92 };

static const struct field install_view_fields[] = {
    {UUID(install_view, install_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the install."},
    {UUID(install_view, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace that the node will belong to."},
    {UUID(install_view, team_id), .tag = 3, .doc = "Team that the node will be assigned to."},
    {TEXT(install_view, node_name), .tag = 4, .flags = REQUIRED,
     .doc = "Name that the node will have."},
    {TEXT(install_view, description), .tag = 5, .doc = "Description that the node will have."},
    {TEXT(install_view, hostname), .tag = 6, .doc = "Host name of the node, once known."},
    {UUID(install_view, node_id), .tag = 7, .doc = "Id of the node, once it was added."},
    {ENUM(install_view, status, install_status_names), .tag = 8, .flags = REQUIRED,
     .doc = "Status of the install."},
    {TEXT(install_view, stage), .tag = 9, .flags = REQUIRED,
     .doc = "Step that the installer is at."},
    {INT64(install_view, progress_percent), .tag = 10, .flags = REQUIRED,
     .doc = "Progress in per cent."},
    {TEXT(install_view, status_message), .tag = 11, .doc = "Message for people."},
    {TIMESTAMP(install_view, started_at), .tag = 12, .doc = "Time the installer began."},
    {TIMESTAMP(install_view, consumed_at), .tag = 13, .doc = "Time the token was used."},
    {TIMESTAMP(install_view, expires_at), .tag = 14, .flags = REQUIRED,
     .doc = "Time until which the token can be used."},
    {TIMESTAMP(install_view, created_at), .tag = 15, .flags = REQUIRED,
     .doc = "Time it was created."},
    {TIMESTAMP(install_view, updated_at), .tag = 16, .flags = REQUIRED,
     .doc = "Time of the last change."},
};
const struct shape install_view_shape = SHAPE(install_view, "State of an install.");
const struct aggregate install_aggregate = {STATE_INSTALL, "install", &install_view_shape};

static bool load(struct fold *fold, struct uuid install_id, struct install_view *out)
{
    return model_load(fold->model, &install_aggregate, install_id, fold->arena, out);
}

static void store(struct fold *fold, const struct record *record, struct install_view *install)
{
    install->updated_at = record->entry.recorded_at;
    model_store(fold->model, &install_aggregate, install->install_id, install);
}

static struct timer timer_of(const struct install_view *install)
{
    return (struct timer){TIMER_INSTALL, install->install_id, install->expires_at};
}

static void on_created(struct fold *fold, const struct record *record)
{
    const struct install_created *created = record->event;
    struct install_view install = {
        .install_id = created->install_id,
        .workspace_id = created->workspace_id,
        .team_id = created->team_id,
        .node_name = created->node_name,
        .description = created->description,
        .status = {INSTALL_PENDING},
        .stage = text_lit("command_generated"),
        .progress_percent = CREATED_PERCENT,
        .expires_at = created->expires_at,
        .created_at = record->entry.recorded_at,
    };
    struct timer timer = timer_of(&install);

    install.status_message = install_message(INSTALL_PENDING, install.stage);
    fold_claim(fold, CLAIM_BOOTSTRAP, created->token_digest, created->install_id);
    model_set_timer(fold->model, &timer);
    model_link(fold->model, LINK_WORKSPACE_INSTALL, install.workspace_id, install.install_id, 0);
    store(fold, record, &install);
}

/* Its token is used, or can be used no longer. */
static void leave_waiting(struct fold *fold, const struct install_view *install)
{
    struct timer timer = timer_of(install);

    model_clear_timer(fold->model, &timer);
    model_unlink(fold->model, LINK_WORKSPACE_INSTALL, install->workspace_id, install->install_id);
}

static void on_progressed(struct fold *fold, const struct record *record)
{
    const struct install_progressed *progressed = record->event;
    struct install_view install;

    if (!load(fold, progressed->install_id, &install))
        return;
    install.status = progressed->status;
    install.stage = progressed->stage;
    install.progress_percent = progressed->progress_percent;
    install.status_message = progressed->status_message;
    if (!timestamp_is_present(install.started_at))
        install.started_at = record->entry.recorded_at;
    store(fold, record, &install);
}

static void on_consumed(struct fold *fold, const struct record *record)
{
    const struct install_consumed *consumed = record->event;
    struct install_view install;

    if (opt_bool_is_true(consumed->is_repeat) || !load(fold, consumed->install_id, &install))
        return;
    install.hostname = consumed->hostname;
    install.node_id = consumed->node_id;
    install.status.is = INSTALL_INSTALLING;
    install.stage = text_lit("bootstrap_token_consumed");
    install.status_message = install_message(INSTALL_INSTALLING, install.stage);
    if (install.progress_percent < CONSUMED_PERCENT)
        install.progress_percent = CONSUMED_PERCENT;
    install.consumed_at = record->entry.recorded_at;
    if (!timestamp_is_present(install.started_at))
        install.started_at = record->entry.recorded_at;
    leave_waiting(fold, &install);
    store(fold, record, &install);
}

static void expire(struct install_view *install)
{
    install->status.is = INSTALL_EXPIRED;
    install->stage = text_lit("expired");
    install->status_message = install_message(INSTALL_EXPIRED, install->stage);
}

static void on_expired(struct fold *fold, const struct record *record)
{
    const struct install_expired *expired = record->event;
    struct install_view install;

    if (!load(fold, expired->install_id, &install))
        return;
    leave_waiting(fold, &install);
    expire(&install);
    store(fold, record, &install);
}

void install_evolve(struct fold *fold, const struct record *record)
{
    if (record->type == &install_created_event)
        on_created(fold, record);
    else if (record->type == &install_progressed_event)
        on_progressed(fold, record);
    else if (record->type == &install_consumed_event)
        on_consumed(fold, record);
    else if (record->type == &install_expired_event)
        on_expired(fold, record);
}

enum status install_of_token(
    const struct decision *decision,
    struct bytes token_digest,
    struct install_view *out,
    struct error *error)
{
    struct uuid install_id;

    if (!model_holder(decision->model, CLAIM_BOOTSTRAP, token_digest, &install_id) ||
        !model_load(decision->model, &install_aggregate, install_id, decision->arena, out))
        return decision_refuse(error, &refused_bootstrap_token_missing);
    return STATUS_OK;
}

bool install_is_over(const struct install_view *install, struct timestamp now)
{
    if (timestamp_is_present(install->consumed_at))
        return false;
    return install->status.is == INSTALL_EXPIRED || install->expires_at.us <= now.us;
}

void install_show_expiry(struct install_view *install, struct timestamp now)
{
    if (install_is_over(install, now))
        expire(install);
}
