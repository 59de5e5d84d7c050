/*
 * Routes of exports: of all that is on record, and of what a workspace has.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/export/exports.h"
#include "api/route.h"

#define EXPORT        .tag = "evidence", .lane = LANE_PLAIN
#define OF_ALL(below) .path = "/exports" below, .who = WHO_PLATFORM_AUDITOR
#define OF_WORKSPACE(below)                                                                        \
    .path = "/workspaces/:workspaceId/exports" below, .who = WHO_WORKSPACE_AUDITOR

#define MAKE                                                                                       \
    EXPORT, .method = "POST", .status = 201, .handle = export_make_handle,                         \
            .input_shape = &export_input_shape, .reply.shape = &export_view_shape
#define LIST                                                                                       \
    EXPORT, .method = "GET", .is_look = true, .status = 200, .handle = export_list_handle,         \
            .input_shape = &export_list_input_shape, .reply.shape = &export_page_shape
#define READ                                                                                       \
    EXPORT, .method = "GET", .is_look = true, .status = 200, .handle = export_read_handle,         \
            .input_shape = &export_question_shape, .reply.shape = &export_view_shape
#define CONTENT                                                                                    \
    EXPORT, .method = "GET", .is_look = true, .status = 200, .handle = export_content_handle,      \
            .input_shape = &export_content_input_shape,                                            \
            .reply.media_type = "application/octet-stream"

const struct route export_routes[] = {
    {MAKE, OF_ALL(""),
     .doc = "Exports what is on record, by filters that combine freely: recorded, with count and "
            "root, before any of it is read."},
    {MAKE, OF_WORKSPACE(""),
     .doc = "Exports what is on record of a workspace: recorded, with count and root, before any "
            "of it is read."},
    {LIST, OF_ALL(""), .doc = "Lists exports, from the ledger itself."},
    {LIST, OF_WORKSPACE(""), .doc = "Lists exports of a workspace, from the ledger itself."},
    {READ, OF_ALL("/:exportId"), .doc = "Says what an export is made of, and what proves it."},
    {READ, OF_WORKSPACE("/:exportId"),
     .doc = "Says what an export of a workspace is made of, and what proves it."},
    {CONTENT, OF_ALL("/:exportId/content"),
     .doc = "The content of an export as a file in its format, the same each time."},
    {CONTENT, OF_WORKSPACE("/:exportId/content"),
     .doc = "The content of an export of a workspace as a file in its format, the same each time."},
    {.method = NULL},
};
