/*
 * Whom a home follows, or that it follows nobody.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"
#include "core/outbound/forward.h"
#include "eventlog/home_mark.h"
#include "serve_internal.h"

enum status serve_settle_role(struct app *app, struct error *error)
{
    const struct settings *settings = app->settings;

    app->is_following = text_is_present(settings->follow);
    app->leader = (struct leader){
        .url = settings->follow,
        .key = settings->follow_key,
        .token_file = settings->follow_token_file,
        .ca_file = settings->follow_ca_file,
    };
    if (app->is_following)
        return follower_prepare(&app->leader, app->where->path, app->where->secret, error);
    if (home_mark_is_set(app->where->path, HOME_PROMOTING))
        return error_set_code(
            error, STATUS_CONFLICT, "home_promoting",
            "%.300s was being promoted: run fleetledger promote again.", app->where->path);
    if (!follower_home(app->where->path))
        return STATUS_OK;
    return error_set_code(
        error, STATUS_CONFLICT, "home_follows",
        "%.300s is the home of a follower: name its leader with FLEETLEDGER_FOLLOW.",
        app->where->path);
}

enum status serve_make_follower(struct app *app, struct error *error)
{
    AUTO_ARENA arena = arena_new(IDENTITY_ARENA);
    struct log_identity identity;
    const struct follower_settings settings = {
        .leader = &app->leader,
        .home = app->data_dir.path,
        .log = app->data_dir.log,
        .keyring = app->data_dir.keyring,
        .writer = app->writer,
        .signer = app->signer,
        .identity = &identity,
        .following = &app->following,
        .leadership = &app->leadership,
    };

    (void)platform_log_identity(app->derived.model, arena, &identity);
    app->forward = forward_new(app->leader.url, app->leader.ca_file);
    return follower_new(&settings, &app->follower, error);
}

enum status serve_make_herald(struct app *app, struct error *error)
{
    const struct herald_parts parts = {app->data_dir.log, app->signer, &app->leadership};

    if (!home_mark_is_set(app->data_dir.path, HOME_SUCCEEDS))
        return STATUS_OK;
    return herald_new(
        &parts, app->data_dir.path, app->settings->follow_ca_file, &app->herald, error);
}
