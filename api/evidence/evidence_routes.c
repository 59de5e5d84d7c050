/*
 * Routes of evidence: what is on record, for those who examine it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/event.h"
#include "api/evidence/timeline.h"
#include "api/route.h"

#define EVIDENCE            .method = "GET", .tag = "evidence", .status = 200, .lane = LANE_PLAIN
#define OF_ALL(below)       .path = below, .who = WHO_PLATFORM_AUDITOR
#define OF_WORKSPACE(below) .path = "/workspaces/:workspaceId" below, .who = WHO_WORKSPACE_AUDITOR

#define TIMELINE                                                                                   \
    EVIDENCE, .handle = timeline_handle, .input_shape = &timeline_input_shape,                     \
              .reply.shape = &timeline_page_shape
#define HISTOGRAM                                                                                  \
    EVIDENCE, .handle = histogram_handle, .input_shape = &histogram_input_shape,                   \
              .reply.shape = &histogram_shape
#define FACETS                                                                                     \
    EVIDENCE, .handle = facets_handle, .input_shape = &timeline_input_shape,                       \
              .reply.shape = &facets_shape
#define HISTORY                                                                                    \
    EVIDENCE, .handle = history_handle, .input_shape = &history_input_shape,                       \
              .reply.shape = &timeline_page_shape
#define ONE_EVENT                                                                                  \
    EVIDENCE, .handle = event_handle, .input_shape = &event_input_shape,                           \
              .reply.shape = &event_detail_shape
#define CAUSES                                                                                     \
    EVIDENCE, .handle = event_causes_handle, .input_shape = &event_input_shape,                    \
              .reply.shape = &event_causes_shape

const struct route evidence_routes[] = {
    {TIMELINE, OF_ALL("/timeline"),
     .doc = "Lists what is on record, by filters that combine freely, from the ledger itself."},
    {TIMELINE, OF_WORKSPACE("/timeline"),
     .doc = "Lists what is on record of a workspace, by filters that combine freely, from the "
            "ledger itself."},
    {HISTOGRAM, OF_ALL("/timeline/histogram"), .doc = "Counts what is on record, over time."},
    {HISTOGRAM, OF_WORKSPACE("/timeline/histogram"),
     .doc = "Counts what is on record of a workspace, over time."},
    {FACETS, OF_ALL("/timeline/facets"), .doc = "Counts what is on record, by what it has."},
    {FACETS, OF_WORKSPACE("/timeline/facets"),
     .doc = "Counts what is on record of a workspace, by what it has."},
    {ONE_EVENT, OF_ALL("/events/:position"), .doc = "Reads one event as it is on record."},
    {ONE_EVENT, OF_WORKSPACE("/events/:position"),
     .doc = "Reads one event of a workspace as it is on record."},
    {CAUSES, OF_ALL("/events/:position/causes"),
     .doc = "Lists what led to an event, and what followed."},
    {CAUSES, OF_WORKSPACE("/events/:position/causes"),
     .doc = "Lists what led to an event of a workspace, and what followed."},
    {HISTORY, OF_ALL("/entities/:kind/:id/history"),
     .doc = "Lists what happened to one entity, from the ledger itself."},
    {HISTORY, OF_WORKSPACE("/entities/:kind/:id/history"),
     .doc = "Lists what happened to one entity in a workspace, from the ledger itself."},
    {.method = NULL},
};
