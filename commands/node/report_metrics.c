/*
 * An agent reports a sample. The sample itself is telemetry; what follows from it may be an event.
 *
 *   agent ──report_metrics──► [here] ──(node_came_online, node_cpu_crossed)──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"
#include "commands/node/node_commands.h"
#include "eventlog/events/workspace_events.h"

static const struct field report_metrics_fields[] = {
    {UUID(report_metrics, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
    {BYTES(report_metrics, credential_digest), .tag = 2, .flags = SERVER_SET | SECRET,
     .doc = "SHA-256 digest of the agent's credential."},
    {DOUBLE(report_metrics, cpu_usage), .tag = 3, .flags = REQUIRED, .min = 0, .max = 100,
     .doc = "Processor usage in per cent."},
    {TEXT(report_metrics, agent_version), .tag = 4, .flags = TRIM, .max = 64,
     .doc = "Version of the agent."},
};
static const struct shape report_metrics_shape = SHAPE(report_metrics, "Measurements of a node.");

static const struct field metrics_answer_fields[] = {
    {UUID(metrics_answer, workspace_id), .tag = 1, .flags = REQUIRED,
     .doc = "Workspace of the node."},
};
static const struct shape metrics_answer_shape =
    SHAPE(metrics_answer, "Place of the measurements.");

/* Absent below the threshold. */
static struct enum_value severity_of(const struct policy *policy, double cpu_usage)
{
    double critical = policy->high_cpu_threshold + 5;

    if (!(cpu_usage >= policy->high_cpu_threshold))
        return (struct enum_value){0};
    if (cpu_usage >= (critical < 100 ? critical : 100))
        return (struct enum_value){SEVERITY_CRITICAL};
    return (struct enum_value){SEVERITY_WARNING};
}

/* On a change of severity at once, else at most every few minutes: agents report every two
 * seconds, and a busy processor stays busy. */
static void
note_cpu(struct decision *decision, const struct report_metrics *report, const struct node *node)
{
    struct node_cpu_crossed crossed = {
        .node_id = report->node_id,
        .cpu_usage = report->cpu_usage,
        .severity = severity_of(decision->policy, report->cpu_usage),
    };
    struct timestamp next =
        timestamp_plus_us(node->cpu_recorded_at, decision->policy->high_cpu_repeat_us);

    if (crossed.severity.is == 0 ||
        (crossed.severity.is == node->cpu_severity.is && decision->now.us < next.us))
        return;
    decision_emit(decision, &node_cpu_crossed_event, report->node_id, node->workspace_id, &crossed);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct report_metrics *report = input;
    struct versions said = {.agent = report->agent_version};
    struct node node;
    enum status status =
        node_must_speak(decision, report->node_id, report->credential_digest, &node, error);

    if (status != STATUS_OK)
        return status;
    node_note_sign(decision, report->node_id, &node, SIGN_METRICS, &said);
    note_cpu(decision, report, &node);
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct report_metrics *report = input;
    struct metrics_answer *kept = answer;
    struct node node;

    (void)arena;
    if (node_load(decision, report->node_id, &node))
        kept->workspace_id = node.workspace_id;
}

const struct command report_metrics_command = {
    .name = "report_metrics",
    .doc = "Reports measurements of a node.",
    .input = &report_metrics_shape,
    .decide = decide,
    .answer = &metrics_answer_shape,
    .answer_from = answer_from,
    .may_come_to_nothing = true,
};
