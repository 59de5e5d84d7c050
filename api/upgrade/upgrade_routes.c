/*
 * Routes of upgrades of this program, for platform admins. All answer with the summary.
 *
 *   order ──what is known of releases──► command ──► upgrader
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/release/releases.h"
#include "api/upgrade/upgrade_view.h"
#include "commands/upgrade/upgrade_commands.h"
#include "core/release/program.h"

static void show(struct call *call)
{
    call_wait_head(call, upgrade_view_answer);
}

static void on_ordered(struct call *call)
{
    if (call->submission.status == STATUS_OK)
        call_wait_shown(call, call->submission.size, upgrade_view_answer);
    else
        call_answer_refusal(call);
}

static struct upgrade_order *order_of(struct call *call)
{
    struct upgrade_order *order = arena_one(call->arena, struct upgrade_order);

    order->own_release_id = text_from(call->services->build->commit);
    order->is_supported =
        call->services->settings->server_releases_key.size > 0 ? OPT_TRUE : OPT_FALSE;
    return order;
}

/* The newest release that has a program for this machine's kind. */
static void add_newest(struct call *call, struct upgrade_order *order)
{
    const struct release_artifact *artifact;
    struct timestamp checked_at;
    struct release release;

    if (!releases_latest(call->services->server_releases, call->arena, &release, &checked_at))
        return;
    artifact = release_artifact_for(&release, program_arch(call->arena));
    if (artifact == NULL)
        return;
    order->version = release.version;
    order->release_id = release.commit;
    order->released_at = release.published_at;
    order->sha256 = artifact->sha256;
    order->binary_url = artifact->binary_url;
}

static void order_download(struct call *call)
{
    struct upgrade_order *order = order_of(call);

    add_newest(call, order);
    call_submit_route(call, &request_upgrade_download_command, order, on_ordered);
}

static void order_apply(struct call *call)
{
    call_submit_route(call, &request_upgrade_apply_command, order_of(call), on_ordered);
}

#define UPGRADES                                                                                   \
    .tag = "upgrade", .who = WHO_PLATFORM_ADMIN, .status = 200, .reply.shape = &upgrade_view_shape

const struct route upgrade_routes[] = {
    {UPGRADES, .method = "GET", .path = "/control-plane-updates/summary", .is_own = true,
     .doc = "Says which release of the program runs, which is the newest, which lies ready, and "
            "what is under way.",
     .handle = show},
    {UPGRADES, .method = "POST", .path = "/control-plane-updates/download",
     .doc = "Orders the newest release of the program to be fetched and checked.",
     .handle = order_download},
    {UPGRADES, .method = "POST", .path = "/control-plane-updates/apply",
     .doc =
         "Orders the release that lies ready to run in place of this program, which begins anew.",
     .handle = order_apply},
    {.method = NULL},
};
