/*
 * Whom a home follows, or that it follows nobody.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"
#include "core/outbound/forward.h"
#include "eventlog/home_mark.h"
#include "serve_internal.h"

/* Where the lease says who leads, the settings of all servers may name another one to follow: a home that leads goes on
 * leading. */
static bool is_leading_by_lease(const struct app *app)
{
    const char *home = app->where->path;

    return app->lease != NULL && !follower_home(home) && !home_mark_is_set(home, HOME_PROMOTING) &&
           !home_mark_is_set(home, HOME_SUPERSEDED) &&
           data_dir_has_ledger(app->where, NULL) == STATUS_OK;
}

enum status serve_refuse_promoting(const char *home, struct error *error)
{
    return error_set_code(
        error, STATUS_CONFLICT, "home_promoting",
        "%.300s was being promoted: run fleetledger promote again.", home);
}

enum status serve_settle_role(struct app *app, struct error *error)
{
    const struct settings *settings = app->settings;
    const char *home = app->where->path;

    app->is_following = text_is_present(settings->follow) && !is_leading_by_lease(app);
    app->leader = (struct leader){
        .url = settings->follow,
        .key = settings->follow_key,
        .token_file = settings->follow_token_file,
        .ca_file = settings->follow_ca_file,
    };
    if (home_mark_is_set(home, HOME_PROMOTING))
        return serve_refuse_promoting(home, error);
    if (app->is_following && home_mark_is_set(home, HOME_SUPERSEDED))
        return error_set_code(
            error, STATUS_CONFLICT, "home_superseded",
            "%.300s led until another server did: set it aside, and give the follower an empty "
            "FLEETLEDGER_HOME of its own.",
            home);
    if (app->is_following)
        return follower_prepare(&app->leader, app->where->path, app->where->secret, error);
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

/* One that another one succeeded, or that found another history, is not to lead. */
static bool may_lead(const struct app *app)
{
    return !leadership_is_superseded(&app->leadership, NULL) &&
           !atomic_load(&app->following.is_contradicted);
}

/* By when it last had all: whether its leader still answers is found out late where the network is silent. */
static int64_t lag_us(const struct app *app)
{
    int64_t complete_us = atomic_load(&app->following.complete_us);

    return complete_us == 0 ? INT64_MAX : monotonic_us() - complete_us;
}

void serve_tell_lease(struct app *app)
{
    if (app->lease == NULL)
        return;
    lease_know(
        app->lease, &(struct lease_ledger){
                        .name = may_lead(app) ? text_from(app->leadership.name) : text_lit(""),
                        .epoch = atomic_load(&app->leadership.epoch),
                        .size = ledger_size(app->data_dir.log),
                        .is_following = app->is_following,
                        .lag_us = lag_us(app),
                    });
}
