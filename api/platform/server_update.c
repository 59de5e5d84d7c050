/*
 * What runs, and that it is not updated from here.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/platform/server_update.h"

#include "api/call.h"

struct server_release {
    struct text version;
    struct text release_id;
    struct text released_at;
    struct text built_at;
    struct text bundle_sha256;
    struct text bundle_url;
    struct text manifest_url;
    struct text changelog;
};
static const struct field server_release_fields[] = {
    {TEXT(server_release, version), .tag = 1, .flags = REQUIRED, .doc = "Version of the program."},
    {TEXT(server_release, release_id), .tag = 2, .flags = REQUIRED,
     .doc = "Commit that it was made from."},
    {TEXT(server_release, released_at), .tag = 3, .doc = "Time of the release; always null."},
    {TEXT(server_release, built_at), .tag = 4, .doc = "Time of the build; always null."},
    {TEXT(server_release, bundle_sha256), .tag = 5, .doc = "Digest of a bundle; always null."},
    {TEXT(server_release, bundle_url), .tag = 6, .doc = "URL of a bundle; always null."},
    {TEXT(server_release, manifest_url), .tag = 7, .doc = "URL of a manifest; always null."},
    {TEXT(server_release, changelog), .tag = 8, .doc = "What is new in it; always null."},
};
static const struct shape server_release_shape = SHAPE(server_release, "A release of the program.");

struct server_update {
    struct opt_bool supported;
    struct text deployment_mode;
    const struct server_release *current_release;
    const struct server_release *latest_release;
    const struct server_release *prepared_release;
    struct opt_bool update_available;
    struct text operation;
    struct timestamp release_checked_at;
};
static const struct field server_update_fields[] = {
    {BOOL(server_update, supported), .tag = 1, .flags = REQUIRED,
     .doc = "Whether the program can be updated over HTTP; always false."},
    {TEXT(server_update, deployment_mode), .tag = 2,
     .doc = "Name of the installer that does so; always null."},
    {OBJECT(server_update, current_release, server_release), .tag = 3, .flags = REQUIRED,
     .doc = "Release that runs."},
    {OBJECT(server_update, latest_release, server_release), .tag = 4,
     .doc = "Newest release; always null, since nobody is asked."},
    {OBJECT(server_update, prepared_release, server_release), .tag = 5,
     .doc = "Release that was downloaded; always null."},
    {BOOL(server_update, update_available), .tag = 6, .flags = REQUIRED,
     .doc = "Whether there is a newer release; always false."},
    {TEXT(server_update, operation), .tag = 7, .doc = "Update under way; always null."},
    {TIMESTAMP(server_update, release_checked_at), .tag = 8,
     .doc = "Time that a newer release was looked for; always null."},
};
const struct shape server_update_shape = SHAPE(server_update, "Updates of the program.");

void server_update_handle(struct call *call)
{
    const struct build_info *build = call->services->build;
    const struct server_release current = {
        .version = text_from(build->version), .release_id = text_from(build->commit)};
    const struct server_update view = {
        .supported = OPT_FALSE, .current_release = &current, .update_available = OPT_FALSE};

    call_header(call, "Cache-Control", text_lit("no-store"));
    call_answer_shape(call, 200, &server_update_shape, &view);
}

void server_update_refuse_handle(struct call *call)
{
    struct error error;

    error_set_code(
        &error, STATUS_CONFLICT, "server_update_unsupported",
        "Control-plane self-update is only available for installer-managed deployments.");
    call_answer_error(call, &error);
}
