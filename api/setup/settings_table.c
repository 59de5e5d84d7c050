/*
 * The groups, in the order in which they are checked, and their rows. Bounds are those that dashboards know; whatever is
 * kept is checked as settings of the environment are, too. Secrets are fields like others here: what is shown in their
 * place is a mask.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/setup/settings_table.h"

#include "core/base/must.h"

#include <string.h>

enum { A_MONTH_S = 86400 * 30 };

static const struct field app_settings_fields[] = {
    {TEXT(app_settings, cors_origin), .flags = REQUIRED | TRIM | ONE_LINE, .min = 1, .max = 4096,
     .doc = "Origins that browsers may call from, separated by commas; * for any."},
    {BOOL(app_settings, swagger_enabled), .flags = REQUIRED,
     .doc = "Whether to serve the API document and a page to try it on."},
    {TEXT(app_settings, swagger_path), .flags = REQUIRED | TRIM | ONE_LINE, .min = 1, .max = 64,
     .doc = "Path of that page, below /api/v1/."},
};
static const struct shape app_settings_shape = SHAPE(app_settings, "Settings of the API.");

static const struct field database_settings_fields[] = {
    {TEXT(database_settings, host), .flags = REQUIRED | TRIM | ONE_LINE, .max = 255,
     .doc = "Host of the PostgreSQL to use; empty: the embedded one."},
    {INT64(database_settings, port), .flags = REQUIRED, .min = 1, .max = 65535,
     .doc = "Port of the PostgreSQL."},
    {TEXT(database_settings, username), .flags = REQUIRED | ONE_LINE, .max = 255,
     .doc = "User name at the PostgreSQL."},
    {TEXT(database_settings, password), .flags = REQUIRED | ONE_LINE, .max = 1024,
     .doc = "Password at the PostgreSQL; a mask where there is one."},
    {TEXT(database_settings, database), .flags = REQUIRED | ONE_LINE, .max = 255,
     .doc = "Name of the database."},
    {BOOL(database_settings, synchronize), .flags = REQUIRED,
     .doc = "Means nothing; always false."},
    {BOOL(database_settings, logging), .flags = REQUIRED, .doc = "Means nothing; always false."},
    {BOOL(database_settings, ssl), .flags = REQUIRED,
     .doc = "Whether to use TLS and verify the certificate of the PostgreSQL."},
};
static const struct shape database_settings_shape =
    SHAPE(database_settings, "Settings of the database of the read models.");

static const struct field redis_settings_group_fields[] = {
    {BOOL(redis_settings_group, enabled), .flags = REQUIRED, .doc = "Whether a Redis is used."},
    {TEXT(redis_settings_group, url), .flags = REQUIRED | TRIM | ONE_LINE, .max = 2048,
     .doc = "URL of the Redis, in place of host, port and password; a mask where there is one."},
    {TEXT(redis_settings_group, host), .flags = REQUIRED | TRIM | ONE_LINE, .max = 255,
     .doc = "Host of the Redis; empty: none is used, unless a URL is given."},
    {INT64(redis_settings_group, port), .flags = REQUIRED, .min = 0, .max = 65535,
     .doc = "Port of the Redis."},
    {TEXT(redis_settings_group, password), .flags = REQUIRED | ONE_LINE, .max = 1024,
     .doc = "Password at the Redis; a mask where there is one."},
    {INT64(redis_settings_group, db), .flags = REQUIRED, .min = 0,
     .doc = "Means nothing; always 0: channels belong to no database."},
    {TEXT(redis_settings_group, key_prefix), .flags = REQUIRED | ONE_LINE,
     .doc = "Means nothing; always empty: channels are called after the ledger."},
};
static const struct shape redis_settings_group_shape =
    SHAPE(redis_settings_group, "Settings of the Redis.");

static const struct field auth_settings_fields[] = {
    {TEXT(auth_settings, jwt_secret), .flags = REQUIRED | ONE_LINE, .min = 1, .max = 1024,
     .doc = "Secret that signs access tokens; always a mask."},
    {TEXT(auth_settings, jwt_expires_in), .flags = REQUIRED | TRIM | ONE_LINE, .min = 1, .max = 12,
     .doc = "Lifetime of an access token."},
    {INT64(auth_settings, bcrypt_salt_rounds), .flags = REQUIRED, .min = 10,
     .doc = "Means nothing; always 12: passwords are hashed by argon2id."},
};
static const struct shape auth_settings_shape = SHAPE(auth_settings, "Settings of signing in.");

#define SECONDS(member, least, sentence)                                                           \
    {                                                                                              \
        INT64(agent_settings, member), .flags = REQUIRED, .min = least, .max = A_MONTH_S,          \
                                       .doc = sentence                                             \
    }
static const struct field agent_settings_fields[] = {
    SECONDS(heartbeat_timeout_seconds, 1, "Silence after which a node counts as offline."),
    SECONDS(offline_check_interval_seconds, 1, "How often silence is looked for."),
    SECONDS(realtime_ping_timeout_seconds, 15, "Means nothing; always 45."),
    SECONDS(realtime_ping_check_interval_seconds, 1, "Means nothing; always 5."),
    SECONDS(task_claim_lease_seconds, 15, "Time that an agent has to start a claimed task."),
    SECONDS(stale_task_check_interval_seconds, 1, "How often stale tasks are looked for."),
    SECONDS(
        stale_queued_task_timeout_seconds,
        5,
        "Time after which a task that no agent took has failed."),
    SECONDS(stale_running_task_timeout_seconds, 10, "Time after which a running task has failed."),
    {BOOL(agent_settings, enable_realtime_task_dispatch), .flags = REQUIRED,
     .doc = "Whether agents are sent their tasks on their sockets, beside those that they claim."},
    {TEXT(agent_settings, enrollment_token), .flags = REQUIRED | ONE_LINE, .max = 1024,
     .doc = "Shared token that agents register with; a mask where there is one."},
    {INT64(agent_settings, high_cpu_threshold), .flags = REQUIRED, .min = 0, .max = 100,
     .doc = "Processor usage, in per cent, from which a system event is raised."},
};
static const struct shape agent_settings_shape = SHAPE(agent_settings, "Settings of agents.");

static const struct field mail_settings_fields[] = {
    {TEXT(mail_settings, smtp_host), .flags = REQUIRED | TRIM | ONE_LINE, .max = 255,
     .doc = "Mail server to send through; empty: no mail is sent."},
    {INT64(mail_settings, smtp_port), .flags = REQUIRED, .min = 1, .max = 65535,
     .doc = "Port of the mail server."},
    {BOOL(mail_settings, smtp_secure), .flags = REQUIRED,
     .doc = "Whether to use TLS from the start; otherwise STARTTLS where it is offered."},
    {TEXT(mail_settings, smtp_username), .flags = REQUIRED | TRIM | ONE_LINE, .max = 255,
     .doc = "User name at the mail server; empty: nobody signs in."},
    {TEXT(mail_settings, smtp_password), .flags = REQUIRED | ONE_LINE, .max = 1024,
     .doc = "Password at the mail server; a mask where there is one."},
    {TEXT(mail_settings, from_email), .flags = REQUIRED | TRIM | EMAIL,
     .doc = "Email address of the sender."},
    {TEXT(mail_settings, from_name), .flags = REQUIRED | TRIM | ONE_LINE, .min = 1, .max = 120,
     .doc = "Name of the sender."},
    {TEXT(mail_settings, web_app_url), .flags = REQUIRED | TRIM | ONE_LINE, .min = 1, .max = 2048,
     .accepts = settings_is_web_address, .rule = "webAppUrl must be a URL address",
     .doc = "URL of the dashboard, which mails link to."},
};
const struct shape mail_settings_shape = SHAPE(mail_settings, "Settings of mail.");

/* The same as they are shown, where what is a secret is a mask. */
#define SHOWN(tag, of_name, sentence)                                                              \
    {                                                                                              \
        .name = of_name, .doc = sentence, .fields = tag##_fields, .count = COUNT_OF(tag##_fields), \
        .size = sizeof(struct tag), .form = FORM_MAP                                               \
    }
static const struct shape shown_app_shape =
    SHOWN(app_settings, "shown_app_settings", "Settings of the API.");
static const struct shape shown_database_shape = SHOWN(
    database_settings, "shown_database_settings", "Settings of the database of the read models.");
static const struct shape shown_redis_shape =
    SHOWN(redis_settings_group, "shown_redis_settings", "Settings of the Redis.");
static const struct shape shown_auth_shape =
    SHOWN(auth_settings, "shown_auth_settings", "Settings of signing in.");
static const struct shape shown_agents_shape =
    SHOWN(agent_settings, "shown_agent_settings", "Settings of agents.");
static const struct shape shown_mail_shape =
    SHOWN(mail_settings, "shown_mail_settings", "Settings of mail.");

#define SHOWN_GROUP(member, tag)                                                                   \
    MEMBER_OF(platform_settings, member, const struct tag *),                                      \
        .kind = KIND_OBJECT, .flags = REQUIRED, .shape = &shown_##member##_shape
static const struct field shown_settings_fields[] = {
    {SHOWN_GROUP(app, app_settings), .doc = "Settings of the API."},
    {SHOWN_GROUP(database, database_settings), .doc = "Settings of the database."},
    {SHOWN_GROUP(redis, redis_settings_group), .doc = "Settings of the Redis."},
    {SHOWN_GROUP(auth, auth_settings), .doc = "Settings of signing in."},
    {SHOWN_GROUP(agents, agent_settings), .doc = "Settings of agents."},
    {SHOWN_GROUP(mail, mail_settings), .doc = "Settings of mail."},
};
const struct shape shown_settings_shape = {
    .name = "shown_settings",
    .doc = "Settings of the server that people may change.",
    .fields = shown_settings_fields,
    .count = COUNT_OF(shown_settings_fields),
    .size = sizeof(struct platform_settings),
    .form = FORM_MAP,
};

static const struct field platform_settings_fields[] = {
    {OBJECT(platform_settings, app, app_settings), .flags = REQUIRED,
     .doc = "Settings of the API."},
    {OBJECT(platform_settings, database, database_settings), .flags = REQUIRED,
     .doc = "Settings of the database."},
    {OBJECT(platform_settings, redis, redis_settings_group), .flags = REQUIRED,
     .doc = "Settings of the Redis."},
    {OBJECT(platform_settings, auth, auth_settings), .flags = REQUIRED,
     .doc = "Settings of signing in."},
    {OBJECT(platform_settings, agents, agent_settings), .flags = REQUIRED,
     .doc = "Settings of agents."},
    {OBJECT(platform_settings, mail, mail_settings), .flags = REQUIRED, .doc = "Settings of mail."},
};
const struct shape platform_settings_shape =
    SHAPE(platform_settings, "Settings of the server that people may change.");

/* A field of a group that is a setting of the program, or that means nothing here. */
#define IS(in_group, of_field, is_setting)                                                         \
    .group = (in_group), .field = (of_field), .setting = (is_setting)
#define NOTHING(in_group, of_field) .group = (in_group), .field = (of_field)
const struct settings_row settings_rows[] = {
    {IS("app", "cors_origin", "cors_origin")},
    {IS("app", "swagger_enabled", "swagger_enabled")},
    {IS("app", "swagger_path", "swagger_path")},
    {IS("database", "host", "database_host"), .is_of_home = true},
    {IS("database", "port", "database_port"), .is_of_home = true},
    {IS("database", "username", "database_username"), .is_of_home = true},
    {IS("database", "password", "database_password"), .is_of_home = true},
    {IS("database", "database", "database_name"), .is_of_home = true},
    {NOTHING("database", "synchronize"), .number = 2},
    {NOTHING("database", "logging"), .number = 2},
    {IS("database", "ssl", "database_ssl"), .is_of_home = true},
    {IS("redis", "enabled", "redis_enabled")},
    {IS("redis", "url", "redis_url")},
    {IS("redis", "host", "redis_host")},
    {IS("redis", "port", "redis_port")},
    {IS("redis", "password", "redis_password")},
    {NOTHING("redis", "db"), .number = 0},
    {NOTHING("redis", "key_prefix"), .text = ""},
    {IS("auth", "jwt_secret", "jwt_secret"), .is_made = true},
    {IS("auth", "jwt_expires_in", "jwt_expires_in")},
    {NOTHING("auth", "bcrypt_salt_rounds"), .number = 12},
    {IS("agents", "heartbeat_timeout_seconds", "agent_heartbeat_timeout_seconds")},
    {IS("agents", "offline_check_interval_seconds", "agent_offline_check_interval_seconds")},
    {NOTHING("agents", "realtime_ping_timeout_seconds"), .number = 45},
    {NOTHING("agents", "realtime_ping_check_interval_seconds"), .number = 5},
    {IS("agents", "task_claim_lease_seconds", "agent_task_claim_lease_seconds")},
    {IS("agents", "stale_task_check_interval_seconds", "agent_stale_task_check_interval_seconds")},
    {IS("agents", "stale_queued_task_timeout_seconds", "agent_stale_queued_task_timeout_seconds")},
    {IS("agents",
        "stale_running_task_timeout_seconds",
        "agent_stale_running_task_timeout_seconds")},
    {IS("agents", "enable_realtime_task_dispatch", "realtime_dispatch")},
    {IS("agents", "enrollment_token", "agent_enrollment_token")},
    {IS("agents", "high_cpu_threshold", "agent_high_cpu_threshold")},
    {IS("mail", "smtp_host", "smtp_host")},
    {IS("mail", "smtp_port", "smtp_port")},
    {IS("mail", "smtp_secure", "smtp_secure")},
    {IS("mail", "smtp_username", "smtp_username")},
    {IS("mail", "smtp_password", "smtp_password")},
    {IS("mail", "from_email", "smtp_from_email")},
    {IS("mail", "from_name", "smtp_from_name")},
    {IS("mail", "web_app_url", "web_app_url")},
    {.group = NULL},
};

const struct field *settings_group_field(const struct settings_row *row)
{
    const struct field *field = shape_field(&platform_settings_shape, text_from(row->group));

    must(field != NULL);
    return field;
}

const struct field *settings_row_field(const struct settings_row *row)
{
    const struct field *field =
        shape_field(settings_group_field(row)->shape, text_from(row->field));

    must(field != NULL);
    return field;
}

size_t settings_row_index(const struct settings_row *row)
{
    for (size_t i = 0; row->setting != NULL && i < settings_config.count; i++) {
        if (strcmp(settings_config.settings[i].field, row->setting) == 0)
            return i;
    }
    must(row->setting == NULL);
    return settings_config.count;
}

struct text settings_text(const struct field *field, const void *value, struct arena *arena)
{
    const void *at = field_at(field, value);

    if (field->kind == KIND_BOOL)
        return opt_bool_is_true(*(const struct opt_bool *)at) ? text_lit("true")
                                                              : text_lit("false");
    if (field->kind == KIND_INT64)
        return text_format(arena, "%lld", (long long)*(const int64_t *)at);
    must(field->kind == KIND_TEXT);
    return *(const struct text *)at;
}
