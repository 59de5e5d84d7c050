/*
 * How far the installation is, and what its environment says of what it may be set up with.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/setup/setup.h"

#include "api/call.h"
#include "api/setup/setup_guard.h"
#include "commands/identity/install_commands.h"

#include <errno.h>
#include <unistd.h>

struct setup_directory {
    struct text path;
    struct text configured_value;
    struct opt_bool using_custom_path;
    struct opt_bool writable;
    struct text error;
};
static const struct field setup_directory_fields[] = {
    {TEXT(setup_directory, path), .tag = 1, .flags = REQUIRED,
     .doc = "Path of the home of the server; empty once it is set up."},
    {TEXT(setup_directory, configured_value), .tag = 2,
     .doc = "Path as it was set, while the server is being set up."},
    {BOOL(setup_directory, using_custom_path), .tag = 3, .flags = REQUIRED,
     .doc = "Whether the path was set."},
    {BOOL(setup_directory, writable), .tag = 4, .flags = REQUIRED,
     .doc = "Whether it can be written to."},
    {TEXT(setup_directory, error), .tag = 5, .doc = "Why it cannot be written to."},
};
static const struct shape setup_directory_shape =
    SHAPE(setup_directory, "Home of the server, with its ledger and its keys.");

struct setup_view {
    struct text mode;
    struct opt_bool installed;
    struct opt_bool restart_required;
    const struct setup_directory *state_directory;
};
static const struct field setup_view_fields[] = {
    {TEXT(setup_view, mode), .tag = 1, .flags = REQUIRED,
     .doc =
         "Mode of the installation: setup, promoting (it was set up, and begins anew), installed."},
    {BOOL(setup_view, installed), .tag = 2, .flags = REQUIRED,
     .doc = "Whether it is ready for use."},
    {BOOL(setup_view, restart_required), .tag = 3, .flags = REQUIRED,
     .doc = "Whether it must be restarted; always false."},
    {OBJECT(setup_view, state_directory, setup_directory), .tag = 4, .flags = REQUIRED,
     .doc = "Home of the server."},
};
const struct shape setup_view_shape = SHAPE(setup_view, "State of the installation.");

/* Of a server that is set up, strangers are told nothing of it. */
static struct setup_directory directory_of(const struct call *call)
{
    static const char usual[] = "/var/lib/fleetledger";
    struct text home = call->services->settings->home;
    bool is_writable;

    if (call->services->setup == NULL)
        return (struct setup_directory){
            .path = text_lit(""), .using_custom_path = OPT_FALSE, .writable = OPT_TRUE};
    is_writable = access(text_c(call->arena, home), W_OK) == 0;
    return (struct setup_directory){
        .path = home,
        .configured_value = text_is(home, usual) ? (struct text){NULL, 0} : home,
        .using_custom_path = opt_bool_of(!text_is(home, usual)),
        .writable = opt_bool_of(is_writable),
        .error = is_writable ? (struct text){NULL, 0} : text_from(strerrordesc_np(errno)),
    };
}

void setup_status_handle(struct call *call)
{
    const struct setup_guard *setup = call->services->setup;
    const struct setup_directory directory = directory_of(call);
    const struct setup_view view = {
        .mode = setup == NULL                  ? text_lit("installed")
                : setup_guard_has_ended(setup) ? text_lit("promoting")
                                               : text_lit("setup"),
        .installed = opt_bool_of(setup == NULL),
        .restart_required = OPT_FALSE,
        .state_directory = &directory,
    };

    call_answer_shape(call, 200, &setup_view_shape, &view);
}

/* The preset. */

struct preset_postgres {
    struct text host;
    int64_t port;
    struct text username;
    struct text password;
    struct text database;
    struct opt_bool ssl;
};
#define NO_PASSWORD "Password, which is never shown; always empty."
static const struct field preset_postgres_fields[] = {
    {TEXT(preset_postgres, host), .flags = REQUIRED, .doc = "Host of the PostgreSQL."},
    {INT64(preset_postgres, port), .flags = REQUIRED, .doc = "Port of the PostgreSQL."},
    {TEXT(preset_postgres, username), .flags = REQUIRED, .doc = "User name at the PostgreSQL."},
    {TEXT(preset_postgres, password), .flags = REQUIRED, .doc = NO_PASSWORD},
    {TEXT(preset_postgres, database), .flags = REQUIRED, .doc = "Name of the database."},
    {BOOL(preset_postgres, ssl), .flags = REQUIRED, .doc = "Whether to use TLS."},
};
static const struct shape preset_postgres_shape =
    SHAPE(preset_postgres, "PostgreSQL as the environment says.");

struct preset_redis {
    struct text host;
    int64_t port;
    int64_t db;
    struct text password;
};
static const struct field preset_redis_fields[] = {
    {TEXT(preset_redis, host), .flags = REQUIRED, .doc = "Host of the Redis."},
    {INT64(preset_redis, port), .flags = REQUIRED, .doc = "Port of the Redis."},
    {INT64(preset_redis, db), .flags = REQUIRED, .doc = "Number of the database; always 0."},
    {TEXT(preset_redis, password), .flags = REQUIRED, .doc = NO_PASSWORD},
};
static const struct shape preset_redis_shape =
    SHAPE(preset_redis, "Redis as the environment says.");

struct preset_fields {
    struct opt_bool postgres;
    struct opt_bool redis;
    struct opt_bool mail;
    struct opt_bool public_origin;
};
static const struct field preset_fields_fields[] = {
    {BOOL(preset_fields, postgres), .flags = REQUIRED, .doc = "Whether PostgreSQL can be chosen."},
    {BOOL(preset_fields, redis), .flags = REQUIRED, .doc = "Whether Redis can be chosen."},
    {BOOL(preset_fields, mail), .flags = REQUIRED, .doc = "Whether mail can be set."},
    {BOOL(preset_fields, public_origin), .flags = REQUIRED,
     .doc = "Whether the public origin can be set."},
};
static const struct shape preset_fields_shape = SHAPE(preset_fields, "What can be chosen.");

struct setup_preset {
    struct text mode;
    struct text public_origin;
    const struct preset_postgres *postgres_preset;
    const struct preset_redis *redis_preset;
    const struct preset_fields *editable_fields;
};
static const struct field setup_preset_fields[] = {
    {TEXT(setup_preset, mode), .flags = REQUIRED, .doc = "Who has made it; always manual."},
    {TEXT(setup_preset, public_origin), .doc = "URL of the dashboard."},
    {OBJECT(setup_preset, postgres_preset, preset_postgres), .flags = REQUIRED,
     .doc = "PostgreSQL to begin with."},
    {OBJECT(setup_preset, redis_preset, preset_redis), .flags = REQUIRED,
     .doc = "Redis to begin with."},
    {OBJECT(setup_preset, editable_fields, preset_fields), .flags = REQUIRED,
     .doc = "What can be chosen."},
};
const struct shape setup_preset_shape = SHAPE(setup_preset, "What a set-up may begin with.");

static struct text or_else(struct text given, const char *usual)
{
    return given.size > 0 ? given : text_from(usual);
}

void setup_preset_handle(struct call *call)
{
    const struct settings *settings = call->services->settings;
    const struct preset_postgres postgres = {
        .host = or_else(settings->database_host, "postgres"),
        .port = settings->database_port,
        .username = or_else(settings->database_username, "postgres"),
        .password = text_lit(""),
        .database = or_else(settings->database_name, "fleetledger"),
        .ssl = settings->database_ssl,
    };
    const struct preset_redis redis = {
        .host = or_else(settings->redis_host, "redis"),
        .port = settings->redis_port,
        .db = 0,
        .password = text_lit(""),
    };
    const struct preset_fields fields = {OPT_TRUE, OPT_TRUE, OPT_TRUE, OPT_FALSE};
    const struct setup_preset preset = {
        .mode = text_lit("manual"),
        .public_origin = settings->web_app_url,
        .postgres_preset = &postgres,
        .redis_preset = &redis,
        .editable_fields = &fields,
    };
    struct error error;

    if (call->services->setup != NULL) {
        call_answer_shape(call, 200, &setup_preset_shape, &preset);
        return;
    }
    (void)decision_refuse(&error, &refused_set_up_already);
    call_answer_error(call, &error);
}

/* Where the rest begins. */

void setup_begin(struct call *call, void (*next)(struct call *call))
{
    const struct setup_guard *setup = call->services->setup;
    struct error error;
    enum status status = setup == NULL || setup_guard_has_ended(setup)
                             ? decision_refuse(&error, &refused_set_up_already)
                             : setup_guard_check(call, &error);

    if (status == STATUS_UNAUTHENTICATED)
        call_refuse(call, &error);
    else if (status != STATUS_OK)
        call_answer_error(call, &error);
    else if (!call_try_lane(call, LANE_OUTWARD, next))
        call_answer_busy(call);
}
