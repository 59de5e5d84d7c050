/*
 * Routes of releases: the catalogue, for people; and what an agent needs to become another version.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/release/releases.h"
#include "api/route.h"

static bool is_arch(struct text value)
{
    return text_is(value, "amd64") || text_is(value, "arm64");
}

static const struct field release_choice_fields[] = {
    {TEXT(release_choice, version), .tag = 1, .flags = REQUIRED | FROM_PATH, .max = 64,
     .accepts = release_version_is_valid,
     .rule = "version must be letters, digits, dots, dashes and underscores",
     .doc = "Version of the release."},
    {TEXT(release_choice, arch), .tag = 2, .flags = REQUIRED | FROM_PATH, .max = 16,
     .accepts = is_arch, .rule = "arch must be amd64 or arm64",
     .doc = "Architecture of the machine."},
};
const struct shape release_choice_shape = SHAPE(release_choice, "A program of a release.");

static const struct field release_offer_fields[] = {
    {TEXT(release_offer, version), .doc = "Version of the release."},
    {TEXT(release_offer, sha256), .doc = "SHA-256 of the program, in hexadecimal."},
    {TEXT(release_offer, document),
     .doc = "The manifest, or catalogue, that names both; byte by byte as it was signed."},
    {TEXT(release_offer, signature), .flags = OMIT_ABSENT,
     .doc = "Ed25519 signature over the document, in hexadecimal; where there is one."},
};
const struct shape release_offer_shape = SHAPE(release_offer, "What an agent checks a program by.");

static void list(struct call *call)
{
    struct timestamp checked_at;
    struct list all = releases_list(call->services->releases, call->arena, &checked_at);

    call_answer_list(call, 200, &release_shape, all.items, all.count);
}

static void offer(struct call *call)
{
    struct release_offer offer;
    struct error error;

    if (releases_offer(call->services->releases, call->input, call->arena, &offer, &error) ==
        STATUS_OK)
        call_answer_shape(call, 200, &release_offer_shape, &offer);
    else
        call_answer_error(call, &error);
}

static void program(struct call *call)
{
    struct error error;

    buf_init(&call->storage, RELEASE_ARTIFACT_BYTES);
    if (releases_program(call->services->releases, call->input, &call->storage, &error) ==
        STATUS_OK) {
        call_answer_text(call, 200, "application/octet-stream", buf_text(&call->storage));
    } else {
        buf_fini(&call->storage);
        call_answer_error(call, &error);
    }
}

#define BY_AGENT                                                                                   \
    .method = "GET", .tag = "release", .who = WHO_AGENT, .throttle = THROTTLE_NONE, .status = 200, \
    .is_own = true, .lane = LANE_PLAIN, .input_shape = &release_choice_shape

const struct route release_routes[] = {
    {.method = "GET",
     .path = "/agent-updates/releases",
     .tag = "release",
     .doc = "Lists the releases that agents can be updated to, the newest first.",
     .who = WHO_PLATFORM_ADMIN,
     .status = 200,
     .is_own = true,
     .lane = LANE_PLAIN,
     .handle = list,
     .reply = {.shape = &release_shape, .is_list = true}},
    {.path = "/agent/releases/:version/:arch",
     BY_AGENT,
     .doc = "Reads what an agent checks the program of a release by.",
     .handle = offer,
     .reply.shape = &release_offer_shape},
    {.path = "/agent/releases/:version/:arch/program",
     BY_AGENT,
     .doc = "Downloads the program of a release.",
     .handle = program,
     .reply.media_type = "application/octet-stream"},
    {.method = NULL},
};
