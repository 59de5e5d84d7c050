/*
 * Folding what happens to nodes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"

#include "commands/node/enrollment.h"
#include "commands/node/install.h"
#include "commands/node/node_lookup.h"
#include "commands/rollout/rollout_lookup.h"
#include "commands/schedule/schedule_lookup.h"
#include "commands/task/task_lookup.h"
#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "core/shape/shape_pack.h"
#include "eventlog/events/workspace_events.h"

static const struct field node_fields[] = {
    {UUID(node, workspace_id), .tag = 1, .doc = "Workspace that the node belongs to."},
    {TEXT(node, hostname), .tag = 2, .doc = "Host name; unique in the installation."},
    {ENUM(node, status, node_status_names), .tag = 3, .doc = "Whether the node is online."},
    {BOOL(node, is_in_maintenance), .tag = 4, .doc = "Whether the node takes no new tasks."},
    {BYTES(node, credential_digest), .tag = 5, .flags = SECRET,
     .doc = "SHA-256 digest of the agent's credential."},
    {TEXT(node, agent_version), .tag = 6, .doc = "Version of the agent, as last reported."},
    {TEXT(node, platform_version), .tag = 7,
     .doc = "Version of the operating system, as last reported."},
    {TEXT(node, kernel_version), .tag = 8, .doc = "Version of the kernel, as last reported."},
    {ENUM(node, desired_profile, root_profile_names), .tag = 9,
     .doc = "Root access profile that is wanted."},
    {ENUM(node, applied_profile, root_profile_names), .tag = 10,
     .doc = "Root access profile that is in force."},
    {ENUM(node, root_sync, root_sync_names), .tag = 11,
     .doc = "Whether the profile in force is the wanted one."},
    {TIMESTAMP(node, root_updated_at), .tag = 12, .doc = "Time the wanted profile was set."},
    {TIMESTAMP(node, root_last_applied_at), .tag = 13,
     .doc = "Time the profile in force was applied."},
    {BYTES(node, root_error_digest), .tag = 14, .doc = "SHA-256 digest of the reported error."},
    {ENUM(node, cpu_severity, severity_names), .tag = 15,
     .doc = "Severity of the last event about processor usage."},
    {TIMESTAMP(node, cpu_recorded_at), .tag = 16,
     .doc = "Time of the last event about processor usage."},
    {UUID(node, team_id), .tag = 17, .doc = "Team that the node is assigned to."},
    {BOOL(node, is_heard), .tag = 18,
     .doc = "Whether the agent was heard since it was given its credential."},
    {TEXT(node, agent_start), .tag = 19, .doc = "Start of the agent, as it last said."},
    {TIMESTAMP(node, agent_replaced_at), .tag = 20,
     .doc = "Time another agent last took the place of the one before."},
    {UUID(node, connection), .tag = 21, .doc = "Connection that the agent speaks on."},
    {UUID(node, connection_boot), .tag = 22, .doc = "Run of the server that has the connection."},
    {BYTES(node, location_digest), .tag = 23,
     .doc = "SHA-256 digest of the location that was last reported."},
    {TEXT(node, name), .tag = 24, .doc = "Name of the node, as it is shown."},
    {TEXT(node, arch), .tag = 25, .doc = "Processor architecture of the machine."},
};
static const struct shape node_shape = SHAPE(node, "State of a node.");
const struct aggregate node_aggregate = {STATE_NODE, "node", &node_shape};

static bool load(struct fold *fold, struct uuid node_id, struct node *out)
{
    return model_load(fold->model, &node_aggregate, node_id, fold->arena, out);
}

static void store(struct fold *fold, struct uuid node_id, const struct node *node)
{
    model_store(fold->model, &node_aggregate, node_id, node);
}

static void on_added(struct fold *fold, const struct record *record)
{
    const struct node_added *added = record->event;
    struct node node = {
        .workspace_id = added->workspace_id,
        .hostname = added->hostname,
        .status = {NODE_OFFLINE},
        .is_in_maintenance = OPT_FALSE,
        .credential_digest = added->credential_digest,
        .agent_version = added->agent_version,
        .platform_version = added->platform_version,
        .kernel_version = added->kernel_version,
        .desired_profile = {ROOT_OFF},
        .applied_profile = {ROOT_OFF},
        .root_sync = {ROOT_PENDING},
        .team_id = added->team_id,
        .location_digest = node_location_digest(fold->arena, added->location),
        .name = added->name,
        .arch = added->arch,
    };

    fold_claim(fold, CLAIM_HOSTNAME, bytes_of_text(added->hostname), added->node_id);
    model_link(fold->model, LINK_WORKSPACE_NODE, added->workspace_id, added->node_id, 0);
    if (uuid_is_present(added->team_id))
        model_link(fold->model, LINK_TEAM_NODE, added->team_id, added->node_id, 0);
    store(fold, added->node_id, &node);
}

static void keep_if_present(struct text *kept, struct text reported)
{
    if (text_is_present(reported))
        *kept = reported;
}

/* Another credential: whoever spoke with the one before speaks no longer. */
static void change_credential(struct node *node, struct bytes credential_digest)
{
    node->credential_digest = credential_digest;
    node->is_heard = OPT_FALSE;
    node->connection = node->connection_boot = UUID_NONE;
}

static void on_registered(struct fold *fold, const struct record *record)
{
    const struct node_registered *registered = record->event;
    struct node node;

    if (!load(fold, registered->node_id, &node))
        return;
    change_credential(&node, registered->credential_digest);
    if (registered->location != NULL)
        node.location_digest = node_location_digest(fold->arena, registered->location);
    keep_if_present(&node.agent_version, registered->agent_version);
    keep_if_present(&node.platform_version, registered->platform_version);
    keep_if_present(&node.kernel_version, registered->kernel_version);
    keep_if_present(&node.arch, registered->arch);
    store(fold, registered->node_id, &node);
}

static void on_came_online(struct fold *fold, const struct record *record)
{
    const struct node_came_online *online = record->event;
    struct node node;

    if (!load(fold, online->node_id, &node))
        return;
    node.status.is = NODE_ONLINE;
    if (online->sign.is != SIGN_REGISTRATION)
        node.is_heard = OPT_TRUE;
    model_link(fold->model, LINK_ONLINE, UUID_NONE, online->node_id, 0);
    keep_if_present(&node.agent_version, online->agent_version);
    keep_if_present(&node.platform_version, online->platform_version);
    keep_if_present(&node.kernel_version, online->kernel_version);
    store(fold, online->node_id, &node);
    if (online->sign.is != SIGN_REGISTRATION)
        rollout_note_version(fold, record, online->node_id, online->agent_version);
}

static void on_went_offline(struct fold *fold, const struct record *record)
{
    const struct node_went_offline *offline = record->event;
    struct node node;

    if (!load(fold, offline->node_id, &node))
        return;
    node.status.is = NODE_OFFLINE;
    model_unlink(fold->model, LINK_ONLINE, UUID_NONE, offline->node_id);
    store(fold, offline->node_id, &node);
}

static void on_versions_reported(struct fold *fold, const struct record *record)
{
    const struct node_versions_reported *reported = record->event;
    struct node node;

    if (!load(fold, reported->node_id, &node))
        return;
    keep_if_present(&node.agent_version, reported->agent_version);
    keep_if_present(&node.platform_version, reported->platform_version);
    keep_if_present(&node.kernel_version, reported->kernel_version);
    store(fold, reported->node_id, &node);
    rollout_note_version(fold, record, reported->node_id, reported->agent_version);
}

static void on_root_access_reported(struct fold *fold, const struct record *record)
{
    const struct node_root_access_reported *reported = record->event;
    struct digest digest = sha256(bytes_of_text(reported->last_error));
    struct node node;

    if (!load(fold, reported->node_id, &node))
        return;
    node.applied_profile = reported->applied_profile;
    node.root_sync = reported->sync;
    node.root_last_applied_at = reported->last_applied_at;
    node.root_error_digest = (struct bytes){0};
    if (text_is_present(reported->last_error))
        node.root_error_digest = (struct bytes){digest.bytes, DIGEST_SIZE};
    store(fold, reported->node_id, &node);
}

static void on_cpu_crossed(struct fold *fold, const struct record *record)
{
    const struct node_cpu_crossed *crossed = record->event;
    struct node node;

    if (!load(fold, crossed->node_id, &node))
        return;
    node.cpu_severity = crossed->severity;
    node.cpu_recorded_at = record->entry.recorded_at;
    store(fold, crossed->node_id, &node);
}

static void on_team_changed(struct fold *fold, const struct record *record)
{
    const struct node_team_changed *changed = record->event;
    struct node node;

    if (!load(fold, changed->node_id, &node))
        return;
    model_unlink(fold->model, LINK_TEAM_NODE, node.team_id, changed->node_id);
    if (uuid_is_present(changed->team_id))
        model_link(fold->model, LINK_TEAM_NODE, changed->team_id, changed->node_id, 0);
    node.team_id = changed->team_id;
    store(fold, changed->node_id, &node);
}

static void on_maintenance(struct fold *fold, const struct record *record)
{
    bool is_in_maintenance = record->type == &node_maintenance_entered_event;
    struct uuid node_id = record->entry.stream;
    struct node node;

    if (!load(fold, node_id, &node))
        return;
    node.is_in_maintenance = opt_bool_of(is_in_maintenance);
    store(fold, node_id, &node);
    if (is_in_maintenance)
        task_hold_timers(fold, node_id);
    else
        task_resume_timers(fold, node_id);
    schedule_move_timers_of_node(fold, node_id);
}

/* What the agent reports next is held against this, so its last error no longer counts. */
static void on_root_access_wanted(struct fold *fold, const struct record *record)
{
    const struct node_root_access_wanted *wanted = record->event;
    struct node node;

    if (!load(fold, wanted->node_id, &node))
        return;
    node.desired_profile = wanted->profile;
    node.root_sync.is = ROOT_PENDING;
    node.root_updated_at = record->entry.recorded_at;
    node.root_error_digest = (struct bytes){0};
    store(fold, wanted->node_id, &node);
}

static void on_agent_replaced(struct fold *fold, const struct record *record)
{
    const struct node_agent_replaced *replaced = record->event;
    struct node node;

    if (!load(fold, replaced->node_id, &node))
        return;
    node.agent_start = (struct text){0};
    node.agent_replaced_at = record->entry.recorded_at;
    store(fold, replaced->node_id, &node);
}

static void on_agent_started(struct fold *fold, const struct record *record)
{
    const struct node_agent_started *started = record->event;
    struct node node;

    if (!load(fold, started->node_id, &node))
        return;
    node.agent_start = started->start;
    store(fold, started->node_id, &node);
}

static void on_agent_connected(struct fold *fold, const struct record *record)
{
    const struct node_agent_connected *connected = record->event;
    struct node node;

    if (!load(fold, connected->node_id, &node))
        return;
    node.connection = connected->connection;
    node.connection_boot = connected->boot;
    store(fold, connected->node_id, &node);
}

static void on_agent_disconnected(struct fold *fold, const struct record *record)
{
    const struct node_agent_disconnected *disconnected = record->event;
    struct node node;

    if (!load(fold, disconnected->node_id, &node) ||
        !uuid_equal(node.connection, disconnected->connection))
        return;
    node.connection = node.connection_boot = UUID_NONE;
    store(fold, disconnected->node_id, &node);
}

static void on_location_reported(struct fold *fold, const struct record *record)
{
    const struct node_location_reported *reported = record->event;
    struct node node;

    if (!load(fold, reported->node_id, &node))
        return;
    node.location_digest = node_location_digest(fold->arena, reported->location);
    store(fold, reported->node_id, &node);
}

static void on_labels(struct fold *fold, const struct record *record)
{
    const struct node_labels_changed *changed = record->event;
    const struct node_labels_reported *reported = record->event;

    node_labels_evolve(
        fold, record->entry.stream,
        record->type == &node_labels_changed_event ? changed->changes : reported->changes);
}

/* Its tasks have ended before. */
static void on_removed(struct fold *fold, const struct record *record)
{
    const struct node_removed *removed = record->event;
    struct node node;

    if (!load(fold, removed->node_id, &node))
        return;
    fold_release(fold, CLAIM_HOSTNAME, bytes_of_text(node.hostname), removed->node_id);
    model_unlink(fold->model, LINK_WORKSPACE_NODE, node.workspace_id, removed->node_id);
    model_unlink(fold->model, LINK_TEAM_NODE, node.team_id, removed->node_id);
    model_unlink(fold->model, LINK_ONLINE, UUID_NONE, removed->node_id);
    model_remove(fold->model, &node_labels_aggregate, removed->node_id);
    model_remove(fold->model, &node_aggregate, removed->node_id);
}

/* The same host asked again within its window: its agent has a fresh credential. */
static void on_consumed(struct fold *fold, const struct record *record)
{
    const struct install_consumed *consumed = record->event;
    struct node node;

    install_evolve(fold, record);
    if (!opt_bool_is_true(consumed->is_repeat) || !load(fold, consumed->node_id, &node))
        return;
    change_credential(&node, consumed->credential_digest);
    store(fold, consumed->node_id, &node);
}

bool node_is_in_maintenance(struct fold *fold, struct uuid node_id)
{
    struct node node;

    return load(fold, node_id, &node) && opt_bool_is_true(node.is_in_maintenance);
}

void node_evolve(struct fold *fold, const struct record *record)
{
    switch ((enum node_event)record->type->id) {
    case EVT_NODE_ADDED:
        on_added(fold, record);
        break;
    case EVT_NODE_REGISTERED:
        on_registered(fold, record);
        break;
    case EVT_NODE_CAME_ONLINE:
        on_came_online(fold, record);
        break;
    case EVT_NODE_WENT_OFFLINE:
        on_went_offline(fold, record);
        break;
    case EVT_NODE_VERSIONS_REPORTED:
        on_versions_reported(fold, record);
        break;
    case EVT_NODE_ROOT_ACCESS_REPORTED:
        on_root_access_reported(fold, record);
        break;
    case EVT_NODE_CPU_CROSSED:
        on_cpu_crossed(fold, record);
        break;
    case EVT_NODE_REMOVED:
        on_removed(fold, record);
        break;
    case EVT_NODE_MAINTENANCE_ENTERED:
    case EVT_NODE_MAINTENANCE_LEFT:
        on_maintenance(fold, record);
        break;
    case EVT_NODE_ROOT_ACCESS_WANTED:
        on_root_access_wanted(fold, record);
        break;
    case EVT_NODE_TEAM_CHANGED:
        on_team_changed(fold, record);
        break;
    case EVT_NODE_AGENT_STARTED:
        on_agent_started(fold, record);
        break;
    case EVT_NODE_AGENT_REPLACED:
        on_agent_replaced(fold, record);
        break;
    case EVT_NODE_AGENT_CONNECTED:
        on_agent_connected(fold, record);
        break;
    case EVT_NODE_AGENT_DISCONNECTED:
        on_agent_disconnected(fold, record);
        break;
    case EVT_NODE_LOCATION_REPORTED:
        on_location_reported(fold, record);
        break;
    case EVT_NODE_LABELS_CHANGED:
    case EVT_NODE_LABELS_REPORTED:
        on_labels(fold, record);
        break;
    case EVT_NODE_NOTIFICATIONS_CHANGED:
        break; /* no decision asks for them */
    case EVT_INSTALL_CONSUMED:
        on_consumed(fold, record);
        break;
    case EVT_INSTALL_CREATED:
    case EVT_INSTALL_PROGRESSED:
    case EVT_INSTALL_EXPIRED:
        install_evolve(fold, record);
        break;
    case EVT_ENROLLMENT_INITIATED:
    case EVT_ENROLLMENT_APPROVED:
    case EVT_ENROLLMENT_REVOKED:
        enrollment_evolve(fold, record);
        break;
    }
}

struct bytes node_location_digest(struct arena *arena, const struct node_location *location)
{
    enum { MOST_BYTES = 4096 };
    struct digest *digest = arena_one(arena, struct digest);
    AUTO_BUF packed = {0};

    if (location == NULL)
        return (struct bytes){0};
    buf_init(&packed, MOST_BYTES);
    shape_pack(&node_location_shape, location, &packed);
    must(!buf_is_full(&packed));
    *digest = sha256(buf_bytes(&packed));
    return (struct bytes){digest->bytes, DIGEST_SIZE};
}

bool node_load(const struct decision *decision, struct uuid node_id, struct node *out)
{
    return model_load(decision->model, &node_aggregate, node_id, decision->arena, out);
}
