/*
 * What an agent says of the root access that it has applied, held against what is wanted. Only a
 * change is an event: agents repeat themselves with every claim.
 *
 *   error reported ──► failed      applied = wanted ──► applied      else ──► pending
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"
#include "commands/node/node_lookup.h"
#include "core/crypto/crypto.h"

static const struct field root_access_report_fields[] = {
    {ENUM(root_access_report, applied_profile, root_profile_names), .tag = 1,
     .doc = "Root access profile that is in force on the node."},
    {TIMESTAMP(root_access_report, last_applied_at), .tag = 2,
     .doc = "Time the profile was applied."},
    {TEXT(root_access_report, last_error), .tag = 3, .flags = TRIM, .max = 10000,
     .doc = "Error of the attempt to apply it."},
};
const struct shape root_access_report_shape =
    SHAPE(root_access_report, "Root access that an agent applied.");

static struct node_root_access_reported
resolve(struct uuid node_id, const struct node *node, const struct root_access_report *report)
{
    struct node_root_access_reported next = {
        .node_id = node_id,
        .applied_profile = node->applied_profile,
        .sync = {ROOT_PENDING},
        .last_applied_at = node->root_last_applied_at,
        .last_error = report->last_error,
    };

    if (report->applied_profile.is != 0)
        next.applied_profile = report->applied_profile;
    if (timestamp_is_present(report->last_applied_at))
        next.last_applied_at = report->last_applied_at;
    if (next.last_error.size == 0)
        next.last_error = (struct text){0};
    if (text_is_present(next.last_error))
        next.sync.is = ROOT_FAILED;
    else if (next.applied_profile.is == node->desired_profile.is)
        next.sync.is = ROOT_APPLIED;
    return next;
}

static bool is_same_error(const struct node *node, struct text last_error)
{
    struct digest digest;

    if (!text_is_present(last_error))
        return !bytes_are_present(node->root_error_digest);
    digest = sha256(bytes_of_text(last_error));
    return bytes_equal(node->root_error_digest, (struct bytes){digest.bytes, DIGEST_SIZE});
}

void node_note_root_access(
    struct decision *decision,
    struct uuid node_id,
    const struct node_lookup *node,
    const struct root_access_report *report)
{
    const struct node *known = node->state;
    struct node_root_access_reported next;

    if (report == NULL)
        return;
    next = resolve(node_id, known, report);
    if (next.applied_profile.is == known->applied_profile.is &&
        next.sync.is == known->root_sync.is &&
        next.last_applied_at.us == known->root_last_applied_at.us &&
        is_same_error(known, next.last_error))
        return;
    decision_emit(decision, &node_root_access_reported_event, node_id, known->workspace_id, &next);
}
