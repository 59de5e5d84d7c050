/*
 * Rules that several commands about nodes share.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"
#include "commands/workspace/workspace_lookup.h"
#include "core/crypto/crypto.h"

enum status node_hostname_must_be_free(
    const struct decision *decision, struct text hostname, struct error *error)
{
    struct uuid holder;

    if (model_holder(decision->model, CLAIM_HOSTNAME, bytes_of_text(hostname), &holder))
        return decision_refuse(error, &refused_hostname_taken);
    return STATUS_OK;
}

enum status node_must_be_changeable(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid node_id,
    struct node *out,
    struct error *error)
{
    if (!node_load(decision, node_id, out) ||
        (uuid_is_present(workspace_id) && !uuid_equal(workspace_id, out->workspace_id)))
        return decision_refuse(error, &refused_node_missing, decision_show(decision, node_id));
    return workspace_must_be_writable(decision, out->workspace_id, error);
}

struct text node_first_said(struct text first, struct text second, struct text third)
{
    if (first.size > 0)
        return first;
    return second.size > 0 ? second : third;
}

struct text node_text_or_unknown(struct text t)
{
    return t.size > 0 ? t : text_lit("unknown");
}

enum status node_must_speak(
    const struct decision *decision,
    struct uuid node_id,
    struct bytes credential_digest,
    struct node *out,
    struct error *error)
{
    if (!node_load(decision, node_id, out))
        return decision_refuse(error, &refused_node_missing, decision_show(decision, node_id));
    if (out->credential_digest.size != DIGEST_SIZE)
        return decision_refuse(error, &refused_agent_token_unset);
    if (!crypto_equal(out->credential_digest, credential_digest))
        return decision_refuse(error, &refused_agent_token);
    return STATUS_OK;
}

bool node_has_agent(const struct node *node)
{
    return node->credential_digest.size == DIGEST_SIZE && opt_bool_is_true(node->is_heard);
}

/* What was reported and is not known yet. */
static struct text changed(struct text known, struct text reported)
{
    if (!text_is_present(reported) || text_equal(known, reported))
        return (struct text){0};
    return reported;
}

static void note_versions(
    struct decision *decision,
    struct uuid node_id,
    const struct node *node,
    const struct versions *versions)
{
    struct node_versions_reported reported = {
        .node_id = node_id,
        .agent_version = changed(node->agent_version, versions->agent),
        .platform_version = changed(node->platform_version, versions->platform),
        .kernel_version = changed(node->kernel_version, versions->kernel),
    };

    if (text_is_present(reported.agent_version) || text_is_present(reported.platform_version) ||
        text_is_present(reported.kernel_version))
        decision_emit(
            decision, &node_versions_reported_event, node_id, node->workspace_id, &reported);
}

void node_note_sign(
    struct decision *decision,
    struct uuid node_id,
    const struct node *node,
    enum node_sign sign,
    const struct versions *versions)
{
    struct node_came_online online = {
        .node_id = node_id,
        .sign = {sign},
        .agent_version = versions->agent,
        .platform_version = versions->platform,
        .kernel_version = versions->kernel,
    };

    if (node->status.is == NODE_ONLINE &&
        (opt_bool_is_true(node->is_heard) || sign == SIGN_REGISTRATION))
        note_versions(decision, node_id, node, versions);
    else
        decision_emit(decision, &node_came_online_event, node_id, node->workspace_id, &online);
}
