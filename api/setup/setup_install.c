/*
 * Setting the server up: everything is tried, then one order makes administrator, workspace and settings, and has the
 * server begin anew.
 *
 *   body ─► time zone ─► PostgreSQL ─► Redis ─► home ─► database is empty ─► password is hashed ─► install_server
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/setup/settings_view.h"
#include "api/setup/setup.h"
#include "api/setup/setup_guard.h"
#include "commands/identity/install_commands.h"
#include "core/time/timezone.h"

#include <unistd.h>

struct install_admin {
    struct text name;
    struct text email;
    struct text password;
};
static const struct field install_admin_fields[] = {
    {TEXT(install_admin, name), .flags = REQUIRED | TRIM | ONE_LINE, .min = 2, .max = 120,
     .doc = "Display name of the person."},
    {TEXT(install_admin, email), .flags = REQUIRED | TRIM | LOWER | EMAIL,
     .doc = "Email address to sign in with."},
    {TEXT(install_admin, password), .flags = REQUIRED | SECRET, .min = 8, .max = 1024,
     .doc = "Password to sign in with."},
};
static const struct shape install_admin_shape = SHAPE(install_admin, "The first administrator.");

static bool is_slug(struct text value)
{
    for (size_t i = 0; i < value.size; i++) {
        char c = value.data[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
            return false;
    }
    return value.size >= 2;
}

struct install_workspace {
    struct text name;
    struct text slug;
    struct text default_timezone;
};
static const struct field install_workspace_fields[] = {
    {TEXT(install_workspace, name), .flags = REQUIRED | TRIM | ONE_LINE, .min = 2, .max = 160,
     .doc = "Name of the workspace."},
    {TEXT(install_workspace, slug), .flags = REQUIRED | TRIM | LOWER, .max = 80, .accepts = is_slug,
     .rule = "slug must match /^[a-z0-9-]+$/ regular expression",
     .doc = "Slug: the unique short name in addresses."},
    {TEXT(install_workspace, default_timezone), .flags = REQUIRED | TRIM | ONE_LINE, .min = 1,
     .max = 80, .doc = "IANA time zone of its schedules."},
};
static const struct shape install_workspace_shape =
    SHAPE(install_workspace, "The first workspace.");

struct setup_install {
    const struct setup_postgres *postgres;
    const struct setup_redis *redis;
    const struct mail_settings *mail;
    const struct install_admin *admin;
    const struct install_workspace *workspace;
};
static const struct field setup_install_fields[] = {
    {OBJECT(setup_install, postgres, setup_postgres),
     .doc = "PostgreSQL to use; without it, that of the environment, else the embedded one."},
    {OBJECT(setup_install, redis, setup_redis), .doc = "Redis to use; none without it."},
    {OBJECT(setup_install, mail, mail_settings), .flags = REQUIRED, .doc = "Settings of mail."},
    {OBJECT(setup_install, admin, install_admin), .flags = REQUIRED,
     .doc = "The first administrator."},
    {OBJECT(setup_install, workspace, install_workspace), .flags = REQUIRED,
     .doc = "The first workspace."},
};
const struct shape setup_install_shape = SHAPE(setup_install, "What the server is set up with.");

struct setup_installed {
    struct opt_bool success;
    struct opt_bool restart_required;
    struct opt_bool setup_complete;
    struct text transition;
};
static const struct field setup_installed_fields[] = {
    {BOOL(setup_installed, success), .flags = REQUIRED, .doc = "Whether it is done; always true."},
    {BOOL(setup_installed, restart_required), .flags = REQUIRED,
     .doc = "Whether somebody must restart the server; always false."},
    {BOOL(setup_installed, setup_complete), .flags = REQUIRED,
     .doc = "Whether nothing is left to be set up; always true."},
    {TEXT(setup_installed, transition), .flags = REQUIRED,
     .doc = "What follows; always promoting_runtime: the server begins anew."},
};
const struct shape setup_installed_shape = SHAPE(setup_installed, "The server is set up.");

/* Trying. */

static enum status check_timezone(struct call *call, struct text *out, struct error *error)
{
    const struct setup_install *body = call->input;
    struct text given = body->workspace->default_timezone;

    *out = timezone_list_find(call->services->timezones, given);
    if (text_is_present(*out))
        return STATUS_OK;
    return error_set_code(
        error, STATUS_INVALID, "timezone_unknown", "%.*s is not a valid IANA timezone.",
        TEXT_ARGS(given));
}

static enum status check_home(struct call *call, struct error *error)
{
    const char *home = text_c(call->arena, call->services->settings->home);

    if (access(home, W_OK) == 0)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_INVALID, "home_unusable",
        "The home of the server, \"%s\", is not writable. Set FLEETLEDGER_HOME to one that is.",
        home);
}

static enum status try_all(struct call *call, struct error *error)
{
    const struct setup_install *body = call->input;
    struct postgres_tried tried = {.is_empty = true};
    enum status status = STATUS_OK;

    if (body->postgres != NULL)
        status = setup_try_postgres(
            body->postgres, call->services->settings->database_ssl_ca_file, call->arena, &tried,
            error);
    if (status == STATUS_OK && body->redis != NULL)
        status = setup_try_redis(body->redis, call->arena, error);
    if (status == STATUS_OK)
        status = check_home(call, error);
    if (status == STATUS_OK && !tried.is_empty)
        status = error_set_code(
            error, STATUS_CONFLICT, "database_not_empty",
            "Database is not empty. Use manual migration for existing deployments.");
    return status;
}

/* Installing. */

static struct list settings_for(struct call *call, struct error *error, enum status *out_status)
{
    static const struct recorded_settings none = {.values = {NULL, 0}};
    const struct setup_install *body = call->input;
    struct platform_settings sent = {.mail = body->mail};
    struct database_settings database;
    struct redis_settings_group redis;
    struct list wanted = {NULL, 0};

    if (body->postgres != NULL) {
        database = (struct database_settings){
            .host = body->postgres->host,
            .port = body->postgres->port,
            .username = body->postgres->username,
            .password = body->postgres->password,
            .database = body->postgres->database,
            .ssl = body->postgres->ssl,
        };
        sent.database = &database;
    }
    if (body->redis != NULL) {
        redis = (struct redis_settings_group){
            .enabled = OPT_TRUE,
            .host = body->redis->host,
            .port = body->redis->port,
            .password = body->redis->password,
        };
        sent.redis = &redis;
    }
    *out_status = settings_want(call, &none, NULL, &sent, &wanted, error);
    return wanted;
}

static void on_installed(struct call *call)
{
    const struct setup_installed view = {
        OPT_TRUE, OPT_FALSE, OPT_TRUE, text_lit("promoting_runtime")};

    if (call->submission.status != STATUS_OK) {
        call_answer_refusal(call);
        return;
    }
    setup_guard_end(call->services->setup);
    call_answer_shape(call, call->route->status, &setup_installed_shape, &view);
}

/* On a hashing thread. */
static void hash_and_install(struct call *call)
{
    const struct setup_install *body = call->input;
    struct install_server *order = call->handler_state;

    order->password.text = password_hash(call->arena, body->admin->password);
    call->is_never_repeated = true;
    call_submit_route(call, &install_server_command, order, on_installed);
}

static void install(struct call *call)
{
    const struct setup_install *body = call->input;
    struct install_server *order = arena_one(call->arena, struct install_server);
    struct error error;
    enum status status = check_timezone(call, &order->timezone, &error);

    if (status == STATUS_OK)
        status = try_all(call, &error);
    if (status == STATUS_OK)
        order->settings = settings_for(call, &error, &status);
    if (status != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    order->email.text = body->admin->email;
    order->name.text = body->admin->name;
    order->workspace_name = body->workspace->name;
    order->workspace_slug = body->workspace->slug;
    call->handler_state = order;
    call_hash(call, hash_and_install);
}

void setup_install_handle(struct call *call)
{
    setup_begin(call, install);
}
