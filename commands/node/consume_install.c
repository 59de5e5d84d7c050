/*
 * A host exchanges its bootstrap token for an agent's credential, once. Installers repeat a request
 * whose answer was lost: for a while the same host gets the same node and a fresh credential, unless
 * an agent has spoken with the first one.
 *
 *   installer ──consume_install──► [here] ──install_consumed (node_added)──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/install.h"
#include "commands/node/node.h"
#include "commands/node/registered_agent.h"
#include "commands/workspace/workspace_lookup.h"
#include "core/shape/alteration.h"

static const int64_t REPEAT_US = INT64_C(15) * 60 * US_PER_S;

static const struct field additional_info_fields[] = {
    {TEXT(additional_info, os), .tag = 1, .flags = TRIM, .max = 120,
     .doc = "Operating system of the machine."},
    {TEXT(additional_info, arch), .tag = 2, .flags = TRIM, .max = 64,
     .doc = "Processor architecture of the machine."},
    {TEXT(additional_info, agent_version), .tag = 3, .flags = TRIM, .max = 64,
     .doc = "Version of the agent."},
    {TEXT(additional_info, platform_version), .tag = 4, .flags = TRIM, .max = 120,
     .doc = "Version of the operating system."},
    {TEXT(additional_info, kernel_version), .tag = 5, .flags = TRIM, .max = 120,
     .doc = "Version of the kernel."},
    {OBJECT(additional_info, location, node_location), .tag = 6, .doc = "Location of the machine."},
    {TEXT(additional_info, operating_system), .tag = 7, .flags = TRIM, .max = 120,
     .doc = "Operating system, for agents that use this name."},
    {TEXT(additional_info, platform), .tag = 8, .flags = TRIM, .max = 120,
     .doc = "Operating system, when no other field names it."},
    {TEXT(additional_info, architecture), .tag = 9, .flags = TRIM, .max = 64,
     .doc = "Processor architecture, for agents that use this name."},
};
const struct shape additional_info_shape =
    SHAPE(additional_info, "Facts that a machine reports while it is installed.");

struct text additional_info_os(const struct additional_info *info)
{
    return node_first_said(info->os, info->operating_system, info->platform);
}

struct text additional_info_arch(const struct additional_info *info)
{
    return node_first_said(info->arch, info->architecture, (struct text){0});
}

static const struct field consume_install_fields[] = {
    {TEXT(consume_install, token), .tag = 1, .flags = REQUIRED | TRIM | SECRET | EXACT, .min = 8,
     .max = 512, .doc = "Bootstrap token of the install."},
    {TEXT(consume_install, hostname), .tag = 2,
     .flags = HOST_NAME | REQUIRED | TRIM | LOWER | EXACT, .min = 2, .max = 255,
     .doc = "Host name of the machine."},
    {OBJECT(consume_install, additional_info, additional_info), .tag = 3,
     .doc = "Facts that the machine reports about itself."},
    {BYTES(consume_install, token_digest), .tag = 4, .flags = SERVER_SET | SECRET,
     .doc = "SHA-256 digest of the bootstrap token."},
    {BYTES(consume_install, credential_digest), .tag = 5, .flags = SERVER_SET | SECRET,
     .doc = "SHA-256 digest of the new credential."},
    {OBJECTS(consume_install, altered, alteration), .tag = 6, .flags = SERVER_SET,
     .doc = "What was altered of the report so that it could be taken."},
};
static const struct shape consume_install_shape = SHAPE_WITH(
    consume_install, "Bootstrap token and machine.", .is_lenient = true, .altered_tag = 6);

static bool is_repeat(
    const struct decision *decision,
    const struct consume_install *order,
    const struct install_view *install)
{
    struct node node;

    return timestamp_is_present(install->consumed_at) &&
           text_equal(install->hostname, order->hostname) &&
           decision->now.us - install->consumed_at.us < REPEAT_US &&
           node_load(decision, install->node_id, &node) && !node_has_agent(&node);
}

static enum status check(
    const struct decision *decision,
    const struct consume_install *order,
    const struct install_view *install,
    struct error *error)
{
    enum status status;

    if (timestamp_is_present(install->consumed_at))
        return decision_refuse(error, &refused_bootstrap_token_used);
    if (install_is_over(install, decision->now))
        return decision_refuse(error, &refused_bootstrap_token_expired);
    status = workspace_must_be_writable(decision, install->workspace_id, error);
    if (status == STATUS_OK)
        status = node_hostname_must_be_free(decision, order->hostname, error);
    if (status == STATUS_OK)
        status = team_must_be_of(decision, install->team_id, install->workspace_id, error);
    return status;
}

static void emit_node(
    struct decision *decision,
    const struct consume_install *order,
    const struct install_view *install,
    struct uuid node_id)
{
    static const struct additional_info nothing;
    const struct additional_info *info =
        order->additional_info == NULL ? &nothing : order->additional_info;
    struct node_added added = {
        .node_id = node_id,
        .workspace_id = install->workspace_id,
        .name = install->node_name,
        .description = install->description,
        .hostname = order->hostname,
        .os = node_text_or_unknown(additional_info_os(info)),
        .arch = node_text_or_unknown(additional_info_arch(info)),
        .team_id = install->team_id,
        .source = {SOURCE_INSTALL},
        .credential_digest = order->credential_digest,
        .agent_version = info->agent_version,
        .platform_version = info->platform_version,
        .kernel_version = info->kernel_version,
        .location = info->location,
    };

    decision_emit(decision, &node_added_event, node_id, install->workspace_id, &added);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct consume_install *order = input;
    struct install_consumed consumed = {
        .hostname = order->hostname, .credential_digest = order->credential_digest};
    struct install_view install;
    bool repeats;
    enum status status = install_of_token(decision, order->token_digest, &install, error);

    if (status != STATUS_OK)
        return status;
    repeats = is_repeat(decision, order, &install);
    if (!repeats)
        status = check(decision, order, &install, error);
    if (status != STATUS_OK)
        return status;
    consumed.install_id = install.install_id;
    consumed.node_id = repeats ? install.node_id : decision_id(decision);
    consumed.is_repeat = opt_bool_of(repeats);
    decision_emit(
        decision, &install_consumed_event, install.install_id, install.workspace_id, &consumed);
    if (!repeats)
        emit_node(decision, order, &install, consumed.node_id);
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct consume_install *order = input;
    struct registered_agent *registered = answer;
    struct install_view install;
    struct error ignored;

    (void)arena;
    if (install_of_token(decision, order->token_digest, &install, &ignored) == STATUS_OK)
        registered->node_id = install.node_id;
}

const struct command consume_install_command = {
    .name = "consume_install",
    .doc = "Exchanges a bootstrap token for an agent's credential.",
    .input = &consume_install_shape,
    .decide = decide,
    .answer = &registered_agent_shape,
    .answer_from = answer_from,
};
