/*
 * Orders on a home that no server runs in: it is opened, the order is carried out, and it is closed again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform_commands.h"
#include "eventlog/home_mark.h"
#include "eventlog/signer.h"
#include "replay/promote.h"
#include "serve_internal.h"

enum { SIGN_ARENA = 1 << 20 };

/* Its ledger is still its leader's, or the promotion is about to end. */
static enum status
expect_no_promotion(const char *home, const struct control_order *order, struct error *error)
{
    if (text_is(order->name, promote_leader_command.name) ||
        !home_mark_is_set(home, HOME_PROMOTING))
        return STATUS_OK;
    return serve_refuse_promoting(home, error);
}

/* On a stopped home. No database is needed for it: the next server shows it there. */
static enum status execute_order(
    struct app *app,
    const struct control_order *order,
    struct text *out_answer,
    struct error *error)
{
    struct control_parts parts = {.home = app->where->path};
    enum status status;

    app->is_declaring = control_is_for_contradicted(order);
    app->is_following = follower_home(app->where->path);
    status = expect_no_promotion(app->where->path, order, error);
    if (status == STATUS_OK)
        status = serve_open_storage(app, error);
    if (status != STATUS_OK)
        return status;
    app->writer = writer_new(&(struct writer_settings){
        .log = app->data_dir.log,
        .model = app->derived.model,
        .keyring = app->data_dir.keyring,
        .policy = &app->policy,
        .leadership = &app->leadership,
        .queue_limit = 1,
        .is_following = app->is_following,
    });
    parts.writer = app->writer;
    parts.keyring = app->data_dir.keyring;
    parts.signer = app->signer;
    status = control_execute(&parts, order, app->arena, out_answer, error);
    return status == STATUS_OK ? model_commit(app->derived.model, error) : status;
}

enum status serve_order(
    const struct data_dir_settings *where,
    const struct control_order *order,
    struct arena *arena,
    struct text *out_answer,
    struct error *error)
{
    struct data_dir_settings without_database = *where;
    struct app app = {.where = &without_database, .arena = arena};
    struct error why = {0};
    enum status status = data_dir_has_ledger(where, error);

    if (status != STATUS_OK)
        return status;
    *out_answer = (struct text){NULL, 0};
    status = control_send(where->path, order, arena, out_answer, &why);
    if (status == STATUS_UNAVAILABLE && text_is(text_from(why.code), "not_running")) {
        without_database.conninfo = text_lit("none");
        status = execute_order(&app, order, out_answer, &why);
        serve_free_all(&app);
    }
    if (status != STATUS_OK)
        *error = why;
    return status;
}

/* What a promotion by the lease needs that was broken off. */

struct uuid serve_interrupted_holder(const struct data_dir_settings *where)
{
    AUTO_ARENA arena = arena_new(IDENTITY_ARENA + HOME_MARK_BYTES);
    struct uuid holder = UUID_NONE;
    struct text says;
    struct error error;

    if (home_mark_is_set(where->path, HOME_PROMOTING) &&
        home_mark_is_set(where->path, HOME_HOLDER) &&
        home_mark_read(where->path, HOME_HOLDER, arena, &says, &error) == STATUS_OK &&
        uuid_parse(says, &holder))
        return holder;
    return UUID_NONE;
}

enum status serve_tell_lease_of_home(const struct app *beginning, struct error *error)
{
    struct data_dir_settings without_database = *beginning->where;
    struct app app = {.where = &without_database, .arena = beginning->arena};
    enum status status;

    without_database.conninfo = text_lit("none");
    status = serve_open_storage(&app, error);
    if (status == STATUS_OK)
        lease_know(
            beginning->lease, &(struct lease_ledger){
                                  .name = text_from(app.leadership.name),
                                  .epoch = atomic_load(&app.leadership.epoch),
                                  .size = ledger_size(app.data_dir.log),
                                  .is_following = true,
                                  .lag_us = INT64_MAX});
    serve_free_all(&app);
    return status;
}

/* What a promotion does to the ledger. */

static enum status record_promotion(
    const struct data_dir_settings *home,
    struct text json,
    struct arena *arena,
    struct text *out_answer,
    struct error *error)
{
    const struct control_order order = {.name = text_lit("promote_leader"), .input = json};

    return serve_order(home, &order, arena, out_answer, error);
}

static enum status sign_promotion(const struct data_dir_settings *home, struct error *error)
{
    AUTO_ARENA arena = arena_new(SIGN_ARENA);
    struct data_dir_settings without_database = *home;
    struct app app = {.where = &without_database, .arena = arena};
    enum status status;

    without_database.conninfo = text_lit("none");
    status = serve_open_storage(&app, error);
    if (status == STATUS_OK)
        status = signer_sign(app.signer, error);
    serve_free_all(&app);
    return status;
}

const struct promote_deeds serve_promote_deeds = {record_promotion, sign_promotion};
