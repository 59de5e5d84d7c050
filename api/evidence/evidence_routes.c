/*
 * Routes of evidence: what is on record, for those who examine it; and the ledger as a transparency
 * log, for those who trust nobody.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/access.h"
#include "api/evidence/event.h"
#include "api/evidence/evidence.h"
#include "api/evidence/names.h"
#include "api/evidence/timeline.h"
#include "api/route.h"

#define EVIDENCE      .method = "GET", .tag = "evidence", .status = 200, .lane = LANE_PLAIN
#define OF_ALL(below) .path = below, .who = WHO_PLATFORM_AUDITOR, .is_look = true
#define OF_WORKSPACE(below)                                                                        \
    .path = "/workspaces/:workspaceId" below, .who = WHO_WORKSPACE_AUDITOR, .is_look = true

#define TIMELINE                                                                                   \
    EVIDENCE, .handle = timeline_handle, .input_shape = &timeline_request_shape,                   \
              .reply.shape = &timeline_page_shape
#define HISTOGRAM                                                                                  \
    EVIDENCE, .handle = histogram_handle, .input_shape = &histogram_input_shape,                   \
              .reply.shape = &histogram_shape
#define FACETS                                                                                     \
    EVIDENCE, .handle = facets_handle, .input_shape = &timeline_request_shape,                     \
              .reply.shape = &facets_shape
#define HISTORY                                                                                    \
    EVIDENCE, .handle = history_handle, .input_shape = &history_input_shape,                       \
              .reply.shape = &timeline_page_shape
#define STATE                                                                                      \
    EVIDENCE, .handle = state_handle, .input_shape = &state_input_shape,                           \
              .reply.shape = &entity_state_shape
#define DIFFERENCE                                                                                 \
    EVIDENCE, .handle = difference_handle, .input_shape = &difference_input_shape,                 \
              .reply.shape = &entity_difference_shape
#define EXPLAIN                                                                                    \
    EVIDENCE, .handle = explain_handle, .input_shape = &explain_input_shape,                       \
              .reply.shape = &entity_explanation_shape
#define NAMES                                                                                      \
    EVIDENCE, .handle = names_handle, .input_shape = &names_input_shape,                           \
              .reply.shape = &named_entities_shape
#define ONE_EVENT                                                                                  \
    EVIDENCE, .handle = event_handle, .input_shape = &event_question_shape,                        \
              .reply.shape = &event_detail_shape
#define CAUSES                                                                                     \
    EVIDENCE, .handle = event_causes_handle, .input_shape = &event_input_shape,                    \
              .reply.shape = &event_causes_shape

#define ACCESS EVIDENCE, .reply.shape = &access_explanation_shape

#define READ                                                                                       \
    EVIDENCE, .who = WHO_LEDGER_READER, .throttle = THROTTLE_NONE /* verifying takes every tile */

#define TILE(pattern)                                                                              \
    {                                                                                              \
        READ,                                                                                      \
            .path = "/ledger/tile/" pattern,                                                       \
            .doc = "A tile of the ledger's tree or of its entries, as C2SP tlog-tiles names it; "  \
                   "it never changes.",                                                            \
            .handle = evidence_tile_handle, .input_shape = &tile_question_shape,                   \
            .reply.media_type = "application/octet-stream"                                         \
    }

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
    {NAMES, OF_ALL("/entities"),
     .doc = "Finds entities by a name that they have or had, or by the last digits of an id."},
    {NAMES, OF_WORKSPACE("/entities"),
     .doc = "Finds entities of a workspace by a name that they have or had, or by the last digits "
            "of an id."},
    {HISTORY, OF_ALL("/entities/:kind/:id/history"),
     .doc = "Lists what happened to one entity, from the ledger itself."},
    {HISTORY, OF_WORKSPACE("/entities/:kind/:id/history"),
     .doc = "Lists what happened to one entity in a workspace, from the ledger itself."},
    {STATE, OF_ALL("/entities/:kind/:id/state"),
     .doc = "Tells how one entity stood at a moment, from the ledger itself."},
    {STATE, OF_WORKSPACE("/entities/:kind/:id/state"),
     .doc = "Tells how one entity of a workspace stood at a moment, from the ledger itself."},
    {DIFFERENCE, OF_ALL("/entities/:kind/:id/difference"),
     .doc = "Tells what changed of one entity between two moments."},
    {DIFFERENCE, OF_WORKSPACE("/entities/:kind/:id/difference"),
     .doc = "Tells what changed of one entity of a workspace between two moments."},
    {EXPLAIN, OF_ALL("/entities/:kind/:id/explain"),
     .doc = "Lists the events that made an entity what it is, and the fields that each set."},
    {EXPLAIN, OF_WORKSPACE("/entities/:kind/:id/explain"),
     .doc =
         "Lists the events that made an entity of a workspace what it is, and the fields that each "
         "set."},
    {ACCESS, OF_ALL("/access/explain"),
     .doc = "Tells why somebody may make a call, or may not, and which events say so.",
     .handle = access_explain_handle, .input_shape = &access_explain_input_shape},
    {ACCESS, OF_WORKSPACE("/access/explain"),
     .doc =
         "Tells why a member may make a call in a workspace, or may not, and which events say so.",
     .handle = access_explain_inside_handle, .input_shape = &access_explain_inside_input_shape},
    {ACCESS, .path = "/users/me/access/explain", .who = WHO_USER,
     .doc = "Tells why the caller may make a call, or may not, and which events say so.",
     .handle = access_explain_own_handle, .input_shape = &access_explain_own_input_shape},
    {EVIDENCE, .path = "/users/me/access", .who = WHO_USER,
     .doc = "Tells what the caller may reach, and since when.", .handle = access_own_handle,
     .input_shape = &access_own_input_shape, .reply.shape = &access_reach_shape},
    {EVIDENCE, OF_ALL("/users/:userId/access"),
     .doc = "Tells what somebody may reach, and since when.", .handle = access_handle,
     .input_shape = &access_input_shape, .reply.shape = &access_reach_shape},
    {READ, .path = "/ledger/checkpoint",
     .doc = "The newest signed checkpoint of the ledger, as a C2SP signed note.",
     .handle = evidence_checkpoint_handle, .reply.media_type = "text/plain"},
    {READ, .path = "/ledger/key",
     .doc =
         "Keys that verify the newest checkpoint, a line each and the newest first, as tools for signed notes take them.",
     .handle = evidence_key_handle, .reply.media_type = "text/plain"},
    TILE(":level/:first"),
    TILE(":level/:first/:second"),
    TILE(":level/:first/:second/:third"),
    TILE(":level/:first/:second/:third/:fourth"),
    {READ, .path = "/ledger/receipts/:position",
     .doc = "Proof, with checkpoint, that an event is on the ledger: a C2SP tlog-proof file.",
     .handle = evidence_receipt_handle, .input_shape = &receipt_question_shape,
     .reply.media_type = "text/plain"},
    {READ, .path = "/ledger/inclusion",
     .doc = "Hashes that prove that an event is in the ledger of a given size.",
     .handle = evidence_inclusion_handle, .input_shape = &inclusion_question_shape,
     .reply.shape = &inclusion_proof_shape},
    {READ, .path = "/ledger/consistency",
     .doc = "Hashes that prove that the ledger of one size begins with that of a smaller one.",
     .handle = evidence_consistency_handle, .input_shape = &consistency_question_shape,
     .reply.shape = &consistency_proof_shape},
    {.method = NULL},
};
