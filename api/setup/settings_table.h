/*
 * Settings in the groups that dashboards show them in, and which setting of the program each field is.
 *
 *   PATCH ─► struct platform_settings ─► rows of settings_rows ─► settings by name (api/settings.h) ─► GET
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SETUP_SETTINGS_TABLE_H
#define API_SETUP_SETTINGS_TABLE_H

#include "api/settings.h"

struct app_settings {
    struct text cors_origin;
    struct opt_bool swagger_enabled;
    struct text swagger_path;
};

struct database_settings {
    struct text host;
    int64_t port;
    struct text username;
    struct text password;
    struct text database;
    struct opt_bool synchronize;
    struct opt_bool logging;
    struct opt_bool ssl;
};

struct redis_settings_group {
    struct opt_bool enabled;
    struct text url;
    struct text host;
    int64_t port;
    struct text password;
    int64_t db;
    struct text key_prefix;
};

struct auth_settings {
    struct text jwt_secret;
    struct text jwt_expires_in;
    int64_t bcrypt_salt_rounds;
};

struct agent_settings {
    int64_t heartbeat_timeout_seconds;
    int64_t offline_check_interval_seconds;
    int64_t realtime_ping_timeout_seconds;
    int64_t realtime_ping_check_interval_seconds;
    int64_t task_claim_lease_seconds;
    int64_t stale_task_check_interval_seconds;
    int64_t stale_queued_task_timeout_seconds;
    int64_t stale_running_task_timeout_seconds;
    struct opt_bool enable_realtime_task_dispatch;
    struct text enrollment_token;
    int64_t high_cpu_threshold;
};

struct mail_settings {
    struct text smtp_host;
    int64_t smtp_port;
    struct opt_bool smtp_secure;
    struct text smtp_username;
    struct text smtp_password;
    struct text from_email;
    struct text from_name;
    struct text web_app_url;
};
extern const struct shape mail_settings_shape;

struct platform_settings {
    const struct app_settings *app;
    const struct database_settings *database;
    const struct redis_settings_group *redis;
    const struct auth_settings *auth;
    const struct agent_settings *agents;
    const struct mail_settings *mail;
};
extern const struct shape platform_settings_shape; /* as it is sent … */
extern const struct shape shown_settings_shape;    /* … and as it is shown */

/* What stands in place of a secret that is set; whoever sends it back keeps what is there. */
#define SETTINGS_MASK                                                                              \
    "\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2"

struct settings_row {
    const char *group; /* member of struct platform_settings */
    const char *field; /* member of the group */
    const char
        *setting;     /* field of struct settings; NULL: it means nothing here, and is always … */
    int64_t number;   /* … this number, or as a yes or no … */
    const char *text; /* … or this text */
    bool is_of_home;  /* it says where the home has its things */
    bool is_made;     /* a secret that is made and kept where nobody sets one */
};
extern const struct settings_row settings_rows[]; /* ended by a row without a group */

/* The field of a row in its group, and the group's in the whole. */
const struct field *settings_group_field(const struct settings_row *row);
const struct field *settings_row_field(const struct settings_row *row);

/* The row of settings_config that it is about; its `count` for none. */
size_t settings_row_index(const struct settings_row *row);

/* The value of a field of a kind that settings have as text: "yes" is "true". In the arena. */
struct text settings_text(const struct field *field, const void *value, struct arena *arena);

#endif
