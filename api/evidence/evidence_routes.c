/*
 * Routes of evidence: what is on record, for those who examine it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/timeline.h"
#include "api/evidence/timeline_filter.h"
#include "api/route.h"

#define TIMELINE                                                                                   \
    .method = "GET", .tag = "evidence", .status = 200, .lane = LANE_PLAIN,                         \
    .handle = timeline_handle, .input_shape = &timeline_input_shape,                               \
    .reply.shape = &timeline_page_shape

const struct route evidence_routes[] = {
    {TIMELINE, .path = "/timeline", .who = WHO_PLATFORM_AUDITOR,
     .doc = "Lists what is on record, by filters that combine freely, from the ledger itself."},
    {TIMELINE, .path = "/workspaces/:workspaceId/timeline", .who = WHO_WORKSPACE_AUDITOR,
     .doc = "Lists what is on record of a workspace, by filters that combine freely, from the "
            "ledger itself."},
    {.method = NULL},
};
