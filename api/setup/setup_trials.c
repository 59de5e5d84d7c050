/*
 * Trying what the server is to rely on. Nothing is kept of it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/setup/mail_trial.h"
#include "api/setup/setup.h"
#include "api/setup/tried.h"
#include "core/redis/redis_probe.h"

enum { CONNECT_S = 5, STATEMENT_MS = 10000 };

static const struct field setup_postgres_fields[] = {
    {TEXT(setup_postgres, host), .flags = REQUIRED | ONE_LINE, .min = 1, .max = 255,
     .doc = "Host of the PostgreSQL."},
    {INT64(setup_postgres, port), .flags = HAS_FALLBACK, .min = 1, .max = 65535, .fallback = 5432,
     .doc = "Port of the PostgreSQL."},
    {TEXT(setup_postgres, username), .flags = REQUIRED | ONE_LINE, .min = 1, .max = 255,
     .doc = "User name at the PostgreSQL."},
    {TEXT(setup_postgres, password), .flags = REQUIRED | SECRET, .max = 1024,
     .doc = "Password at the PostgreSQL; may be empty."},
    {TEXT(setup_postgres, database), .flags = REQUIRED | ONE_LINE, .min = 1, .max = 255,
     .doc = "Name of the database."},
    {BOOL(setup_postgres, ssl), .flags = HAS_FALLBACK, .fallback = 2,
     .doc = "Whether to use TLS and verify the certificate."},
};
const struct shape setup_postgres_shape = SHAPE(setup_postgres, "A PostgreSQL to use.");

static const struct field setup_redis_fields[] = {
    {TEXT(setup_redis, host), .flags = REQUIRED | ONE_LINE, .min = 1, .max = 255,
     .doc = "Host of the Redis."},
    {INT64(setup_redis, port), .flags = HAS_FALLBACK, .min = 1, .max = 65535, .fallback = 6379,
     .doc = "Port of the Redis."},
    {TEXT(setup_redis, password), .flags = HAS_FALLBACK | SECRET, .max = 1024, .fallback_text = "",
     .doc = "Password at the Redis; may be empty."},
    {INT64(setup_redis, db), .flags = HAS_FALLBACK, .min = 0, .fallback = 0,
     .doc = "Means nothing: channels belong to no database."},
};
const struct shape setup_redis_shape = SHAPE(setup_redis, "A Redis to use.");

/* PostgreSQL. */

static struct settings settings_of(const struct setup_postgres *postgres, struct text ca_file)
{
    struct settings settings;

    shape_clear(settings_config.shape, &settings);
    settings.database_host = postgres->host;
    settings.database_port = postgres->port;
    settings.database_username = postgres->username;
    settings.database_password = postgres->password;
    settings.database_name = postgres->database;
    settings.database_ssl = postgres->ssl;
    settings.database_ssl_ca_file = ca_file;
    return settings;
}

static enum status look_at_database(
    struct db *db, struct arena *arena, struct postgres_tried *out, struct error *error)
{
    struct text tables = {NULL, 0};
    enum status status = db_value(db, arena, "show server_version", &out->version, error);

    if (status == STATUS_OK)
        status = db_value(
            db, arena,
            "select count(*)::text"
            " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where c.relkind in ('r', 'p')"
            "   and n.nspname not in ('pg_catalog', 'information_schema')"
            "   and n.nspname not like 'pg\\_toast%'",
            &tables, error);
    out->is_empty = text_is(tables, "0");
    return status;
}

enum status setup_try_postgres(
    const struct setup_postgres *postgres,
    struct text ca_file,
    struct arena *arena,
    struct postgres_tried *out,
    struct error *error)
{
    const struct settings settings = settings_of(postgres, ca_file);
    struct db *db = NULL;
    struct error why = {0};
    enum status status = db_open(
        text_c(arena, settings_conninfo(&settings, arena)), CONNECT_S, STATEMENT_MS, &db, &why);

    if (status == STATUS_OK)
        status = look_at_database(db, arena, out, &why);
    if (status != STATUS_OK) {
        db_close(db);
        return error_set_code(
            error, STATUS_INVALID, "postgres_failed", "PostgreSQL connection failed: %s", why.text);
    }
    /* What the read models need that only a superuser, or the database's owner, may do. */
    if (out->is_empty && db_script(db, "create extension if not exists pg_trgm", &why) != STATUS_OK)
        status = error_set_code(
            error, STATUS_INVALID, "postgres_failed", "PostgreSQL extension bootstrap failed: %s",
            why.text);
    db_close(db);
    return status;
}

struct tried_postgres {
    struct opt_bool success;
    struct text server_version;
    struct opt_bool database_empty;
};
static const struct field tried_postgres_fields[] = {
    {BOOL(tried_postgres, success), .flags = REQUIRED, .doc = "Whether it works; always true."},
    {TEXT(tried_postgres, server_version), .flags = REQUIRED, .doc = "Version of the PostgreSQL."},
    {BOOL(tried_postgres, database_empty), .flags = REQUIRED,
     .doc = "Whether the database has no table."},
};
const struct shape tried_postgres_shape = SHAPE(tried_postgres, "A PostgreSQL that can be used.");

static void try_postgres(struct call *call)
{
    struct postgres_tried tried = {.is_empty = false};
    struct tried_postgres view = {.success = OPT_TRUE};
    struct error error;

    if (setup_try_postgres(
            call->input, call->services->settings->database_ssl_ca_file, call->arena, &tried,
            &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    view.server_version = tried.version;
    view.database_empty = opt_bool_of(tried.is_empty);
    call_answer_shape(call, call->route->status, &tried_postgres_shape, &view);
}

void setup_postgres_handle(struct call *call)
{
    setup_begin(call, try_postgres);
}

/* Redis and mail. */

enum status
setup_try_redis(const struct setup_redis *redis, struct arena *arena, struct error *error)
{
    const struct redis_place place = {
        text_c(arena, redis->host), (int)redis->port, redis->password};
    struct error why = {0};

    if (redis_probe(&place, &why) == STATUS_OK)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_INVALID, "redis_failed", "Redis connection failed: %s", why.text);
}

static void try_redis(struct call *call)
{
    struct error error;
    enum status status = setup_try_redis(call->input, call->arena, &error);

    tried_answer(call, status, &error);
}

void setup_redis_handle(struct call *call)
{
    setup_begin(call, try_redis);
}

static void try_mail(struct call *call)
{
    struct error error;
    enum status status =
        mail_trial(call->input, call->services->settings->smtp_require_tls, call->arena, &error);

    tried_answer(call, status, &error);
}

void setup_mail_handle(struct call *call)
{
    setup_begin(call, try_mail);
}
